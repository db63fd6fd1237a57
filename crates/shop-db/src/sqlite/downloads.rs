//! Counts of downloads of the files of an order.

use super::{
    codec::{count, hours, read_hours},
    read::{self, all},
    tx_context::TxContext,
};
use crate::{
    download::Download,
    error::{DbError, DownloadError},
};
use rusqlite::{Connection, params};
use shop_core::{digital::Fetched, time::CoarseTime};

/// A download that is to be begun.
pub(crate) struct Begin {
    pub(crate) line: u32,
    pub(crate) most: u32,
    pub(crate) now: CoarseTime,
    pub(crate) open_until: CoarseTime,
}

pub(crate) fn begin_download(
    conn: &Connection,
    tx: &TxContext,
    lookup: &[u8; 32],
    wish: &Begin,
) -> Result<(), DownloadError> {
    let order = read::order(conn, tx, lookup)?.ok_or(DownloadError::NoSuchOrder)?;
    if !order.status(wish.now).downloads_open() {
        return Err(DownloadError::Unpaid);
    }
    let Fetched { begun, open_until } = order.fetched(wish.line);
    if open_until.is_some_and(|until| wish.now < until) {
        return Ok(());
    }
    if begun >= wish.most {
        return Err(DownloadError::UsedUp);
    }
    Ok(note(conn, &order.id.to_string(), wish)?)
}

fn note(conn: &Connection, id: &str, wish: &Begin) -> Result<(), DbError> {
    conn.prepare_cached(
        "insert into downloads (order_id, line, begun, open_until) values (?1, ?2, 1, ?3)
         on conflict do update set begun = begun + 1, open_until = ?3",
    )?
    .execute(params![id, wish.line, hours(wish.open_until)])?;
    Ok(())
}

pub(super) fn of_order(conn: &Connection, id: &str) -> Result<Vec<Download>, DbError> {
    let sql = "select line, begun, open_until from downloads where order_id = ?1";
    all(conn, sql, [id], |row| {
        let open_until = Some(read_hours(row.get(2)?)?);
        let fetched = Fetched { begun: count(row.get(1)?)?, open_until };
        Ok(Download { line: count(row.get(0)?)?, fetched })
    })
}
