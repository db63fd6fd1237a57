//! Reading a database without writing: what a command shows, it shows on a full disk too.

use super::{
    PATIENCE, read,
    schema::{self, Found},
};
use crate::{
    error::{DbError, OpenError},
    model::OrderSummary,
};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::path::Path;

/// Returns the orders in an existing file.
pub(crate) fn orders_in(path: &Path) -> Result<Vec<OrderSummary>, OpenError> {
    let conn = connection(path)?;
    if schema::check(&conn)? == Found::Empty {
        return Ok(Vec::new());
    }
    let picture = conn.unchecked_transaction().map_err(DbError::from)?;
    Ok(read::orders(&picture)?)
}

/// Opens a connection that writes nothing.
///
/// Beside its log SQLite keeps an index, in a file that programs share. On a full disk it cannot be
/// made; whoever has the database alone can do without.
pub(super) fn connection(path: &Path) -> Result<Connection, DbError> {
    let conn = shared(path)?;
    match first_look(&conn) {
        Ok(()) => Ok(conn),
        // A full disk has several codes, by where it is met.
        Err(DbError::NoRoom | DbError::Engine(_)) => {
            drop(conn);
            let conn = shared(path)?;
            // Closing would move the log into the file.
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            conn.execute_batch("pragma locking_mode = exclusive")?;
            first_look(&conn)?;
            Ok(conn)
        }
        Err(error) => Err(error),
    }
}

fn shared(path: &Path) -> Result<Connection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.execute_batch(
        "pragma trusted_schema = off;
         pragma cell_size_check = on;
         pragma temp_store = memory;
         pragma query_only = on;",
    )?;
    Ok(conn)
}

fn first_look(conn: &Connection) -> Result<(), DbError> {
    Ok(conn.query_row("select count(*) from sqlite_schema", [], |_| Ok(()))?)
}
