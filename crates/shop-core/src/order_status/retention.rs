//! Time for which the record of an order is kept.

use super::{OrderFacts, OtherMoney, Phase};
use crate::time::CoarseTime;

/// Times for which orders are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// Hours after the end of the offer, for orders no money was seen for.
    pub unpaid_hours: u64,
    /// Hours after it was placed, for orders that were paid.
    pub paid_hours: u64,
}

/// Factor on the term of paid orders for one whose money is owed.
/// It is also for an order about which the seller has yet to decide. Its record is what the buyer
/// asks by and what the seller's list is made of; but a seller who never says that money was given
/// back must not keep buyers' records for ever.
const OWED_TIMES: u64 = 4;

/// Rule by which the record of an order is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// By the term of unpaid orders: no money was seen.
    Unpaid,
    /// By the term of paid orders.
    Paid,
    /// Until both terms are over: money is on its way, and somebody will ask about it.
    Both,
    /// Until both terms are over, the one of paid orders four times: something is open.
    Open,
    /// Until the contract can have closed it, and both terms are over from then on.
    Escrow(CoarseTime),
    /// By the term of unpaid orders, and until the seller cannot ship any more: a payment into
    /// escrow may still come.
    UnpaidEscrow(CoarseTime),
}

impl Retention {
    /// Returns the last hour in which a record is kept.
    pub(super) const fn end(
        self,
        placed: CoarseTime,
        expires: CoarseTime,
        terms: RetentionPolicy,
    ) -> CoarseTime {
        let unpaid = expires.plus_hours(terms.unpaid_hours);
        let paid = placed.plus_hours(terms.paid_hours);
        let owed = placed.plus_hours(terms.paid_hours.saturating_mul(OWED_TIMES));
        match self {
            Self::Unpaid => unpaid,
            Self::UnpaidEscrow(ship_by) => later(unpaid, ship_by),
            Self::Paid => paid,
            Self::Both => later(unpaid, paid),
            Self::Open => later(unpaid, owed),
            Self::Escrow(until) => {
                let hours = later_hours(terms.unpaid_hours, terms.paid_hours);
                later(later(unpaid, paid), until.plus_hours(hours))
            }
        }
    }
}

const fn later_hours(one: u64, other: u64) -> u64 {
    if one > other { one } else { other }
}

const fn later(one: CoarseTime, other: CoarseTime) -> CoarseTime {
    if one.hours() > other.hours() { one } else { other }
}

/// Returns the rule for an order. What a demo left behind is kept by the two terms alone.
pub(super) fn rule(
    facts: &OrderFacts,
    phase: Phase,
    is_owed: bool,
    awaits_release: bool,
) -> Retention {
    let is_open = facts.has_open_claim
        || awaits_release
        || facts.may_be_paid_unread && !facts.state.is_paid();
    if let Some(until) = escrow_until(facts) {
        return Retention::Escrow(until);
    }
    match phase {
        _ if facts.is_left_by_demo() && facts.state.is_unseen() => Retention::Unpaid,
        _ if facts.is_left_by_demo() => Retention::Both,
        _ if is_open || is_owed => Retention::Open,
        // It is not deep yet, or was given back: somebody may ask about it. What an escrow vault has
        // goes back by itself.
        Phase::Awaiting | Phase::Expired | Phase::Cancelled
            if facts.other_money != OtherMoney::None && facts.escrow.is_none() =>
        {
            Retention::Both
        }
        Phase::Awaiting | Phase::Expired | Phase::Cancelled => match facts.escrow {
            Some(escrow) => Retention::UnpaidEscrow(escrow.ship_by),
            None => Retention::Unpaid,
        },
        Phase::Underpaid | Phase::UnderpaidEnded => Retention::Open,
        Phase::Confirming => Retention::Both,
        Phase::Refunded if !facts.state.is_paid() => Retention::Both,
        Phase::Paid
        | Phase::Late
        | Phase::Backordered
        | Phase::Sent
        | Phase::Delivered
        | Phase::Refunded
        | Phase::Reversed => Retention::Paid,
    }
}

/// Returns the last hour in which the contract may still do something about an order that was
/// paid. Money that comes after the time to ship comes back by itself, and concerns nobody here.
fn escrow_until(facts: &OrderFacts) -> Option<CoarseTime> {
    facts.escrow.filter(|_| !facts.is_unpaid())?.open_until()
}
