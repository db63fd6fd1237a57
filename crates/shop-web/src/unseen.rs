//! Chains that cannot be read now, as buyers are told.

use crate::language::Sentence;
use shop_core::{chain::ChainId, money::AssetId, time::CoarseTime};

/// A chain on which no payment is seen for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// The chain.
    pub chain: ChainId,
    /// The hour in which it was last seen.
    pub since: CoarseTime,
    /// True if no order in its assets is taken because of it.
    pub stopped: bool,
}

impl Unseen {
    /// Returns what it means for an order in this asset that waits for its payment.
    pub(crate) fn of_order(self, asset: AssetId) -> Sentence {
        self.about(asset, Sentence::new("unseen-order"))
    }

    /// Returns what it means for an order in this asset that is about to be placed.
    pub(crate) fn of_checkout(self, asset: AssetId) -> Sentence {
        self.about(asset, Sentence::new("unseen-checkout"))
    }

    fn about(self, asset: AssetId, sentence: Sentence) -> Sentence {
        sentence.with("asset", asset.name()).with("since", self.since)
    }
}
