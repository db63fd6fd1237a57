//! Watcher of Ether that reads from nodes nobody has to trust.
//!
//! Whole blocks are read and matched here, so a node never learns which pay-tos are the shop's. What
//! a node says counts only where it follows from a block's hash (the header's hash, the root of its
//! transactions, the root of their receipts), and the hash of the newest block must be told by a
//! strict majority of the configured nodes: one of one, two of two, two of three. All else is a
//! [`WatchError`], and nothing is paid. Where no node gives a block's receipts, the status of
//! payments in it is the word of that majority, and [`ChainUpdate::logs_unread`] says so.
//!
//! Seen is Ether that a transaction sends straight to a pay-to, and, where the chain logs it
//! (EIP-7708), Ether that a contract sends on. Not seen before that fork are payments of Ether by
//! contracts: withdrawals of some exchanges and of shared wallets. [`ChainWatcher::balance`] proves
//! those, where a buyer asks for it.
//!
//! Tokens (ERC-20) are seen by the logs of their contracts, whoever called them. The logs are in
//! receipts that are read and proved anyway, so no further question is asked; blooms decide nothing.
//!
//! [`ChainUpdate::unmined`] stays empty. To ask a node for the transactions that wait would either tell it
//! our pay-tos or cost its whole pool each time; the answer cannot be proved, and can be replaced
//! by whoever sent it. The next block is twelve seconds away.
//!
//! [`ChainWatcher::look_up`] names the transaction to the nodes: the buyer's choice, made for a payment
//! that was not recognised. It does not name the pay-to. A block whose receipts cannot be had makes
//! the watcher name those of its transactions that pay the shop.

pub use crate::transport::Node;
use crate::{
    heads::Heads as _,
    transport::BoxFuture,
    watcher::{ChainWatcher, LookUp, NodeComparison, NodeReport, WatchError, WatchList},
};
use alloy_primitives::B256;
pub use client::{Client, Fees, Mined, Moment};
pub use feed::{Feed, FeedAnswer, FeedError, MAIN_FEEDS, read_feeds};
use peer::Peer;
use quorum::Quorum;
pub use rules::Rules;
use shop_core::{
    chain::ChainId,
    escrow::{Account, Hash},
    money::AssetId,
    pay_to::PayTo,
    view::{BalanceAt, BlockAt, BlockLogs, ChainIdentity, ChainUpdate, Height},
};
use shop_http::Patience;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub mod escrow;

mod account;
mod answer;
mod block;
mod client;
mod feed;
mod fetch;
mod header;
mod limits;
mod lookup;
mod matcher;
mod peer;
mod probe;
mod quorum;
mod reading;
mod receipts;
mod root;
mod rpc;
mod rules;
mod step;
mod tokens;

/// The Ethereum watcher.
///
/// Between two calls it keeps its streams and how much its nodes can take, but no place: what was
/// read is the caller's.
pub struct Ethereum {
    peers: Vec<Peer>,
    settings: Settings,
    pace: Mutex<Pace>,
}

/// Limits on what is asked of the nodes, and what they may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Chain id every node has to tell.
    pub chain_id: u64,
    /// Greatest number of blocks one call reads.
    pub most_blocks: u64,
    /// Number of streams to one node that may be open.
    pub connections: usize,
    /// Time opening a stream may take.
    pub dial_time: Duration,
    /// Time a node may say nothing while it owes an answer.
    pub idle_time: Duration,
    /// Bytes of an answer that have to come in a second, on average.
    /// It counts once [`Settings::idle_time`] is over.
    pub floor: u64,
    /// Time one node may hold up a block.
    pub block_time: Duration,
    /// Time after which a block is asked of another node too.
    pub race_after: Duration,
    /// Time after which no further block of a step is begun, so that what was read is stored.
    pub step_time: Duration,
    /// Time to wait before asking again what a node could not say.
    pub retry_pause: Duration,
}

impl Default for Settings {
    /// Returns the settings for Ethereum's main chain, over Tor.
    fn default() -> Self {
        Self {
            chain_id: 1,
            most_blocks: 32,
            connections: 8,
            dial_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(10),
            floor: 1024,
            block_time: Duration::from_secs(60),
            race_after: Duration::from_secs(5),
            step_time: Duration::from_secs(30),
            retry_pause: Duration::from_millis(300),
        }
    }
}

