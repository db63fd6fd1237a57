//! The schema, its version, and the way to it from the versions that were released before.

use crate::error::{DbError, OpenError};
use rusqlite::Connection;

/// The whole schema, for a new file.
/// Once it is released, a change to it is one of the [`STEPS`] too, and so another version: no
/// program reads rows of another.
const SCHEMA: &str = concat!(
    include_str!("schema.sql"),
    "\n",
    include_str!("schema/escrow.sql"),
    "\n",
    include_str!("schema/payments.sql")
);

/// Earliest version that can be opened.
const FIRST: i64 = 2;

/// Statements that lead from each version to the next, from [`FIRST`] on. They run in one
/// transaction, with foreign keys enforced, and never change once they are released.
const STEPS: &[&str] = &[include_str!("schema/escrow.sql"), include_str!("schema/payments.sql")];

/// Application id of our files (`pragma application_id`): "cart".
const APPLICATION: i64 = 0x6361_7274;

/// A file that can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing is in it yet.
    Empty,
    /// A database with the schema of an earlier program.
    Earlier {
        /// Number of steps that the file has behind it.
        steps: usize,
    },
    /// A database with the schema of this program.
    Shop,
}

/// Returns the version of the schema (`pragma user_version`) that the steps lead to.
const fn version_after(steps: &[&str]) -> i64 {
    FIRST + steps.len() as i64
}

/// Checks that the file is whole and ours, and brings it to the schema of this program.
/// Something is written in any case: a disk that is full is better found now, too.
pub(super) fn open(conn: &Connection) -> Result<(), OpenError> {
    check(conn)?;
    update(conn)
}

/// Makes the tables in an empty file, and takes the steps that an earlier one lacks.
/// All of it is done, or nothing.
pub(super) fn update(conn: &Connection) -> Result<(), OpenError> {
    update_by(conn, STEPS)
}

fn update_by(conn: &Connection, steps: &[&str]) -> Result<(), OpenError> {
    conn.execute_batch("begin immediate").map_err(DbError::from)?;
    // Another program may have done it meanwhile.
    let missing = match find_by(conn, steps)? {
        Found::Empty => &[SCHEMA][..],
        Found::Earlier { steps: taken } => steps.get(taken..).unwrap_or_default(),
        Found::Shop => &[],
    };
    for statements in missing {
        conn.execute_batch(statements).map_err(DbError::from)?;
    }
    conn.pragma_update(None, "application_id", APPLICATION).map_err(DbError::from)?;
    conn.pragma_update(None, "user_version", version_after(steps)).map_err(DbError::from)?;
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
    find_by(conn, STEPS)
}

fn find_by(conn: &Connection, steps: &[&str]) -> Result<Found, OpenError> {
    let number = |sql| conn.query_row(sql, [], |row| row.get(0)).map_err(DbError::from);
    let application: i64 = number("pragma application_id")?;
    let found: i64 = number("pragma user_version")?;
    let tables: i64 = number("select count(*) from sqlite_schema")?;
    let known = version_after(steps);
    match (application, tables) {
        (APPLICATION, _) if found == known => Ok(Found::Shop),
        (APPLICATION, _) => match usize::try_from(found - FIRST) {
            Ok(taken) if taken < steps.len() => Ok(Found::Earlier { steps: taken }),
            _ => Err(OpenError::OtherVersion { found, known }),
        },
        (0, 0) => Ok(Found::Empty),
        _ => Err(OpenError::NotOurs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two steps that a later program could have.
    const LATER: &[&str] = &[
        "create table letters (number integer primary key) strict; insert into letters values (7);",
        "alter table letters add column read integer not null default 0; update letters set read = 1;",
    ];

    /// Returns a database with `taken` of the steps behind it.
    fn with_steps(taken: usize) -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        update_by(&conn, &[]).unwrap();
        update_by(&conn, &LATER[..taken]).unwrap();
        conn
    }

    fn letters(conn: &Connection) -> (i64, i64) {
        conn.query_row("select number, read from letters", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
    }

    #[test]
    fn earlier_database_takes_the_steps_that_it_lacks() {
        for taken in 0..LATER.len() {
            let conn = with_steps(taken);
            assert_eq!(find_by(&conn, LATER).unwrap(), Found::Earlier { steps: taken });
            update_by(&conn, LATER).unwrap();
            assert_eq!(find_by(&conn, LATER).unwrap(), Found::Shop);
            assert_eq!(letters(&conn), (7, 1));
            // Once is enough.
            update_by(&conn, LATER).unwrap();
            assert_eq!(letters(&conn), (7, 1));
        }
    }

    #[test]
    fn step_that_fails_leaves_the_database_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db");
        let broken = [LATER[0], "update letters set read = 1"];
        let conn = Connection::open(&path).unwrap();
        update_by(&conn, &[]).unwrap();
        assert!(update_by(&conn, &broken).is_err());
        drop(conn);
        let conn = Connection::open(&path).unwrap();
        assert_eq!(find_by(&conn, &[]).unwrap(), Found::Shop);
        update_by(&conn, LATER).unwrap();
        assert_eq!(letters(&conn), (7, 1));
    }

    #[test]
    fn database_of_a_later_program_is_refused() {
        let conn = with_steps(2);
        for steps in [&LATER[..0], &LATER[..1]] {
            let refused = find_by(&conn, steps);
            assert!(
                matches!(refused, Err(OpenError::OtherVersion { found: 4, .. })),
                "{refused:?}"
            );
        }
    }
}
