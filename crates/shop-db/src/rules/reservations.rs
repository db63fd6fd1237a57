//! Goods that orders take from the stock levels: [`Reservation`] in transactions.
//!
//! Reserved items that cannot be opened (their key is lost) are left as they are, and count for
//! nothing. What they had set aside is free again when the stock is next counted, which every start
//! does.
//!
//! Callers that see goods come free call [`allocate`](super::backorders::allocate) for orders that
//! missed them.

use super::{levels, statuses, tx_context::TxContext};
use crate::{
    error::{DbError, PlaceError},
    model::NewOrder,
    rows::{ReservationRow, Rows, Which},
};
use shop_core::{
    invoice::State,
    order::OrderId,
    stock::{Reservation, ReservationStatus, ReservedItem, StockKey, StockLevels},
    time::CoarseTime,
};
use std::collections::{BTreeMap, BTreeSet};

/// Hours for which goods are set aside, the hour of the order included.
const ASIDE_HOURS: u64 = 2;

/// Standing of an order with the goods, as a buyer may know it.
pub(super) struct GoodsStanding {
    pub(super) reservation_status: ReservationStatus,
    pub(super) until: Option<CoarseTime>,
    pub(super) goods_left: bool,
}

/// Takes what is taken at once, and sets the goods aside where they may be.
pub(super) fn place(rows: &dyn Rows, tx: &TxContext, order: &NewOrder) -> Result<(), PlaceError> {
    let before = levels::of_items(rows, &order.reserved_items)?;
    let mut after = before.clone();
    let held = Reservation::place(order.reserved_items.clone(), &mut after)
        .map_err(PlaceError::SoldOut)?;
    let Some(Reservation { items, status }) = held else { return Ok(()) };
    levels::write(rows, tx, &before, &after)?;
    let is_aside = status == ReservationStatus::Reserved;
    let row = ReservationRow {
        status,
        until: is_aside.then(|| order.placed.plus_hours(ASIDE_HOURS)),
        backorder: None,
        items: tx.seal(order.id, &items)?,
    };
    Ok(rows.put_reservation(order.id, &row)?)
}

/// Follows what the chain now shows of an order's payment.
/// Returns the standing of the goods then, and true if any came free.
pub(super) fn follow(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
    state: State,
) -> Result<(ReservationStatus, bool), DbError> {
    change(rows, tx, order, |held, levels| match state {
        state if state.is_covered() => held.payment_seen(levels),
        State::Expired => held.end(levels),
        // A part of the money takes nothing, and gives nothing back: the rest may come in time.
        State::Underpaid { .. } | State::Awaiting if held.status == ReservationStatus::Reserved => {
        }
        _ => held.payment_lost(levels),
    })
}

/// Ends the reservation of an unpaid order that is cancelled or goes: everything comes back.
/// Returns true if goods came free.
pub(super) fn end(rows: &dyn Rows, tx: &TxContext, order: OrderId) -> Result<bool, DbError> {
    Ok(change(rows, tx, order, Reservation::end)?.1)
}

/// Frees what was set aside until this hour or before. Returns true if goods came free.
pub(super) fn end_overdue(
    rows: &dyn Rows,
    tx: &TxContext,
    now: CoarseTime,
) -> Result<bool, DbError> {
    let mut freed = false;
    for row in rows.orders(Which::ReservedUntil(now))? {
        // Whose payment may stand in a block whose logs are not read keeps what is set aside for it.
        if row.state().is_payable() && row.may_be_paid_unread() {
            continue;
        }
        freed |= change(rows, tx, row.order, Reservation::reservation_ended)?.1;
    }
    Ok(freed)
}

/// Frees what is set aside of a thing, the newest order's first, down to this number.
pub(super) fn release_down_to(
    rows: &dyn Rows,
    tx: &TxContext,
    key: &StockKey,
    most: u32,
) -> Result<(), DbError> {
    let mut newest_first = rows.reservations(Some(ReservationStatus::Reserved))?.into_iter().rev();
    while rows.level(key)?.is_some_and(|level| level.reserved > most) {
        // What is left then belongs to items that cannot be opened.
        let Some(order) = newest_first.next() else { return Ok(()) };
        let asks = |held: &Reservation| held.items.items.iter().any(|item| item.key == *key);
        if find(rows, tx, order)?.is_some_and(|(held, _)| asks(&held)) {
            change(rows, tx, order, Reservation::reservation_ended)?;
        }
    }
    Ok(())
}

