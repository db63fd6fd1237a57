//! Claims: a buyer's statements that a transaction paid an order.

use shop_core::{invoice::NotCounted, money::Amount, order::OrderId, pay_to::PayTo};

/// Transaction id that a buyer entered, and its result.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The transaction id, in lower case.
    pub txid: String,
    /// Amount of it that came to the order's pay-to, once that was looked up.
    pub came: Option<Amount>,
    /// Result so far.
    pub state: ClaimState,
}

/// Result of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimState {
    /// The transaction was not looked up yet.
    Pending,
    /// The transaction paid this order, and counts.
    Found,
    /// Its amount does not name this order: the seller decides.
    ToReview,
    /// The seller says that it paid this order; it counts as soon as it is looked up.
    Accepted,
    /// The transaction does not count for this order.
    Refused(ClaimRefusal),
}

/// Reason why a claimed transaction does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimRefusal {
    /// The chain does not know it.
    NotFound,
    /// The transaction pays somebody else.
    NotOurs,
    /// The transaction pays the order's address in another asset than the order asks for.
    OtherAsset,
    /// The chain refused to carry the transaction out.
    Failed,
    /// The transaction counts for another order.
    AlreadyCounted,
    /// The transaction is older than the order, so it cannot have paid it.
    TooOld,
    /// Its last digits are not this order's: it was sent for something else.
    OfOthers,
    /// No node has answered, however often it was asked.
    Unanswered,
    /// The seller says that it did not pay this order.
    Rejected,
}

impl ClaimState {
    /// Returns true while the transaction is to be looked up.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Accepted)
    }

    /// Returns true for a payment the seller has to decide about, or has accepted and that was not
    /// looked up since.
    pub(crate) const fn is_reviewed(self) -> bool {
        matches!(self, Self::ToReview | Self::Accepted)
    }

    /// Returns true while the claim has no result.
    pub(crate) const fn is_undecided(self) -> bool {
        self.is_open() || matches!(self, Self::ToReview)
    }
}

impl ClaimRefusal {
    /// Returns what it means for a payment that the seller has accepted.
    #[must_use]
    pub const fn of_accepted(self) -> NotCounted {
        match self {
            Self::AlreadyCounted => NotCounted::Elsewhere,
            Self::Failed => NotCounted::Failed,
            Self::OtherAsset => NotCounted::OtherAsset,
            Self::NotOurs | Self::TooOld | Self::OfOthers | Self::Rejected => NotCounted::NotOurs,
            Self::NotFound | Self::Unanswered => NotCounted::Unknown,
        }
    }
}

/// A claim that waits to be looked up on its chain.
#[derive(Clone, PartialEq, Eq)]
pub struct PendingClaim {
    /// Number of the order it was made for.
    pub order: OrderId,
    /// Address or account where that order is to be paid.
    pub pay_to: PayTo,
    /// The transaction id, in lower case.
    pub txid: String,
    /// True once the seller has accepted it: it is looked up until it is found.
    pub accepted: bool,
}

/// Writes the state alone, never the transaction id.
impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claim({:?})", self.state)
    }
}

/// Writes neither the order nor the transaction id.
impl std::fmt::Debug for PendingClaim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PendingClaim(..)")
    }
}
