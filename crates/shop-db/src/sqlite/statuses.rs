//! Stored statuses: copies of the phase and the debt of each order, for queries.
//!
//! They are written in the transaction that changes one of the facts they follow from. The hour alone
//! changes them too: `status_until` notes when, and the purge writes it. Nothing is decided by these
//! copies: who reads an order derives its status again.

use super::{
    chains::ChainNumber,
    codec::hours,
    facts::{self, OrderRow},
};
use crate::error::DbError;
use rusqlite::{Connection, params};
use shop_core::{
    order::OrderId,
    order_status::{OrderStatus, derive},
    time::CoarseTime,
};

/// Writes the status of an order, one of whose facts has changed.
/// It is the one before any hour changed it, so no clock is asked: `status_until` says how long it
/// holds.
pub(super) fn write(conn: &Connection, order: OrderId) -> Result<(), DbError> {
    let row = facts::of_order(conn, &order.to_string())?;
    store(conn, &row, row.first_status())
}

/// Writes the statuses of a demo's orders.
/// Their debts change when the demo is put away, and when it is followed again.
pub(super) fn write_of_demo(conn: &Connection, chain: i64) -> Result<(), DbError> {
    for row in facts::of_orders(conn, "where number = ?1 and demo = 1", [chain])? {
        store(conn, &row, row.first_status())?;
    }
    Ok(())
}

/// Derives again what the hour has changed among the orders of a chain.
pub(super) fn refresh(
    conn: &Connection,
    chain: ChainNumber,
    now: CoarseTime,
) -> Result<(), DbError> {
    let changed = "where number = ?1 and status_until <= ?2";
    for row in facts::of_orders(conn, changed, params![chain.0, hours(now)])? {
        store(conn, &row, derive(&row.facts, now))?;
    }
    Ok(())
}

fn store(conn: &Connection, row: &OrderRow, status: OrderStatus) -> Result<(), DbError> {
    conn.prepare_cached(
        "update orders set phase = ?2, debt = ?3, status_until = ?4
         where id = ?1 and (phase <> ?2 or debt <> ?3 or status_until is not ?4)",
    )?
    .execute(params![
        row.order.to_string(),
        status.phase.word(),
        status.debt.word(),
        status.until.map(hours),
    ])?;
    Ok(())
}
