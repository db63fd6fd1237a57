//! Amounts that name their order at a shared pay-to.

use super::{
    chains::IS_FOLLOWED,
    codec::{int, read_id, read_invoice},
};
use crate::error::DbError;
use rusqlite::{Connection, params};
use shop_core::{
    invoice::{ClaimFit, Fit, Invoice, State},
    money::Amount,
    naming::{self, Name},
    order::OrderId,
    pay_to::{Matching, PayTo},
};
use std::collections::HashSet;

/// Number of names tried whose digits no order has, before the others are taken too.
const SPARE: usize = 64;

/// Converts an amount to steps of the eighth decimal, as it is stored.
/// An amount that does not fit becomes one that no order has.
pub(super) fn steps(amount: Amount) -> i64 {
    u64::try_from(amount.steps()).map_or(i64::MAX, int)
}

/// Returns the column `named_amount` of an order with this invoice.
pub(super) fn named_amount(invoice: &Invoice) -> Option<i64> {
    matches!(invoice.matching(), Matching::Amount { .. }).then(|| steps(invoice.due()))
}

/// Returns an amount that can name an order of this price at this pay-to.
/// If there is one, it is such that no other order there has its digits. There is none if every
/// amount is taken.
pub(crate) fn free_name(
    conn: &Connection,
    pay_to: &PayTo,
    price: Amount,
    start: u64,
) -> Result<Option<Name>, DbError> {
    let asset = pay_to.asset().stored();
    let text = pay_to.as_str();
    let mut same_digits = conn.prepare_cached(
        "select 1 from orders where asset = ?1 and pay_to = ?2 and named_amount % 10000 = ?3
             and named_amount is not null",
    )?;
    for name in naming::names(price, start).take(SPARE) {
        if !same_digits.exists(params![asset, text, naming::digits(name.due)])? {
            return Ok(Some(name));
        }
    }
    let mut query = conn.prepare_cached(
        "select named_amount from orders where asset = ?1 and pay_to = ?2
             and named_amount is not null and named_amount between ?3 and ?4",
    )?;
    let first = steps(price);
    let last = first.saturating_add(int(naming::DIGITS));
    let taken = query.query_map(params![asset, text, first, last], |row| row.get(0))?;
    let taken: HashSet<i64> = taken.collect::<Result<_, _>>()?;
    Ok(naming::names(price, start).find(|name| !taken.contains(&steps(name.due))))
}

/// Finds the order that recognises a transfer by where it went and how much it is.
/// It is the order whose address it is alone, whose amount it is exactly, or who alone has its
/// digits.
pub(super) fn find_order(
    conn: &Connection,
    pay_to: &PayTo,
    amount: Amount,
) -> Result<Option<OrderId>, DbError> {
    let mut query = conn.prepare_cached(&format!(
        "select id, invoice from orders where asset = ?1 and pay_to = ?2
             and named_amount is null and {IS_FOLLOWED}
         union all
         select id, invoice from orders where asset = ?1 and pay_to = ?2 and named_amount = ?3
             and {IS_FOLLOWED}
         union all
         select id, invoice from orders where asset = ?1 and pay_to = ?2
             and named_amount % 10000 = ?4 and named_amount is not null and named_amount <> ?3
             and {IS_FOLLOWED}",
    ))?;
    let digits = naming::digits(amount);
    let asset = pay_to.asset().stored();
    let text = pay_to.as_str();
    let mut rows = query.query(params![asset, text, steps(amount), digits])?;
    let mut by_digits = Vec::new();
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let invoice: String = row.get(1)?;
        match read_invoice(&invoice)?.fit(amount) {
            Fit::Exact => return Ok(Some(read_id(&id)?)),
            Fit::Digits => by_digits.push(read_id(&id)?),
            Fit::Unnamed => {}
        }
    }
    Ok(if let [order] = by_digits[..] { Some(order) } else { None })
}

/// Returns true if another unpaid order at this pay-to fits a rounded amount as well.
/// Exchanges round amounts: then nobody can tell whose it is.
pub(super) fn has_rival(
    conn: &Connection,
    order: OrderId,
    pay_to: &PayTo,
    amount: Amount,
) -> Result<bool, DbError> {
    let mut query = conn.prepare_cached(&format!(
        "select id, invoice from orders where asset = ?1 and pay_to = ?2
             and named_amount is not null and named_amount between ?3 and ?4 and {IS_FOLLOWED}
         union
         select id, invoice from orders where pay_to = ?2 and state = 'short'
             and chain = (select number from chains where asset = ?1 and followed = 1)",
    ))?;
    let asset = pay_to.asset().stored();
    let text = pay_to.as_str();
    let near = steps(amount);
    let from = near.saturating_sub(100);
    let to = near.saturating_add(100);
    let mut rows = query.query(params![asset, text, from, to])?;
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let invoice: String = row.get(1)?;
        let invoice = read_invoice(&invoice)?;
        let waits =
            matches!(invoice.state(), State::Awaiting | State::Underpaid { .. } | State::Expired);
        let fits = invoice.claim_fit(amount) == ClaimFit::Rounded;
        if waits && fits && read_id(&id)? != order {
            return Ok(true);
        }
    }
    Ok(false)
}
