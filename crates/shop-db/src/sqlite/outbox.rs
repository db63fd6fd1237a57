//! Rows of mails on their way to the seller.

use crate::{
    error::DbError,
    model::{Backlog, NewMail},
};
use rusqlite::{Connection, params};

/// Puts a sealed mail about an order in, in the transaction of what it tells.
pub(super) fn put(conn: &Connection, order: &str, mail: &NewMail) -> Result<(), DbError> {
    conn.prepare_cached("insert into outbox (order_id, message_id, mail) values (?1, ?2, ?3)")?
        .execute(params![order, mail.message_id, mail.bytes])?;
    Ok(())
}

/// Puts a notice about an order in.
pub(super) fn put_order_notice(
    conn: &Connection,
    order: &str,
    message_id: &str,
    notice: &str,
) -> Result<(), DbError> {
    conn.prepare_cached("insert into outbox (order_id, message_id, notice) values (?1, ?2, ?3)")?
        .execute([order, message_id, notice])?;
    Ok(())
}

/// Puts a notice about a chain in.
pub(super) fn put_chain_notice(
    conn: &Connection,
    chain: &str,
    message_id: &str,
    notice: &str,
) -> Result<(), DbError> {
    conn.prepare_cached("insert into outbox (chain, message_id, notice) values (?1, ?2, ?3)")?
        .execute([chain, message_id, notice])?;
    Ok(())
}

/// Counts what waits.
pub(crate) fn backlog(conn: &Connection) -> Result<Backlog, DbError> {
    let sql = "select count(mail), count(notice) from outbox";
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let (mails, notices) =
        conn.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Backlog { mails: count(mails), notices: count(notices) })
}

/// Takes delivered mails out.
pub(crate) fn delivered(conn: &Connection, ids: &[i64]) -> Result<(), DbError> {
    let mut delete = conn.prepare_cached("delete from outbox where id = ?1")?;
    ids.iter().try_for_each(|id| Ok(delete.execute([id]).map(|_| ())?))
}
