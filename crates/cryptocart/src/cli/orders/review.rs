//! Decisions about an order: payments its buyer named, and goods that wait for a word.

use super::{Decision, parse, unknown};
use crate::{
    cli::database,
    control,
    error::{CliError, Context},
    runtime::block_on,
    shop_dir::ShopDir,
    terminal,
};
use shop_core::{order::OrderId, time::CoarseTime};
use shop_db::{Accepted, ClaimRefusal, ClaimState, Db, OrderSummary, ReviewError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Time that a command waits for the open shop to look up an accepted payment, and its interval to asks.
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
        let outcome = match spelled(&dir, &db, id, txid).await {
            Ok(txid) => accept_in(&dir, &db, id, txid, is_open).await,
            Err(error) => Err(error),
        };
        db.close().await;
        outcome
    })?;
    terminal::line(match outcome {
        None => format!(
            "The downloads and codes of order {id} are released: the buyer gets them within \
             seconds if the shop is open."
        ),
        Some(ClaimState::Found) => "It was checked once more, and it counts.".to_owned(),
        Some(ClaimState::Refused(refusal)) => return Err(not_counted(&dir, id, refusal)),
        Some(_) => {
            "The open shop checks it once more before it counts: within a minute, if the chain \
             can be read. If it does not count, a mail tells you."
                .to_owned()
        }
    });
    Ok(())
}

/// Accepts a payment and waits for what becomes of it.
/// Returns none if goods are released without one.
async fn accept_in(
    dir: &ShopDir,
    db: &Db,
    id: OrderId,
    txid: Option<String>,
    is_open: bool,
) -> Result<Option<ClaimState>, CliError> {
    match db.accept(id, txid).await {
        Ok(Accepted { payment: Some(txid) }) => {
            terminal::line(format!("Payment accepted for order {id}."));
            looked_up(db, id, &txid, is_open).await.map(Some)
        }
        Ok(Accepted { payment: None }) => Ok(None),
        Err(error) => refuse(dir, id, error),
    }
}

/// Returns the transaction id as the order's chain spells it.
///
/// # Errors
/// It cannot be one of that chain, or the order is not known.
async fn spelled(
    dir: &ShopDir,
    db: &Db,
    id: OrderId,
    typed: Option<String>,
) -> Result<Option<String>, CliError> {
    let Some(typed) = typed else { return Ok(None) };
    let orders = db.orders().await.context(|| format!("reading order {id}"))?;
    let order = orders.into_iter().find(|order| order.id == id).ok_or_else(|| unknown(dir, id))?;
    shop_chain::txid(&order.pay_to, &typed).map(Some).map_err(|refusal| {
        CliError::input(format!("the value of --payment is not a transaction id: {refusal}"))
            .hint("your wallet shows the id in the details of the payment")
    })
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
        let state = state.context(|| format!("checking the payment of order {id}"))?;
        match state.unwrap_or(ClaimState::Accepted) {
            ClaimState::Accepted if is_open && Instant::now() < until => sleep(LOOK).await,
            state => return Ok(state),
        }
    }
}

/// The payment was looked up, and does not count.
fn not_counted(dir: &ShopDir, id: OrderId, refusal: ClaimRefusal) -> CliError {
    let why = shop_core::seller_mail::not_counted(refusal.of_accepted());
    CliError::input(format!("the payment does not count for order {id}: it {why}")).hint(format!(
        "nothing was released for it; to accept another payment: {}",
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
        let rejected = match spelled(&dir, &db, id, txid).await {
            Ok(txid) => db.reject(id, txid).await.or_else(|error| refuse(&dir, id, error)),
            Err(error) => Err(error),
        };
        db.close().await;
        rejected
    })?;
    let rejected =
        terminal::many(u32::try_from(rejected).unwrap_or(u32::MAX), "payment", "payments");
    terminal::line(format!(
        "{rejected} rejected: not counted for order {id}. The buyer can see this."
    ));
    Ok(())
}

/// Prints the orders that wait for a decision, with what to decide by.
pub(super) fn list(dir: &ShopDir, orders: &[OrderSummary], now: CoarseTime) {
    if orders.is_empty() {
        return;
    }
    terminal::line("");
    terminal::line("Waiting for your decision:");
    for order in orders {
        if order.status(now).is_release_due() {
            terminal::line(format!(
                "{}  is paid according to one remote node only; its downloads or codes are on hold",
                order.id
            ));
        }
        for claim in order.reviews.iter().filter(|claim| claim.state == ClaimState::ToReview) {
            let came = claim.came.map(|came| came.to_string()).unwrap_or_default();
            terminal::line(format!(
                "{}  is due {}; its buyer claims a payment of {came}:",
                order.id, order.facts.due
            ));
            terminal::line(format!("  {}", claim.txid));
            let also = orders.iter().filter(|other| other.id != order.id);
            for other in also.filter(|o| o.reviews.iter().any(|c| c.txid == claim.txid)) {
                terminal::line(format!("  the buyer of {} claims it too", other.id));
            }
        }
    }
    terminal::line(format!("  {}", dir.command("orders accept ORDER")));
    terminal::line(format!("  {}", dir.command("orders reject ORDER")));
}

fn refuse<T>(dir: &ShopDir, id: OrderId, error: ReviewError) -> Result<T, CliError> {
    let error = match error {
        ReviewError::NoSuchOrder => return Err(unknown(dir, id)),
        ReviewError::NothingWaits => {
            CliError::input(format!("order {id} has nothing waiting for a decision")).hint(format!(
                "{} lists the orders that do; to accept a payment the buyer did not claim, add \
             --payment TXID",
                dir.command("orders")
            ))
        }
        ReviewError::Several(txids) => {
            let what = format!("the buyer of order {id} claims several payments");
            CliError::input(what).hint(format!("add --payment and one of: {}", txids.join(", ")))
        }
        ReviewError::Counted => {
            CliError::input(format!("that payment already counts for order {id}"))
        }
        ReviewError::PutAway => CliError::input(format!(
            "order {id} is inactive: its payment is no longer looked for"
        ))
        .hint(
            "an order for real money becomes active again when wallet and nodes are set as they \
             were",
        ),
        error => return Err(error).context(|| format!("deciding about order {id}")),
    };
    Err(error)
}
