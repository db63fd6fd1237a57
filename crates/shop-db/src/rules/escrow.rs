//! Escrow of orders: payout addresses, the contract's events, and what follows from them.
//!
//! Invariant: an event is stored while the block it stands in is on the chain as it was read, and the
//! step of an order follows from all of them, never from the last.

use super::{
    facts, notices, statuses, sync_status::SyncStatus, transfers::Touched, tx_context::TxContext,
};
use crate::{
    error::{DbError, PlaceError, ReleaseError},
    escrow::EscrowRecord,
    model::{NewMail, NewOrder},
    rows::{ChainNumber, EscrowEventRow, EscrowRow, OrderRow, Rows, Which},
};
use shop_core::{
    escrow::{Account, Event, EventAt, History},
    invoice::SellerNotice,
    order::OrderId,
    order_status::{EscrowFacts, EscrowStep},
    time::UnixTime,
    view::{BlockAt, EscrowSeen, Height},
};

impl EscrowRow {
    /// Returns the facts from which the status of its order follows.
    pub(super) const fn facts(&self) -> EscrowFacts {
        EscrowFacts {
            ship_by: self.escrow.ship_by,
            step: self.step,
            until: self.until,
            is_deep: self.is_deep,
        }
    }
}

/// Returns true if the payout address of an order is given, or its terms are another order's.
pub(super) fn is_taken(rows: &dyn Rows, order: &NewOrder) -> Result<bool, DbError> {
    let Some(escrow) = &order.escrow else { return Ok(false) };
    Ok(rows.is_payout_given(&escrow.payout)? || rows.escrow_order(&escrow.key)?.is_some())
}

/// Stores the escrow of a new order.
pub(super) fn place(rows: &dyn Rows, order: &NewOrder) -> Result<(), PlaceError> {
    let Some(escrow) = &order.escrow else { return Ok(()) };
    Ok(rows.insert_escrow(&EscrowRow {
        order: order.id,
        escrow: escrow.clone(),
        step: EscrowStep::Open,
        until: None,
        is_deep: true,
        told: EscrowStep::Open,
        release_told: false,
    })?)
}

/// Closes the escrow of an order that is about to go.
/// Its payout address is given once for ever, unless nobody can be paid there any more.
pub(super) fn close(rows: &dyn Rows, row: &OrderRow) -> Result<(), DbError> {
    let Some(escrow) = &row.escrow else { return Ok(()) };
    if is_clean(rows, row, escrow)? {
        return Ok(());
    }
    rows.note_payout_used(&escrow.escrow.payout)
}

/// Returns true if no chain can ever show the payout address of an order as paid.
///
/// No money was seen while the seller could ship, and a block after that time was read, with the logs
/// of every block before it.
fn is_clean(rows: &dyn Rows, row: &OrderRow, escrow: &EscrowRow) -> Result<bool, DbError> {
    let facts = row.facts();
    let is_unpaid = facts.is_unpaid() && escrow.step == EscrowStep::Open;
    if !is_unpaid || facts.may_be_paid_unread {
        return Ok(false);
    }
    let newest = rows.newest_hour(row.chain.number)?;
    Ok(newest.is_some_and(|newest| newest > escrow.escrow.ship_by))
}

/// Treats these payout addresses as given: the database cannot know which of them were.
pub(crate) fn retire_payouts(rows: &dyn Rows, payouts: &[Account]) -> Result<(), DbError> {
    payouts.iter().try_for_each(|payout| rows.note_payout_used(payout))
}

/// Returns for each payout address if it is given, in their order.
pub(crate) fn payouts_given(rows: &dyn Rows, payouts: &[Account]) -> Result<Vec<bool>, DbError> {
    payouts.iter().map(|payout| rows.is_payout_given(payout)).collect()
}

/// Passes on to the seller that the buyer of an order releases its money.
pub(crate) fn release_escrow(
    rows: &dyn Rows,
    tx: &TxContext,
    lookup: &[u8; 32],
    mail: &NewMail,
) -> Result<(), ReleaseError> {
    let row = rows.orders(Which::Lookup(*lookup))?.into_iter().next();
    let row = row.ok_or(ReleaseError::NoSuchOrder)?;
    let escrow = row.escrow.ok_or(ReleaseError::NoSuchOrder)?;
    if escrow.step.is_closed() {
        return Err(ReleaseError::Closed);
    }
    if escrow.release_told {
        return Err(ReleaseError::Told);
    }
    rows.set_escrow(&EscrowRow { release_told: true, ..escrow })?;
    Ok(tx.mail(rows, row.order, mail)?)
}

