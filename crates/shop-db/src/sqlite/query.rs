//! Statements as the row operations run them: each is prepared once on a connection.

use crate::error::DbError;
use rusqlite::{Connection, Params, Row};

/// Reads all rows of a query.
pub(super) fn all<T>(
    conn: &Connection,
    sql: &str,
    values: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, DbError>,
) -> Result<Vec<T>, DbError> {
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Reads the first row of a query, if there is one.
pub(super) fn first<T>(
    conn: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, DbError>,
) -> Result<Option<T>, DbError> {
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query(values)?;
    rows.next()?.map(read).transpose()
}

/// Reads the one number of a query that always has a row, such as a count.
pub(super) fn number(conn: &Connection, sql: &str, values: impl Params) -> Result<i64, DbError> {
    Ok(conn.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}

/// Reads the one number of a query that always has a row, which may be null.
pub(super) fn number_if_any(
    conn: &Connection,
    sql: &str,
    values: impl Params,
) -> Result<Option<i64>, DbError> {
    Ok(conn.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}

/// Returns true if a query has a row.
pub(super) fn exists(conn: &Connection, sql: &str, values: impl Params) -> Result<bool, DbError> {
    Ok(conn.prepare_cached(sql)?.exists(values)?)
}

/// Runs a statement that changes rows, and returns how many.
pub(super) fn execute(conn: &Connection, sql: &str, values: impl Params) -> Result<usize, DbError> {
    Ok(conn.prepare_cached(sql)?.execute(values)?)
}
