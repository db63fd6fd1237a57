//! Chains that cannot be read now, as buyers are told.

use crate::language::Sentence;
use shop_core::{money::AssetId, time::CoarseTime};

/// A chain on which no payment is seen for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// The asset that moves on it.
    pub asset: AssetId,
    /// The hour in which it was last seen.
    pub since: CoarseTime,
    /// True if no order in the asset is taken because of it.
    pub stopped: bool,
}

impl Unseen {
    /// Returns what it means for an order that waits for its payment.
    pub(crate) fn of_order(self) -> Sentence {
        self.about(Sentence::new("unseen-order"))
    }

    /// Returns what it means for an order that is about to be placed.
    pub(crate) fn of_checkout(self) -> Sentence {
        self.about(Sentence::new("unseen-checkout"))
    }

    fn about(self, sentence: Sentence) -> Sentence {
        sentence.with("asset", self.asset.name()).with("since", self.since)
    }
}
