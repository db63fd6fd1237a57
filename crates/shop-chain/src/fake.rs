//! Fake chain: it exists only here, for demonstration shops and for tests.
//!
//! It is a backend like any other and passes the same suite (`tests/chains/suite.rs`). Kept in a file
//! it is shared: the shop reads while the command line, in another process, pays and mines.

use crate::{
    transport::BoxFuture,
    watcher::{ChainWatcher, LookUp, NodeError, NodeReport, ReceiptsMethod, WatchError, WatchList},
};
use alloy_primitives::keccak256;
use shop_core::{
    chain::ChainId,
    escrow::Event,
    kind::{HasKind, Kind},
    money::{Amount, AssetId},
    pay_to::PayTo,
    time::CoarseTime,
    view::{BalanceAt, BlockAt, BlockLogs, ChainIdentity, ChainUpdate, EscrowKey, Height},
};
use std::{path::Path, time::Duration};

mod chain;
mod store;

/// The chain id of every demonstration chain: no real chain has it.
pub const DEMO_CHAIN_ID: u64 = 0;

/// A chain that exists only here. Clones share it.
#[derive(Clone, Debug)]
pub struct FakeChain {
    chain: ChainId,
    store: store::Store,
}

/// Reason why the fake chain did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum FakeError {
    /// Its file could not be read or written.
    #[error("its file could not be used: {0}")]
    File(#[from] std::io::Error),
    /// Its file does not hold this chain.
    #[error("its file is damaged or belongs to another chain: remove it to start again")]
    Damaged,
    /// The transaction does not exist.
    #[error("there is no such transaction")]
    NoSuchTransaction,
    /// The chain has not that many blocks.
    #[error("the chain is not that long")]
    TooDeep,
    /// The pay-to or the amount is of another asset or chain, or the pay-to is a real one.
    #[error("only demo addresses of the same chain and asset can be paid")]
    NotHere,
}

impl HasKind for FakeError {
    fn kind(&self) -> Kind {
        match self {
            Self::File(_) => Kind::Unavailable,
            Self::Damaged => Kind::Misconfigured,
            Self::NoSuchTransaction => Kind::NotFound,
            Self::TooDeep | Self::NotHere => Kind::BadInput,
        }
    }
}

impl From<FakeError> for WatchError {
    fn from(error: FakeError) -> Self {
        Self::DemoFile { kind: error.kind(), error: error.into() }
    }
}

/// Returns the demonstration pay-to with this number.
/// It is the same in every shop, and never like a real address.
#[must_use]
pub fn demo_pay_to(asset: AssetId, number: u64) -> PayTo {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let code = asset.code().to_ascii_lowercase();
    let hash = keccak256(format!("cryptocart demo pay-to {code} {number}"));
    let tail: String = hash
        .iter()
        .take(20)
        .filter_map(|byte| LETTERS.get(usize::from(byte % 32)))
        .map(|letter| char::from(*letter))
        .collect();
    PayTo::new(asset, &format!("demo-{code}-{tail}"))
        .expect("letters, digits and dashes, and short")
}

/// Returns true if a pay-to is one of a demonstration.
#[must_use]
pub fn is_demo(pay_to: &PayTo) -> bool {
    pay_to.as_str().starts_with("demo-")
}

impl FakeChain {
    /// Greatest number of blocks one reading returns.
    pub const MOST_BLOCKS: u64 = 32;

    /// Makes a chain in memory, with its first block.
    #[must_use]
    pub fn in_memory(chain: ChainId) -> Self {
        Self { chain, store: store::Store::in_memory(chain) }
    }

    /// Opens the chain kept in the file at `path`, and makes it if it is missing.
    /// A lock file lies beside it. The calls block for as long as a small file takes.
    ///
    /// # Errors
    /// [`FakeError::File`] or [`FakeError::Damaged`].
    pub fn open(path: &Path, chain: ChainId) -> Result<Self, FakeError> {
        Ok(Self { chain, store: store::Store::at(path, chain)? })
    }

    /// Returns the number of its newest block.
    ///
    /// # Errors
    /// [`FakeError::File`] or [`FakeError::Damaged`].
    pub fn tip(&self) -> Result<Height, FakeError> {
        Ok(self.store.read()?.tip())
    }

    /// Sends `amount` to a demo pay-to; it waits to be mined. Returns the transaction id.
    ///
    /// # Errors
    /// [`FakeError::NotHere`] for anything but a demo pay-to on this chain and an amount of its asset.
    pub fn pay(&self, to: &PayTo, amount: Amount) -> Result<String, FakeError> {
        if !is_demo(to) || to.asset().chain() != self.chain || amount.asset() != to.asset() {
            return Err(FakeError::NotHere);
        }
        self.store.change(|chain| Ok(chain.pay(to, amount)))
    }

