//! Placing an order: everything that must be so is checked in the transaction that writes it.

use super::{
    chains::{self, IS_FOLLOWED},
    codec::{hours, int, write_invoice},
    hands::Hands,
    holds, pool,
};
use crate::{
    error::{DbError, PlaceError},
    model::NewOrder,
};
use rusqlite::{Connection, OptionalExtension, Params, params};
use shop_core::pay_to::Matching;

/// How many orders a shop keeps (`security.md`, section 4): more is an attack or a shop that needs
/// shorter terms.
pub(super) const MOST_ORDERS: i64 = 20_000;

pub(crate) fn place(conn: &Connection, hands: &Hands, order: &NewOrder) -> Result<(), PlaceError> {
    refuse(conn, order)?;
    write(conn, order)?;
    holds::place(conn, hands, order)?;
    Ok(hands.mail(conn, &order.id.to_string(), &order.mail)?)
}

fn refuse(conn: &Connection, order: &NewOrder) -> Result<(), PlaceError> {
    let known = "select 1 from orders where id = ?1 or lookup = ?2";
    if exists(conn, known, params![order.id.to_string(), order.lookup])? {
        return Err(PlaceError::IdTaken);
    }
    if count(conn, "select count(*) from orders", [])? >= MOST_ORDERS {
        return Err(PlaceError::Full);
    }
    // Money in a block is no flood: such orders leave room for others. One that was cancelled does so when
    // its offer would have ended: else placing and cancelling would use up addresses without end.
    let open = format!(
        "select (select count(*) from orders
            where state in ('awaiting', 'seen', 'short') and expires >= ?1 and {IS_FOLLOWED})
        + (select count(*) from orders where placed > ?2 and cancelled = 1)"
    );
    let offered = order.invoice.expires().hours().saturating_sub(order.placed.hours());
    let began = int(order.placed.hours().saturating_sub(offered));
    if count(conn, &open, params![hours(order.placed), began])? >= i64::from(order.most_open) {
        return Err(PlaceError::TooManyOpen);
    }
    if is_taken(conn, order)? { Err(PlaceError::PayToTaken) } else { Ok(()) }
}

/// A pay-to from the pool has one order at a time, and is never shared with a wallet; a tag is given
/// once among the orders there are.
fn is_taken(conn: &Connection, order: &NewOrder) -> Result<bool, DbError> {
    let pay_to = order.invoice.pay_to();
    if !pool::may_have(conn, order)? {
        return Ok(true);
    }
    let (sql, tag) = match order.invoice.matching() {
        Matching::PayTo => (
            "select 1 from orders where asset = ?1 and pay_to = ?2 and tag is not null and ?3 is null",
            None,
        ),
        Matching::Tag(tag) => {
            ("select 1 from orders where asset = ?1 and pay_to = ?2 and tag = ?3", Some(int(tag)))
        }
    };
    exists(conn, sql, params![pay_to.asset().code(), pay_to.as_str(), tag])
}

fn write(conn: &Connection, order: &NewOrder) -> Result<(), DbError> {
    let invoice = &order.invoice;
    let (asset, pay_to) = (invoice.pay_to().asset().code(), invoice.pay_to().as_str());
    pool::give(conn, order)?;
    let tag = match invoice.matching() {
        Matching::PayTo => None,
        Matching::Tag(tag) => Some(int(tag)),
    };
    conn.prepare_cached(
        "insert into orders (id, lookup, buyer_box, placed, asset, pay_to, tag, needs, expires,
             state, restless, invoice, letter_key, chain)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, ?13)",
    )?
    .execute(params![
        order.id.to_string(),
        order.lookup,
        order.buyer_box,
        hours(order.placed),
        asset,
        pay_to,
        tag,
        invoice.needs().0,
        hours(invoice.expires()),
        invoice.state().word(),
        write_invoice(invoice)?,
        order.letter_key,
        chains::followed_or_unknown(conn, invoice.pay_to().asset())?.0,
    ])?;
    Ok(())
}

fn exists(conn: &Connection, sql: &str, values: impl Params) -> Result<bool, DbError> {
    Ok(conn.prepare_cached(sql)?.query_row(values, |_| Ok(())).optional()?.is_some())
}

fn count(conn: &Connection, sql: &str, values: impl Params) -> Result<i64, DbError> {
    Ok(conn.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}
