//! Transactions that wait: an option, because one node's word is all there is.
//!
//! A node gives the hashes of all that wait. All that were not read before are fetched, without what
//! only proves them, and scanned here: none is chosen. A transaction that waits is fetched once.

use super::{
    Monero,
    account::Received,
    block::{pruned, scan_waiting, told},
    hex, limits,
    node::Session,
    quorum::Quorum,
};
use crate::watcher::{NodeError, WatchList};
use shop_core::view::Transfer;
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Transactions that wait and were read, and what each pays to the account.
#[derive(Default)]
pub(super) struct Pool(Mutex<HashMap<[u8; 32], Vec<Received>>>);

/// Returns the transfers that wait, by the first node that tells.
/// Nothing where none tells: a payment that waits is shown, and counts for nothing.
pub(super) async fn unmined(
    monero: &Monero,
    quorum: &Quorum<'_>,
    watch_list: &WatchList,
    mined: &[Transfer],
) -> Vec<Transfer> {
    for session in &quorum.sessions {
        let Ok(hashes) = session.waiting().await else { continue };
        if read_new(monero, session, &hashes).await.is_err() {
            continue;
        }
        let mut waiting = monero.pool.transfers(&hashes, watch_list);
        let mined: HashSet<_> = mined.iter().map(|transfer| &transfer.id).collect();
        waiting.retain(|transfer| !mined.contains(&transfer.id));
        return waiting;
    }
    Vec::new()
}

/// Reads the transactions that are new, and forgets those that do not wait any more.
async fn read_new(
    monero: &Monero,
    session: &Session<'_>,
    hashes: &[[u8; 32]],
) -> Result<(), NodeError> {
    let new = monero.pool.forget_others(hashes);
    for new in new.chunks(limits::TRANSACTIONS) {
        for told in session.transactions(new, true).await? {
            let hash = hex::hash(&told.tx_hash).filter(|hash| new.contains(hash));
            let Some(hash) = hash else { continue };
            // One that cannot be read must not hide the others.
            let Ok(Some(transaction)) = pruned(&told, hash) else { continue };
            let Ok(received) = scan_waiting(hash, transaction, &monero.account) else { continue };
            monero.pool.insert(hash, received);
        }
    }
    Ok(())
}

impl Pool {
    /// Forgets all but these. Returns those of them that are to be read, a bounded number.
    fn forget_others(&self, hashes: &[[u8; 32]]) -> Vec<[u8; 32]> {
        let waiting: HashSet<&[u8; 32]> = hashes.iter().collect();
        let mut read = self.read();
        read.retain(|hash, _| waiting.contains(hash));
        let new = hashes.iter().filter(|hash| !read.contains_key(*hash));
        new.take(limits::WAITING).copied().collect()
    }

    fn insert(&self, hash: [u8; 32], received: Vec<Received>) {
        self.read().insert(hash, received);
    }

    /// Returns the transfers of these transactions to the watched pay-tos.
    fn transfers(&self, hashes: &[[u8; 32]], watch_list: &WatchList) -> Vec<Transfer> {
        let read = self.read();
        let received = hashes.iter().filter_map(|hash| read.get(hash)).flatten();
        told(received, &watch_list.watched, None)
    }

    fn read(&self) -> MutexGuard<'_, HashMap<[u8; 32], Vec<Received>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