/// Success of reading of late. A restart may forget it.
struct Pace {
    /// Number of blocks the next call tries to read.
    step: u64,
    /// Height of the block whose receipts could not be had the last time.
    stuck_at: Option<Height>,
}

impl Settings {
    /// Returns the patience with a stream.
    const fn patience(&self) -> Patience {
        Patience { dial_time: self.dial_time, idle_time: self.idle_time, floor: self.floor }
    }
}

impl Ethereum {
    /// Builds a watcher that asks these nodes. A strict majority of them has to tell a block's
    /// hash.
    ///
    /// # Errors
    /// [`WatchError::NoNodes`].
    pub fn new(nodes: Vec<Node>, settings: Settings) -> Result<Self, WatchError> {
        if nodes.is_empty() {
            return Err(WatchError::NoNodes);
        }
        let peers = nodes.into_iter().map(|node| Peer::new(node, &settings)).collect();
        let pace = Mutex::new(Pace { step: settings.most_blocks.max(1), stuck_at: None });
        Ok(Self { peers, settings, pace })
    }

    fn step(&self) -> u64 {
        self.pace().step
    }

    /// Notes that some of the blocks that were wanted were read.
    /// If all were, the next step is larger; if not, it is as large as what was read.
    fn note_read(&self, from: Height, wanted: u64, read: usize) {
        let mut pace = self.pace();
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        if read < wanted {
            pace.step = read.max(1);
        } else if read >= pace.step {
            pace.step = pace.step.saturating_mul(2).min(self.settings.most_blocks.max(1));
        }
        if pace.stuck_at.is_some_and(|stuck| stuck >= from) {
            pace.stuck_at = None;
        }
        self.peers.iter().for_each(Peer::widen);
    }

    /// Notes that the receipts of a block could not be had.
    /// Returns true if so it was the last time.
    fn note_failure(&self, at: Height) -> bool {
        let mut pace = self.pace();
        pace.step = 1;
        pace.stuck_at.replace(at) == Some(at)
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ChainWatcher for Ethereum {
    fn chain(&self) -> ChainId {
        AssetId::ETH.chain()
    }

    fn next_update<'a>(
        &'a self,
        known: &'a [BlockAt],
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<ChainUpdate, WatchError>> {
        Box::pin(reading::advance(self, known, watch_list))
    }

    fn look_up<'a>(
        &'a self,
        txid: &'a str,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<LookUp, WatchError>> {
        Box::pin(async move {
            // Not in canonical form: no chain holds it, and no node is asked.
            let Ok(txid) = txid.parse::<B256>() else { return Ok(LookUp::NotFound) };
            lookup::look_up(&Quorum::of(self), txid, watch_list).await
        })
    }

    fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>> {
        Box::pin(async move {
            let genesis = Quorum::of(self).head_of_past(Height(0)).await?.hash;
            Ok(ChainIdentity { chain_id: self.settings.chain_id, genesis })
        })
    }

    fn read_logs<'a>(
        &'a self,
        block: BlockAt,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<BlockLogs, WatchError>> {
        Box::pin(async move { lookup::read_logs(&Quorum::of(self), block, watch_list).await })
    }

    fn code_hash(&self, contract: Account) -> BoxFuture<'_, Result<Hash, WatchError>> {
        Box::pin(async move { account::code_hash(&Quorum::of(self), contract).await })
    }

    fn balance<'a>(
        &'a self,
        pay_to: &'a PayTo,
        at: BlockAt,
    ) -> BoxFuture<'a, Result<BalanceAt, WatchError>> {
        Box::pin(async move {
            let account = escrow::account_of(pay_to).ok_or(WatchError::NoContracts)?;
            account::balance(&Quorum::of(self), account, at).await
        })
    }

    fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>> {
        Box::pin(probe::probe(self))
    }

    fn compare(&self, block: BlockAt) -> BoxFuture<'_, Vec<NodeComparison>> {
        Box::pin(probe::compare(self, block))
    }
}
