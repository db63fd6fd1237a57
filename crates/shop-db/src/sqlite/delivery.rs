//! Mails as they are delivered now.

use super::{codec::read_notice, notices, read::all};
use crate::{
    error::DbError,
    model::{MailContent, OutboxMail},
};
use rusqlite::{Connection, Row, params};

/// Row of the outbox.
struct Queued {
    id: i64,
    message_id: String,
    order: Option<String>,
    asset: Option<String>,
    mail: Option<Vec<u8>>,
    notice: Option<String>,
}

/// Returns the mails behind this number, oldest first, at most so many.
pub(crate) fn outbox(
    conn: &Connection,
    after: i64,
    most: usize,
) -> Result<Vec<OutboxMail>, DbError> {
    let sql = "select id, message_id, order_id, asset, mail, notice from outbox
        where id > ?1 order by id limit ?2";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let queued = all(conn, sql, params![after, most], read)?;
    queued.into_iter().map(|queued| mail(conn, queued)).collect()
}

fn read(row: &Row<'_>) -> Result<Queued, DbError> {
    Ok(Queued {
        id: row.get(0)?,
        message_id: row.get(1)?,
        order: row.get(2)?,
        asset: row.get(3)?,
        mail: row.get(4)?,
        notice: row.get(5)?,
    })
}

fn mail(conn: &Connection, queued: Queued) -> Result<OutboxMail, DbError> {
    let Queued { id, message_id, order, asset, mail, notice } = queued;
    let content = match (mail, notice, order, asset) {
        (Some(bytes), None, ..) => MailContent::Sealed(bytes),
        (None, Some(notice), Some(order), None) => {
            notices::of_order(conn, &order, read_notice(&notice)?)?
        }
        (None, Some(notice), None, Some(asset)) => notices::of_chain(&asset, &notice)?,
        _ => return Err(DbError::Unreadable),
    };
    Ok(OutboxMail { id, message_id, content })
}
