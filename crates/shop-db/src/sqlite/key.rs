//! Key that the shop's records are sealed and marked with: the database recognises it.

use crate::error::DbError;
use rusqlite::{Connection, OptionalExtension};

/// Says if a key is this database's; records it if there was none before.
pub(crate) fn is_ours(conn: &Connection, proof: &[u8; 32]) -> Result<bool, DbError> {
    if let Some(recorded) = recorded(conn)? {
        return Ok(recorded == *proof);
    }
    record(conn, proof)?;
    Ok(true)
}

/// Records a key as this database's, whichever was before.
pub(crate) fn record(conn: &Connection, proof: &[u8; 32]) -> Result<(), DbError> {
    conn.execute("insert or replace into shop_key (id, proof) values (1, ?1)", [proof])?;
    Ok(())
}

/// Returns the proof of the key that is this database's, if one was recorded.
pub(super) fn recorded(conn: &Connection) -> Result<Option<[u8; 32]>, DbError> {
    Ok(conn.query_row("select proof from shop_key", [], |row| row.get(0)).optional()?)
}
