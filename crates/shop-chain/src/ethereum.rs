//! Ether, read from nodes nobody has to trust.

use crate::{
    transport::{BoxFuture, Dial},
    watch::{Interest, LookUp, Watch, WatchError},
};
use shop_core::{
    money::AssetId,
    view::{Advance, BlockAt},
};
use std::{sync::Arc, time::Duration};

/// The Ethereum watcher.
pub struct Ethereum {
    #[expect(dead_code, reason = "being written")]
    nodes: Vec<Node>,
    #[expect(dead_code, reason = "being written")]
    settings: Settings,
}

/// A node that speaks JSON-RPC over HTTP/1.1.
#[derive(Clone)]
pub struct Node {
    /// Opens a stream to it, TLS included where it is wanted.
    pub dial: Arc<dyn Dial>,
    /// What to write into the `Host` header.
    pub host: String,
    /// The path to post to: `/`, or one with the seller's own key.
    pub path: String,
}

/// What is asked of the nodes, and what they may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The chain id every node has to tell.
    pub chain_id: u64,
    /// How many blocks one call reads at most.
    pub most_blocks: u64,
    /// How large one answer may be, in bytes.
    pub most_bytes: usize,
    /// How long opening a stream may take.
    pub dial_time: Duration,
    /// How long one request may take.
    pub request_time: Duration,
    /// How many blocks a node may fall back behind what was read without being believed.
    pub lag: u64,
}

impl Default for Settings {
    /// Ethereum's main chain.
    fn default() -> Self {
        Self {
            chain_id: 1,
            most_blocks: 32,
            most_bytes: 16 << 20,
            dial_time: Duration::from_secs(30),
            request_time: Duration::from_secs(10),
            lag: 2,
        }
    }
}

impl Ethereum {
    /// A watcher that asks these nodes. A block counts when a strict majority of them tell its hash.
    ///
    /// # Errors
    /// [`WatchError::NoNodes`].
    pub fn new(nodes: Vec<Node>, settings: Settings) -> Result<Self, WatchError> {
        if nodes.is_empty() {
            return Err(WatchError::NoNodes);
        }
        Ok(Self { nodes, settings })
    }
}

impl Watch for Ethereum {
    fn asset(&self) -> AssetId {
        AssetId::Eth
    }

    fn advance<'a>(
        &'a self,
        _known: &'a [BlockAt],
        _interest: &'a Interest,
    ) -> BoxFuture<'a, Result<Advance, WatchError>> {
        unimplemented!()
    }

    fn look_up<'a>(
        &'a self,
        _txid: &'a str,
        _interest: &'a Interest,
    ) -> BoxFuture<'a, Result<LookUp, WatchError>> {
        unimplemented!()
    }
}
