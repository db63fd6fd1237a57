//! Memory of the keeper between two passes.

use super::GIVEN_UP;
use crate::attest::settings::Limits;
use shop_chain::ethereum::Moment;
use shop_core::escrow::Hash;
use std::collections::{BTreeMap, BTreeSet};

/// Seconds of a day.
const DAY: u64 = 24 * 3_600;

/// Memory of the keeper between two passes. All of it can be lost. Times are those of blocks.
#[derive(Default)]
pub(in crate::attest) struct Memory {
    /// Second in which each order is looked at next.
    pub(super) look_at: BTreeMap<Hash, u64>,
    /// Orders that wait for a report of this attestor.
    pub(super) unreported: BTreeSet<Hash>,
    /// Orders that have ended or are paid in a token, while the desk has their parcels.
    pub(super) left_out: BTreeSet<Hash>,
    /// Orders by the numbers of their transactions. None: not read yet.
    pub(super) numbers: Option<BTreeMap<u64, Hash>>,
    /// Height at which each number was first seen to wait.
    pub(super) waits_since: BTreeMap<u64, u64>,
    /// First number that the chain has not used up.
    pub(super) next: u64,
    /// Day, and wei that transactions beyond their tips can cost which were signed on it.
    free: (u64, u128),
}

impl Memory {
    /// Takes what a transaction can cost beyond its tip from what the operator gives on a day.
    /// Returns false if that is used up.
    pub(super) fn take_free(&mut self, beyond: u128, now: &Moment, limits: &Limits) -> bool {
        let day = now.time.0 / DAY;
        let before = if self.free.0 == day { self.free.1 } else { 0 };
        let sum = before.saturating_add(beyond);
        if beyond > 0 && sum > limits.max_free_a_day {
            return false;
        }
        self.free = (day, sum);
        true
    }
}

/// Returns true if a time is yet to come.
/// One that no look can have set is not believed: a node that told a false time must not stop the
/// keeper for years.
pub(super) const fn is_later(at: u64, now: u64) -> bool {
    at > now && at <= now.saturating_add(GIVEN_UP)
}
