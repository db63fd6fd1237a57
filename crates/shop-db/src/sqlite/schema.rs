//! The schema and its versions.

use crate::error::{DbError, OpenError};
use rusqlite::Connection;

/// Each takes the database one version up. They are never changed, only added to.
pub(super) const MIGRATIONS: [&str; 13] = [
    include_str!("../../migrations/0001.sql"),
    include_str!("../../migrations/0002.sql"),
    include_str!("../../migrations/0003.sql"),
    include_str!("../../migrations/0004.sql"),
    include_str!("../../migrations/0005.sql"),
    include_str!("../../migrations/0006.sql"),
    include_str!("../../migrations/0007.sql"),
    include_str!("../../migrations/0008.sql"),
    include_str!("../../migrations/0009.sql"),
    include_str!("../../migrations/0010.sql"),
    include_str!("../../migrations/0012.sql"),
    include_str!("../../migrations/0013.sql"),
    include_str!("../../migrations/0014.sql"),
];

/// Application id of our files (`pragma application_id`): "cart".
const APPLICATION: i64 = 0x6361_7274;

/// Checks that the file is whole and ours, and brings it up to date.
pub(super) fn migrate(conn: &Connection) -> Result<(), OpenError> {
    let known = i64::try_from(MIGRATIONS.len()).expect("a handful of migrations");
    whole(conn)?;
    conn.execute_batch("begin immediate").map_err(DbError::from)?;
    let found = ours(conn)?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    let done = usize::try_from(found).map_err(|_| OpenError::Damaged)?;
    for migration in MIGRATIONS.iter().skip(done) {
        conn.execute_batch(migration).map_err(DbError::from)?;
    }
    conn.pragma_update(None, "application_id", APPLICATION).map_err(DbError::from)?;
    conn.pragma_update(None, "user_version", known).map_err(DbError::from)?;
    Ok(conn.execute_batch("commit").map_err(DbError::from)?)
}

/// Checks that the file is whole and ours, and returns whether it is of the newest version.
pub(super) fn is_current(conn: &Connection) -> Result<bool, OpenError> {
    let known = i64::try_from(MIGRATIONS.len()).expect("a handful of migrations");
    whole(conn)?;
    match ours(conn)? {
        found if found > known => Err(OpenError::Newer { found, known }),
        found => Ok(found == known),
    }
}

/// Checks a file: damage is better found now than in the middle of an order.
fn whole(conn: &Connection) -> Result<(), OpenError> {
    let found: String =
        conn.query_row("pragma quick_check(1)", [], |row| row.get(0)).map_err(DbError::from)?;
    if found == "ok" { Ok(()) } else { Err(OpenError::Damaged) }
}

/// Returns the version of a file of ours; 0 for an empty one.
pub(super) fn ours(conn: &Connection) -> Result<i64, OpenError> {
    let number = |sql| conn.query_row(sql, [], |row| row.get(0)).map_err(DbError::from);
    let application: i64 = number("pragma application_id")?;
    let version: i64 = number("pragma user_version")?;
    let tables: i64 = number("select count(*) from sqlite_schema")?;
    match (application, tables) {
        (APPLICATION, _) => Ok(version),
        (0, 0) => Ok(0),
        _ => Err(OpenError::NotOurs),
    }
}
