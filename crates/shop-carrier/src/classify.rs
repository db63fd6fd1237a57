//! The rule that says what a snapshot means, strict where money hangs on it.

use crate::snapshot::{Event, EventClass, Found, Snapshot};
use serde::{Deserialize, Serialize};
use shop_core::time::UnixTime;

/// Hand-overs that count as a delivery besides the one at the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Somebody else at the address: a concierge, a mail room, an agent.
    pub third_party: bool,
    /// A locker.
    pub locker: bool,
}

/// Meaning of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The carrier has not seen the parcel.
    Pending,
    /// On its way.
    InTransit,
    /// With the driver.
    OutForDelivery,
    /// Waits to be fetched, or a card was left. Nobody has it.
    Ready,
    /// Handed over.
    Delivered {
        /// Time the carrier gives.
        at: UnixTime,
        /// True if the carrier has a signature.
        signed: bool,
    },
    /// Handed to somebody else at the address, which the rules do not allow.
    ThirdParty {
        /// Time the carrier gives.
        at: UnixTime,
    },
    /// On its way back to the sender, or there. It never counts as delivered again.
    Returned,
}

/// Says what a snapshot means.
///
/// Events are sorted by time and those that say nothing of the place are left out. Then the last
/// one decides. Any event that speaks of a return decides at once, wherever it stands. Of events at
/// the same time, the one that is furthest from a delivery is believed.
#[must_use]
pub fn classify(snapshot: &Snapshot, rules: &Rules) -> Status {
    if snapshot.events.iter().any(|event| event.class == EventClass::Returned) {
        return Status::Returned;
    }
    if snapshot.found == Found::Nowhere {
        return Status::Pending;
    }
    let moved = snapshot.events.iter().filter(|event| event.class != EventClass::Info);
    // An event without a time may be the newest: it comes last, and it delivers nothing.
    let order = |event: &&Event| (event.at.map_or(u64::MAX, |at| at.0), strictness(event.class));
    let Some(last) = moved.max_by_key(order) else { return Status::Pending };
    meaning(last, snapshot.signed, rules)
}

fn meaning(last: &Event, signed: bool, rules: &Rules) -> Status {
    let Some(at) = last.at else { return Status::InTransit };
    match last.class {
        EventClass::Delivered => Status::Delivered { at, signed },
        EventClass::ThirdParty if rules.third_party => Status::Delivered { at, signed },
        EventClass::ThirdParty => Status::ThirdParty { at },
        EventClass::Locker if rules.locker => Status::Delivered { at, signed },
        EventClass::Locker | EventClass::Ready => Status::Ready,
        EventClass::OutForDelivery => Status::OutForDelivery,
        EventClass::Returned => Status::Returned,
        EventClass::InTransit | EventClass::Info => Status::InTransit,
    }
}

/// Returns how far a class is from a delivery, to choose among events at the same time.
const fn strictness(class: EventClass) -> u8 {
    match class {
        EventClass::Delivered => 0,
        EventClass::ThirdParty => 1,
        EventClass::Locker => 2,
        EventClass::OutForDelivery => 3,
        EventClass::InTransit | EventClass::Info => 4,
        EventClass::Ready => 5,
        EventClass::Returned => 6,
    }
}

const fn hands_over(class: EventClass) -> bool {
    matches!(class, EventClass::Delivered | EventClass::ThirdParty | EventClass::Locker)
}

/// Returns true if any event says that the parcel was handed to anybody.
pub(crate) fn was_handed_over(snapshot: &Snapshot) -> bool {
    snapshot.events.iter().any(|event| hands_over(event.class))
}

/// Returns the time of the first event at which the carrier had the parcel in its hands.
#[must_use]
pub fn accepted_at(snapshot: &Snapshot) -> Option<UnixTime> {
    let physical = snapshot.events.iter().filter(|event| event.class != EventClass::Info);
    physical.filter_map(|event| event.at).min()
}

#[cfg(test)]
mod tests;
