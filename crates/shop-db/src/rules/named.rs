//! Amounts that name their order at a shared pay-to.

use crate::{
    error::DbError,
    rows::{NamedOrder, Rows, steps},
};
use shop_core::{
    invoice::{ClaimFit, Fit, State},
    money::Amount,
    naming::{self, Name},
    order::OrderId,
    pay_to::PayTo,
};
use std::collections::HashSet;

/// Number of names tried whose digits no order has, before the others are taken too.
const SPARE: usize = 64;
/// Steps of the eighth decimal by which an exchange may round an amount, at most.
const ROUNDING: i64 = 100;

/// Returns an amount that can name an order of this price at this pay-to.
/// If there is one, it is such that no other order there has its digits. There is none if every
/// amount is taken.
pub(crate) fn free_name(
    rows: &dyn Rows,
    pay_to: &PayTo,
    price: Amount,
    start: u64,
) -> Result<Option<Name>, DbError> {
    for name in naming::names(price, start).take(SPARE) {
        if !rows.has_digits(pay_to, naming::digits(name.due))? {
            return Ok(Some(name));
        }
    }
    let first = steps(price);
    let last = first.saturating_add(i64::try_from(naming::DIGITS).unwrap_or(i64::MAX));
    let taken: HashSet<i64> = rows.named_amounts(pay_to, first..=last)?.into_iter().collect();
    Ok(naming::names(price, start).find(|name| !taken.contains(&steps(name.due))))
}

/// Finds the order that recognises a transfer by where it went and how much it is.
/// It is the order whose address it is alone, whose amount it is exactly, or who alone has its
/// digits.
pub(super) fn find_order(
    rows: &dyn Rows,
    pay_to: &PayTo,
    amount: Amount,
) -> Result<Option<OrderId>, DbError> {
    let exact = steps(amount);
    let mut found: Vec<NamedOrder> = rows.lone_order(pay_to)?.into_iter().collect();
    found.extend(rows.named_orders(pay_to, exact..=exact)?);
    found.extend(rows.orders_by_digits(pay_to, naming::digits(amount))?);
    let mut by_digits = Vec::new();
    for NamedOrder { order, invoice, .. } in found.into_iter().filter(|found| found.followed) {
        match invoice.fit(amount) {
            Fit::Exact => return Ok(Some(order)),
            // One whose amount does not fit is found twice.
            Fit::Digits if !by_digits.contains(&order) => by_digits.push(order),
            Fit::Digits | Fit::Unnamed => {}
        }
    }
    Ok(if let [order] = by_digits[..] { Some(order) } else { None })
}

/// Returns true if another unpaid order at this pay-to fits a rounded amount as well.
/// Exchanges round amounts: then nobody can tell whose it is.
pub(super) fn has_rival(
    rows: &dyn Rows,
    order: OrderId,
    pay_to: &PayTo,
    amount: Amount,
) -> Result<bool, DbError> {
    let near = steps(amount);
    let around = near.saturating_sub(ROUNDING)..=near.saturating_add(ROUNDING);
    let mut found = rows.named_orders(pay_to, around)?;
    found.extend(rows.underpaid_orders(pay_to)?);
    Ok(found.iter().any(|rival| {
        let waits = matches!(
            rival.invoice.state(),
            State::Awaiting | State::Underpaid { .. } | State::Expired
        );
        let fits = rival.invoice.claim_fit(amount) == ClaimFit::Rounded;
        rival.followed && rival.order != order && waits && fits
    }))
}
