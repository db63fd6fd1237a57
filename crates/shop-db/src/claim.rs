//! What a buyer says about a payment: "this transaction id was mine".

use shop_core::{invoice::NotCounted, money::Amount, order::OrderId, pay_to::PayTo};

/// A transaction id a buyer typed in, and what came of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The transaction id, in lower case.
    pub txid: String,
    /// How much of it came to the order's pay-to, once that was looked up.
    pub came: Option<Amount>,
    /// What came of it.
    pub state: ClaimState,
}

/// What came of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimState {
    /// Not looked up yet.
    Pending,
    /// It paid this order, and counts.
    Found,
    /// Its amount does not name this order: the seller decides.
    ToReview,
    /// The seller says that it paid this order; it counts as soon as it is looked up.
    Accepted,
    /// It does not count for this order.
    Refused(ClaimRefusal),
}

/// Why a claimed transaction does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimRefusal {
    /// The chain does not know it.
    NotFound,
    /// It pays somebody else.
    NotOurs,
    /// The chain refused to carry it out.
    Failed,
    /// It counts for another order.
    AlreadyCounted,
    /// It is older than the order, so it cannot have paid it.
    TooOld,
    /// Its last digits are not this order's: it was sent for something else.
    OfOthers,
    /// No node has answered, however often it was asked.
    Unanswered,
    /// The seller says that it did not pay this order.
    Rejected,
}

impl ClaimRefusal {
    /// Returns what it means for a payment that the seller has accepted.
    #[must_use]
    pub const fn of_accepted(self) -> NotCounted {
        match self {
            Self::AlreadyCounted => NotCounted::Elsewhere,
            Self::Failed => NotCounted::Failed,
            Self::NotOurs | Self::TooOld | Self::OfOthers | Self::Rejected => NotCounted::NotOurs,
            Self::NotFound | Self::Unanswered => NotCounted::Unknown,
        }
    }
}

/// A claim that waits to be looked up on its chain.
#[derive(Clone, PartialEq, Eq)]
pub struct PendingClaim {
    /// Whose it is.
    pub order: OrderId,
    /// Where that order is to be paid.
    pub pay_to: PayTo,
    /// The transaction id, in lower case.
    pub txid: String,
    /// Whether the seller has accepted it: it is looked up until it is found.
    pub accepted: bool,
}

/// Never the transaction id.
impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claim({:?})", self.state)
    }
}

/// Never the order or the transaction id.
impl std::fmt::Debug for PendingClaim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PendingClaim(..)")
    }
}
