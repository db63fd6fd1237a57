//! Mails on their way to the seller.

use crate::{
    error::DbError,
    model::{Backlog, NewMail},
};
use rusqlite::{Connection, params};

/// Puts a mail about an order in, in the transaction of what it tells.
pub(super) fn put(conn: &Connection, order: &str, mail: &NewMail) -> Result<(), DbError> {
    conn.prepare_cached("insert into outbox (order_id, message_id, mail) values (?1, ?2, ?3)")?
        .execute(params![order, mail.message_id, mail.bytes])?;
    Ok(())
}

/// Counts what waits.
pub(crate) fn backlog(conn: &Connection) -> Result<Backlog, DbError> {
    let count = |sql| -> Result<u64, DbError> {
        let count: i64 = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    };
    Ok(Backlog {
        mails: count("select count(*) from outbox")?,
        unsealed: count("select count(*) from pending_notices")?,
    })
}

/// Takes delivered mails out.
pub(crate) fn delivered(conn: &Connection, ids: &[i64]) -> Result<(), DbError> {
    let mut delete = conn.prepare_cached("delete from outbox where id = ?1")?;
    ids.iter().try_for_each(|id| Ok(delete.execute([id]).map(|_| ())?))
}
