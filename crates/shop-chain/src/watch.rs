//! The one question the shop asks a chain, and its answers.

use crate::{fake::FakeError, transport::BoxFuture};
use shop_core::{
    kind::{HasKind, Kind},
    money::AssetId,
    pay_to::PayTo,
    time::CoarseTime,
    view::{Advance, BlockAt, ChainIdentity, Height, Transfer},
};
use std::{collections::HashSet, time::Duration};

/// Reads one chain.
///
/// An implementor keeps no place of its own: `known` says what has been read, so that the database
/// alone decides what the shop has seen. `docs/adr/0004-watch.md` sketches the chains to come.
pub trait Watch: Send + Sync {
    /// What this chain moves.
    fn asset(&self) -> AssetId;

    /// What the chain did since `known`, the last blocks read, oldest first and without gaps; if
    /// that is empty, reading starts at [`Interest::since`], or at the tip. One call reads a bounded
    /// number of blocks: [`Advance::behind`] says whether to call again at once.
    fn advance<'a>(
        &'a self,
        known: &'a [BlockAt],
        interest: &'a Interest,
    ) -> BoxFuture<'a, Result<Advance, WatchError>>;

    /// What the transaction a buyer named pays to the shop. `txid` is in the form [`crate::txid`]
    /// gives it.
    fn look_up<'a>(
        &'a self,
        txid: &'a str,
        interest: &'a Interest,
    ) -> BoxFuture<'a, Result<LookUp, WatchError>>;

    /// Returns the chain's identity, as a majority of the nodes tell it. It never changes while the
    /// settings stay as they are, so the caller keeps it.
    fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>>;

    /// Tries a block of [`Advance::logs_unread`] again. Returns all transfers to the shop in it: they
    /// replace those told before. An error while it still cannot be read; [`WatchError::Moved`]
    /// where the block is no longer on the chain, which [`Watch::advance`] reports.
    fn read_logs<'a>(
        &'a self,
        block: BlockAt,
        interest: &'a Interest,
    ) -> BoxFuture<'a, Result<Vec<Transfer>, WatchError>>;

    /// Asks every node for what it can do now, for `check` and `status`. One report a node, in the
    /// order of the settings. It takes as long as the slowest node, at most a minute or so.
    fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>>;
}

/// What one node could do when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeReport {
    /// Its number, counted from 1 in the order of the settings.
    pub number: usize,
    /// The chain id it told.
    pub chain_id: Option<u64>,
    /// The newest block it told.
    pub tip: Option<Height>,
    /// How far that is behind the newest block any node told.
    pub blocks_behind: Option<u64>,
    /// Set when the header, the transactions and the receipts of a new block followed from its hash.
    pub block_proved: bool,
    /// How it gives receipts; unknown where it failed before that.
    pub receipts: Option<ReceiptsMethod>,
    /// How long all of it took.
    pub took: Duration,
    /// What went wrong first.
    pub trouble: Option<Trouble>,
}

impl NodeReport {
    /// Returns true if it answered anything.
    #[must_use]
    pub const fn is_reached(&self) -> bool {
        self.chain_id.is_some()
    }
}

/// How a node gives the receipts of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptsMethod {
    /// All at once: `eth_getBlockReceipts`, or what this chain has for it.
    ByBlock,
    /// Each transaction's receipt by a request of its own: slow, and costly for the node.
    OneByOne,
    /// Not at all.
    Unavailable,
}

/// What the shop wants to hear of. It stays inside the process: a watcher that must name a pay-to to
/// a node says so in its documentation.
#[derive(Clone, Debug, Default)]
pub struct Interest {
    /// Every pay-to the shop could ever hand out.
    pub ours: HashSet<PayTo>,
    /// The pay-tos of orders that are not settled: all that evidence which costs a request for each
    /// pay-to has to ask for.
    pub open: Vec<PayTo>,
    /// Where reading begins while nothing is known: at the first block of this hour or later; at
    /// the tip if there is none.
    pub since: Option<CoarseTime>,
    /// The hour it is. While nothing is known, nodes whose newest block is more than a day older are
    /// refused with [`WatchError::NodesSyncing`]: they still fetch the chain, and whoever began at
    /// the newest block they have would read all that follows. Not checked where this is none.
    pub now: Option<CoarseTime>,
}

