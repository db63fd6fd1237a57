//! Goods that orders take from the stock levels: [`Reservation`] in transactions.
//!
//! A hold that cannot be opened (its key is lost) is left as it is, and counts for nothing. What it
//! had set aside is free again when the stock is next counted, which every start does.

use super::{
    codec::{hours, read_hours, read_id, read_reservation_status, write_reservation_status},
    codes, facts, notices,
    read::all,
    statuses, stock_levels,
    tx_context::TxContext,
};
use crate::{
    error::{DbError, PlaceError},
    model::NewOrder,
};
use rusqlite::{Connection, OptionalExtension, params};
use shop_core::{
    invoice::{SellerNotice, State},
    order::OrderId,
    order_status::Phase,
    stock::{Reservation, ReservationStatus, ReservedItem, ReservedItems, StockKey, StockLevels},
    time::CoarseTime,
};
use std::collections::{BTreeMap, BTreeSet};

/// Hours for which goods are set aside, the hour of the order included.
const ASIDE_HOURS: u64 = 2;

/// Standing of an order with the goods, as a buyer may know it.
pub(super) struct Standing {
    pub(super) reservation_status: ReservationStatus,
    pub(super) until: Option<CoarseTime>,
    pub(super) goods_left: bool,
}

/// Takes what is taken at once, and sets the goods aside where they may be.
pub(super) fn place(conn: &Connection, tx: &TxContext, order: &NewOrder) -> Result<(), PlaceError> {
    let before = shelves_of(conn, &order.reserved_items)?;
    let mut after = before.clone();
    let held = Reservation::place(order.reserved_items.clone(), &mut after)
        .map_err(PlaceError::SoldOut)?;
    let Some(held) = held else { return Ok(()) };
    stock_levels::write(conn, tx, &before, &after)?;
    let until =
        (held.status == ReservationStatus::Reserved).then(|| order.placed.plus_hours(ASIDE_HOURS));
    Ok(insert(conn, tx, order.id, &held, until)?)
}

fn insert(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
    held: &Reservation,
    until: Option<CoarseTime>,
) -> Result<(), DbError> {
    let sql = "insert into reservations (order_id, status, until, items) values (?1, ?2, ?3, ?4)";
    let reservation_status = write_reservation_status(held.status);
    let sealed = tx.seal(order, &held.items)?;
    conn.prepare_cached(sql)?.execute(params![
        order.to_string(),
        reservation_status,
        until.map(hours),
        sealed
    ])?;
    Ok(())
}

/// Follows what the chain now shows of an order's payment.
/// Returns how it stands with the goods then, and if any came free for who has missed them
/// ([`allocate_backorders`]).
pub(super) fn follow(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
    state: State,
) -> Result<(ReservationStatus, bool), DbError> {
    change(conn, tx, order, |held, levels| match state {
        state if state.is_covered() => held.payment_seen(levels),
        State::Expired => held.end(levels),
        // A part of the money takes nothing, and gives nothing back: the rest may come in time.
        State::Underpaid { .. } | State::Awaiting if held.status == ReservationStatus::Reserved => {
        }
        _ => held.payment_lost(levels),
    })
}

/// Ends the hold of an unpaid order that is cancelled or goes: everything comes back.
pub(super) fn end(conn: &Connection, tx: &TxContext, order: OrderId) -> Result<(), DbError> {
    let (_, freed) = change(conn, tx, order, Reservation::end)?;
    if freed { allocate_backorders(conn, tx) } else { Ok(()) }
}

/// Frees what was set aside until this hour or before.
pub(super) fn reservation_ended(
    conn: &Connection,
    tx: &TxContext,
    now: CoarseTime,
) -> Result<(), DbError> {
    let mut freed = false;
    for row in facts::of_orders(conn, "where status = 'reserved' and until <= ?1", [hours(now)])? {
        // Whose payment may stand in a block whose logs are not read keeps what is set aside for it.
        if row.facts.state.is_payable() && row.facts.may_be_paid_unread {
            continue;
        }
        freed |= change(conn, tx, row.order, Reservation::reservation_ended)?.1;
    }
    if freed { allocate_backorders(conn, tx) } else { Ok(()) }
}

/// Frees what is set aside of a thing, the newest order's first, down to this number.
pub(super) fn release_down_to(
    conn: &Connection,
    tx: &TxContext,
    key: &StockKey,
    most: u32,
) -> Result<(), DbError> {
    let sql = "select order_id from reservations where status = 'reserved' order by rowid desc";
    let mut newest_first = orders(conn, sql, [])?.into_iter();
    while stock_levels::read(conn, key)?.is_some_and(|level| level.reserved > most) {
        // What is left then belongs to holds that cannot be opened.
        let Some(order) = newest_first.next() else { return Ok(()) };
        let asks = |held: &Reservation| held.items.items.iter().any(|item| item.key == *key);
        if find(conn, tx, order)?.is_some_and(|(held, _)| asks(&held)) {
            change(conn, tx, order, Reservation::reservation_ended)?;
        }
    }
    Ok(())
}

