//! Key that the shop's records are sealed and marked with: the database recognises it.

use super::codec::read_id;
use crate::error::DbError;
use rusqlite::{Connection, OptionalExtension};
use shop_core::order::OrderId;

/// Says if a key is this database's.
/// It is so where none was recorded, unless there are sealed holds and `opens` opens none of them;
/// and then it is recorded.
pub(crate) fn is_ours(
    conn: &Connection,
    proof: &[u8; 32],
    opens: impl Fn(OrderId, &[u8]) -> bool,
) -> Result<bool, DbError> {
    if let Some(recorded) = recorded(conn)? {
        return Ok(recorded == *proof);
    }
    let mut query = conn.prepare("select order_id, items from reservations")?;
    let mut holds = query.query([])?;
    let mut any = false;
    while let Some(row) = holds.next()? {
        let order: String = row.get(0)?;
        let sealed: Vec<u8> = row.get(1)?;
        any = true;
        if opens(read_id(&order)?, &sealed) {
            any = false;
            break;
        }
    }
    if any {
        return Ok(false);
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
