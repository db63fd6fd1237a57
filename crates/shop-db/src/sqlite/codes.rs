//! One-off codes, given to the orders that have paid for them. The lists are the seller's files, and
//! the clerk knows them; what is remembered here is which codes were given, and to an order what.
//!
//! Invariant: a code is given in the transaction that marks it and takes it out of the order's hold,
//! so it is never given twice, and never comes back to its shelf.

use super::{
    hands::Hands,
    holds,
    read::{all, read_state},
};
use crate::{clerk::Code, error::DbError, event::EventKind};
use rusqlite::{Connection, params};
use shop_core::{
    digital::{CodesGiven, opens},
    invoice::News,
    order::OrderId,
    stock::{HoldItem, Holding, StockKey},
};
use std::collections::BTreeMap;

/// How many codes are left to sell of each of these that is sold from a list: those that were not
/// given, less those that are taken for orders.
pub(super) fn left<'k>(
    conn: &Connection,
    hands: &Hands,
    keys: impl Iterator<Item = &'k StockKey>,
) -> Result<BTreeMap<StockKey, u32>, DbError> {
    let mut left = BTreeMap::new();
    for key in keys {
        if let Some(codes) = hands.codes(key) {
            let fresh = fresh(conn, &codes, codes.len())?.len();
            left.insert(key.clone(), u32::try_from(fresh).unwrap_or(u32::MAX));
        }
    }
    if !left.is_empty() {
        let taken = holds::units(conn, hands, Holding::Taken)?;
        for (key, left) in &mut left {
            *left = left.saturating_sub(taken.get(key).copied().unwrap_or(0));
        }
    }
    Ok(left)
}

/// The first codes of a list that were not given, at most so many.
fn fresh<'c>(conn: &Connection, codes: &'c [Code], most: usize) -> Result<Vec<&'c Code>, DbError> {
    let mut marked = conn.prepare_cached("select 1 from code_marks where mark = ?1")?;
    let mut fresh = Vec::new();
    for code in codes {
        if fresh.len() >= most {
            break;
        }
        if !marked.exists([code.mark])? {
            fresh.push(code);
        }
    }
    Ok(fresh)
}

/// Gives codes to every order that has paid for them and was not given any.
pub(crate) fn give_owed(conn: &Connection, hands: &Hands) -> Result<(), DbError> {
    let sql = "select order_id from holds join orders on orders.id = order_id
        where holding = 'taken' and state in ('settled', 'over', 'late') order by orders.rowid";
    holds::orders(conn, sql, [])?.into_iter().try_for_each(|order| give(conn, hands, order))
}

/// Gives an order the codes it has paid for: all of them, or none, and then the seller is told.
pub(super) fn give(conn: &Connection, hands: &Hands, order: OrderId) -> Result<(), DbError> {
    let Some((before, _)) = holds::find(conn, hands, order)? else { return Ok(()) };
    if before.holding != Holding::Taken {
        return Ok(());
    }
    let from_list = |item: &HoldItem| !item.at_once && hands.codes(&item.key).is_some();
    let (owed, rest): (Vec<_>, Vec<_>) = before.hold.items.iter().cloned().partition(from_list);
    let id = order.to_string();
    let Some(letter_key) = may_be_given(conn, &id)?.filter(|_| !owed.is_empty()) else {
        return Ok(());
    };
    let Some(codes) = enough(conn, hands, &owed)? else { return tell_missing(conn, hands, order) };
    for given in codes {
        hand_over(conn, hands, order, letter_key, given)?;
    }
    conn.prepare_cached("delete from codes_missing where order_id = ?1")?.execute([&id])?;
    let mut after = before.clone();
    after.hold.items = rest;
    holds::write(conn, hands, order, &before, &after)
}

/// Codes of one thing, about to be given.
struct Codes {
    key: StockKey,
    codes: Vec<Code>,
}

/// The codes for all of these; None if one of the lists has too few. Nothing is written: what is
/// handed over cannot be taken back, so all of it must be there before.
fn enough(
    conn: &Connection,
    hands: &Hands,
    owed: &[HoldItem],
) -> Result<Option<Vec<Codes>>, DbError> {
    let mut all = Vec::new();
    for item in owed {
        let Some(list) = hands.codes(&item.key) else { return Ok(None) };
        let units = usize::try_from(item.units).unwrap_or(usize::MAX);
        let codes = fresh(conn, &list, units)?;
        if codes.len() < units {
            return Ok(None);
        }
        all.push(Codes { key: item.key.clone(), codes: codes.into_iter().cloned().collect() });
    }
    Ok(Some(all))
}

/// The order's letter slot, if its payment opens what it bought.
fn may_be_given(conn: &Connection, id: &str) -> Result<Option<[u8; 32]>, DbError> {
    let says = |kind: EventKind| -> Result<bool, DbError> {
        let sql = "select 1 from events where order_id = ?1 and kind = ?2";
        Ok(conn.prepare_cached(sql)?.exists([id, kind.word()])?)
    };
    let (sent, refunded) = (says(EventKind::Sent)?, says(EventKind::Refunded)?);
    if !opens(read_state(conn, id)?, sent, refunded) {
        return Ok(None);
    }
    let sql = "select letter_key from orders where id = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
}

fn hand_over(
    conn: &Connection,
    hands: &Hands,
    order: OrderId,
    letter_key: [u8; 32],
    Codes { key, codes }: Codes,
) -> Result<(), DbError> {
    let mut mark = conn.prepare_cached("insert into code_marks (mark) values (?1)")?;
    for code in &codes {
        mark.execute([code.mark])?;
    }
    let given = CodesGiven::new(key, codes.iter().map(|code| code.code.to_string()).collect());
    let letter = hands.seal_codes(order, letter_key, &given)?;
    conn.prepare_cached("insert into given (order_id, letter) values (?1, ?2)")?
        .execute(params![order.to_string(), letter])?;
    Ok(())
}

fn tell_missing(conn: &Connection, hands: &Hands, order: OrderId) -> Result<(), DbError> {
    let sql = "insert or ignore into codes_missing (order_id) values (?1)";
    let told_now = conn.prepare_cached(sql)?.execute([order.to_string()])? > 0;
    if told_now { holds::tell(conn, hands, order, News::CodesMissing) } else { Ok(()) }
}

/// The sealed codes an order was given, in their order.
pub(super) fn given(conn: &Connection, id: &str) -> Result<Vec<Vec<u8>>, DbError> {
    let sql = "select letter from given where order_id = ?1 order by rowid";
    all(conn, sql, [id], |row| Ok(row.get(0)?))
}
