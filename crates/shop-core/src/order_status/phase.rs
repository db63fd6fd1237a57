//! Phases in the life of an order.

use super::{EscrowStep, OrderFacts};
use crate::{invoice::State, stock::ReservationStatus, time::CoarseTime};

/// Phase in the life of an order: payment, goods and the seller's events in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// No money was seen yet.
    Awaiting,
    /// Too little came, and the rest may come in time.
    Underpaid,
    /// Too little came, and the offer has ended.
    UnderpaidEnded,
    /// The full amount was seen, not deep enough.
    Confirming,
    /// It is paid.
    Paid,
    /// It was paid after the offer had ended: the seller decides between goods and money.
    Late,
    /// It is paid, and the goods are gone.
    Backordered,
    /// It is paid, and the goods are on their way.
    Sent,
    /// It is paid, and the goods have arrived.
    Delivered,
    /// The money was given back.
    Refunded,
    /// The offer ended unpaid.
    Expired,
    /// The buyer ended the offer before any money was seen.
    Cancelled,
    /// It was paid, and the chain took the payment back.
    Reversed,
}

impl Phase {
    /// Returns its word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Awaiting => "awaiting",
            Self::Underpaid => "underpaid",
            Self::UnderpaidEnded => "underpaid ended",
            Self::Confirming => "confirming",
            Self::Paid => "paid",
            Self::Late => "late",
            Self::Backordered => "backordered",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Refunded => "refunded",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Reversed => "reversed",
        }
    }
}

/// Returns the phase: the payment first, then the goods, then what the seller said.
pub(super) fn of(facts: &OrderFacts, now: CoarseTime) -> Phase {
    let proved = facts.escrow.filter(|escrow| escrow.step.proves_payment());
    if let Some(phase) = proved.and_then(|escrow| of_escrow(escrow.step)) {
        return phase;
    }
    match facts.state {
        State::Awaiting => Phase::Awaiting,
        State::Expired if facts.cancelled => Phase::Cancelled,
        State::Expired => Phase::Expired,
        State::Seen { .. } | State::Confirming { .. } => Phase::Confirming,
        State::Reversed { .. } => Phase::Reversed,
        _ if facts.events.refunded => Phase::Refunded,
        State::Underpaid { .. } if is_sent_back(facts) => Phase::Refunded,
        State::Underpaid { .. } if facts.is_rest_too_late(now) => Phase::UnderpaidEnded,
        State::Underpaid { .. } => Phase::Underpaid,
        State::Settled { .. } | State::Overpaid { .. } | State::Late { .. } => of_paid(facts),
    }
}

/// Returns true if escrow ended, and the money went back.
fn is_sent_back(facts: &OrderFacts) -> bool {
    facts.escrow.is_some_and(|escrow| escrow.step.is_sent_back())
}

fn of_paid(facts: &OrderFacts) -> Phase {
    if let Some(phase) = facts.escrow.and_then(|escrow| of_escrow(escrow.step)) {
        return phase;
    }
    match facts.state {
        _ if facts.reservation_status == ReservationStatus::Backordered => Phase::Backordered,
        _ if facts.events.delivered => Phase::Delivered,
        _ if facts.events.sent => Phase::Sent,
        // The contract counts no offer: the seller can ship until its own deadline.
        State::Late { .. } if facts.escrow.is_none() => Phase::Late,
        _ => Phase::Paid,
    }
}

/// Returns the phase of a paid order by its step in escrow; none before it is shipped.
const fn of_escrow(step: EscrowStep) -> Option<Phase> {
    match step {
        EscrowStep::Open => None,
        _ if step.is_sent_back() => Some(Phase::Refunded),
        EscrowStep::Shipped | EscrowStep::Disputed => Some(Phase::Sent),
        EscrowStep::Delivered
        | EscrowStep::DisputedDelivered
        | EscrowStep::ClosedSilently
        | EscrowStep::Closed(_) => Some(Phase::Delivered),
    }
}

/// Returns the first hour in which the phase differs although nothing happened.
pub(super) fn until(facts: &OrderFacts, phase: Phase) -> Option<CoarseTime> {
    (phase == Phase::Underpaid).then(|| facts.expires.plus_hours(1))
}
