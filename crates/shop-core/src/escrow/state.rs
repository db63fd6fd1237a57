//! The state of an order in escrow, from the events of the contract.

use super::{Account, Closing, Event, EventAt, Terms, Tracking};
use crate::time::UnixTime;
use std::collections::BTreeMap;

/// A parcel that the seller shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Commitment to carrier and number.
    pub tracking: Tracking,
    /// Time of the block in which it was shipped.
    pub shipped_at: UnixTime,
}

/// State of an order in the contract. An order that the contract never heard of is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscrowState {
    /// Not shipped yet, whether or not it is paid.
    Open,
    /// The seller sent the parcel.
    Shipped {
        /// The parcel.
        parcel: Parcel,
        /// Last second in which a delivery can be reported.
        until: UnixTime,
    },
    /// The delivery was reported.
    Delivered {
        /// The parcel.
        parcel: Parcel,
        /// First second in which the seller can be paid.
        until: UnixTime,
    },
    /// The arbiter was called, and no delivery was reported.
    Disputed {
        /// The parcel.
        parcel: Parcel,
        /// First second in which the arbiter is too late.
        until: UnixTime,
    },
    /// The arbiter was called, and the delivery was reported.
    DisputedDelivered {
        /// The parcel.
        parcel: Parcel,
        /// First second in which the arbiter is too late.
        until: UnixTime,
    },
    /// The order ended. The event says why; a contract that is asked does not know it.
    Closed(Option<Closing>),
}

impl EscrowState {
    /// Returns true if the order ended.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    /// Returns the parcel, once there is one and until the order ends.
    #[must_use]
    pub const fn parcel(&self) -> Option<&Parcel> {
        match self {
            Self::Shipped { parcel, .. }
            | Self::Delivered { parcel, .. }
            | Self::Disputed { parcel, .. }
            | Self::DisputedDelivered { parcel, .. } => Some(parcel),
            Self::Open | Self::Closed(_) => None,
        }
    }

    /// Returns the deadline of the state: until when something is possible, or from when on.
    #[must_use]
    pub const fn until(&self) -> Option<UnixTime> {
        match self {
            Self::Shipped { until, .. }
            | Self::Delivered { until, .. }
            | Self::Disputed { until, .. }
            | Self::DisputedDelivered { until, .. } => Some(*until),
            Self::Open | Self::Closed(_) => None,
        }
    }

    /// Returns the state after an event. An event that this state cannot have changes nothing.
    #[must_use]
    pub fn after(self, event: &Event, terms: &Terms) -> Self {
        self.after_by(event, terms.deliver_by)
    }

    /// Returns the state after an event, as [`EscrowState::after`] does.
    /// The delivery deadline is all that it needs of the terms.
    #[must_use]
    pub fn after_by(self, event: &Event, deliver_by: UnixTime) -> Self {
        match (self, *event) {
            (Self::Closed(Some(_)), _) => self,
            (_, Event::Closed(closing)) => Self::Closed(Some(closing)),
            (Self::Open, Event::Shipped { tracking, at }) => {
                Self::Shipped { parcel: Parcel { tracking, shipped_at: at }, until: deliver_by }
            }
            (Self::Shipped { parcel, .. }, Event::Extended { until }) => {
                Self::Shipped { parcel, until }
            }
            (Self::Shipped { parcel, .. }, Event::Delivered { until }) => {
                Self::Delivered { parcel, until }
            }
            (Self::Shipped { parcel, .. }, Event::Disputed { until, .. }) => {
                Self::Disputed { parcel, until }
            }
            (Self::Delivered { parcel, .. }, Event::Disputed { until, .. })
            | (Self::Disputed { parcel, .. }, Event::Delivered { until }) => {
                Self::DisputedDelivered { parcel, until }
            }
            _ => self,
        }
    }
}

/// A payment that failed, and waits for its payee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwedPayment {
    /// Token, or None for the chain's coin.
    pub token: Option<Account>,
    /// The party that is to be paid.
    pub payee: Account,
    /// Smallest units.
    pub amount: u128,
}

/// Events of one order that the chain shows now, in the order in which they happened.
///
/// An event that is recorded again changes nothing, and events that a reorganisation took back are
/// forgotten. The state follows from all that is left, never from the last event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    events: BTreeMap<EventAt, Event>,
}

impl History {
    /// Records an event. One that is recorded at the same position before is replaced.
    pub fn record(&mut self, at: EventAt, event: Event) {
        self.events.insert(at, event);
    }

    /// Forgets the events of this block and all above it, which were replaced.
    pub fn take_back_from(&mut self, height: u64) {
        self.events.split_off(&EventAt { height, index: 0 });
    }

    /// Returns the events in the order in which they happened.
    pub fn events(&self) -> impl Iterator<Item = (EventAt, &Event)> {
        self.events.iter().map(|(at, event)| (*at, event))
    }

    /// Returns the state of the order with these terms.
    #[must_use]
    pub fn state(&self, terms: &Terms) -> EscrowState {
        self.state_by(terms.deliver_by)
    }

    /// Returns the state of the order whose terms have this delivery deadline.
    #[must_use]
    pub fn state_by(&self, deliver_by: UnixTime) -> EscrowState {
        let events = self.events.values();
        events.fold(EscrowState::Open, |state, event| state.after_by(event, deliver_by))
    }

    /// Returns the payments that failed and were not made since, each payee and token once.
    #[must_use]
    pub fn owed(&self) -> Vec<OwedPayment> {
        let mut owed: BTreeMap<(Option<Account>, Account), u128> = BTreeMap::new();
        for event in self.events.values() {
            match *event {
                Event::Owed { token, payee, amount } => {
                    let sum = owed.entry((token, payee)).or_default();
                    *sum = sum.saturating_add(amount);
                }
                Event::Pulled { token, payee, amount, .. } => {
                    let sum = owed.entry((token, payee)).or_default();
                    *sum = sum.saturating_sub(amount);
                }
                _ => {}
            }
        }
        let left = owed.into_iter().filter(|(_, amount)| *amount > 0);
        left.map(|((token, payee), amount)| OwedPayment { token, payee, amount }).collect()
    }
}

impl FromIterator<(EventAt, Event)> for History {
    fn from_iter<I: IntoIterator<Item = (EventAt, Event)>>(events: I) -> Self {
        Self { events: events.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests;
