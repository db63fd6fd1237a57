//! The order gate: when many orders are placed, checkouts begin one after another instead of all
//! at once. Nobody is turned away and nobody is told apart: how long to wait follows from how many
//! orders the last hour had, and since when a buyer waits stands in the buyer's own sealed cart.

use shop_core::time::UnixTime;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// So many orders an hour need no gate (`security.md`, section 4).
const FREE: usize = 60;
/// Seconds to wait for each order above that.
const STEP: u64 = 5;
/// Nobody waits longer.
const LONGEST: u64 = 600;
/// What is looked back on.
const HOUR: u64 = 3_600;
/// More than these are not counted one by one.
const MOST: usize = 10_000;
/// Nobody fills in an address faster.
pub(crate) const QUICKEST: u64 = 5;

/// When the orders of the last hour were placed, in memory alone.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<VecDeque<UnixTime>>);

impl Gate {
    /// An order was placed.
    pub(crate) fn passed(&self, now: UnixTime) {
        let mut placed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if placed.len() >= MOST {
            placed.pop_front();
        }
        placed.push_back(now);
    }

    /// How many seconds a checkout waits now.
    pub(crate) fn wait(&self, now: UnixTime) -> u64 {
        let mut placed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while placed.front().is_some_and(|at| at.plus_seconds(HOUR) <= now) {
            placed.pop_front();
        }
        let above = u64::try_from(placed.len().saturating_sub(FREE)).unwrap_or(u64::MAX);
        above.saturating_mul(STEP).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_hour_waits_for_nobody_and_a_rush_for_minutes() {
        let (gate, start) = (Gate::default(), UnixTime(1_000_000));
        for _ in 0..FREE {
            gate.passed(start);
        }
        assert_eq!(gate.wait(start), 0);
        for _ in 0..10 {
            gate.passed(start.plus_seconds(60));
        }
        assert_eq!(gate.wait(start.plus_seconds(60)), 50);
        for _ in 0..20_000 {
            gate.passed(start.plus_seconds(120));
        }
        assert_eq!(gate.wait(start.plus_seconds(120)), LONGEST);
        assert_eq!(gate.wait(start.plus_seconds(120 + HOUR)), 0, "an hour later it is forgotten");
    }
}
