//! Watcher of Bitcoin, by compact block filters (BIP 157, BIP 158): it names no address.
//!
//! Every node tells its headers, and the chain with most work counts: each header is checked for
//! its work, its difficulty and its time. For each block the nodes tell the hash of its filter, a
//! small set of all its scripts. Where they agree, one of them gives the filter, which is matched
//! here, and a block that may pay the shop is fetched whole. Where they do not agree, that block is
//! fetched whole, and whoever told a filter that lacks a script of it is not asked again.
//!
//! A node learns which blocks were fetched whole: those that pay the shop, and a few that match by
//! chance. It cannot make up a payment without the work of a block; a single node could hide one, so
//! two must tell the same where the settings name two.
//!
//! [`ChainUpdate::unmined`] stays empty: payments that wait to be mined can be replaced by whoever
//! sent them, and they are never counted.
//!
//! Reading begins above a block that the program knows ([`Network`]). Headers since then are fetched
//! when the shop starts (80 bytes each: 4 MB a year), and are remembered until it ends.

pub use crate::transport::Node;
use crate::{
    transport::BoxFuture,
    watcher::{ChainWatcher, LookUp, NodeComparison, NodeReport, WatchError, WatchList},
};
pub use descriptor::{Descriptor, DescriptorError};
use headers::Headers;
pub use network::Network;
use peer::Peer;
use recent::Recent;
pub use rules::Rules;
use scripts::LastScripts;
use shop_core::{
    chain::ChainId,
    money::AssetId,
    view::{BlockAt, BlockLogs, ChainIdentity, ChainUpdate},
};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::sync::Mutex;

mod address;
mod block;
mod descriptor;
mod fetch;
mod filter;
mod form;
mod headers;
mod lookup;
mod network;
mod peer;
mod reading;
mod recent;
mod rules;
mod scripts;
mod sync;
mod wire;

/// The Bitcoin watcher.
///
/// Between two calls it keeps its streams, the headers, some filters and scripts, but no place: what was read
/// is the caller's.
pub struct Bitcoin {
    peers: Vec<Peer>,
    settings: Settings,
    headers: Mutex<Headers>,
    recent: std::sync::Mutex<Recent>,
    scripts: LastScripts,
    /// Peer that is asked first, which changes so that one that is slow is not always the first.
    turn: AtomicUsize,
}

/// Limits on what is asked of the nodes, and what they may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Network that every node has to be on.
    pub network: Network,
    /// Greatest number of blocks one call reads.
    pub most_blocks: u64,
    /// Number of blocks below the tip in which a transaction that a buyer named is looked for.
    pub looked_back: u64,
    /// Time opening a stream may take.
    pub dial_time: Duration,
    /// Time an answer may take, whole.
    pub answer_time: Duration,
    /// Time that others get to answer once enough nodes have.
    pub grace: Duration,
}

impl Settings {
    /// Returns the settings for a network, over Tor.
    #[must_use]
    pub const fn new(network: Network) -> Self {
        Self {
            network,
            most_blocks: 48,
            looked_back: 144,
            dial_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(90),
            grace: Duration::from_secs(5),
        }
    }
}

impl Bitcoin {
    /// Builds a watcher that asks these nodes.
    ///
    /// # Errors
    /// [`WatchError::NoNodes`].
    pub fn new(nodes: Vec<Node>, settings: Settings) -> Result<Self, WatchError> {
        if nodes.is_empty() {
            return Err(WatchError::NoNodes);
        }
        let peer = |(number, node)| Peer::new(number, node, &settings);
        Ok(Self {
            peers: (1..).zip(nodes).map(peer).collect(),
            settings,
            headers: Mutex::new(Headers::new(settings.network)),
            recent: std::sync::Mutex::default(),
            scripts: LastScripts::default(),
            turn: AtomicUsize::new(0),
        })
    }

    /// Returns the number of nodes that must tell the same: two, or the only one there is.
    fn needed(&self) -> usize {
        self.peers.len().min(2)
    }

    /// Returns the peers, beginning with another one each time.
    fn in_turn(&self) -> impl Iterator<Item = &Peer> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.peers.len();
        let first = first.checked_rem(count).unwrap_or_default();
        self.peers.iter().cycle().skip(first).take(count)
    }
}

impl ChainWatcher for Bitcoin {
    fn chain(&self) -> ChainId {
        AssetId::BTC.chain()
    }

    fn next_update<'a>(
        &'a self,
        known: &'a [BlockAt],
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<ChainUpdate, WatchError>> {
        Box::pin(reading::advance(self, known, watch_list))
    }

    /// Looks among the newest blocks, by their filters: no node is told the transaction.
    /// A transaction that pays nothing to the shop is not found.
    fn look_up<'a>(
        &'a self,
        txid: &'a str,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<LookUp, WatchError>> {
        Box::pin(lookup::look_up(self, txid, watch_list))
    }

    /// Returns the identity of the network. Nodes of another one are refused when they greet.
    fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>> {
        let network = self.settings.network;
        let identity = ChainIdentity { chain_id: network.number(), genesis: network.genesis() };
        Box::pin(async move { Ok(identity) })
    }

    fn read_logs<'a>(
        &'a self,
        block: BlockAt,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<BlockLogs, WatchError>> {
        Box::pin(lookup::read_again(self, block, watch_list))
    }

    fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>> {
        Box::pin(lookup::probe(self))
    }

    fn compare(&self, block: BlockAt) -> BoxFuture<'_, Vec<NodeComparison>> {
        Box::pin(lookup::compare(self, block))
    }
}
