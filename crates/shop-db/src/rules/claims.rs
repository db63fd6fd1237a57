//! Claims of buyers about payments that name no order.

use crate::{
    claim::{Claim, ClaimRefusal, ClaimState, PendingClaim},
    error::{ClaimError, DbError},
    rows::{Rows, Which},
};
use shop_core::{
    chain::ChainId,
    invoice::NotCounted,
    money::Amount,
    order::OrderId,
    pay_to::PayTo,
    view::{Transfer, TransferId},
};

/// Greatest number of transaction ids one order may claim: each costs a question to the node.
const MOST: usize = 5;

pub(crate) fn claim(rows: &dyn Rows, lookup: &[u8; 32], txid: &str) -> Result<(), ClaimError> {
    let txid = canonical(txid).ok_or(ClaimError::NotATxid)?;
    // What is put away is looked up nowhere.
    let found = rows.orders(Which::Lookup(*lookup))?.into_iter().find(|row| row.chain.followed);
    let row = found.ok_or(ClaimError::NoSuchOrder)?;
    let asset = row.invoice.pay_to().asset();
    let counts_elsewhere = |(order, state): &(OrderId, ClaimState)| {
        *order != row.order && matches!(state, ClaimState::Found | ClaimState::Accepted)
    };
    if rows.claims_of(asset, &txid)?.iter().any(counts_elsewhere) {
        return Err(ClaimError::AlreadyClaimed);
    }
    match rows.claim_state(row.order, &txid)? {
        None if row.claims.len() >= MOST => Err(ClaimError::TooMany),
        None => Ok(rows.insert_claim(row.order, asset, &txid, ClaimState::Pending)?),
        Some(ClaimState::Refused(ClaimRefusal::Rejected)) => Err(ClaimError::AlreadyClaimed),
        Some(ClaimState::Refused(_)) => {
            Ok(rows.set_claim(row.order, &txid, ClaimState::Pending)?)
        }
        Some(_) => Err(ClaimError::AlreadyClaimed),
    }
}

/// Returns the one spelling of a transaction id; none if the text is not shaped like one.
/// Chains write ids in hexadecimal, whose case means nothing.
pub(super) fn canonical(typed: &str) -> Option<String> {
    let txid = typed.trim().to_ascii_lowercase();
    let shaped = (1..=128).contains(&txid.len()) && txid.bytes().all(|b| b.is_ascii_alphanumeric());
    shaped.then_some(txid)
}

/// Returns the claims that wait to be looked up on the followed chain of this name.
/// The oldest comes first.
pub(crate) fn pending(rows: &dyn Rows, chain: ChainId) -> Result<Vec<PendingClaim>, DbError> {
    rows.followed(chain)?.map_or(Ok(Vec::new()), |chain| rows.open_claims(chain))
}

/// Returns the payments of an order the seller has to look at.
pub(super) fn to_review(
    rows: &dyn Rows,
    order: OrderId,
    pay_to: &PayTo,
) -> Result<Vec<Transfer>, DbError> {
    payments(rows, order, pay_to, |state| state == ClaimState::ToReview)
}

/// Returns the payments that were named for an order and do not count, for this reason.
pub(super) fn not_counted(
    rows: &dyn Rows,
    order: OrderId,
    pay_to: &PayTo,
    why: NotCounted,
) -> Result<Vec<Transfer>, DbError> {
    payments(
        rows,
        order,
        pay_to,
        |state| matches!(state, ClaimState::Refused(refusal) if refusal.of_accepted() == why),
    )
}

/// Returns the payments that were named for an order and are in such a state.
/// Nothing came of one that did not go to the order's pay-to.
fn payments(
    rows: &dyn Rows,
    order: OrderId,
    pay_to: &PayTo,
    is_such: impl Fn(ClaimState) -> bool,
) -> Result<Vec<Transfer>, DbError> {
    let asset = pay_to.asset();
    let mut claims = rows.claims(order, asset)?;
    claims.retain(|claim| is_such(claim.state));
    let transfer = |claim: Claim| Transfer {
        id: TransferId(claim.txid),
        pay_to: pay_to.clone(),
        amount: claim.came.unwrap_or(Amount::zero(asset)),
        block: None,
    };
    Ok(claims.into_iter().map(transfer).collect())
}
