//! Question the shop asks a chain, the only one, and its answers.

use crate::transport::BoxFuture;
use shop_core::{
    chain::ChainId,
    escrow::{Account, Hash},
    kind::{HasKind, Kind},
    money::AssetId,
    pay_to::PayTo,
    time::CoarseTime,
    view::{
        BalanceAt, BlockAt, BlockLogs, ChainIdentity, ChainUpdate, EscrowKey, Height, Transfer,
    },
};
use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

/// Watcher of one chain.
///
/// An implementor keeps no place of its own: `known` says what has been read, so that the database
/// alone decides what the shop has seen. `docs/adr/0004-watch.md` sketches the chains to come.
pub trait ChainWatcher: Send + Sync {
    /// Returns the chain that it reads.
    fn chain(&self) -> ChainId;

    /// Returns what the chain did since `known`.
    ///
    /// `known` is the last blocks read, oldest first and without gaps. If it is empty, reading
    /// starts at [`WatchList::since`], or at the tip. One call reads a bounded number of blocks:
    /// [`ChainUpdate::blocks_behind`] says whether to call again at once.
    fn next_update<'a>(
        &'a self,
        known: &'a [BlockAt],
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<ChainUpdate, WatchError>>;

    /// Returns what the transaction a buyer named pays to the shop.
    /// `txid` is in the form [`crate::Chain::txid`] gives it.
    fn look_up<'a>(
        &'a self,
        txid: &'a str,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<LookUp, WatchError>>;

    /// Returns the chain's identity, as a majority of the nodes tell it.
    /// It never changes while the settings stay as they are, so the caller keeps it.
    fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>>;

    /// Tries a block of [`ChainUpdate::logs_unread`] again.
    /// Returns all that its logs say of the shop: it replaces what was told before. An error while it
    /// still cannot be read; [`WatchError::Moved`] where the block is no longer on the chain, which
    /// [`ChainWatcher::next_update`] reports.
    fn read_logs<'a>(
        &'a self,
        block: BlockAt,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<BlockLogs, WatchError>>;

    /// Returns the Keccak-256 hash of a contract's code, as a majority of the nodes tell it.
    /// The contract is named to the nodes.
    fn code_hash(&self, contract: Account) -> BoxFuture<'_, Result<Hash, WatchError>> {
        let _ = contract;
        Box::pin(async { Err(WatchError::NoContracts) })
    }

    /// Returns the balance of a pay-to after this block, which was read, proved from its hash.
    ///
    /// The pay-to is named to the nodes: only its buyer asks for this.
    fn balance<'a>(
        &'a self,
        pay_to: &'a PayTo,
        at: BlockAt,
    ) -> BoxFuture<'a, Result<BalanceAt, WatchError>> {
        let _ = (pay_to, at);
        Box::pin(async { Err(WatchError::NoContracts) })
    }

    /// Asks every node for what it can do now, for `check` and `status`.
    /// Returns one report a node, in the order of the settings. It takes as long as the slowest
    /// node, at most a minute or so.
    fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>>;

    /// Asks every node which block it has at the height of this one, and how far its chain goes.
    /// Returns one answer a node, in the order of the settings, as [`ChainWatcher::probe`] does. A
    /// chain that nobody can be compared on has none.
    fn compare(&self, block: BlockAt) -> BoxFuture<'_, Vec<NodeComparison>> {
        let _ = block;
        Box::pin(async { Vec::new() })
    }
}

/// A node compared with a block that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeComparison {
    /// Its number, counted from 1 in the order of the settings.
    pub number: usize,
    /// Newest block it told, as far as that was asked.
    pub tip: Option<Height>,
    /// Block it has at that height; [`NodeError::Missing`] if none.
    pub held: Result<Held, NodeError>,
}

/// Block that a node has at the height of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The same block.
    Same,
    /// Another block.
    Other,
}

/// Report of what one node could do when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeReport {
    /// Its number, counted from 1 in the order of the settings.
    pub number: usize,
    /// Chain id it told.
    pub chain_id: Option<u64>,
    /// Newest block it told.
    pub tip: Option<Height>,
    /// Number of blocks that is behind the newest block any node told.
    pub blocks_behind: Option<u64>,
    /// True if header, transactions and receipts of a new block followed from its hash.
    pub block_proved: bool,
    /// Method by which it gives receipts; unknown where it failed before that.
    pub receipts: Option<ReceiptsMethod>,
    /// Time all of it took.
    pub took: Duration,
    /// First error.
    pub trouble: Option<NodeError>,
}

impl NodeReport {
    /// Returns true if the node answered anything.
    #[must_use]
    pub const fn is_reached(&self) -> bool {
        self.chain_id.is_some()
    }
}

/// Method by which a node gives the receipts of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptsMethod {
    /// One request for all: `eth_getBlockReceipts`, or what this chain has for it.
    ByBlock,
    /// A request of its own for each transaction's receipt: slow, and costly for the node.
    OneByOne,
    /// No method.
    Unavailable,
}

/// Pay-tos the shop wants to hear of, and the time from which on.
/// It stays inside the process: a watcher that must name a pay-to to a node says so in its
/// documentation.
#[derive(Clone, Debug, Default)]
pub struct WatchList {
    /// Every pay-to the shop could ever hand out.
    pub watched: HashSet<PayTo>,
    /// Assets of the chain that the shop knows: its coin, and tokens.
    /// Money of each is told at every pay-to, also where another asset is asked for. Other tokens
    /// are told nowhere: anybody can make one.
    pub known: BTreeSet<AssetId>,
    /// Orders whose events in the escrow contract are to be told.
    pub escrows: HashSet<EscrowKey>,
    /// Hour at whose first block, or a later one, reading begins while nothing is known.
    /// Reading begins at the tip if there is none.
    pub since: Option<CoarseTime>,
    /// Current hour.
    /// While nothing is known, nodes whose newest block is more than a day older are refused with
    /// [`WatchError::NodesSyncing`]: they still fetch the chain, and whoever began at the newest
    /// block they have would read all that follows. Not checked where this is none.
    pub now: Option<CoarseTime>,
}

