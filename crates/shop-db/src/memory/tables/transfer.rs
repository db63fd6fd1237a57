//! Transfers, and what they are found by.

use crate::{
    memory::index::{Follow, Index, Indexes},
    rows::{ChainNumber, Standing, TransferRow},
};
use shop_core::{money::AssetId, order::OrderId, view::Height};

/// Name of a transfer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::memory) struct TransferKey {
    pub(in crate::memory) asset: AssetId,
    pub(in crate::memory) id: String,
}

impl TransferKey {
    pub(in crate::memory) fn new(asset: AssetId, id: &str) -> Self {
        Self { asset, id: id.to_owned() }
    }
}

type By<T> = Index<T, TransferKey, TransferRow>;

/// Indexes of transfers.
pub(in crate::memory) struct TransferIndexes {
    pub(in crate::memory) order: By<OrderId>,
    /// Those in a block.
    pub(in crate::memory) height: By<(ChainNumber, Height)>,
    pub(in crate::memory) unmined: By<ChainNumber>,
}

impl TransferIndexes {
    pub(super) fn new() -> Self {
        Self {
            order: Index::new(|row| Some(row.order)),
            height: Index::new(|row| Some((row.chain, row.transfer.block?.height))),
            unmined: Index::new(|row| (row.standing == Standing::Unmined).then_some(row.chain)),
        }
    }
}

impl Indexes<TransferKey, TransferRow> for TransferIndexes {
    fn each(&self) -> Vec<&dyn Follow<TransferKey, TransferRow>> {
        let Self { order, height, unmined } = self;
        vec![order, height, unmined]
    }
}
