//! Digital goods that wait for the seller's word, and orders whose goods need none any more.

use super::{
    chains::IS_FOLLOWED,
    codec::{read_asset, state_list},
    facts,
    read::all,
    tx_context::TxContext,
};
use crate::error::DbError;
use rusqlite::Connection;
use shop_core::{invoice::State, money::AssetId, order::OrderId};

/// Releases the goods of every paid order whose payment suffices by the present settings.
/// They say nothing of orders that are paid on another chain: a demo's do not release real goods.
pub(crate) fn release_by_policy(conn: &Connection, tx: &TxContext) -> Result<(), DbError> {
    let paid = state_list(State::is_paid_in_time);
    let sql = format!("select distinct asset from orders where released = 0 and state in {paid}");
    let assets = all(conn, &sql, [], |row| {
        let asset: String = row.get(0)?;
        read_asset(&asset)
    })?;
    let mut release = conn.prepare_cached(&format!(
        "update orders set released = 1
         where asset = ?1 and released = 0 and state in {paid} and {IS_FOLLOWED}",
    ))?;
    for asset in assets {
        if needs_no_word(tx, asset) {
            release.execute([asset.stored()])?;
        }
    }
    Ok(())
}

/// Releases the goods of a paid order, if the settings say that its payment suffices.
/// Returns true if it has such goods and they wait for the seller's word.
pub(super) fn awaits_seller(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
) -> Result<bool, DbError> {
    let row = facts::of_order(conn, &order.to_string())?;
    if !row.facts.released && needs_no_word(tx, row.facts.due.asset()) {
        release(conn, order)?;
        return Ok(false);
    }
    Ok(row.first_status().awaits_release)
}

/// Records that the goods of an order need no word any more.
pub(super) fn release(conn: &Connection, order: OrderId) -> Result<(), DbError> {
    conn.prepare_cached("update orders set released = 1 where id = ?1")?
        .execute([order.to_string()])?;
    Ok(())
}

/// The seller has accepted a payment that does not count: what it was to release waits again, unless the
/// order is paid, or another payment of it was taken.
pub(super) fn take_back(conn: &Connection, order: OrderId) -> Result<(), DbError> {
    let id = order.to_string();
    if facts::of_order(conn, &id)?.facts.state.is_paid() {
        return Ok(());
    }
    conn.prepare_cached(
        "update orders set released = 0 where id = ?1 and not exists (select 1 from claims
             where order_id = orders.id and claims.state in ('found', 'accepted'))",
    )?
    .execute([id])?;
    Ok(())
}

/// Returns true if a payment in this asset suffices by itself. Where nothing is set, it does.
fn needs_no_word(tx: &TxContext, asset: AssetId) -> bool {
    tx.policy(asset).is_none_or(|policy| policy.releases)
}
