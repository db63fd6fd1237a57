//! Counts of the stock in the database.

use super::{codec::count, codes, read::all, reservations, tx_context::TxContext};
use crate::{
    error::DbError,
    model::{Availabilities, StockLine},
};
use rusqlite::{Connection, OptionalExtension, params};
use shop_core::stock::{Availability, StockKey, StockLevel, StockLevels};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub(crate) fn stock(conn: &Connection) -> Result<Vec<StockLine>, DbError> {
    let sql = "select key, listed, on_hand, reserved from stock order by key";
    all(conn, sql, [], |row| {
        let listed: Option<i64> = row.get(1)?;
        Ok(StockLine {
            key: StockKey::from_stored(row.get(0)?),
            listed: listed.map(count).transpose()?,
            level: StockLevel { on_hand: count(row.get(2)?)?, reserved: count(row.get(3)?)? },
        })
    })
}

pub(crate) fn availabilities(conn: &Connection) -> Result<Availabilities, DbError> {
    let level = |line: StockLine| (line.key, Availability::from_count(line.level.available()));
    Ok(Arc::new(stock(conn)?.into_iter().map(level).collect()))
}

/// Returns a number that changes when another process has changed the file.
pub(crate) fn foreign_changes(conn: &Connection) -> Result<i64, DbError> {
    Ok(conn.query_row("pragma data_version", [], |row| row.get(0))?)
}

pub(super) fn read(conn: &Connection, key: &StockKey) -> Result<Option<StockLevel>, DbError> {
    let found: Option<(i64, i64)> = conn
        .prepare_cached("select on_hand, reserved from stock where key = ?1")?
        .query_row([key.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((on_hand, aside)) = found else { return Ok(None) };
    Ok(Some(StockLevel { on_hand: count(on_hand)?, reserved: count(aside)? }))
}

/// Writes what has changed. Whether anything is free now that was not.
pub(super) fn write(
    conn: &Connection,
    tx: &TxContext,
    before: &StockLevels,
    after: &StockLevels,
) -> Result<bool, DbError> {
    let mut freed = false;
    for (key, level) in after {
        let was = before.get(key).copied().unwrap_or_default();
        if was == *level {
            continue;
        }
        conn.prepare_cached("update stock set on_hand = ?2, reserved = ?3 where key = ?1")?
            .execute(params![key.as_str(), level.on_hand, level.reserved])?;
        freed |= level.available() > was.available();
        if Availability::from_count(level.available()) != Availability::from_count(was.available())
        {
            tx.note_levels();
        }
    }
    Ok(freed)
}

/// Sets the catalogue's numbers: what is new, or has another number than when it was last
/// read, is counted again. What is not listed any more goes, unless an order needs it.
pub(crate) fn recount(
    conn: &Connection,
    tx: &TxContext,
    listed: &[(StockKey, u32)],
) -> Result<(), DbError> {
    set_aside_anew(conn, tx)?;
    let known: BTreeMap<StockKey, Option<u32>> =
        stock(conn)?.into_iter().map(|line| (line.key, line.listed)).collect();
    let names: BTreeSet<&StockKey> = listed.iter().map(|(key, _)| key).collect();
    let gone: Vec<_> = known.keys().filter(|key| !names.contains(key)).collect();
    let from_lists = codes::left(conn, tx, names.iter().copied())?;
    for (key, number) in listed {
        // Of what is sold from a list, there is what is left of the list, whatever was read before.
        let left = from_lists.get(key).copied();
        let there = left.unwrap_or(*number);
        match known.get(key) {
            Some(Some(same)) if left.is_none() && same == number => continue,
            Some(_) => count_anew(conn, tx, key, there)?,
            None => {
                conn.prepare_cached(
                    "insert into stock (key, on_hand, reserved) values (?1, ?2, 0)
                     on conflict do nothing",
                )?
                .execute(params![key.as_str(), there])?;
                tx.note_levels();
            }
        }
        conn.prepare_cached("update stock set listed = ?2 where key = ?1")?
            .execute(params![key.as_str(), number])?;
    }
    if !gone.is_empty() {
        take_down(conn, tx, &gone)?;
    }
    reservations::allocate_backorders(conn, tx)?;
    if from_lists.is_empty() { Ok(()) } else { codes::give_owed(conn, tx) }
}

/// Sets what is set aside to what orders that can be opened have set aside.
/// The key of others is lost, so nobody could ever free theirs.
fn set_aside_anew(conn: &Connection, tx: &TxContext) -> Result<(), DbError> {
    if !tx.can_open() {
        return Ok(());
    }
    let aside = reservations::aside(conn, tx)?;
    for StockLine { key, level, .. } in stock(conn)? {
        let aside = aside.get(&key).copied().unwrap_or(0).min(level.on_hand);
        let before = StockLevels::from([(key.clone(), level)]);
        write(
            conn,
            tx,
            &before,
            &StockLevels::from([(key, StockLevel { reserved: aside, ..level })]),
        )?;
    }
    Ok(())
}

fn take_down(conn: &Connection, tx: &TxContext, gone: &[&StockKey]) -> Result<(), DbError> {
    let needed = reservations::keys(conn, tx)?;
    for key in gone {
        let sql = if needed.contains(*key) {
            "update stock set listed = null where key = ?1"
        } else {
            "delete from stock where key = ?1"
        };
        conn.prepare_cached(sql)?.execute([key.as_str()])?;
    }
    tx.note_levels();
    Ok(())
}

/// Sets the number of a thing, as the seller says.
/// Returns false if the thing is not counted, or by its list of codes.
pub(crate) fn set_stock(
    conn: &Connection,
    tx: &TxContext,
    key: &StockKey,
    number: u32,
) -> Result<bool, DbError> {
    if read(conn, key)?.is_none() || tx.codes(key).is_some() {
        return Ok(false);
    }
    count_anew(conn, tx, key, number)?;
    reservations::allocate_backorders(conn, tx)?;
    Ok(true)
}

/// Counts what is sold from lists of codes again.
/// A refund frees what was promised, and a refund that is taken back promises it again.
pub(crate) fn recount_lists(conn: &Connection, tx: &TxContext) -> Result<(), DbError> {
    let lines = stock(conn)?;
    for (key, left) in codes::left(conn, tx, lines.iter().map(|line| &line.key))? {
        count_anew(conn, tx, &key, left)?;
    }
    Ok(())
}

/// Sets the count of a thing to `number`.
/// Frees what was set aside and is not there any more, the newest first.
fn count_anew(
    conn: &Connection,
    tx: &TxContext,
    key: &StockKey,
    number: u32,
) -> Result<(), DbError> {
    reservations::release_down_to(conn, tx, key, number)?;
    let Some(level) = read(conn, key)? else { return Ok(()) };
    let before = StockLevels::from([(key.clone(), level)]);
    let after = StockLevels::from([(key.clone(), level.recount(number))]);
    write(conn, tx, &before, &after).map(|_| ())
}