/// What there is to say of one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookUp {
    /// It pays the shop: each of its transfers to a pay-to of the shop.
    ///
    /// Their block may be newer than the last one read by [`Watch::advance`]. Whoever stores them
    /// waits until it has been read, because a reorganisation of unread blocks is never reported.
    Found(Vec<Transfer>),
    /// The chain does not hold it, or not in a block yet.
    NotFound,
    /// It is in a block, and pays nothing to the shop.
    NotOurs,
    /// It is in a block, and moved nothing because it failed.
    Failed,
}

/// Why a chain could not be read. None of these says anything about a payment: the caller waits, at
/// least for [`WatchError::retry_after`], and asks again.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// There is no node to ask.
    #[error("no node is configured")]
    NoNodes,
    /// Asking one node went wrong.
    #[error("node {number}: {trouble}")]
    Node {
        /// Which node, counted from 1 in the order of the settings.
        number: usize,
        /// What went wrong.
        trouble: Trouble,
    },
    /// The nodes do not agree, or too few answer.
    #[error("{agreed} of {nodes} nodes agree, {needed} are needed{}", first_of(first.as_ref()))]
    NoMajority {
        /// How many nodes are configured.
        nodes: usize,
        /// How many gave the answer given most.
        agreed: usize,
        /// How many would have to.
        needed: usize,
        /// What the first node that failed did, and its number.
        first: Option<(usize, Trouble)>,
    },
    /// Nothing is known yet, and the newest block the nodes have is too old to begin with.
    #[error(
        "the newest block the nodes have is {hours} hours old: they do not have all of the chain yet, or the chain stands still"
    )]
    NodesSyncing {
        /// Its age in hours.
        hours: u64,
    },
    /// The chain was reorganised while it was being read.
    #[error("the chain changed while it was read")]
    Moved,
    /// The fake chain's file.
    #[error("demo chain: {0}")]
    Fake(#[from] FakeError),
}

/// What one node did wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No stream to it could be opened.
    #[error("cannot be reached")]
    Unreachable,
    /// It closed the stream in the middle of an answer, or does not speak HTTP.
    #[error("broke off")]
    BrokeOff,
    /// It took too long.
    #[error("did not answer in time")]
    Late,
    /// It answered with another HTTP status than 200. Redirects are not followed.
    #[error("answered with HTTP status {0}")]
    Status(u16),
    /// Its answer is larger than the settings allow.
    #[error("sent a larger answer than allowed")]
    TooLarge,
    /// It asks for fewer requests: HTTP status 429, or a JSON-RPC error that says the same.
    #[error("asks for fewer requests")]
    Busy {
        /// How long it asks to be left alone, where it says so.
        retry_after: Option<Duration>,
    },
    /// It answered with a JSON-RPC error of this code.
    #[error("refused, with code {0}")]
    Refused(i64),
    /// It tells blocks of a form this program does not know, such as a header with a new field or a
    /// new type of transaction: the chain has changed, and the program has to be brought up to date.
    #[error("tells of {0}, which this program is too old for")]
    TooNew(&'static str),
    /// Its answer is not what was asked for.
    #[error("sent what cannot be read")]
    Rubbish,
    /// It follows another chain.
    #[error("follows chain {told}, not {wanted}")]
    WrongChain {
        /// The chain id it told.
        told: u64,
        /// The chain id of the settings.
        wanted: u64,
    },
    /// What it said of itself is not so: the named part does not fit the block's hash.
    #[error("sent a block that contradicts its own {0}")]
    Lied(&'static str),
    /// It does not have what it should have.
    #[error("does not have a block it should have")]
    Missing,
}

impl WatchError {
    /// Returns how long a node asked to be left alone.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self.trouble() {
            Some(Trouble::Busy { retry_after }) => *retry_after,
            _ => None,
        }
    }

    /// Returns true if the chain has changed in a way this program is too old for.
    #[must_use]
    pub const fn is_too_old(&self) -> bool {
        matches!(self.trouble(), Some(Trouble::TooNew(_)))
    }

    /// Returns what the first node that failed did.
    #[must_use]
    pub const fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Node { trouble, .. } | Self::NoMajority { first: Some((_, trouble)), .. } => {
                Some(trouble)
            }
            _ => None,
        }
    }
}

fn first_of(first: Option<&(usize, Trouble)>) -> String {
    first.map_or_else(String::new, |(number, trouble)| format!("; node {number} {trouble}"))
}

impl HasKind for WatchError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoNodes | Self::Node { trouble: Trouble::WrongChain { .. }, .. } => {
                Kind::Misconfigured
            }
            Self::Fake(error) => error.kind(),
            _ => Kind::Unavailable,
        }
    }
}
