//! Phases in the life of an order.

use super::OrderFacts;
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
    match facts.state {
        State::Awaiting => Phase::Awaiting,
        State::Expired if facts.cancelled => Phase::Cancelled,
        State::Expired => Phase::Expired,
        State::Seen { .. } | State::Confirming { .. } => Phase::Confirming,
        State::Reversed { .. } => Phase::Reversed,
        _ if facts.events.refunded => Phase::Refunded,
        State::Underpaid { .. } if facts.is_rest_too_late(now) => Phase::UnderpaidEnded,
        State::Underpaid { .. } => Phase::Underpaid,
        State::Settled { .. } | State::Overpaid { .. } | State::Late { .. } => of_paid(facts),
    }
}

fn of_paid(facts: &OrderFacts) -> Phase {
    match facts.state {
        _ if facts.reservation_status == ReservationStatus::Backordered => Phase::Backordered,
        _ if facts.events.delivered => Phase::Delivered,
        _ if facts.events.sent => Phase::Sent,
        State::Late { .. } => Phase::Late,
        _ => Phase::Paid,
    }
}

/// Returns the first hour in which the phase differs although nothing happened.
pub(super) fn until(facts: &OrderFacts, phase: Phase) -> Option<CoarseTime> {
    (phase == Phase::Underpaid).then(|| facts.expires.plus_hours(1))
}
