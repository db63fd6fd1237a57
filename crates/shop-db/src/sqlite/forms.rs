//! Forms that have placed an order: one that comes again finds it and places no second.

use super::codec::{hours, int};
use crate::{
    error::{DbError, PlaceError},
    model::{NewForm, NewOrder},
};
use rusqlite::{Connection, OptionalExtension, params};
use shop_core::time::CoarseTime;

/// Refuses an order if its form, or its cart by another form, has placed one.
pub(super) fn refuse_again(conn: &Connection, forms: &[NewForm]) -> Result<(), PlaceError> {
    for form in forms {
        if code(conn, &form.name)?.is_some() {
            return Err(PlaceError::FormPlaced);
        }
    }
    Ok(())
}

/// Records that its form and its cart have placed this order.
pub(super) fn record(conn: &Connection, order: &NewOrder) -> Result<(), DbError> {
    let mut insert = conn.prepare_cached(
        "insert into placed_forms (name, order_id, order_code, lapses) values (?1, ?2, ?3, ?4)",
    )?;
    for NewForm { name, code, lapses } in &order.forms {
        insert.execute(params![name, order.id.to_string(), code, hours(*lapses)])?;
    }
    Ok(())
}

/// Returns the sealed code of the order that this form has placed.
pub(crate) fn code(conn: &Connection, name: &[u8; 32]) -> Result<Option<Vec<u8>>, DbError> {
    let mut query = conn.prepare_cached("select order_code from placed_forms where name = ?1")?;
    Ok(query.query_row([name], |row| row.get(0)).optional()?)
}

/// Removes the forms that are refused by now, because they are too old.
pub(super) fn forget_lapsed(conn: &Connection, now: CoarseTime) -> Result<(), DbError> {
    conn.prepare_cached("delete from placed_forms where lapses <= ?1")?
        .execute([int(now.hours())])?;
    Ok(())
}
