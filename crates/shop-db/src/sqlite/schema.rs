//! The schema and its version.

use crate::error::{DbError, OpenError};
use rusqlite::Connection;

/// The whole schema.
/// A change to it is another [`VERSION`], so that no program reads rows of another; once it is
/// released, it is a migration too.
const SCHEMA: &str = include_str!("schema.sql");

/// Version of the schema (`pragma user_version`).
pub(super) const VERSION: i64 = 2;

/// Application id of our files (`pragma application_id`): "cart".
const APPLICATION: i64 = 0x6361_7274;

/// A file that can be opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing is in it yet.
    Empty,
    /// A database with the schema of this program.
    Shop,
}

/// Checks that the file is whole and ours, and makes the tables in an empty one.
/// Something is written in any case: a disk that is full is better found now, too.
pub(super) fn open(conn: &Connection) -> Result<(), OpenError> {
    check(conn)?;
    conn.execute_batch("begin immediate").map_err(DbError::from)?;
    // Another program may have made the tables meanwhile.
    if find(conn)? == Found::Empty {
        conn.execute_batch(SCHEMA).map_err(DbError::from)?;
    }
    conn.pragma_update(None, "application_id", APPLICATION).map_err(DbError::from)?;
    conn.pragma_update(None, "user_version", VERSION).map_err(DbError::from)?;
    Ok(conn.execute_batch("commit").map_err(DbError::from)?)
}

/// Checks that the file is whole and ours: damage is better found now than in an order.
pub(super) fn check(conn: &Connection) -> Result<Found, OpenError> {
    let found: String =
        conn.query_row("pragma quick_check(1)", [], |row| row.get(0)).map_err(DbError::from)?;
    if found == "ok" { find(conn) } else { Err(OpenError::Damaged) }
}

/// Reads the application id and the version of the file.
pub(super) fn find(conn: &Connection) -> Result<Found, OpenError> {
    let number = |sql| conn.query_row(sql, [], |row| row.get(0)).map_err(DbError::from);
    let application: i64 = number("pragma application_id")?;
    let found: i64 = number("pragma user_version")?;
    let tables: i64 = number("select count(*) from sqlite_schema")?;
    match (application, tables) {
        (APPLICATION, _) if found == VERSION => Ok(Found::Shop),
        (APPLICATION, _) => Err(OpenError::OtherVersion { found, known: VERSION }),
        (0, 0) => Ok(Found::Empty),
        _ => Err(OpenError::NotOurs),
    }
}