/// Gives an order that missed its goods what there is now.
/// Returns true if it has all of them then.
pub(super) fn allocate(rows: &dyn Rows, tx: &TxContext, order: OrderId) -> Result<bool, DbError> {
    let (status, _) = change(rows, tx, order, Reservation::payment_seen)?;
    Ok(status == ReservationStatus::Allocated)
}

pub(super) fn standing(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
) -> Result<GoodsStanding, DbError> {
    let Some((held, row)) = find(rows, tx, order)? else {
        return Ok(GoodsStanding {
            reservation_status: ReservationStatus::Untracked,
            until: None,
            goods_left: true,
        });
    };
    let goods_left = held.goods_left(&levels::of_items(rows, &held.items)?);
    Ok(GoodsStanding { reservation_status: held.status, until: row.until, goods_left })
}

/// Returns the units set aside for orders, by key.
pub(super) fn aside(rows: &dyn Rows, tx: &TxContext) -> Result<BTreeMap<StockKey, u32>, DbError> {
    let reserved = rows.reservations(Some(ReservationStatus::Reserved))?;
    sums(rows, tx, &reserved, |item| !item.on_placement)
}

/// Returns the units of such items that these orders take, by key.
pub(super) fn sums(
    rows: &dyn Rows,
    tx: &TxContext,
    orders: &[OrderId],
    is_such: impl Fn(&ReservedItem) -> bool,
) -> Result<BTreeMap<StockKey, u32>, DbError> {
    let mut sums = BTreeMap::new();
    for order in orders {
        let Some((held, _)) = find(rows, tx, *order)? else { continue };
        for item in held.items.items.into_iter().filter(&is_such) {
            let units: &mut u32 = sums.entry(item.key).or_default();
            *units = units.saturating_add(item.units);
        }
    }
    Ok(sums)
}

/// Returns the keys of everything that some order needs.
pub(super) fn keys(rows: &dyn Rows, tx: &TxContext) -> Result<BTreeSet<StockKey>, DbError> {
    let mut keys = BTreeSet::new();
    for order in rows.reservations(None)? {
        if let Some((held, _)) = find(rows, tx, order)? {
            keys.extend(held.items.items.into_iter().map(|item| item.key));
        }
    }
    Ok(keys)
}

/// Changes what an order takes and the stock levels together.
/// Returns the standing then, and true if anything came free.
fn change(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
    by: impl FnOnce(&mut Reservation, &mut StockLevels),
) -> Result<(ReservationStatus, bool), DbError> {
    let Some((before, row)) = find(rows, tx, order)? else {
        return Ok((ReservationStatus::Untracked, false));
    };
    let levels_before = levels::of_items(rows, &before.items)?;
    let mut after = before.clone();
    let mut levels_after = levels_before.clone();
    by(&mut after, &mut levels_after);
    if after != before {
        write(rows, tx, order, row, &after, before.items != after.items)?;
    }
    if after.status != before.status {
        statuses::write(rows, order)?;
    }
    let freed = levels::write(rows, tx, &levels_before, &levels_after)?;
    Ok((after.status, freed))
}

/// Reads what an order takes, if that can be opened.
pub(super) fn find(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
) -> Result<Option<(Reservation, ReservationRow)>, DbError> {
    let Some(row) = rows.reservation(order)? else { return Ok(None) };
    let items = tx.open(order, &row.items);
    Ok(items.map(|items| (Reservation { items, status: row.status }, row)))
}

/// Writes what an order takes over this row. Other items are sealed again.
pub(super) fn write(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
    row: ReservationRow,
    after: &Reservation,
    other_items: bool,
) -> Result<(), DbError> {
    let backorder = match (after.status, row.backorder) {
        (ReservationStatus::Backordered, None) => Some(rows.last_backorder()?.saturating_add(1)),
        (ReservationStatus::Backordered, place) => place,
        _ => None,
    };
    let items = if other_items { tx.seal(order, &after.items)? } else { row.items };
    // Nothing but the placing sets aside, so what is written here has no hour.
    rows.put_reservation(
        order,
        &ReservationRow { status: after.status, until: None, backorder, items },
    )
}