/// Result of looking up one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookUp {
    /// The transaction pays the shop: each of its transfers to a pay-to of the shop.
    ///
    /// Their block may be newer than the last one read by [`ChainWatcher::next_update`]. Whoever stores them
    /// waits until it has been read, because a reorganisation of unread blocks is never reported.
    Found(Vec<Transfer>),
    /// The chain does not hold the transaction, or not in a block yet.
    NotFound,
    /// The transaction is in a block, and pays nothing to the shop.
    NotOurs,
    /// The transaction is in a block, and moved nothing because it failed.
    Failed,
}

/// Reason why a chain could not be read.
/// An error says nothing about a payment: the caller waits, at least for
/// [`WatchError::retry_after`], and asks again.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The settings name no node.
    #[error("no node is configured")]
    NoNodes,
    /// Asking one node went wrong.
    #[error("node {number}: {trouble}")]
    Node {
        /// Number of the node, counted from 1 in the order of the settings.
        number: usize,
        /// Error of the node.
        trouble: NodeError,
    },
    /// The nodes do not agree, or too few answer.
    #[error("{agreed} of {nodes} nodes agree, {needed} needed{}", first_of(first.as_ref()))]
    NoMajority {
        /// Number of nodes that are configured.
        nodes: usize,
        /// Number of nodes that gave the answer given most.
        agreed: usize,
        /// Number of nodes that would have to.
        needed: usize,
        /// Number and error of the first node that failed.
        first: Option<(usize, NodeError)>,
    },
    /// The newest block the nodes have is too old to begin with, and nothing is known yet.
    #[error(
        "the nodes' newest block is {hours} hours old: they are still syncing, or the chain is \
         stuck"
    )]
    NodesSyncing {
        /// Age of that block in hours.
        hours: u64,
    },
    /// The chain has no contracts, or none that this program knows.
    #[error("this chain has no escrow contract")]
    NoContracts,
    /// The chain was reorganised while it was being read.
    #[error("the chain changed while it was being read")]
    Moved,
    /// The file of a demo chain could not be used.
    #[error("demo chain: {error}")]
    DemoFile {
        /// Class of the error.
        kind: Kind,
        /// Error of the chain that keeps the file.
        #[source]
        error: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Error of one node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    /// A stream to the node could not be opened.
    #[error("cannot be reached")]
    Unreachable,
    /// The node closed the stream in the middle of an answer, or does not speak HTTP.
    #[error("closed the connection")]
    Disconnected,
    /// The node took too long.
    #[error("did not answer in time")]
    Timeout,
    /// The node answered with another HTTP status than 200. Redirects are not followed.
    #[error("answered with HTTP status {0}")]
    Status(u16),
    /// The answer of the node is larger than the settings allow.
    #[error("sent an answer that is too large")]
    TooLarge,
    /// The node asks for fewer requests: HTTP status 429, or a JSON-RPC error that says the same.
    #[error("asks for fewer requests")]
    Busy {
        /// Time it asks to be left alone, where it says so.
        retry_after: Option<Duration>,
    },
    /// The node answered with a JSON-RPC error of this code.
    #[error("refused with code {0}")]
    Refused(i64),
    /// The node tells blocks of a form this program does not know.
    /// That is a header with a new field, say, or a new type of transaction: the chain has changed,
    /// and the program has to be brought up to date.
    #[error("sent {0}, which this program is too old to read")]
    TooNew(&'static str),
    /// The answer of the node is not what was asked for.
    #[error("sent an invalid answer")]
    Malformed,
    /// The node follows another chain.
    #[error("is on chain {told}, not {wanted}")]
    WrongChain {
        /// Chain id the node told.
        told: u64,
        /// Chain id of the settings.
        wanted: u64,
    },
    /// The node contradicts itself: the named part does not fit the block's hash.
    #[error("sent a block that contradicts its own {0}")]
    InvalidProof(&'static str),
    /// The node serves no compact filters of blocks.
    #[error("serves no block filters: it needs blockfilterindex=1 and peerblockfilters=1")]
    NoFilters,
    /// The node does not have what it should have.
    #[error("is missing a block it should have")]
    Missing,
}

impl WatchError {
    /// Returns how long a node asked to be left alone.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self.trouble() {
            Some(NodeError::Busy { retry_after }) => *retry_after,
            _ => None,
        }
    }

    /// Returns true if the chain has changed in a way this program is too old for.
    #[must_use]
    pub const fn is_too_old(&self) -> bool {
        matches!(self.trouble(), Some(NodeError::TooNew(_)))
    }

    /// Returns what the first node that failed did.
    #[must_use]
    pub const fn trouble(&self) -> Option<&NodeError> {
        match self {
            Self::Node { trouble, .. } | Self::NoMajority { first: Some((_, trouble)), .. } => {
                Some(trouble)
            }
            _ => None,
        }
    }
}

fn first_of(first: Option<&(usize, NodeError)>) -> String {
    first.map_or_else(String::new, |(number, trouble)| format!("; node {number} {trouble}"))
}

impl HasKind for WatchError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoNodes | Self::Node { trouble: NodeError::WrongChain { .. }, .. } => {
                Kind::Misconfigured
            }
            Self::DemoFile { kind, .. } => *kind,
            _ => Kind::Unavailable,
        }
    }
}
