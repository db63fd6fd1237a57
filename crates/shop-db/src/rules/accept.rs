//! Decisions of the seller about payments that buyers named and digital goods that wait.

use super::{claims, facts, release};
use crate::{
    claim::{ClaimRefusal, ClaimState},
    error::{DbError, ReviewError},
    model::Accepted,
    rows::{OrderRow, Rows},
};
use shop_core::order::OrderId;

/// Accepts a payment for an order: the one that is named, or the only one that waits.
/// It counts as soon as it is looked up, and releases the order's digital goods then. Those of an
/// order that is paid, and waits for a word, are released now.
pub(crate) fn accept(
    rows: &dyn Rows,
    order: OrderId,
    txid: Option<&str>,
) -> Result<Accepted, ReviewError> {
    let row = rows.find_order(order)?.ok_or(ReviewError::NoSuchOrder)?;
    if !row.chain.followed {
        return Err(ReviewError::PutAway);
    }
    let waiting = waiting(rows, &row)?;
    let txid = match (txid, &waiting[..]) {
        (Some(typed), _) => Some(claims::canonical(typed).ok_or(ReviewError::NotATxid)?),
        (None, []) if row.first_status().awaits_release => None,
        (None, []) => return Err(ReviewError::NothingWaits),
        (None, [only]) => Some(only.clone()),
        (None, _) => return Err(ReviewError::Several(waiting)),
    };
    if let Some(txid) = &txid {
        let asset = row.invoice.pay_to().asset();
        match rows.claim_state(order, txid)? {
            Some(ClaimState::Found) => return Err(ReviewError::Counted),
            Some(_) => rows.set_claim(order, txid, ClaimState::Accepted)?,
            None => rows.insert_claim(order, asset, txid, ClaimState::Accepted)?,
        }
    }
    if txid.is_none() || facts::of_order(rows, order)?.first_status().awaits_release {
        release::release(rows, order)?;
    }
    Ok(Accepted { payment: txid })
}

/// Rejects payments that wait, and returns how many.
/// It is the one that is named, or all of the order.
pub(crate) fn reject(
    rows: &dyn Rows,
    order: OrderId,
    txid: Option<&str>,
) -> Result<usize, ReviewError> {
    let row = rows.find_order(order)?.ok_or(ReviewError::NoSuchOrder)?;
    let mut waiting = waiting(rows, &row)?;
    if let Some(typed) = txid {
        let txid = claims::canonical(typed).ok_or(ReviewError::NotATxid)?;
        waiting.retain(|waiting| *waiting == txid);
    }
    if waiting.is_empty() {
        return Err(ReviewError::NothingWaits);
    }
    let rejected = ClaimState::Refused(ClaimRefusal::Rejected);
    for txid in &waiting {
        rows.set_claim(order, txid, rejected)?;
    }
    Ok(waiting.len())
}

/// Returns the payments of an order that wait for the seller or for being counted.
fn waiting(rows: &dyn Rows, row: &OrderRow) -> Result<Vec<String>, DbError> {
    let mut claims = rows.claims(row.order, row.invoice.pay_to().asset())?;
    claims.retain(|claim| claim.state.is_reviewed());
    Ok(claims.into_iter().map(|claim| claim.txid).collect())
}
