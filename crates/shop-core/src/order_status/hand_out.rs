//! Decision on handing out the digital goods of an order.

use super::OrderFacts;
use crate::{invoice::State, stock::ReservationStatus};

/// Decision on handing out digital goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandOut {
    /// They are handed out.
    Open,
    /// The payment is there, and they wait for the seller's word.
    AwaitsSeller,
    /// The payment does not open them.
    Closed,
}

impl HandOut {
    /// Returns true if they are handed out.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open)
    }
}

/// Decides about the digital goods of an order.
/// They stay closed while its payment is being checked, once a demo left it behind, and while what
/// it bought is gone.
pub(super) fn decide(facts: &OrderFacts) -> HandOut {
    let is_missed = facts.reservation_status == ReservationStatus::Backordered;
    if is_missed || facts.on_chain.is_checked || facts.is_left_by_demo() {
        return HandOut::Closed;
    }
    by_payment(facts)
}

/// Decides by the payment and the seller's events alone.
/// Money that came too late opens nothing without the seller's word that the goods are on their
/// way, because then the seller decides between goods and money.
pub(super) const fn by_payment(facts: &OrderFacts) -> HandOut {
    let sent = facts.events.sent;
    match facts.state {
        _ if facts.events.refunded => HandOut::Closed,
        state if state.is_paid_in_time() && (facts.released || sent) => HandOut::Open,
        state if state.is_paid_in_time() => HandOut::AwaitsSeller,
        State::Late { .. } if sent => HandOut::Open,
        _ => HandOut::Closed,
    }
}
