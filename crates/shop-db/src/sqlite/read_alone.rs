//! Reading a file without writing: what a command shows, it shows on a full disk too.

use super::{
    connection::{from_bytes, onlooker},
    schema::{self, Found},
};
use crate::error::{DbError, OpenError};
use rusqlite::{Connection, MAIN_DB, config::DbConfig};
use std::path::Path;

/// Check of a file before it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileCheck {
    /// The header alone: the program that wrote the file, and the version.
    Header,
    /// All of it: damage is found too.
    Whole,
}

/// Reads a file that may not be there. Nothing is written.
/// There is nothing to read if there is no file, or an empty one. A file of an earlier program is
/// brought up to date in memory: on the disk only opening the shop does that.
pub(crate) fn read_file<T>(
    path: &Path,
    check: FileCheck,
    job: impl FnOnce(&Connection) -> Result<T, DbError>,
) -> Result<Option<T>, OpenError> {
    let exists = path.try_exists();
    if !exists.map_err(|source| OpenError::File { path: path.to_owned(), source })? {
        return Ok(None);
    }
    let conn = connection(path)?;
    let found = match check {
        FileCheck::Header => schema::find(&conn),
        FileCheck::Whole => schema::check(&conn),
    };
    let conn = match found? {
        Found::Empty => return Ok(None),
        Found::Earlier { .. } => {
            let bytes = conn.serialize(MAIN_DB).map_err(DbError::from)?;
            let copy = from_bytes(&bytes)?;
            schema::update(&copy)?;
            copy
        }
        Found::Shop => conn,
    };
    let picture = conn.unchecked_transaction().map_err(DbError::from)?;
    Ok(Some(job(&picture)?))
}

/// Opens a connection that writes nothing.
///
/// SQLite keeps an index of its log in a file that programs share. On a full disk it cannot make
/// one; whoever has the database alone can do without.
fn connection(path: &Path) -> Result<Connection, DbError> {
    let conn = onlooker(path)?;
    match first_look(&conn) {
        Ok(()) => Ok(conn),
        // A full disk has several codes, by where it is met.
        Err(DbError::NoRoom | DbError::Engine(_)) => {
            drop(conn);
            let conn = onlooker(path)?;
            // Closing would move the log into the file.
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            conn.execute_batch("pragma locking_mode = exclusive")?;
            first_look(&conn)?;
            Ok(conn)
        }
        Err(error) => Err(error),
    }
}

fn first_look(conn: &Connection) -> Result<(), DbError> {
    Ok(conn.query_row("select count(*) from sqlite_schema", [], |_| Ok(()))?)
}
