//! Claims, and what they are found by.

use crate::{
    claim::Claim,
    memory::index::{Follow, Index, Indexes},
};
use shop_core::{money::AssetId, order::OrderId};

/// Row of a claim.
#[derive(Clone)]
pub(in crate::memory) struct ClaimEntry {
    pub(in crate::memory) order: OrderId,
    pub(in crate::memory) asset: AssetId,
    pub(in crate::memory) claim: Claim,
}

type By<T> = Index<T, u64, ClaimEntry>;

/// Indexes of claims.
pub(in crate::memory) struct ClaimIndexes {
    pub(in crate::memory) order: By<OrderId>,
    pub(in crate::memory) txid: By<(AssetId, String)>,
    /// Those that wait to be looked up.
    pub(in crate::memory) open: By<()>,
}

impl ClaimIndexes {
    pub(super) fn new() -> Self {
        Self {
            order: Index::new(|entry| Some(entry.order)),
            txid: Index::new(|entry| Some((entry.asset, entry.claim.txid.clone()))),
            open: Index::new(|entry| entry.claim.state.is_open().then_some(())),
        }
    }
}

impl Indexes<u64, ClaimEntry> for ClaimIndexes {
    fn each(&self) -> Vec<&dyn Follow<u64, ClaimEntry>> {
        let Self { order, txid, open } = self;
        vec![order, txid, open]
    }
}
