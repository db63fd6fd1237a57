//! Digital goods that wait for the seller's word, and orders whose goods need none any more.

use super::{facts, tx_context::TxContext};
use crate::{claim::ClaimState, error::DbError, rows::Rows};
use shop_core::{money::AssetId, order::OrderId};

/// Releases the goods of every paid order whose payment suffices by the present settings.
/// They say nothing of orders that are paid on another chain: a demo's do not release real goods.
pub(crate) fn release_by_policy(rows: &dyn Rows, tx: &TxContext) -> Result<(), DbError> {
    // Where the seller's word is needed, most orders are in this list: those are not read.
    let mut unreleased = rows.paid_unreleased()?;
    unreleased.retain(|(_, asset)| needs_no_word(tx, *asset));
    for (order, _) in unreleased {
        let row = facts::of_order(rows, order)?;
        if row.state().is_paid_in_time() && row.chain.followed {
            release(rows, order)?;
        }
    }
    Ok(())
}

/// Releases the goods of a paid order, if the settings say that its payment suffices.
/// Returns true if it has such goods and they wait for the seller's word.
pub(super) fn awaits_seller(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
) -> Result<bool, DbError> {
    let row = facts::of_order(rows, order)?;
    if !row.released && needs_no_word(tx, row.invoice.due().asset()) {
        release(rows, order)?;
        return Ok(false);
    }
    Ok(row.first_status().awaits_release)
}

/// Records that the goods of an order need no word any more.
pub(super) fn release(rows: &dyn Rows, order: OrderId) -> Result<(), DbError> {
    rows.set_released(order, true)
}

/// Takes a release back: the seller has accepted a payment that does not count.
/// What it was to release waits again, unless the order is paid, or another payment of it was taken.
pub(super) fn take_back(rows: &dyn Rows, order: OrderId) -> Result<(), DbError> {
    let row = facts::of_order(rows, order)?;
    let is_taken = |claim: &ClaimState| matches!(claim, ClaimState::Found | ClaimState::Accepted);
    if row.state().is_paid() || row.claims.iter().any(is_taken) {
        return Ok(());
    }
    rows.set_released(order, false)
}

/// Returns true if a payment in this asset suffices by itself. Where nothing is set, it does.
fn needs_no_word(tx: &TxContext, asset: AssetId) -> bool {
    tx.policy(asset).is_none_or(|policy| policy.releases)
}
