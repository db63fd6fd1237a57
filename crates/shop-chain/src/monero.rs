//! Watcher of Monero that scans blocks here, with the seller's view key.
//!
//! Whole blocks are read, without what only proves their transactions, and scanned in this process.
//! A node learns which blocks are read, and neither a payment, nor an address, nor the view key. Its
//! answers count only where they follow from a block's hash: the header, the hashes of its
//! transactions, and each transaction. The hash must be told by a strict majority of the configured
//! nodes: one of one, two of two, two of three. All else is a [`WatchError`], and nothing is paid.
//! The proof of work of a block is not computed: who controls that majority can make up a chain, or
//! keep a block back.
//!
//! A transfer is named by the one-time key of its output. Two outputs with one key can be spent only
//! once (the burning bug), and so count once: the first. Money that its sender locked for a while
//! does not count.
//!
//! [`ChainUpdate::unmined`] stays empty unless [`Settings::reads_pool`] says otherwise. Then all
//! transactions that wait are fetched from one node, each once; that they wait is its word.
//!
//! [`ChainWatcher::look_up`] names the transaction to the nodes: the buyer's choice, made for a
//! payment that was not recognised. It does not name the pay-to.

use crate::heads::Heads as _;
use crate::{
    transport::{BoxFuture, Node},
    watcher::{ChainWatcher, LookUp, NodeComparison, NodeReport, WatchError, WatchList},
};
pub use account::{Account, AccountError};
pub use network::Network;
use node::Peer;
use pool::Pool;
use quorum::Quorum;
pub use rules::Rules;
use shop_core::{
    chain::ChainId,
    money::AssetId,
    view::{BlockAt, BlockLogs, ChainIdentity, ChainUpdate, Height},
};
use shop_http::Patience;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

mod account;
mod block;
mod fetch;
mod hex;
mod limits;
mod lookup;
mod network;
mod node;
mod pool;
mod probe;
mod quorum;
mod reading;
mod rules;

/// The Monero watcher.
///
/// Between two calls it keeps its streams, how much its nodes can take and what waits, but no place:
/// what was read is the caller's.
pub struct Monero {
    account: Arc<Account>,
    peers: Vec<Peer>,
    settings: Settings,
    /// Number of blocks the next call tries to read.
    step: AtomicU64,
    /// Transactions that wait and were read.
    pool: Pool,
}

/// Limits on what is asked of the nodes, and what they may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Network every node has to tell.
    pub network: Network,
    /// True if transactions that wait are fetched too.
    pub reads_pool: bool,
    /// Greatest number of blocks one call reads.
    pub most_blocks: u64,
    /// Number of streams to one node that may be open, and of blocks read side by side.
    pub connections: usize,
    /// Time opening a stream may take.
    pub dial_time: Duration,
    /// Time a node may say nothing while it owes an answer.
    pub idle_time: Duration,
    /// Bytes of an answer that have to come in a second, on average.
    /// It counts once [`Settings::idle_time`] is over.
    pub floor: u64,
    /// Time one node may take for a block.
    pub block_time: Duration,
    /// Time nodes may take once enough others have answered.
    pub race_after: Duration,
    /// Time after which no further block of a step is begun, so that what was read is stored.
    pub step_time: Duration,
    /// Time to wait before asking again what a node could not say.
    pub retry_pause: Duration,
}

/// Number of streams that monerod allows to one public address, as it comes.
const STREAMS: usize = 3;

impl Settings {
    /// Returns the settings for a network, over Tor.
    #[must_use]
    pub const fn new(network: Network) -> Self {
        Self {
            network,
            reads_pool: false,
            most_blocks: 64,
            connections: STREAMS,
            dial_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(20),
            floor: 1024,
            block_time: Duration::from_secs(60),
            race_after: Duration::from_secs(5),
            step_time: Duration::from_secs(30),
            retry_pause: Duration::from_millis(300),
        }
    }

    const fn patience(&self) -> Patience {
        Patience { dial_time: self.dial_time, idle_time: self.idle_time, floor: self.floor }
    }
}

impl Monero {
    /// Builds a watcher of an account that asks these nodes.
    /// A strict majority of them has to tell a block's hash.
    ///
    /// # Errors
    /// [`WatchError::NoNodes`].
    pub fn new(
        account: Arc<Account>,
        nodes: Vec<Node>,
        settings: Settings,
    ) -> Result<Self, WatchError> {
        if nodes.is_empty() {
            return Err(WatchError::NoNodes);
        }
        let peers = nodes.into_iter().map(|node| Peer::new(node, &settings)).collect();
        let step = AtomicU64::new(settings.most_blocks.max(1));
        Ok(Self { account, peers, settings, step, pool: Pool::default() })
    }

    fn step(&self) -> u64 {
        self.step.load(Relaxed)
    }

    /// Notes that some of the blocks that were wanted were read.
    /// If all were, the next step is larger; if not, it is as large as what was read.
    fn note_read(&self, wanted: usize, read: usize) {
        let count = u64::try_from(read).unwrap_or(u64::MAX);
        let next = if read < wanted { count.max(1) } else { self.step().saturating_mul(2) };
        self.step.store(next.min(self.settings.most_blocks.max(1)), Relaxed);
    }
}

impl ChainWatcher for Monero {
    fn chain(&self) -> ChainId {
        AssetId::XMR.chain()
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
            let Some(txid) = hex::hash(txid) else { return Ok(LookUp::NotFound) };
            lookup::look_up(self, txid, watch_list).await
        })
    }

    fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>> {
        Box::pin(async move {
            let genesis = Quorum::new(self).head_of_past(Height(0)).await?.hash;
            Ok(ChainIdentity { chain_id: self.settings.network.number(), genesis })
        })
    }

    fn read_logs<'a>(
        &'a self,
        block: BlockAt,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<BlockLogs, WatchError>> {
        Box::pin(lookup::read_logs(self, block, watch_list))
    }

    fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>> {
        Box::pin(probe::probe(self))
    }

    fn compare(&self, block: BlockAt) -> BoxFuture<'_, Vec<NodeComparison>> {
        Box::pin(probe::compare(self, block))
    }
}
