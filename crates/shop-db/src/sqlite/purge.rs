//! Deletion of old orders.
//!
//! The writer overwrites what the file and its log still hold afterwards.

use super::{
    chains::{self, ChainNumber},
    claims::SLACK_HOURS,
    clock,
    codec::{int, read_id},
    forms,
    logs_unread::{self, MAY_BE_PAID_THERE},
    pool,
    read::all,
    reservations,
    tx_context::TxContext,
};
use crate::{
    error::DbError,
    model::{Purged, RetentionPolicy},
};
use rusqlite::{Connection, params};
use shop_core::{order::OrderId, time::CoarseTime};

/// Condition on an order: the seller owes its money.
/// It was paid when the goods were gone, or too little came, and nobody has said that the money was
/// given back.
pub(super) const OWED: &str = "(state = 'short'
        or state in ('settled', 'over', 'late') and exists (select 1 from reservations
            where reservations.order_id = orders.id and status = 'backordered'))
    and not exists (select 1 from events
        where events.order_id = orders.id and kind = 'refunded')";

/// Condition on an order: more came than was due, and nobody has said that it was given back.
/// It stands on the seller's list, and its buyer may end it all the same.
const SURPLUS: &str = "(state = 'over' and not exists (select 1 from events
        where events.order_id = orders.id and kind in ('refunded', 'difference')))";

/// Condition on an order: the seller has yet to decide about a payment its buyer named.
/// Or nobody has looked it up.
const OPEN_CLAIM: &str = "exists (select 1 from claims where claims.order_id = orders.id
        and claims.state in ('pending', 'to review', 'accepted'))";

/// Condition on an order: digital goods in it wait for the seller's word to be handed out.
pub(super) const AWAITS_RELEASE: &str = "(digital = 1 and released = 0
    and state in ('settled', 'over') and not exists (select 1 from events
        where events.order_id = orders.id and kind in ('sent', 'refunded')))";

/// Factor on the term of paid orders for one whose money is owed.
/// It is also for an order about which the seller has yet to decide. Its record is what the buyer
/// asks by and what the seller's list is made of; but a seller who never says that money was given
/// back must not keep buyers' records for ever.
const OWED_TIMES: u64 = 4;

/// Removes the orders whose time is over, and blocks nobody gives that matter to no order any more; and
/// lets go what was set aside for long enough. The log is left as it is.
///
/// Money on its way keeps an order until both terms are over: somebody will ask about it. Money
/// that is owed keeps it much longer, and so does money that may stand in a block whose logs are not
/// read. An order whose mail is not delivered, or not even sealed, stays, whatever its age.
pub(crate) fn purge(
    conn: &Connection,
    tx: &TxContext,
    now: CoarseTime,
    terms: RetentionPolicy,
) -> Result<Purged, DbError> {
    // Goods that are let go can be taken again: this goes by the clock alone.
    reservations::reservation_ended(conn, tx, now)?;
    let mut purged = Purged { clock: clock::check(conn, now)?, ..Purged::default() };
    let mut least = now;
    for chain in all(conn, "select number from chains", [], |row| Ok(ChainNumber(row.get(0)?)))? {
        // Each by the blocks of its own chain: another's say nothing of what was paid there.
        let now = clock::believed(conn, chain, now)?;
        least = least.min(now);
        for order in over(conn, chain, now, terms)? {
            take_out(conn, tx, &order, now)?;
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
/// No money is owed for those that a demo left behind.
fn over(
    conn: &Connection,
    chain: ChainNumber,
    now: CoarseTime,
    terms: RetentionPolicy,
) -> Result<Vec<String>, DbError> {
    let before = |hours: u64| int(now.hours().saturating_sub(hours));
    let sql = format!(
        "select id from orders join chains on number = chain where number = ?4
             and id not in (select order_id from outbox)
             and id not in (select order_id from pending_notices) and case
             when followed = 0 and demo = 1 then
                 expires < ?1 and (state in ('awaiting', 'expired') or placed < ?2)
             when {OPEN_CLAIM} or {AWAITS_RELEASE} then expires < ?1 and placed < ?3
             when state not in ('settled', 'over', 'late') and {MAY_BE_PAID_THERE}
                 then expires < ?1 and placed < ?3
             when state in ('awaiting', 'expired') then expires < ?1
             when ({OWED}) or {SURPLUS} then expires < ?1 and placed < ?3
             when state in ('settled', 'over', 'late', 'reversed') then placed < ?2
             else expires < ?1 and placed < ?2 end",
    );
    let owed_hours = terms.paid_hours.saturating_mul(OWED_TIMES);
    let over =
        params![before(terms.unpaid_hours), before(terms.paid_hours), before(owed_hours), chain.0];
    all(conn, &sql, over, |row| Ok(row.get(0)?))
}

/// Removes one order, as the purge does.
pub(super) fn remove(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
    now: CoarseTime,
) -> Result<(), DbError> {
    let id = order.to_string();
    let now = clock::believed(conn, chains::of_order(conn, &id)?, now)?;
    take_out(conn, tx, &id, now)?;
    forget_counted(conn, now)
}

/// Deletes an order. What it took and was paid for is gone; what was not paid for comes back.
fn take_out(
    conn: &Connection,
    tx: &TxContext,
    order: &str,
    now: CoarseTime,
) -> Result<(), DbError> {
    let covered = "select 1 from orders where id = ?1
        and state in ('seen', 'confirming', 'settled', 'over', 'late')";
    if !conn.prepare_cached(covered)?.exists([order])? {
        reservations::end(conn, tx, read_id(order)?)?;
    }
    remember(conn, order, now)?;
    pool::close(conn, order)?;
    conn.prepare_cached("delete from orders where id = ?1")?.execute([order])?;
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
