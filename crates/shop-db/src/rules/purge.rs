//! Deletion of old orders.
//!
//! The engine overwrites what its file still holds afterwards.

use super::{
    backorders, chains, clock, escrow, logs_unread, pool, reservations, statuses,
    transfers::SLACK_HOURS, tx_context::TxContext,
};
use crate::{
    error::DbError,
    model::Purged,
    rows::{ChainNumber, OrderRow, Rows, TransferRow, Which},
};
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
    rows: &dyn Rows,
    tx: &TxContext,
    now: CoarseTime,
    terms: RetentionPolicy,
) -> Result<Purged, DbError> {
    // Released goods can be taken again, so the clock alone decides.
    let freed = reservations::end_overdue(rows, tx, now)?;
    backorders::allocate_if(freed, rows, tx)?;
    let mut purged = Purged { clocks: clock::check(rows, now)?, ..Purged::default() };
    let mut least = now;
    for known in rows.known_chains()? {
        let chain = known.number;
        // Each by the blocks of its own chain: another's say nothing of what was paid there.
        let now = clock::believed(rows, chain, now)?;
        least = least.min(now);
        statuses::refresh(rows, chain, now)?;
        for row in over(rows, chain, now, terms)? {
            take_out(rows, tx, &row, now)?;
            purged.orders += 1;
        }
        purged.given_up += logs_unread::give_up(rows, chain, now)?;
    }
    forget_used(rows, least)?;
    rows.remove_forms(least)?;
    chains::forget(rows)?;
    Ok(purged)
}

/// Returns the orders of a chain whose time is over.
fn over(
    rows: &dyn Rows,
    chain: ChainNumber,
    now: CoarseTime,
    terms: RetentionPolicy,
) -> Result<Vec<OrderRow>, DbError> {
    // Every order is kept for one of the two terms at least: those are looked at no closer.
    let before = |hours: u64| CoarseTime::from_hours(now.hours().saturating_sub(hours));
    let expired = before(terms.unpaid_hours);
    let placed = before(terms.paid_hours);
    let mut old = rows.orders(Which::Old { chain, expired, placed })?;
    old.retain(|row| derive(&row.facts(), now).keep_until(terms) < now);
    Ok(old)
}

/// Removes one order, as the purge does.
pub(super) fn remove(
    rows: &dyn Rows,
    tx: &TxContext,
    row: &OrderRow,
    now: CoarseTime,
) -> Result<(), DbError> {
    let now = clock::believed(rows, row.chain.number, now)?;
    take_out(rows, tx, row, now)?;
    forget_used(rows, now)
}

/// Deletes an order. What it took and was paid for is gone; what was not paid for comes back.
fn take_out(
    rows: &dyn Rows,
    tx: &TxContext,
    row: &OrderRow,
    now: CoarseTime,
) -> Result<(), DbError> {
    if !row.state().is_covered() {
        let freed = reservations::end(rows, tx, row.order)?;
        backorders::allocate_if(freed, rows, tx)?;
    }
    note_used(rows, row, now)?;
    pool::close(rows, row)?;
    escrow::close(rows, row)?;
    rows.remove_order(row.order)
}

/// Remembers the names of an order's transfers while another order could still claim them.
fn note_used(rows: &dyn Rows, row: &OrderRow, now: CoarseTime) -> Result<(), DbError> {
    // Those that are gone too: another block may take them up yet.
    for TransferRow { transfer, .. } in rows.transfers(row.order)? {
        let hour = transfer.block.map_or(now, |block| block.time);
        rows.note_used_transfer(transfer.pay_to.asset(), &transfer.id.0, hour)?;
    }
    Ok(())
}

/// Forgets transfers older than every order: no order, nor one to come, can claim them.
fn forget_used(rows: &dyn Rows, now: CoarseTime) -> Result<(), DbError> {
    let oldest = rows.oldest_order(None)?.map_or(now, |placed| placed.min(now));
    let before = oldest.hours().saturating_sub(SLACK_HOURS);
    rows.remove_used_transfers(CoarseTime::from_hours(before))
}
