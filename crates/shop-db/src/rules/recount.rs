//! New counts: the catalogue's numbers, the seller's word, lists of codes.

use super::{backorders, codes, levels, reservations, tx_context::TxContext};
use crate::{error::DbError, model::StockLine, rows::Rows};
use shop_core::stock::{StockKey, StockLevel};
use std::collections::{BTreeMap, BTreeSet};

/// Sets the catalogue's numbers: what is new, or has another number than when it was last
/// read, is counted again. What is not listed any more goes, unless an order needs it.
pub(crate) fn recount(
    rows: &dyn Rows,
    tx: &TxContext,
    listed: &[(StockKey, u32)],
) -> Result<(), DbError> {
    set_aside_anew(rows, tx)?;
    let known: BTreeMap<StockKey, Option<u32>> =
        rows.stock()?.into_iter().map(|line| (line.key, line.listed)).collect();
    let names: BTreeSet<&StockKey> = listed.iter().map(|(key, _)| key).collect();
    let gone: Vec<_> = known.keys().filter(|key| !names.contains(key)).collect();
    let from_lists = codes::left(rows, tx, names.iter().copied())?;
    for (key, number) in listed {
        // Of what is sold from a list, there is what is left of the list, whatever was read before.
        let left = from_lists.get(key).copied();
        let there = left.unwrap_or(*number);
        match known.get(key) {
            Some(Some(same)) if left.is_none() && same == number => continue,
            Some(_) => count_anew(rows, tx, key, there)?,
            None => add(rows, tx, key, there)?,
        }
        rows.set_listed(key, Some(*number))?;
    }
    if !gone.is_empty() {
        take_down(rows, tx, &gone)?;
    }
    backorders::allocate(rows, tx)?;
    if from_lists.is_empty() { Ok(()) } else { codes::give_owed(rows, tx) }
}

/// Adds a thing that was not counted; a catalogue may list a key twice.
fn add(rows: &dyn Rows, tx: &TxContext, key: &StockKey, on_hand: u32) -> Result<(), DbError> {
    if rows.level(key)?.is_none() {
        rows.insert_stock(key, on_hand)?;
    }
    tx.note_levels();
    Ok(())
}

/// Sets what is set aside to what orders that can be opened have set aside.
/// The key of others is lost, so nobody could ever free theirs.
fn set_aside_anew(rows: &dyn Rows, tx: &TxContext) -> Result<(), DbError> {
    if !tx.can_open() {
        return Ok(());
    }
    let aside = reservations::aside(rows, tx)?;
    for StockLine { key, level, .. } in rows.stock()? {
        let reserved = aside.get(&key).copied().unwrap_or(0).min(level.on_hand);
        levels::write_one(rows, tx, &key, |level| StockLevel { reserved, ..level })?;
    }
    Ok(())
}

fn take_down(rows: &dyn Rows, tx: &TxContext, gone: &[&StockKey]) -> Result<(), DbError> {
    let needed = reservations::keys(rows, tx)?;
    for key in gone {
        if needed.contains(*key) {
            rows.set_listed(key, None)?;
        } else {
            rows.remove_stock(key)?;
        }
    }
    tx.note_levels();
    Ok(())
}

/// Sets the number of a thing, as the seller says.
/// Returns false if the thing is not counted, or by its list of codes.
pub(crate) fn set_stock(
    rows: &dyn Rows,
    tx: &TxContext,
    key: &StockKey,
    number: u32,
) -> Result<bool, DbError> {
    if rows.level(key)?.is_none() || tx.codes(key).is_some() {
        return Ok(false);
    }
    count_anew(rows, tx, key, number)?;
    backorders::allocate(rows, tx)?;
    Ok(true)
}

/// Counts what is sold from lists of codes again.
/// A refund frees what was promised, and a refund that is taken back promises it again.
pub(crate) fn recount_lists(rows: &dyn Rows, tx: &TxContext) -> Result<(), DbError> {
    let lines = rows.stock()?;
    for (key, left) in codes::left(rows, tx, lines.iter().map(|line| &line.key))? {
        count_anew(rows, tx, &key, left)?;
    }
    Ok(())
}

/// Sets the count of a thing to `number`.
/// Frees what was set aside and is not there any more, the newest first.
fn count_anew(rows: &dyn Rows, tx: &TxContext, key: &StockKey, number: u32) -> Result<(), DbError> {
    reservations::release_down_to(rows, tx, key, number)?;
    levels::write_one(rows, tx, key, |level| level.recount(number))
}