    /// Sends `amount` to a pay-to in a way that no transfer shows: its balance alone does.
    ///
    /// # Errors
    /// As [`FakeChain::pay`].
    pub fn pay_unseen(&self, to: &PayTo, amount: Amount) -> Result<String, FakeError> {
        if !is_demo(to) || to.asset().chain() != self.chain || amount.asset() != to.asset() {
            return Err(FakeError::NotHere);
        }
        self.store.change(|chain| Ok(chain.pay_unseen(to, amount)))
    }

    /// Has an escrow contract tell an event of an order; it waits to be mined. Returns the
    /// transaction id.
    ///
    /// # Errors
    /// [`FakeError::File`] or [`FakeError::Damaged`].
    pub fn tell(&self, key: EscrowKey, event: Event) -> Result<String, FakeError> {
        self.store.change(|chain| Ok(chain.tell(key, event)))
    }

    /// Adds blocks; the first takes everything that waits.
    ///
    /// # Errors
    /// [`FakeError::File`] or [`FakeError::Damaged`].
    pub fn mine(&self, blocks: u32, now: CoarseTime) -> Result<Height, FakeError> {
        self.store.change(|chain| {
            chain.mine(blocks, now);
            Ok(chain.tip())
        })
    }

    /// Replaces the last `depth` blocks by as many empty ones. Their transactions are forgotten
    /// until [`FakeChain::again`].
    ///
    /// # Errors
    /// [`FakeError::TooDeep`] where the first block would go.
    pub fn reorg(&self, depth: u32, now: CoarseTime) -> Result<(), FakeError> {
        self.store.change(|chain| {
            chain.remove(depth)?;
            chain.mine_empty(depth, now);
            Ok(())
        })
    }

    /// Removes the last `depth` blocks, without replacement.
    ///
    /// # Errors
    /// [`FakeError::TooDeep`] where the first block would go.
    pub fn shrink(&self, depth: u32) -> Result<(), FakeError> {
        self.store.change(|chain| chain.remove(depth))
    }

    /// Forgets a transaction that waits to be mined, until [`FakeChain::again`].
    ///
    /// # Errors
    /// [`FakeError::NoSuchTransaction`] if it does not wait.
    pub fn drop_unmined(&self, txid: &str) -> Result<(), FakeError> {
        self.store.change(|chain| chain.drop_unmined(txid))
    }

    /// Sends a forgotten transaction again, unchanged: it waits to be mined.
    ///
    /// # Errors
    /// [`FakeError::NoSuchTransaction`] if it was not forgotten, or was double spent.
    pub fn again(&self, txid: &str) -> Result<(), FakeError> {
        self.store.change(|chain| chain.again(txid))
    }

    /// Replaces the last `depth` blocks by as many others, in which the money of `txid` went
    /// elsewhere: it can never be mined again.
    ///
    /// # Errors
    /// [`FakeError::TooDeep`], or [`FakeError::NoSuchTransaction`] if it is in none of them.
    pub fn double_spend(&self, txid: &str, depth: u32, now: CoarseTime) -> Result<(), FakeError> {
        self.store.change(|chain| {
            chain.remove(depth)?;
            chain.spend_elsewhere(txid)?;
            chain.mine_empty(depth, now);
            Ok(())
        })
    }
}

impl ChainWatcher for FakeChain {
    fn chain(&self) -> ChainId {
        self.chain
    }

    fn next_update<'a>(
        &'a self,
        known: &'a [BlockAt],
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<ChainUpdate, WatchError>> {
        Box::pin(
            async move { Ok(self.store.read()?.advance(known, watch_list, Self::MOST_BLOCKS)) },
        )
    }

    fn look_up<'a>(
        &'a self,
        txid: &'a str,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<LookUp, WatchError>> {
        Box::pin(async move { Ok(self.store.read()?.look_up(txid, watch_list)) })
    }

    fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>> {
        Box::pin(async move { Ok(self.store.read()?.identity()) })
    }

    fn read_logs<'a>(
        &'a self,
        block: BlockAt,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<BlockLogs, WatchError>> {
        Box::pin(
            async move { self.store.read()?.read_logs(block, watch_list).ok_or(WatchError::Moved) },
        )
    }

    fn balance<'a>(
        &'a self,
        pay_to: &'a PayTo,
        at: BlockAt,
    ) -> BoxFuture<'a, Result<BalanceAt, WatchError>> {
        Box::pin(async move { self.store.read()?.balance(pay_to, at).ok_or(WatchError::Moved) })
    }

    fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>> {
        Box::pin(async move {
            let tip = self.tip().ok();
            vec![NodeReport {
                number: 1,
                chain_id: tip.map(|_| DEMO_CHAIN_ID),
                tip,
                blocks_behind: tip.map(|_| 0),
                block_proved: tip.is_some(),
                receipts: tip.map(|_| ReceiptsMethod::ByBlock),
                took: Duration::ZERO,
                trouble: tip.is_none().then_some(NodeError::Unreachable),
            }]
        })
    }
}
