//! What the seller decides about an order: payments its buyer named, and goods that wait for a word.

use super::{Decision, parse, unknown};
use crate::{
    cli::{block_on, database},
    control,
    error::{CliError, While},
    say,
    shop_dir::ShopDir,
};
use shop_core::order::OrderId;
use shop_db::{Accepted, ClaimRefusal, ClaimState, Db, OrderSummary, ReviewError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The time a command waits for the open shop to look up what was accepted, and between two looks.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(200);

/// Accepts a payment, or releases what waits.
pub(super) fn accept(decision: &Decision) -> Result<(), CliError> {
    let dir = decision.dir.shop();
    let id = parse(&dir, &decision.order)?;
    let txid = decision.payment.clone();
    let db = database(&dir)?.ok_or_else(|| unknown(&dir, id))?;
    let is_open = control::open_shop(&dir)?.is_some();
    let outcome = block_on(async {
        let outcome = match db.accept(id, txid).await {
            Ok(Accepted { payment: Some(txid) }) => {
                say::line(format!("The payment is accepted for order {id}."));
                looked_up(&db, id, &txid, is_open).await.map(Some)
            }
            Ok(Accepted { payment: None }) => Ok(None),
            Err(error) => refuse(&dir, id, error),
        };
        db.close().await;
        outcome
    })?;
    say::line(match outcome {
        None => format!(
            "What order {id} bought online is released: its buyer gets it in some seconds, if the shop \
             is open."
        ),
        Some(ClaimState::Found) => "It was looked up once more, and counts.".to_owned(),
        Some(ClaimState::Refused(refusal)) => return Err(not_counted(&dir, id, refusal)),
        Some(_) => {
            "The open shop looks it up once more, and then it counts: in a minute, if the chain \
                    answers. If it does not count, a mail says so."
                .to_owned()
        }
    });
    Ok(())
}

/// Waits for what becomes of an accepted payment, a little, if there is an open shop to look it up.
async fn looked_up(
    db: &Db,
    id: OrderId,
    txid: &str,
    is_open: bool,
) -> Result<ClaimState, CliError> {
    let until = Instant::now() + PATIENCE;
    loop {
        let state = db.claim_state(id, txid).await;
        let state = state.doing(|| format!("looking at the payment of order {id}"))?;
        match state.unwrap_or(ClaimState::Accepted) {
            ClaimState::Accepted if is_open && Instant::now() < until => sleep(LOOK).await,
            state => return Ok(state),
        }
    }
}

/// The payment was looked up, and does not count.
fn not_counted(dir: &ShopDir, id: OrderId, refusal: ClaimRefusal) -> CliError {
    let why = shop_core::order::not_counted(refusal.of_accepted());
    CliError::input(format!("the payment does not count for order {id}: it {why}")).hint(format!(
        "nothing was handed out for it; to accept another one: {}",
        dir.command(&format!("orders accept {id} --payment TXID"))
    ))
}

/// Rejects payments that wait.
pub(super) fn reject(decision: &Decision) -> Result<(), CliError> {
    let dir = decision.dir.shop();
    let id = parse(&dir, &decision.order)?;
    let txid = decision.payment.clone();
    let db = database(&dir)?.ok_or_else(|| unknown(&dir, id))?;
    let rejected = block_on(async {
        let rejected = db.reject(id, txid).await;
        db.close().await;
        rejected.or_else(|error| refuse(&dir, id, error))
    })?;
    let rejected = say::many(u32::try_from(rejected).unwrap_or(u32::MAX), "payment", "payments");
    say::line(format!(
        "{rejected} rejected: order {id} is not paid by that, and its buyer reads so."
    ));
    Ok(())
}

/// The orders that wait for a decision, with what to decide by.
pub(super) fn list(dir: &ShopDir, orders: &[OrderSummary]) {
    if orders.is_empty() {
        return;
    }
    say::line("");
    say::line("These wait for your decision:");
    for order in orders {
        if order.awaits_release() {
            say::line(format!(
                "{}  is paid by the word of one remote node; downloads or codes wait",
                order.id
            ));
        }
        for claim in order.reviews.iter().filter(|claim| claim.state == ClaimState::ToReview) {
            let came = claim.came.map(|came| came.to_string()).unwrap_or_default();
            say::line(format!("{}  asks for {}; its buyer names {came}:", order.id, order.due));
            say::line(format!("  {}", claim.txid));
            let also = orders.iter().filter(|other| other.id != order.id);
            for other in also.filter(|o| o.reviews.iter().any(|c| c.txid == claim.txid)) {
                say::line(format!("  the buyer of {} names it too", other.id));
            }
        }
    }
    say::line(format!("  {}", dir.command("orders accept ORDER")));
    say::line(format!("  {}", dir.command("orders reject ORDER")));
}

fn refuse<T>(dir: &ShopDir, id: OrderId, error: ReviewError) -> Result<T, CliError> {
    let error = match error {
        ReviewError::NoSuchOrder => return Err(unknown(dir, id)),
        ReviewError::NothingWaits => CliError::input(format!(
            "nothing of order {id} waits for a decision"
        ))
        .hint(format!(
            "{} lists what does; to accept a payment its buyer did not name, add --payment TXID",
            dir.command("orders")
        )),
        ReviewError::Several(txids) => {
            let what = format!("the buyer of order {id} names several payments");
            CliError::input(what).hint(format!("add --payment and one of: {}", txids.join(", ")))
        }
        ReviewError::NotATxid => CliError::input("--payment is no transaction id")
            .hint("your wallet shows it in the details of the payment"),
        ReviewError::Counted => {
            CliError::input(format!("that payment counts for order {id} already"))
        }
        ReviewError::PutAway => CliError::input(format!(
            "order {id} is put away: nobody looks for its payment"
        ))
        .hint("an order for real money comes back when wallet and nodes are set as they were"),
        error => return Err(error).doing(|| format!("deciding about order {id}")),
    };
    Err(error)
}
