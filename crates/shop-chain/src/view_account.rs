//! Accounts of sellers, on chains where payments are seen with a private key alone.

use crate::{
    transport::Node,
    watcher::{ChainWatcher, WatchError},
};
use shop_core::{
    kind::{HasKind, Kind},
    pay_to::PayTo,
};
use std::{collections::HashSet, fmt, ops::Range, sync::Arc};

/// Account of the seller whose payments are seen with a private view key, which cannot spend.
///
/// It prints nothing of itself, and wipes the key when it is dropped. [`crate::Chain::view_account`]
/// opens one.
pub trait ViewAccount: fmt::Debug + Send + Sync {
    /// Returns the pay-tos with these numbers. Its watcher recognises them from now on, and those
    /// with lower numbers.
    fn pay_tos(&self, numbers: Range<u32>) -> Vec<PayTo>;

    /// Returns those of these pay-tos that are not the account's.
    /// The watcher recognises the others from now on.
    ///
    /// It looks at some thousands of numbers beyond those it knows, which takes seconds if one of
    /// the pay-tos is not the account's.
    fn unrecognised(&self, pay_tos: &HashSet<PayTo>) -> HashSet<PayTo>;

    /// Opens the watcher that asks these nodes about the account's network.
    /// `reads_unmined`: also about payments that wait to be in a block.
    ///
    /// # Errors
    /// [`WatchError::NoNodes`].
    fn watcher(
        self: Arc<Self>,
        nodes: Vec<Node>,
        reads_unmined: bool,
    ) -> Result<Arc<dyn ChainWatcher>, WatchError>;
}

/// Reason why an address and a view key open no account, in words for the seller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ViewAccountRefusal {
    /// The chain has no view keys.
    #[error("this chain is not watched with a view key")]
    NoViewKeys,
    /// The address is none, or not one that an account has.
    #[error("{0}")]
    Address(String),
    /// The key is none, or not the one of the address.
    #[error("{0}")]
    Key(String),
}

impl HasKind for ViewAccountRefusal {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}
