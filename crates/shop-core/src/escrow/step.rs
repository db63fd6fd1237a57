//! Steps of an order: its state in one word, for rows, lists and mails.

use super::{Ending, EscrowState};

/// Step of an order in escrow, without its times and amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EscrowStep {
    /// Not shipped yet, whether or not it is paid.
    Open,
    /// The seller sent the parcel.
    Shipped,
    /// The delivery was reported.
    Delivered,
    /// The arbiter was called, and no delivery was reported.
    Disputed,
    /// The arbiter was called, and the delivery was reported.
    DisputedDelivered,
    /// The order ended like this; with a silent arbiter, the money went back.
    Closed(Ending),
    /// The arbiter was silent, and the seller was paid: the delivery was reported.
    ClosedSilently,
}

impl EscrowStep {
    /// Every step.
    pub const ALL: [Self; 12] = [
        Self::Open,
        Self::Shipped,
        Self::Delivered,
        Self::Disputed,
        Self::DisputedDelivered,
        Self::Closed(Ending::Expired),
        Self::Closed(Ending::Finalized),
        Self::Closed(Ending::Ruled),
        Self::Closed(Ending::ArbiterSilent),
        Self::Closed(Ending::Released),
        Self::Closed(Ending::Refunded),
        Self::ClosedSilently,
    ];

    /// Returns its word in the database, in lists and in mails.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Disputed => "disputed",
            Self::DisputedDelivered => "disputed delivered",
            Self::Closed(Ending::Expired) => "expired",
            Self::Closed(Ending::Finalized) => "finalized",
            Self::Closed(Ending::Ruled) => "ruled",
            Self::Closed(Ending::ArbiterSilent) => "arbiter silent",
            Self::Closed(Ending::Released) => "released",
            Self::Closed(Ending::Refunded) => "refunded",
            Self::ClosedSilently => "arbiter silent delivered",
        }
    }

    /// Returns the step with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }

    /// Returns true if the order ended.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Closed(_) | Self::ClosedSilently)
    }

    /// Returns true if the contract came here only because the price was in the vault.
    /// It knows of payments that no log tells the shop of.
    #[must_use]
    pub const fn proves_payment(self) -> bool {
        match self {
            Self::Shipped
            | Self::Delivered
            | Self::Disputed
            | Self::DisputedDelivered
            | Self::ClosedSilently => true,
            Self::Closed(ending) => matches!(ending, Ending::Finalized | Ending::Ruled),
            Self::Open => false,
        }
    }

    /// Returns true if it ended, and all of the money went back to the buyer.
    #[must_use]
    pub const fn is_sent_back(self) -> bool {
        use Ending::{ArbiterSilent, Expired, Refunded};
        matches!(self, Self::Closed(Expired | Refunded | ArbiterSilent))
    }
}

impl From<&EscrowState> for EscrowStep {
    fn from(state: &EscrowState) -> Self {
        match state {
            EscrowState::Open => Self::Open,
            EscrowState::Shipped { .. } => Self::Shipped,
            EscrowState::Delivered { .. } => Self::Delivered,
            EscrowState::Disputed { .. } => Self::Disputed,
            EscrowState::DisputedDelivered { .. } => Self::DisputedDelivered,
            EscrowState::Closed(Some(closing)) => match closing.ending {
                Ending::ArbiterSilent if closing.to_seller > 0 => Self::ClosedSilently,
                ending => Self::Closed(ending),
            },
            // A state from events always has its event.
            EscrowState::Closed(None) => Self::Closed(Ending::Expired),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_read_by_its_word() {
        for step in EscrowStep::ALL {
            assert_eq!(EscrowStep::from_word(step.word()), Some(step));
        }
        assert_eq!(EscrowStep::from_word(""), None);
    }
}
