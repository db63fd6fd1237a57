//! Right of an order to a parcel: how well they match, and why its delivery is not reported.

use super::judge;
use shop_carrier::{Refusal, Snapshot, Wanted, match_level};
use shop_core::escrow::{Registration, Statement};

/// Reason why no delivery is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// The carrier's events speak against it.
    Carrier(Refusal),
    /// Another order has the same right to the parcel's number: neither is reported.
    Conflict,
    /// Another order has a better right to the parcel's number.
    OtherOrder,
}

impl Ground {
    /// Returns the word that is signed.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Carrier(Refusal::Returned) => "returned",
            Self::Carrier(Refusal::TooOld) => "too-old",
            Self::Carrier(Refusal::AlreadyDelivered) => "already-delivered",
            Self::Conflict => "conflict",
            Self::OtherOrder => "other-order",
        }
    }
}

/// Bits of a level that compare destination and reference.
const LEVEL: u8 = 7;

/// Returns the level at which destination and reference of a parcel match an order.
pub(super) fn place_level(
    registration: &Registration,
    statement: &Statement,
    snapshot: &Snapshot,
) -> u8 {
    level_of(registration, statement, snapshot) & LEVEL
}

/// Returns the level at which a parcel matches an order, with the flag of a signature.
pub(super) fn level_of(
    registration: &Registration,
    statement: &Statement,
    snapshot: &Snapshot,
) -> u8 {
    let tag = judge::order_tag(statement);
    let wanted = Wanted {
        country: &registration.country,
        postal: &registration.postal_code,
        order_tag: &tag,
    };
    match_level(snapshot, &wanted)
}
