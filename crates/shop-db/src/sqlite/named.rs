//! Orders found by where they are paid.

use super::{
    codec::{read_id, read_invoice},
    query::{all, exists, first},
};
use crate::{
    error::DbError,
    rows::{NamedOrder, NamedRows},
};
use rusqlite::{Connection, Params, Row, params};
use shop_core::pay_to::PayTo;
use std::ops::RangeInclusive;

/// Queries of the orders that are named at a pay-to.
/// A shared one may have thousands: an index finds them.
pub(super) const HAS_NAMED: &str =
    "select 1 from orders where asset = ?1 and pay_to = ?2 and named_amount is not null";
pub(super) const NAMED_AMOUNTS: &str = "select named_amount from orders
    where asset = ?1 and pay_to = ?2 and named_amount between ?3 and ?4";
pub(super) const HAS_DIGITS: &str = "select 1 from orders indexed by orders_by_digits
    where asset = ?1 and pay_to = ?2 and named_amount % 10000 = ?3 and named_amount is not null";

/// Query of the orders at a pay-to; the rest of its condition follows.
const ORDERS: &str = "select id, invoice, followed
    from orders join chains on chains.number = orders.chain
    where asset = ?1 and pay_to = ?2 and ";
pub(super) const LONE: &str = "named_amount is null";
pub(super) const NAMED: &str = "named_amount between ?3 and ?4";
pub(super) const BY_DIGITS: &str = "named_amount % 10000 = ?3 and named_amount is not null";
pub(super) const UNDERPAID: &str = "underpaid = 1";

/// Returns the query of the orders at a pay-to that meet a condition.
pub(super) fn orders_at(condition: &str) -> String {
    format!("{ORDERS}{condition}")
}

impl NamedRows for Connection {
    fn lone_order(&self, pay_to: &PayTo) -> Result<Option<NamedOrder>, DbError> {
        first(self, &orders_at(LONE), [pay_to.asset().stored(), pay_to.as_str()], read)
    }

    fn has_named_order(&self, pay_to: &PayTo) -> Result<bool, DbError> {
        exists(self, HAS_NAMED, [pay_to.asset().stored(), pay_to.as_str()])
    }

    fn named_orders(
        &self,
        pay_to: &PayTo,
        amounts: RangeInclusive<i64>,
    ) -> Result<Vec<NamedOrder>, DbError> {
        let asset = pay_to.asset().stored();
        find(self, NAMED, params![asset, pay_to.as_str(), amounts.start(), amounts.end()])
    }

    fn named_amounts(
        &self,
        pay_to: &PayTo,
        amounts: RangeInclusive<i64>,
    ) -> Result<Vec<i64>, DbError> {
        let asset = pay_to.asset().stored();
        let values = params![asset, pay_to.as_str(), amounts.start(), amounts.end()];
        all(self, NAMED_AMOUNTS, values, |row| Ok(row.get(0)?))
    }

    fn orders_by_digits(&self, pay_to: &PayTo, digits: u16) -> Result<Vec<NamedOrder>, DbError> {
        find(self, BY_DIGITS, params![pay_to.asset().stored(), pay_to.as_str(), digits])
    }

    fn has_digits(&self, pay_to: &PayTo, digits: u16) -> Result<bool, DbError> {
        exists(self, HAS_DIGITS, params![pay_to.asset().stored(), pay_to.as_str(), digits])
    }

    fn underpaid_orders(&self, pay_to: &PayTo) -> Result<Vec<NamedOrder>, DbError> {
        find(self, UNDERPAID, [pay_to.asset().stored(), pay_to.as_str()])
    }
}

fn find(
    conn: &Connection,
    condition: &str,
    values: impl Params,
) -> Result<Vec<NamedOrder>, DbError> {
    all(conn, &orders_at(condition), values, read)
}

fn read(row: &Row<'_>) -> Result<NamedOrder, DbError> {
    let id: String = row.get(0)?;
    let invoice: String = row.get(1)?;
    let invoice = read_invoice(&invoice)?;
    Ok(NamedOrder { order: read_id(&id)?, invoice, followed: row.get(2)? })
}
