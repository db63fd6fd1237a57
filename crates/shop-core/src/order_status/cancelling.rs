//! Cancellation of an order by its buyer.

use super::OrderFacts;
use crate::{invoice::State, time::CoarseTime};

/// Reason why a buyer cannot cancel an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelRefusal {
    /// Money for it was seen, or was once: it is for the seller to give back.
    MoneySeen,
    /// The offer has ended already.
    Ended,
}

/// Decides whether the buyer may end the offer.
pub(super) fn decide(facts: &OrderFacts, now: CoarseTime) -> Result<(), CancelRefusal> {
    match facts.state {
        State::Awaiting if now <= facts.expires => Ok(()),
        State::Awaiting | State::Expired => Err(CancelRefusal::Ended),
        _ => Err(CancelRefusal::MoneySeen),
    }
}
