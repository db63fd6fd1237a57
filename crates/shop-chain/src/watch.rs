//! The one question the shop asks a chain, and its answers.

use crate::{fake::FakeError, transport::BoxFuture};
use shop_core::{
    kind::{HasKind, Kind},
    money::AssetId,
    pay_to::PayTo,
    view::{Advance, BlockAt, Transfer},
};
use std::collections::HashSet;

/// Reads one chain.
///
/// An implementor keeps no place of its own: `known` says what has been read, so that the database
/// alone decides what the shop has seen. `docs/adr/0004-watch.md` sketches the chains to come.
pub trait Watch: Send + Sync {
    /// What this chain moves.
    fn asset(&self) -> AssetId;

    /// What the chain did since `known`, the last blocks read, oldest first and without gaps; if
    /// that is empty, reading starts at the tip. One call reads a bounded number of blocks:
    /// [`Advance::behind`] says whether to call again at once.
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

/// Why a chain could not be read. None of these says anything about a payment: the caller waits and
/// asks again.
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
    /// It answered with a JSON-RPC error of this code.
    #[error("refused, with code {0}")]
    Refused(i64),
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
