//! One-off codes, given to the orders that have paid for them.
//! The lists are the seller's files, and the order sealer knows them; what is remembered here is which
//! codes were given, and to an order what.
//!
//! Invariant: a code is given in the transaction that marks it and takes it out of the order's hold,
//! so it is never given twice, and never comes back to its stock level.

use super::{facts, notices, read::all, reservations, tx_context::TxContext};
use crate::{error::DbError, sealer::RedeemCode};
use rusqlite::{Connection, params};
use shop_core::{
    digital::IssuedCodes,
    invoice::SellerNotice,
    order::OrderId,
    stock::{ReservationStatus, ReservedItem, StockKey},
};
use std::collections::BTreeMap;

/// Returns the number of codes left to sell of each of these that is sold from a list.
/// Left are those that were not given, less those that are promised to orders.
pub(super) fn left<'k>(
    conn: &Connection,
    tx: &TxContext,
    keys: impl Iterator<Item = &'k StockKey>,
) -> Result<BTreeMap<StockKey, u32>, DbError> {
    let mut left = BTreeMap::new();
    for key in keys {
        if let Some(codes) = tx.codes(key) {
            let fresh = fresh(conn, &codes, codes.len())?.len();
            left.insert(key.clone(), u32::try_from(fresh).unwrap_or(u32::MAX));
        }
    }
    if !left.is_empty() {
        let promised = promised(conn, tx)?;
        for (key, left) in &mut left {
            *left = left.saturating_sub(promised.get(key).copied().unwrap_or(0));
        }
    }
    Ok(left)
}

/// Returns the number of codes taken for orders and not given yet, by key.
/// An order that got its money back gets none.
fn promised(conn: &Connection, tx: &TxContext) -> Result<BTreeMap<StockKey, u32>, DbError> {
    let sql = "select order_id from reservations where status = 'allocated'
        and order_id not in (select order_id from events where kind = 'refunded')";
    reservations::sums(conn, tx, sql, |item| item.from_codes)
}

/// Returns the first codes of a list that were not given, at most so many.
fn fresh<'c>(
    conn: &Connection,
    codes: &'c [RedeemCode],
    most: usize,
) -> Result<Vec<&'c RedeemCode>, DbError> {
    let mut marked =
        conn.prepare_cached("select 1 from code_fingerprints where fingerprint = ?1")?;
    let mut fresh = Vec::new();
    for code in codes {
        if fresh.len() >= most {
            break;
        }
        if !marked.exists([code.fingerprint])? {
            fresh.push(code);
        }
    }
    Ok(fresh)
}

/// Gives codes to every order that has paid for them and was not given any.
pub(crate) fn give_owed(conn: &Connection, tx: &TxContext) -> Result<(), DbError> {
    let sql = "select order_id from reservations join orders on orders.id = order_id
        where status = 'allocated' order by orders.rowid";
    reservations::orders(conn, sql, [])?.into_iter().try_for_each(|order| give(conn, tx, order))
}

/// Gives an order the codes it has paid for: all, or none, and then the seller is told.
pub(super) fn give(conn: &Connection, tx: &TxContext, order: OrderId) -> Result<(), DbError> {
    let Some((before, _)) = reservations::find(conn, tx, order)? else { return Ok(()) };
    if before.status != ReservationStatus::Allocated {
        return Ok(());
    }
    let (owed, rest): (Vec<_>, Vec<_>) =
        before.items.items.iter().cloned().partition(|item| item.from_codes);
    let id = order.to_string();
    let Some(inbox_key) = may_be_given(conn, &id)?.filter(|_| !owed.is_empty()) else {
        return Ok(());
    };
    let Some(codes) = enough(conn, tx, &owed)? else { return tell_missing(conn, tx, order) };
    for given in codes {
        hand_over(conn, tx, order, inbox_key, given)?;
    }
    conn.prepare_cached("delete from codes_missing_notified where order_id = ?1")?
        .execute([&id])?;
    let mut after = before.clone();
    after.items.items = rest;
    reservations::write(conn, tx, order, &before, &after)
}

/// Codes of one thing, about to be given.
struct Codes {
    key: StockKey,
    codes: Vec<RedeemCode>,
}

/// Finds the codes for all of these; none if a list has too few, or is not there any more.
/// Nothing is written: a code handed over cannot be taken back, so all of them must be there
/// before.
fn enough(
    conn: &Connection,
    tx: &TxContext,
    owed: &[ReservedItem],
) -> Result<Option<Vec<Codes>>, DbError> {
    let mut all = Vec::new();
    for item in owed {
        let Some(list) = tx.codes(&item.key) else { return Ok(None) };
        let units = usize::try_from(item.units).unwrap_or(usize::MAX);
        let codes = fresh(conn, &list, units)?;
        if codes.len() < units {
            return Ok(None);
        }
        all.push(Codes { key: item.key.clone(), codes: codes.into_iter().cloned().collect() });
    }
    Ok(Some(all))
}

/// Returns the order's buyer inbox, if its payment opens what it bought.
fn may_be_given(conn: &Connection, id: &str) -> Result<Option<[u8; 32]>, DbError> {
    let row = facts::of_order(conn, id)?;
    let is_open = row.first_status().downloads_open();
    Ok(is_open.then_some(row.inbox_key))
}

fn hand_over(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
    inbox_key: [u8; 32],
    Codes { key, codes }: Codes,
) -> Result<(), DbError> {
    let mut mark =
        conn.prepare_cached("insert into code_fingerprints (fingerprint) values (?1)")?;
    for code in &codes {
        mark.execute([code.fingerprint])?;
    }
    let given = IssuedCodes::new(key, codes.iter().map(|code| code.code.to_string()).collect());
    let letter = tx.seal_codes(order, inbox_key, &given)?;
    conn.prepare_cached("insert into issued_codes (order_id, codes) values (?1, ?2)")?
        .execute(params![order.to_string(), letter])?;
    Ok(())
}

fn tell_missing(conn: &Connection, tx: &TxContext, order: OrderId) -> Result<(), DbError> {
    let sql = "insert or ignore into codes_missing_notified (order_id) values (?1)";
    let told_now = conn.prepare_cached(sql)?.execute([order.to_string()])? > 0;
    if told_now { notices::tell(conn, tx, order, SellerNotice::CodesMissing) } else { Ok(()) }
}

/// Returns the sealed codes an order was given, in their order.
pub(super) fn given(conn: &Connection, id: &str) -> Result<Vec<Vec<u8>>, DbError> {
    let sql = "select codes from issued_codes where order_id = ?1 order by rowid";
    all(conn, sql, [id], |row| Ok(row.get(0)?))
}
