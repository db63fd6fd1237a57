//! Digital goods that wait for the seller's word, and orders whose goods need none any more.

use super::{chains::IS_FOLLOWED, tx_context::TxContext};
use crate::{error::DbError, event::EventKind};
use rusqlite::Connection;
use shop_core::{
    digital::{HandOut, HandOutCase, hand_out},
    money::AssetId,
    order::OrderId,
};

/// Releases the goods of every paid order whose payment suffices by the present settings.
/// They say nothing of orders that are paid on another chain: a demo's do not release real goods.
pub(crate) fn release_by_policy(conn: &Connection, tx: &TxContext) -> Result<(), DbError> {
    let mut release = conn.prepare_cached(&format!(
        "update orders set released = 1
         where asset = ?1 and released = 0 and state in ('settled', 'over') and {IS_FOLLOWED}",
    ))?;
    for asset in AssetId::ALL {
        if needs_no_word(tx, asset) {
            release.execute([asset.code()])?;
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
    let id = order.to_string();
    let (asset, digital, released): (String, bool, bool) = conn
        .prepare_cached("select asset, digital, released from orders where id = ?1")?
        .query_row([&id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let asset = AssetId::from_code(&asset).ok_or(DbError::Unreadable)?;
    if !released && needs_no_word(tx, asset) {
        release(conn, order)?;
        return Ok(false);
    }
    let says = |kind: EventKind| -> Result<bool, DbError> {
        let sql = "select 1 from events where order_id = ?1 and kind = ?2";
        Ok(conn.prepare_cached(sql)?.exists([&id, kind.word()])?)
    };
    let sent = says(EventKind::Sent)?;
    let refunded = says(EventKind::Refunded)?;
    let state = super::read::read_state(conn, &id)?;
    let case = HandOutCase { state, sent, refunded, released };
    Ok(digital && hand_out(case) == HandOut::AwaitsSeller)
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
    conn.prepare_cached(
        "update orders set released = 0
         where id = ?1 and state not in ('settled', 'over', 'late') and not exists (select 1 from claims
             where order_id = orders.id and claims.state in ('found', 'accepted'))",
    )?
    .execute([order.to_string()])?;
    Ok(())
}

/// Returns true if a payment in this asset suffices by itself. Where nothing is set, it does.
fn needs_no_word(tx: &TxContext, asset: AssetId) -> bool {
    tx.policy(asset).is_none_or(|policy| policy.releases)
}
