//! Transactions that wait: an option, because one node's word is all there is.
//!
//! All that wait are fetched, and scanned here as if they were a block. No transaction is named.

use super::{
    Monero,
    block::{scan_waiting, transfers, whole},
    quorum::Quorum,
};
use crate::watcher::WatchList;
use shop_core::view::Transfer;
use std::collections::HashSet;

/// Returns the transfers that wait, by the first node that tells.
/// Nothing where none tells: a payment that waits is shown, and counts for nothing.
pub(super) async fn unmined(
    monero: &Monero,
    quorum: &Quorum<'_>,
    watch_list: &WatchList,
    mined: &[Transfer],
) -> Vec<Transfer> {
    for session in &quorum.sessions {
        let Ok(told) = session.waiting().await else { continue };
        // One transaction that cannot be read must not hide the others.
        let read: Vec<_> = told.iter().filter_map(|one| whole(&one.tx_blob).ok()).collect();
        if read.is_empty() && !told.is_empty() {
            continue;
        }
        let Ok(received) = scan_waiting(read, &monero.account) else { continue };
        let mined: HashSet<_> = mined.iter().map(|transfer| &transfer.id).collect();
        let mut waiting = transfers(&received, &watch_list.watched, None);
        waiting.retain(|transfer| !mined.contains(&transfer.id));
        return waiting;
    }
    Vec::new()
}
