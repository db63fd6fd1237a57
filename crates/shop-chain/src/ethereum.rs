//! Ether, read from nodes nobody has to trust.
//!
//! Whole blocks are read and matched here, so a node never learns which pay-tos are the shop's. What
//! a node says counts only where it follows from a block's hash (the header's hash, the root of its
//! transactions, the root of their receipts), and the hash of the newest block must be told by a
//! strict majority of the configured nodes: one of one, two of two, two of three. All else is a
//! [`WatchError`], and nothing is paid.
//!
//! Seen is Ether that a transaction sends straight to a pay-to, and, where the chain logs it
//! (EIP-7708), Ether that a contract sends on. Not seen before that fork are payments by contracts:
//! withdrawals of some exchanges and of shared wallets.
//!
//! [`Advance::unmined`] stays empty. To ask a node for the transactions that wait would either tell it
//! our pay-tos or cost its whole pool each time; the answer cannot be proved, and can be replaced
//! by whoever sent it. The next block is twelve seconds away.
//!
//! [`Watch::look_up`] names the transaction to the nodes: the buyer's choice, made for a payment
//! that was not recognised. It does not name the pay-to.

use crate::{
    transport::{BoxFuture, Dial},
    watch::{Interest, LookUp, NodeReport, Watch, WatchError},
};
use alloy_primitives::B256;
use quorum::Quorum;
use shop_core::{
    money::AssetId,
    view::{Advance, BlockAt, ChainIdentity, Height, Transfer},
};
use std::{sync::Arc, time::Duration};

mod block;
mod probe;
mod quorum;
mod reading;
mod rpc;

/// The Ethereum watcher.
pub struct Ethereum {
    nodes: Vec<Node>,
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
        known: &'a [BlockAt],
        interest: &'a Interest,
    ) -> BoxFuture<'a, Result<Advance, WatchError>> {
        Box::pin(async move {
            reading::advance(&mut Quorum::of(self), &self.settings, known, interest).await
        })
    }

    fn look_up<'a>(
        &'a self,
        txid: &'a str,
        interest: &'a Interest,
    ) -> BoxFuture<'a, Result<LookUp, WatchError>> {
        Box::pin(async move {
            // Not in canonical form: no chain holds it, and no node is asked.
            let Ok(txid) = txid.parse::<B256>() else { return Ok(LookUp::NotFound) };
            reading::look_up(&mut Quorum::of(self), txid, interest).await
        })
    }

    fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>> {
        Box::pin(async move {
            let genesis = Quorum::of(self).hash_at(Height(0)).await?.hash();
            Ok(ChainIdentity { chain_id: self.settings.chain_id, genesis })
        })
    }

    fn read_logs<'a>(
        &'a self,
        block: BlockAt,
        interest: &'a Interest,
    ) -> BoxFuture<'a, Result<Vec<Transfer>, WatchError>> {
        Box::pin(async move { reading::read_logs(&mut Quorum::of(self), block, interest).await })
    }

    fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>> {
        Box::pin(probe::probe(self))
    }
}
