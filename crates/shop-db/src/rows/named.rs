//! Orders found by where they are paid: at an address of their own, or by their amount.

use crate::error::DbError;
use shop_core::{
    invoice::Invoice,
    money::Amount,
    order::OrderId,
    pay_to::{Matching, PayTo},
};
use std::ops::RangeInclusive;

/// Order at a pay-to.
#[derive(Clone)]
pub(crate) struct NamedOrder {
    /// Its number.
    pub(crate) order: OrderId,
    /// Its invoice.
    pub(crate) invoice: Invoice,
    /// True if its chain is followed.
    pub(crate) followed: bool,
}

/// Converts an amount to steps of the eighth decimal, as it is stored.
/// An amount that does not fit becomes one that no order has.
pub(crate) fn steps(amount: Amount) -> i64 {
    let steps = u64::try_from(amount.steps()).ok();
    steps.and_then(|steps| i64::try_from(steps).ok()).unwrap_or(i64::MAX)
}

/// Returns the amount that names an order with this invoice, in steps.
/// There is none if its pay-to names it.
pub(crate) fn named_amount(invoice: &Invoice) -> Option<i64> {
    matches!(invoice.matching(), Matching::Amount { .. }).then(|| steps(invoice.due()))
}

/// Operations that find orders by their pay-to.
/// Amounts are in steps of the eighth decimal ([`steps`]).
pub(crate) trait NamedRows {
    /// Returns the order that has this pay-to alone.
    fn lone_order(&self, pay_to: &PayTo) -> Result<Option<NamedOrder>, DbError>;

    /// Returns true if there is an order at this pay-to that its amount names.
    fn has_named_order(&self, pay_to: &PayTo) -> Result<bool, DbError>;

    /// Returns the orders at this pay-to that are named by one of these amounts.
    fn named_orders(
        &self,
        pay_to: &PayTo,
        amounts: RangeInclusive<i64>,
    ) -> Result<Vec<NamedOrder>, DbError>;

    /// Returns which of these amounts name an order at this pay-to.
    fn named_amounts(
        &self,
        pay_to: &PayTo,
        amounts: RangeInclusive<i64>,
    ) -> Result<Vec<i64>, DbError>;

    /// Returns the orders at this pay-to that are named by an amount with these last four digits.
    fn orders_by_digits(&self, pay_to: &PayTo, digits: u16) -> Result<Vec<NamedOrder>, DbError>;

    /// Returns true if [`NamedRows::orders_by_digits`] returns any.
    fn has_digits(&self, pay_to: &PayTo, digits: u16) -> Result<bool, DbError>;

    /// Returns the orders at this pay-to for which too little came.
    fn underpaid_orders(&self, pay_to: &PayTo) -> Result<Vec<NamedOrder>, DbError>;
}
