//! Rows of what orders take from the stock.

use super::{
    codec::{hours, read_hours, read_reservation_status, write_reservation_status},
    order::ids,
    query::{execute, first, number},
};
use crate::{
    error::DbError,
    rows::{ReservationRow, ReservationRows},
};
use rusqlite::{Connection, Row, params};
use shop_core::{order::OrderId, stock::ReservationStatus};

impl ReservationRows for Connection {
    fn reservation(&self, order: OrderId) -> Result<Option<ReservationRow>, DbError> {
        let sql = "select status, until, backorder, items from reservations
            where order_seq = (select seq from orders where id = ?1)";
        first(self, sql, [order.to_string()], read)
    }

    fn put_reservation(&self, order: OrderId, row: &ReservationRow) -> Result<(), DbError> {
        let ReservationRow { status, until, backorder, items } = row;
        let sql = "insert into reservations (order_seq, status, until, backorder, items)
            select seq, ?2, ?3, ?4, ?5 from orders where id = ?1
            on conflict (order_seq) do update set status = excluded.status,
                until = excluded.until, backorder = excluded.backorder, items = excluded.items
            where status <> excluded.status or until is not excluded.until
                or backorder is not excluded.backorder or items <> excluded.items";
        let word = write_reservation_status(*status);
        execute(self, sql, params![order.to_string(), word, until.map(hours), backorder, items])
            .map(drop)
    }

    fn reservations(&self, status: Option<ReservationStatus>) -> Result<Vec<OrderId>, DbError> {
        let Some(status) = status else {
            let sql = "select id from reservations cross join orders on seq = order_seq
                order by order_seq";
            return ids(self, sql, []);
        };
        ids(self, &with_status(status), [])
    }

    fn last_backorder(&self) -> Result<i64, DbError> {
        let sql = "select coalesce(max(backorder), 0) from reservations
            where status = 'backordered'";
        number(self, sql, [])
    }
}

/// Returns the query of the orders with this status.
/// The status is a word of the query, as two of them have an index of their own. The plus sign keeps
/// SQLite from going through the whole table, which is in this order already.
pub(super) fn with_status(status: ReservationStatus) -> String {
    let word = write_reservation_status(status);
    format!(
        "select id from reservations cross join orders on seq = order_seq
            where status = '{word}' order by +order_seq"
    )
}

fn read(row: &Row<'_>) -> Result<ReservationRow, DbError> {
    let status: String = row.get(0)?;
    let until: Option<i64> = row.get(1)?;
    Ok(ReservationRow {
        status: read_reservation_status(&status)?,
        until: until.map(read_hours).transpose()?,
        backorder: row.get(2)?,
        items: row.get(3)?,
    })
}
