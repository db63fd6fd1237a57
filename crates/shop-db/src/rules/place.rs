//! Storage of a new order. The transaction that writes it checks everything that must be so.

use super::{chains, escrow, facts, pool, reservations, tx_context::TxContext};
use crate::{
    error::{DbError, PlaceError},
    model::NewOrder,
    rows::{Rows, named_amount},
};
use shop_core::time::CoarseTime;

/// Greatest number of orders a shop keeps (`security.md`, section 4).
/// More is an attack, or a shop that needs shorter terms.
pub(crate) const MOST_ORDERS: u64 = 20_000;

/// Places an order: its rows, its forms, its goods, and the mail that tells the seller.
pub(crate) fn place(rows: &dyn Rows, tx: &TxContext, order: &NewOrder) -> Result<(), PlaceError> {
    refuse(rows, order)?;
    // A vault is nobody's but this order's, for ever: it follows from the terms.
    if order.escrow.is_none() {
        pool::give(rows, order)?;
    }
    let chain = chains::followed_or_new(rows, order.invoice.pay_to().asset().chain())?;
    rows.insert_order(order, chain, facts::copies(&order.invoice))?;
    escrow::place(rows, order)?;
    for form in &order.forms {
        rows.insert_form(order.id, form)?;
    }
    reservations::place(rows, tx, order)?;
    Ok(tx.mail(rows, order.id, &order.mail)?)
}

/// Refuses an order that must not be placed.
/// A shop may keep thousands of orders: none of these questions goes through them.
fn refuse(rows: &dyn Rows, order: &NewOrder) -> Result<(), PlaceError> {
    for form in &order.forms {
        if rows.form_code(&form.name)?.is_some() {
            return Err(PlaceError::FormPlaced);
        }
    }
    if rows.has_order(order.id, &order.lookup)? {
        return Err(PlaceError::IdTaken);
    }
    if rows.count_orders()? >= MOST_ORDERS {
        return Err(PlaceError::Full);
    }
    if open_orders(rows, order)? >= u64::from(order.most_open) {
        return Err(PlaceError::TooManyOpen);
    }
    if is_taken(rows, order)? { Err(PlaceError::PayToTaken) } else { Ok(()) }
}

/// Counts the open orders, the new one not among them.
/// Money in a block is no flood: such orders leave room for others. One that was cancelled does so
/// when its offer would have ended: else placing and cancelling would use up addresses without end.
/// One whose chain is not followed any more takes nobody's place.
fn open_orders(rows: &dyn Rows, order: &NewOrder) -> Result<u64, DbError> {
    let now = order.placed;
    let offered = order.invoice.expires().hours().saturating_sub(now.hours());
    let began = CoarseTime::from_hours(now.hours().saturating_sub(offered));
    let open = rows.count_open(now)?.saturating_sub(rows.count_open_put_away(now)?);
    Ok(open.saturating_add(rows.count_cancelled(began)?))
}

/// Returns true if the pay-to of an order, or its amount there, is taken.
/// A pay-to from the pool has one order at a time, and is never shared with a wallet; an
/// amount that names its order is given once among the orders there are.
fn is_taken(rows: &dyn Rows, order: &NewOrder) -> Result<bool, DbError> {
    let pay_to = order.invoice.pay_to();
    if escrow::is_taken(rows, order)? || !pool::may_have(rows, order)? {
        return Ok(true);
    }
    match named_amount(&order.invoice) {
        Some(amount) => Ok(!rows.named_amounts(pay_to, amount..=amount)?.is_empty()),
        None => rows.has_named_order(pay_to),
    }
}
