//! Deletion of old orders.
//!
//! The writer overwrites what the file and its log still hold afterwards.

use super::{
    chains::{self, ChainNumber},
    claims::SLACK_HOURS,
    clock,
    codec::int,
    facts::{self, OrderRow},
    forms, logs_unread, pool,
    read::all,
    reservations, statuses,
    tx_context::TxContext,
};
use crate::{error::DbError, model::Purged};
use rusqlite::{Connection, params};
use shop_core::{
    order_status::{RetentionPolicy, derive},
    time::CoarseTime,
};

/// Removes the orders whose time is over, and unread blocks that matter to no order any more.
/// It also releases what was reserved for long enough, and derives the statuses again that the hour
/// has changed. The log is left as it is.
///
/// Money on its way keeps an order until both terms are over: somebody will ask about it. Money
/// that is owed keeps it much longer, and so does money that may stand in a block whose logs are not
/// read. An order with a mail or a notice that is not delivered stays, whatever its age.
pub(crate) fn purge(
    conn: &Connection,
    tx: &TxContext,
    now: CoarseTime,
    terms: RetentionPolicy,
) -> Result<Purged, DbError> {
    // Goods that are let go can be taken again: this goes by the clock alone.
    reservations::reservation_ended(conn, tx, now)?;
    let mut purged = Purged { clocks: clock::check(conn, now)?, ..Purged::default() };
    let mut least = now;
    for chain in all(conn, "select number from chains", [], |row| Ok(ChainNumber(row.get(0)?)))? {
        // Each by the blocks of its own chain: another's say nothing of what was paid there.
        let now = clock::believed(conn, chain, now)?;
        least = least.min(now);
        statuses::refresh(conn, chain, now)?;
        for row in over(conn, chain, now, terms)? {
            take_out(conn, tx, &row, now)?;
            purged.orders += 1;
        }
        purged.given_up += logs_unread::give_up(conn, chain, now)?;
    }
    forget_counted(conn, least)?;
    forms::forget_lapsed(conn, least)?;
    chains::forget(conn)?;
    Ok(purged)
}

/// Returns the orders of a chain whose time is over.
fn over(
    conn: &Connection,
    chain: ChainNumber,
    now: CoarseTime,
    terms: RetentionPolicy,
) -> Result<Vec<OrderRow>, DbError> {
    // Every order is kept for one of the two terms at least: those are looked at no closer.
    let old = "where number = ?1 and (expires < ?2 or placed < ?3)
        and not exists (select 1 from outbox where order_id = orders.id)";
    let before = |hours: u64| int(now.hours().saturating_sub(hours));
    let values = params![chain.0, before(terms.unpaid_hours), before(terms.paid_hours)];
    let mut old = facts::of_orders(conn, old, values)?;
    old.retain(|row| derive(&row.facts, now).keep_until(terms) < now);
    Ok(old)
}

/// Removes one order, as the purge does.
pub(super) fn remove(
    conn: &Connection,
    tx: &TxContext,
    row: &OrderRow,
    now: CoarseTime,
) -> Result<(), DbError> {
    let chain = chains::of_order(conn, &row.order.to_string())?;
    let now = clock::believed(conn, chain, now)?;
    take_out(conn, tx, row, now)?;
    forget_counted(conn, now)
}

/// Deletes an order. What it took and was paid for is gone; what was not paid for comes back.
fn take_out(
    conn: &Connection,
    tx: &TxContext,
    row: &OrderRow,
    now: CoarseTime,
) -> Result<(), DbError> {
    if !row.facts.state.is_covered() {
        reservations::end(conn, tx, row.order)?;
    }
    let order = row.order.to_string();
    remember(conn, &order, now)?;
    pool::close(conn, &order)?;
    conn.prepare_cached("delete from orders where id = ?1")?.execute([&order])?;
    Ok(())
}

/// Remembers the names of an order's transfers while another order could still claim them.
fn remember(conn: &Connection, order: &str, now: CoarseTime) -> Result<(), DbError> {
    conn.prepare_cached(
        "insert or ignore into used_transfers (asset, id, hour)
         select asset, id, coalesce(block_time, ?2) from transfers where order_id = ?1",
    )?
    .execute(params![order, int(now.hours())])?;
    Ok(())
}

/// Forgets transfers older than every order: no order, nor one to come, can claim them.
fn forget_counted(conn: &Connection, now: CoarseTime) -> Result<(), DbError> {
    conn.prepare_cached(
        "delete from used_transfers where hour + ?1 < ?2
             and not exists (select 1 from orders where placed <= hour + ?1)",
    )?
    .execute(params![int(SLACK_HOURS), int(now.hours())])?;
    Ok(())
}
