//! A chain that exists only here: for demonstration shops and for tests.
//!
//! It is a backend like any other and passes the same [`crate::suite`]. Kept in a file it is shared:
//! the shop reads while the command line, in another process, pays and mines.

use crate::{
    transport::BoxFuture,
    watch::{Interest, LookUp, Watch, WatchError},
};
use shop_core::{
    kind::{HasKind, Kind},
    money::{Amount, AssetId},
    pay_to::PayTo,
    time::CoarseTime,
    view::{Advance, BlockAt, Height},
};
use std::path::Path;

/// A chain that exists only here. Clones share it.
#[derive(Clone, Debug)]
pub struct FakeChain {
    asset: AssetId,
}

/// Why the fake chain did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum FakeError {
    /// Its file could not be read or written.
    #[error("its file could not be used: {0}")]
    File(#[from] std::io::Error),
    /// Its file does not hold a chain of this asset.
    #[error("its file is damaged or holds another asset: remove it to start anew")]
    Damaged,
    /// There is no such transaction.
    #[error("there is no such transaction")]
    NoSuchTransaction,
    /// There are not that many blocks.
    #[error("the chain is not that long")]
    TooDeep,
    /// The pay-to or the amount is of another asset, or the pay-to is a real one.
    #[error("only demo pay-tos of the same asset can be paid")]
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

/// The demonstration pay-to with this number: the same in every shop, and never like a real address.
#[must_use]
pub fn demo_pay_to(_asset: AssetId, _number: u64) -> PayTo {
    unimplemented!()
}

/// Whether a pay-to is one of a demonstration.
#[must_use]
pub fn is_demo(pay_to: &PayTo) -> bool {
    pay_to.as_str().starts_with("demo-")
}

impl FakeChain {
    /// A chain in memory, with its first block.
    #[must_use]
    pub fn in_memory(asset: AssetId) -> Self {
        Self { asset }
    }

    /// The chain kept in the file at `path`, which is made if it is missing.
    ///
    /// # Errors
    /// [`FakeError::File`] or [`FakeError::Damaged`].
    pub fn at(_path: &Path, asset: AssetId) -> Result<Self, FakeError> {
        Ok(Self { asset })
    }

    /// The number of its newest block.
    ///
    /// # Errors
    /// [`FakeError::File`] or [`FakeError::Damaged`].
    pub fn tip(&self) -> Result<Height, FakeError> {
        unimplemented!()
    }

    /// Sends `amount` to a demo pay-to; it waits to be mined. Returns the transaction id.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn pay(&self, _to: &PayTo, _amount: Amount) -> Result<String, FakeError> {
        unimplemented!()
    }

    /// Adds blocks; the first takes everything that waits.
    ///
    /// # Errors
    /// [`FakeError::File`] or [`FakeError::Damaged`].
    pub fn mine(&self, _blocks: u32, _now: CoarseTime) -> Result<Height, FakeError> {
        unimplemented!()
    }

    /// Replaces the last `depth` blocks by as many empty ones. Their transactions are forgotten
    /// until [`FakeChain::again`].
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn reorg(&self, _depth: u32, _now: CoarseTime) -> Result<(), FakeError> {
        unimplemented!()
    }

    /// Removes the last `depth` blocks, without replacement.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn shrink(&self, _depth: u32) -> Result<(), FakeError> {
        unimplemented!()
    }

    /// Sends a forgotten transaction again, unchanged: it waits to be mined.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn again(&self, _txid: &str) -> Result<(), FakeError> {
        unimplemented!()
    }

    /// Replaces the last `depth` blocks by as many others, in which the money of `txid` went
    /// elsewhere: it can never be mined again.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn double_spend(
        &self,
        _txid: &str,
        _depth: u32,
        _now: CoarseTime,
    ) -> Result<(), FakeError> {
        unimplemented!()
    }
}

impl Watch for FakeChain {
    fn asset(&self) -> AssetId {
        self.asset
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
