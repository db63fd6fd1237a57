//! Stored statuses: copies of the phase and the debt of each order, for queries.
//!
//! They are written in the transaction that changes one of the facts they follow from. The hour
//! alone changes them too: the stored status says until when it holds, and the purge writes it then.
//! Nothing is decided by these copies: who reads an order derives its status again.

use super::facts;
use crate::{
    error::DbError,
    rows::{ChainNumber, Rows, Which},
};
use shop_core::{order::OrderId, order_status::derive, time::CoarseTime};

/// Writes the status of an order, one of whose facts has changed.
/// It is the one before any hour changed it, so no clock is asked.
pub(super) fn write(rows: &dyn Rows, order: OrderId) -> Result<(), DbError> {
    let row = facts::of_order(rows, order)?;
    rows.set_status(order, &row.first_status())
}

/// Writes the statuses of a demo's orders.
/// Their debts change when the demo is put away, and when it is followed again.
pub(super) fn write_of_demo(rows: &dyn Rows, chain: ChainNumber) -> Result<(), DbError> {
    if rows.chain(chain)?.demo != Some(true) {
        return Ok(());
    }
    for row in rows.orders(Which::OfChain(chain))? {
        rows.set_status(row.order, &row.first_status())?;
    }
    Ok(())
}

/// Derives again what the hour has changed among the orders of a chain.
pub(super) fn refresh(rows: &dyn Rows, chain: ChainNumber, now: CoarseTime) -> Result<(), DbError> {
    for row in rows.orders(Which::StatusUntil(chain, now))? {
        rows.set_status(row.order, &derive(&row.facts(), now))?;
    }
    Ok(())
}
