//! Connections to a file, and what each is set to.

use crate::error::DbError;
use rusqlite::{Connection, MAIN_DB, OpenFlags, config::DbConfig};
use std::{
    fs::{DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read},
    ops::Range,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
    time::Duration,
};

/// The largest the database may become: 256 MiB in pages of 4 KiB.
pub(super) const MOST_PAGES: u32 = 65_536;
/// Number of statements a connection keeps prepared: all there are.
const STATEMENTS: usize = 160;
/// Time one connection waits for another, which is never long: writes are short and rare.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of the header that say how the file is written: 2 is with a log, 1 is without.
const WRITE_VERSIONS: Range<usize> = 18..20;

/// Makes the file before SQLite does, so that it never exists with wider permissions; the log
/// files take theirs from it.
pub(super) fn protect(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let file =
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

/// Opens the connection that writes.
pub(super) fn writer(path: &Path, most_pages: u32) -> Result<Connection, DbError> {
    let conn = existing(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    prepare(&conn, most_pages)?;
    Ok(conn)
}

/// Opens a database in memory, with the one connection that it has.
#[cfg(test)]
pub(super) fn in_memory() -> Result<Connection, DbError> {
    let conn = Connection::open_in_memory()?;
    prepare(&conn, MOST_PAGES)?;
    Ok(conn)
}

/// Opens the bytes of a file as a database in memory.
pub(super) fn from_bytes(bytes: &[u8]) -> Result<Connection, DbError> {
    let before = bytes.get(..WRITE_VERSIONS.start);
    let after = bytes.get(WRITE_VERSIONS.end..);
    let Some((before, after)) = before.zip(after) else { return Err(DbError::Damaged) };
    // In memory there is no log, and SQLite opens no file there that says it has one.
    let file = before.chain(&[1, 1][..]).chain(after);
    let mut conn = Connection::open_in_memory()?;
    conn.deserialize_read_exact(MAIN_DB, file, bytes.len(), false)?;
    Ok(conn)
}

/// Opens a connection that cannot write.
/// Its cache is stale with the next commit, so it keeps little: throwing a large cache away costs
/// more than reading a few pages again.
pub(super) fn reader(path: &Path) -> Result<Connection, DbError> {
    let conn = existing(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    set_up(&conn)?;
    conn.execute_batch("pragma cache_size = -512; pragma query_only = on;")?;
    Ok(conn)
}

/// Opens a connection that changes no row, where another program may write.
pub(super) fn onlooker(path: &Path) -> Result<Connection, DbError> {
    let conn = existing(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    set_up(&conn)?;
    conn.execute_batch("pragma query_only = on;")?;
    Ok(conn)
}

fn existing(path: &Path, access: OpenFlags) -> Result<Connection, DbError> {
    Ok(Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
}

/// Sets up any connection.
fn set_up(conn: &Connection) -> Result<(), DbError> {
    conn.busy_timeout(PATIENCE)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.execute_batch(
        "pragma trusted_schema = off;
         pragma cell_size_check = on;
         pragma temp_store = memory;",
    )?;
    Ok(())
}

/// Sets up the connection that writes.
///
/// The log goes into the file every 4,000 pages (16 MB) instead of every 1,000: an order touches
/// pages all over the indexes, and each is then copied once for more orders.
fn prepare(conn: &Connection, most_pages: u32) -> Result<(), DbError> {
    set_up(conn)?;
    conn.execute_batch(
        "pragma secure_delete = on;
         pragma journal_mode = wal;
         pragma synchronous = full;
         pragma foreign_keys = on;
         pragma wal_autocheckpoint = 4000;",
    )?;
    conn.pragma_update_and_check(None, "max_page_count", most_pages, |_| Ok(()))?;
    Ok(())
}
