//! Money that the seller owes the buyer of an order.

use super::{OrderFacts, OtherMoney, Phase};
use crate::{invoice::State, money::Amount, stock::ReservationStatus};

/// Money that the seller owes the buyer of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debt {
    /// Nothing.
    None,
    /// All that was paid: the goods were gone, or too little came and no more is waited for.
    Payment(Amount),
    /// The amount beyond what was due. The order is paid all the same.
    Difference(Amount),
}

impl Debt {
    /// Returns its word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Payment(_) => "payment",
            Self::Difference(_) => "difference",
        }
    }
}

/// Returns what the seller owes. Nothing is owed for what a demo left behind.
pub(super) fn of(facts: &OrderFacts, phase: Phase) -> Debt {
    // What is in escrow is sent back by the contract, all of it or what is too much.
    if facts.is_left_by_demo() || facts.escrow.is_some() {
        return Debt::None;
    }
    match (phase, facts.state) {
        (Phase::Backordered, state) => state.paid().map_or(Debt::None, Debt::Payment),
        (Phase::Underpaid | Phase::UnderpaidEnded, State::Underpaid { paid })
            if facts.underpaid_notified =>
        {
            Debt::Payment(paid)
        }
        (Phase::Refunded, _) => Debt::None,
        (_, State::Overpaid { paid }) if !facts.events.difference => {
            paid.minus(facts.due).map_or(Debt::None, Debt::Difference)
        }
        _ => Debt::None,
    }
}

/// Returns true if money of another asset is owed.
/// Either word of the seller that money was given back settles it: for an order that is paid it is
/// the one about a difference.
pub(super) fn owes_other_money(facts: &OrderFacts) -> bool {
    let is_given_back = facts.events.refunded || facts.events.difference;
    let is_told = facts.other_money == OtherMoney::Told;
    is_told && !is_given_back && !facts.is_left_by_demo() && facts.escrow.is_none()
}

/// Returns true if there is money, or was, that could be given back.
pub(super) const fn can_be_refunded(facts: &OrderFacts) -> bool {
    let came = facts.state.is_paid()
        || matches!(facts.state, State::Underpaid { .. } | State::Reversed { .. })
        || matches!(facts.reservation_status, ReservationStatus::Backordered)
        || !matches!(facts.other_money, OtherMoney::None);
    came && !facts.events.refunded && !facts.is_left_by_demo() && facts.escrow.is_none()
}