/// Stores the escrow events that stand in blocks. Those of no kept order are left out.
pub(super) fn record(
    rows: &dyn Rows,
    chain: ChainNumber,
    seen: &[EscrowSeen],
    touched: &mut Touched,
) -> Result<(), DbError> {
    for EscrowSeen { key, block, place, event } in seen {
        if is_of_other_money(event) {
            continue;
        }
        let Some(order) = rows.escrow_order(key)? else { continue };
        let row = EscrowEventRow { order, chain, block: *block, place: *place, event: *event };
        let is_known = rows.escrow_events(order)?.contains(&row);
        if !is_known && facts::of_order(rows, order)?.chain.number == chain {
            rows.put_escrow_event(&row)?;
            touched.insert(order);
        }
    }
    Ok(())
}

/// Returns true for what anybody can have the contract say about an order that has ended:
/// that a token of their own was paid or is owed. Orders are paid in the chain's coin.
const fn is_of_other_money(event: &Event) -> bool {
    matches!(
        event,
        Event::Owed { token: Some(_), .. }
            | Event::Pulled { token: Some(_), .. }
            | Event::Swept { token: Some(_), .. }
    )
}

/// Forgets events in blocks from `height` up.
pub(super) fn drop_from(
    rows: &dyn Rows,
    chain: ChainNumber,
    height: Height,
    touched: &mut Touched,
) -> Result<(), DbError> {
    forget(rows, rows.escrow_events_at(chain, height..=Height(u64::MAX))?, touched)
}

/// Forgets events in this block: all of them are about to be told again.
pub(super) fn drop_in(
    rows: &dyn Rows,
    chain: ChainNumber,
    block: BlockAt,
    touched: &mut Touched,
) -> Result<(), DbError> {
    forget(rows, rows.escrow_events_at(chain, block.height..=block.height)?, touched)
}

fn forget(
    rows: &dyn Rows,
    events: Vec<EscrowEventRow>,
    touched: &mut Touched,
) -> Result<(), DbError> {
    for row in events {
        rows.remove_escrow_event(&row)?;
        touched.insert(row.order);
    }
    Ok(())
}

/// Derives the step of an order from the events that are stored, and tells the seller of one
/// that is deep enough. While blocks are still to be read nothing is told: what is missing
/// may stand there.
pub(super) fn follow(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
    sight: SyncStatus,
) -> Result<(), DbError> {
    let (Some(before), Some(tip)) = (rows.escrow(order)?, sight.tip) else { return Ok(()) };
    let events = rows.escrow_events(order)?;
    let needs = u64::from(rows.invoice(order)?.needs().0);
    let is_deep =
        |row: &EscrowEventRow| row.block.height.0.saturating_add(needs) <= tip.0.saturating_add(1);
    let deep = events.iter().take_while(|row| is_deep(row)).count();
    let steps = steps(&before, &events);
    let told = steps.get(deep).map_or(EscrowStep::Open, |(step, _)| *step);
    // A step that was told is no news when a reorganisation makes it shallower.
    let is_known = steps.iter().skip(deep).any(|(step, _)| *step == before.told);
    let is_news = sight.whole && !is_known;
    let (step, until) = steps.last().copied().unwrap_or((EscrowStep::Open, None));
    let row = EscrowRow {
        step,
        until,
        is_deep: deep == events.len() && (is_known || is_news),
        told: if is_news { told } else { before.told },
        ..before.clone()
    };
    if row != before {
        rows.set_escrow(&row)?;
        statuses::write(rows, order)?;
    }
    if is_news {
        notices::tell(rows, tx, order, SellerNotice::Escrow(told))?;
    }
    Ok(())
}

/// Returns the step before the first event, and after each of them, with its deadline.
fn steps(escrow: &EscrowRow, events: &[EscrowEventRow]) -> Vec<(EscrowStep, Option<UnixTime>)> {
    let deliver_by = escrow.escrow.deliver_by.start();
    let step = |events: &[EscrowEventRow]| {
        let state = events.iter().map(at).collect::<History>().state_by(deliver_by);
        (EscrowStep::from(&state), state.until())
    };
    (0..=events.len()).map(|count| step(events.get(..count).unwrap_or_default())).collect()
}

const fn at(row: &EscrowEventRow) -> (EventAt, Event) {
    (EventAt { height: row.block.height.0, index: row.place }, row.event)
}

/// Returns the escrow of an order as it stands.
pub(super) fn record_of(rows: &dyn Rows, row: &OrderRow) -> Result<Option<EscrowRecord>, DbError> {
    let Some(escrow) = &row.escrow else { return Ok(None) };
    let key = escrow.escrow.key;
    let seen = |row: EscrowEventRow| {
        let EscrowEventRow { block, place, event, .. } = row;
        EscrowSeen { key, block, place, event }
    };
    Ok(Some(EscrowRecord {
        stored: escrow.escrow.clone(),
        events: rows.escrow_events(row.order)?.into_iter().map(seen).collect(),
        is_deep: escrow.is_deep,
        release_told: escrow.release_told,
    }))
}
