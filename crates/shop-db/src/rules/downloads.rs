//! Counts of downloads of the files of an order.

use super::{read, tx_context::TxContext};
use crate::{error::DownloadError, rows::Rows};
use shop_core::{digital::Fetched, time::CoarseTime};

/// A download that is to be begun.
pub(crate) struct Begin {
    pub(crate) line: u32,
    pub(crate) most: u32,
    pub(crate) now: CoarseTime,
    pub(crate) open_until: CoarseTime,
}

pub(crate) fn begin(
    rows: &dyn Rows,
    tx: &TxContext,
    lookup: &[u8; 32],
    wish: &Begin,
) -> Result<(), DownloadError> {
    let order = read::order(rows, tx, lookup)?.ok_or(DownloadError::NoSuchOrder)?;
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
    Ok(rows.count_download(order.id, wish.line, wish.open_until)?)
}
