//! Pay-tos that were given, and what they are found by.

use crate::{
    memory::index::{Follow, Index, Indexes},
    rows::PoolRow,
};
use shop_core::{money::AssetId, pay_to::PayTo, time::CoarseTime};

/// Row of a pay-to that was given.
#[derive(Clone)]
pub(in crate::memory) struct Given {
    pub(in crate::memory) asset: AssetId,
    pub(in crate::memory) row: PoolRow,
}

/// Indexes of pay-tos that were given.
pub(in crate::memory) struct PoolIndexes {
    /// Closed ones, by the hour in which the last offer ended.
    pub(in crate::memory) closed: Index<(AssetId, CoarseTime), PayTo, Given>,
}

impl PoolIndexes {
    pub(super) fn new() -> Self {
        Self { closed: Index::new(|given| Some((given.asset, given.row.closed?))) }
    }
}

impl Indexes<PayTo, Given> for PoolIndexes {
    fn each(&self) -> Vec<&dyn Follow<PayTo, Given>> {
        let Self { closed } = self;
        vec![closed]
    }
}
