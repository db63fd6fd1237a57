//! One-off codes, given to the orders that have paid for them.
//! The lists are the seller's files, and the order sealer knows them; what is remembered here is which
//! codes were given, and to an order what.
//!
//! Invariant: a code is given in the transaction that notes it and takes it out of what the order
//! has reserved, so it is never given twice, and never comes back to its stock level.

use super::{facts, notices, reservations, tx_context::TxContext};
use crate::{error::DbError, rows::Rows, sealer::RedeemCode};
use shop_core::{
    digital::IssuedCodes,
    invoice::SellerNotice,
    order::OrderId,
    order_status::EventKind,
    stock::{ReservationStatus, ReservedItem, StockKey},
};
use std::collections::BTreeMap;

/// Returns the number of codes left to sell of each of these that is sold from a list.
/// Left are those that were not given, less those that are promised to orders.
pub(super) fn left<'k>(
    rows: &dyn Rows,
    tx: &TxContext,
    keys: impl Iterator<Item = &'k StockKey>,
) -> Result<BTreeMap<StockKey, u32>, DbError> {
    let mut left = BTreeMap::new();
    for key in keys {
        if let Some(codes) = tx.codes(key) {
            let fresh = fresh(rows, &codes, codes.len())?.len();
            left.insert(key.clone(), u32::try_from(fresh).unwrap_or(u32::MAX));
        }
    }
    if !left.is_empty() {
        let promised = promised(rows, tx)?;
        for (key, left) in &mut left {
            *left = left.saturating_sub(promised.get(key).copied().unwrap_or(0));
        }
    }
    Ok(left)
}

/// Returns the number of codes taken for orders and not given yet, by key.
/// An order that got its money back gets none.
fn promised(rows: &dyn Rows, tx: &TxContext) -> Result<BTreeMap<StockKey, u32>, DbError> {
    let mut served = Vec::new();
    for order in rows.reservations(Some(ReservationStatus::Allocated))? {
        let events = rows.events(order)?;
        if !events.iter().any(|event| event.kind == EventKind::Refunded) {
            served.push(order);
        }
    }
    reservations::sums(rows, tx, &served, |item| item.from_codes)
}

/// Returns the first codes of a list that were not given, at most `most`.
fn fresh<'c>(
    rows: &dyn Rows,
    codes: &'c [RedeemCode],
    most: usize,
) -> Result<Vec<&'c RedeemCode>, DbError> {
    let mut fresh = Vec::new();
    for code in codes {
        if fresh.len() >= most {
            break;
        }
        if !rows.is_code_given(&code.fingerprint)? {
            fresh.push(code);
        }
    }
    Ok(fresh)
}

/// Notes the next codes of a list as given: the shop does not know to whom.
/// Returns the number of codes that were left. If they are fewer than `units`, nothing is noted.
pub(crate) fn skip(
    rows: &dyn Rows,
    tx: &TxContext,
    key: &StockKey,
    units: usize,
) -> Result<usize, DbError> {
    let codes = tx.codes(key).unwrap_or_default();
    let left = fresh(rows, &codes, codes.len())?;
    for code in left.iter().take(units).filter(|_| left.len() >= units) {
        rows.note_code_given(&code.fingerprint)?;
    }
    Ok(left.len())
}

/// Gives codes to every order that has paid for them and was not given any.
/// The order placed first comes first.
pub(crate) fn give_owed(rows: &dyn Rows, tx: &TxContext) -> Result<(), DbError> {
    let served = rows.reservations(Some(ReservationStatus::Allocated))?;
    served.into_iter().try_for_each(|order| give(rows, tx, order))
}

/// Gives an order the codes it has paid for: all, or none, and then the seller is told.
pub(super) fn give(rows: &dyn Rows, tx: &TxContext, order: OrderId) -> Result<(), DbError> {
    let Some((mut held, row)) = reservations::find(rows, tx, order)? else { return Ok(()) };
    if held.status != ReservationStatus::Allocated {
        return Ok(());
    }
    let items = std::mem::take(&mut held.items.items);
    let (owed, rest): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.from_codes);
    if owed.is_empty() {
        return Ok(());
    }
    let Some(inbox_key) = opened_inbox(rows, order)? else { return Ok(()) };
    let Some(codes) = enough(rows, tx, owed)? else { return tell_missing(rows, tx, order) };
    for given in codes {
        hand_over(rows, tx, order, inbox_key, given)?;
    }
    rows.set_codes_missing(order, false)?;
    held.items.items = rest;
    reservations::write(rows, tx, order, row, &held, true)
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
    rows: &dyn Rows,
    tx: &TxContext,
    owed: Vec<ReservedItem>,
) -> Result<Option<Vec<Codes>>, DbError> {
    let mut all = Vec::new();
    for item in owed {
        let Some(list) = tx.codes(&item.key) else { return Ok(None) };
        let units = usize::try_from(item.units).unwrap_or(usize::MAX);
        let codes = fresh(rows, &list, units)?;
        if codes.len() < units {
            return Ok(None);
        }
        all.push(Codes { key: item.key, codes: codes.into_iter().cloned().collect() });
    }
    Ok(Some(all))
}

/// Returns the order's buyer inbox, if its payment opens what it bought.
fn opened_inbox(rows: &dyn Rows, order: OrderId) -> Result<Option<[u8; 32]>, DbError> {
    let row = facts::of_order(rows, order)?;
    Ok(row.first_status().downloads_open().then_some(row.inbox_key))
}

fn hand_over(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
    inbox_key: [u8; 32],
    Codes { key, codes }: Codes,
) -> Result<(), DbError> {
    for code in &codes {
        rows.note_code_given(&code.fingerprint)?;
    }
    let given = IssuedCodes::new(key, codes.iter().map(|code| code.code.to_string()).collect());
    rows.insert_issued_codes(order, &tx.seal_codes(order, inbox_key, &given)?)
}

/// Tells the seller that codes are missing: once is enough.
fn tell_missing(rows: &dyn Rows, tx: &TxContext, order: OrderId) -> Result<(), DbError> {
    if rows.has_codes_missing(order)? {
        return Ok(());
    }
    rows.set_codes_missing(order, true)?;
    notices::tell(rows, tx, order, SellerNotice::CodesMissing)
}