/// Gives goods that came back to the orders that were paid and missed them, the oldest first.
/// It gives as far as they suffice, and tells the seller.
pub(crate) fn allocate_backorders(conn: &Connection, tx: &TxContext) -> Result<(), DbError> {
    for row in facts::of_orders(conn, "where status = 'backordered' order by backorder", [])? {
        let is_followed = row.facts.on_chain.put_away.is_none();
        if !is_followed || row.first_status().phase != Phase::Backordered {
            continue;
        }
        let order = row.order;
        let (reservation_status, _) = change(conn, tx, order, Reservation::payment_seen)?;
        if reservation_status == ReservationStatus::Allocated {
            notices::tell(conn, tx, order, SellerNotice::BackInStock)?;
            codes::give(conn, tx, order)?;
        }
    }
    Ok(())
}

pub(super) fn standing(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
) -> Result<Standing, DbError> {
    let Some((held, until)) = find(conn, tx, order)? else {
        return Ok(Standing {
            reservation_status: ReservationStatus::Untracked,
            until: None,
            goods_left: true,
        });
    };
    let goods_left = held.goods_left(&shelves_of(conn, &held.items)?);
    Ok(Standing { reservation_status: held.status, until, goods_left })
}

/// Returns the units set aside for orders, by key.
pub(super) fn aside(conn: &Connection, tx: &TxContext) -> Result<BTreeMap<StockKey, u32>, DbError> {
    let sql = "select order_id from reservations where status = 'reserved'";
    sums(conn, tx, sql, |item| !item.on_placement)
}

/// Returns the units of such items in the holds of these orders.
pub(super) fn sums(
    conn: &Connection,
    tx: &TxContext,
    sql: &str,
    is_such: impl Fn(&ReservedItem) -> bool,
) -> Result<BTreeMap<StockKey, u32>, DbError> {
    let mut sums = BTreeMap::new();
    for order in orders(conn, sql, [])? {
        let Some((held, _)) = find(conn, tx, order)? else { continue };
        for item in held.items.items.into_iter().filter(&is_such) {
            let units: &mut u32 = sums.entry(item.key).or_default();
            *units = units.saturating_add(item.units);
        }
    }
    Ok(sums)
}

/// Returns the keys of everything that some order needs.
pub(super) fn keys(conn: &Connection, tx: &TxContext) -> Result<BTreeSet<StockKey>, DbError> {
    let mut keys = BTreeSet::new();
    for order in orders(conn, "select order_id from reservations", [])? {
        if let Some((held, _)) = find(conn, tx, order)? {
            keys.extend(held.items.items.into_iter().map(|item| item.key));
        }
    }
    Ok(keys)
}

/// Changes an order's hold and the stock levels together.
/// Returns how it stands then, and if anything came free.
fn change(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
    by: impl FnOnce(&mut Reservation, &mut StockLevels),
) -> Result<(ReservationStatus, bool), DbError> {
    let Some((before, _)) = find(conn, tx, order)? else {
        return Ok((ReservationStatus::Untracked, false));
    };
    let shelves_before = shelves_of(conn, &before.items)?;
    let mut after = before.clone();
    let mut shelves_after = shelves_before.clone();
    by(&mut after, &mut shelves_after);
    if after != before {
        write(conn, tx, order, &before, &after)?;
    }
    if after.status != before.status {
        statuses::write(conn, order)?;
    }
    let freed = stock_levels::write(conn, tx, &shelves_before, &shelves_after)?;
    Ok((after.status, freed))
}

pub(super) fn find(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
) -> Result<Option<(Reservation, Option<CoarseTime>)>, DbError> {
    let found: Option<(String, Option<i64>, Vec<u8>)> = conn
        .prepare_cached("select status, until, items from reservations where order_id = ?1")?
        .query_row([order.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((reservation_status, until, sealed)) = found else { return Ok(None) };
    let Some(hold) = tx.open(order, &sealed) else { return Ok(None) };
    let until = until.map(read_hours).transpose()?;
    Ok(Some((
        Reservation { items: hold, status: read_reservation_status(&reservation_status)? },
        until,
    )))
}

pub(super) fn write(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
    before: &Reservation,
    after: &Reservation,
) -> Result<(), DbError> {
    let id = order.to_string();
    // Nothing but the placing sets aside, so what is written here has no hour.
    conn.prepare_cached(
        "update reservations set status = ?2, until = null, backorder = case
             when ?2 <> 'backordered' then null
             else coalesce(backorder, (select coalesce(max(backorder), 0) + 1 from reservations))
             end
         where order_id = ?1",
    )?
    .execute(params![id, write_reservation_status(after.status)])?;
    if before.items == after.items { Ok(()) } else { seal_anew(conn, tx, order, &after.items) }
}

/// Writes what an order takes, and nothing of how that stands.
fn seal_anew(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
    hold: &ReservedItems,
) -> Result<(), DbError> {
    conn.prepare_cached("update reservations set items = ?2 where order_id = ?1")?
        .execute(params![order.to_string(), tx.seal(order, hold)?])?;
    Ok(())
}

fn shelves_of(conn: &Connection, hold: &ReservedItems) -> Result<StockLevels, DbError> {
    let mut found = StockLevels::new();
    for item in &hold.items {
        if let Some(level) = stock_levels::read(conn, &item.key)? {
            found.insert(item.key.clone(), level);
        }
    }
    Ok(found)
}

pub(super) fn orders(
    conn: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<OrderId>, DbError> {
    all(conn, sql, values, |row| {
        let id: String = row.get(0)?;
        read_id(&id)
    })
}
