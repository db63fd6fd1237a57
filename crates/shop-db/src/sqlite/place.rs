//! Storage of a new order. The transaction that writes it checks everything that must be so.

use super::{
    chains,
    codec::{hours, int, write_invoice},
    forms, named, pool, reservations,
    tx_context::TxContext,
};
use crate::{
    error::{DbError, PlaceError},
    model::NewOrder,
};
use rusqlite::{Connection, OptionalExtension, Params, params};
use shop_core::pay_to::Matching;

/// Greatest number of orders a shop keeps (`security.md`, section 4).
/// More is an attack, or a shop that needs shorter terms.
pub(super) const MOST_ORDERS: i64 = 20_000;

pub(crate) fn place(conn: &Connection, tx: &TxContext, order: &NewOrder) -> Result<(), PlaceError> {
    refuse(conn, order)?;
    write(conn, order)?;
    forms::record(conn, order)?;
    reservations::place(conn, tx, order)?;
    Ok(tx.mail(conn, &order.id.to_string(), &order.mail)?)
}

/// Queries made before an order is written.
/// A shop may keep thousands of orders: none of these goes through them (a test checks that), and
/// the counts are kept (`order_count`, `open_orders`).
const KNOWN: &str = "select 1 from orders where id = ?1 or lookup = ?2";
const COUNT: &str = "select orders from order_count where id = 1";
/// Query of the number of open orders.
/// Money in a block is no flood: such orders leave room for others. One that was cancelled does so
/// when its offer would have ended: else placing and cancelling would use up addresses without end.
/// One whose chain is not followed any more takes nobody's place.
const OPEN: &str = "select (select coalesce(sum(orders), 0) from open_orders where expires >= ?1)
    - (select count(*) from orders where chain in (select number from chains where followed = 0)
        and state in ('awaiting', 'seen', 'short') and expires >= ?1)
    + (select count(*) from orders where placed > ?2 and cancelled = 1)";
const NAMED_AMOUNT: &str =
    "select 1 from orders where asset = ?1 and pay_to = ?2 and named_amount = ?3";
/// Orders at the pay-to that an amount names.
const NAMED_HERE: &str =
    "select 1 from orders where asset = ?1 and pay_to = ?2 and named_amount is not null";

#[cfg(test)]
pub(super) const HOT: [&str; 5] = [KNOWN, COUNT, OPEN, NAMED_AMOUNT, NAMED_HERE];

fn refuse(conn: &Connection, order: &NewOrder) -> Result<(), PlaceError> {
    forms::refuse_again(conn, &order.forms)?;
    if exists(conn, KNOWN, params![order.id.to_string(), order.lookup])? {
        return Err(PlaceError::IdTaken);
    }
    if count(conn, COUNT, [])? >= MOST_ORDERS {
        return Err(PlaceError::Full);
    }
    let offered = order.invoice.expires().hours().saturating_sub(order.placed.hours());
    let began = int(order.placed.hours().saturating_sub(offered));
    if count(conn, OPEN, params![hours(order.placed), began])? >= i64::from(order.most_open) {
        return Err(PlaceError::TooManyOpen);
    }
    if is_taken(conn, order)? { Err(PlaceError::PayToTaken) } else { Ok(()) }
}

/// Returns true if the pay-to of an order, or its amount there, is taken.
/// A pay-to from the pool has one order at a time, and is never shared with a wallet; an
/// amount that names its order is given once among the orders there are.
fn is_taken(conn: &Connection, order: &NewOrder) -> Result<bool, DbError> {
    let pay_to = order.invoice.pay_to();
    if !pool::may_have(conn, order)? {
        return Ok(true);
    }
    let asset = pay_to.asset().stored();
    let pay_to = pay_to.as_str();
    match order.invoice.matching() {
        Matching::PayTo => exists(conn, NAMED_HERE, params![asset, pay_to]),
        Matching::Amount { .. } => {
            exists(conn, NAMED_AMOUNT, params![asset, pay_to, named::named_amount(&order.invoice)])
        }
    }
}

fn write(conn: &Connection, order: &NewOrder) -> Result<(), DbError> {
    let invoice = &order.invoice;
    let asset = invoice.pay_to().asset().stored();
    let pay_to = invoice.pay_to().as_str();
    pool::give(conn, order)?;
    conn.prepare_cached(
        "insert into orders (id, lookup, buyer_copy, placed, asset, pay_to, needs, expires,
             state, recheck_each_block, invoice, inbox_key, named_amount, digital, chain)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        order.id.to_string(),
        order.lookup,
        order.buyer_copy,
        hours(order.placed),
        asset,
        pay_to,
        invoice.needs().0,
        hours(invoice.expires()),
        invoice.state().word(),
        write_invoice(invoice)?,
        order.inbox_key,
        named::named_amount(invoice),
        order.digital,
        chains::followed_or_unknown(conn, invoice.pay_to().asset().chain())?.0,
    ])?;
    Ok(())
}

fn exists(conn: &Connection, sql: &str, values: impl Params) -> Result<bool, DbError> {
    Ok(conn.prepare_cached(sql)?.query_row(values, |_| Ok(())).optional()?.is_some())
}

fn count(conn: &Connection, sql: &str, values: impl Params) -> Result<i64, DbError> {
    Ok(conn.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}
