//! Decisions about an order: payments its buyer named, and goods that wait for a word.

use super::{Decision, parse, unknown};
use crate::{
    cli::{block_on, database},
    error::{CliError, While},
    say,
    shop_dir::ShopDir,
};
use shop_core::order::OrderId;
use shop_db::{ClaimState, OrderSummary, ReviewError};

/// Accepts a payment, or releases what waits.
pub(super) fn accept(decision: &Decision) -> Result<(), CliError> {
    let dir = decision.dir.shop();
    let id = parse(&dir, &decision.order)?;
    let txid = decision.payment.clone();
    let db = database(&dir)?.ok_or_else(|| unknown(&dir, id))?;
    let accepted = block_on(async {
        let accepted = db.accept(id, txid).await;
        db.close().await;
        accepted.or_else(|error| refuse(&dir, id, error))
    })?;
    match accepted.payment {
        Some(_) => say::line(format!(
            "The payment is accepted for order {id}. The open shop looks it up once more, and then it \
             counts: in a minute, if the chain answers."
        )),
        None => say::line(format!(
            "What order {id} bought online is released: its buyer gets it in some seconds, if the shop \
             is open."
        )),
    }
    Ok(())
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

/// Prints the orders that wait for a decision, with what to decide by.
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
