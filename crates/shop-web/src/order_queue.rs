//! Order gate: when many orders are placed, checkouts begin one after another.
//!
//! Nobody is turned away and nobody is told apart: the wait follows from the number of orders in
//! the last hour, and the time from which on a buyer waits stands in the buyer's own sealed cart.
//!
//! A cart's turn is good for one order. Carts are carried by browsers, so an old copy can come
//! back: what remembers that its turn is over is [`OrderQueue`], in memory alone.

use crate::session::Nonce;
use shop_core::time::{Clock, UnixTime, Uptime};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Number of orders an hour that need no gate (`security.md`, section 4).
const FREE: usize = 60;
/// Seconds to wait for each order above that, and seconds between two orders then.
const STEP: u64 = 5;
/// Longest wait, in seconds.
const LONGEST: u64 = 600;
/// Period of the count, in seconds.
const HOUR: u64 = 3_600;
/// Greatest number of orders that are counted.
const MOST: usize = 10_000;
/// Most turns remembered: more than are taken in a day, one in [`STEP`] seconds.
const MOST_TURNS: usize = 20_000;
/// Seconds for which a cart can come back.
const TURN_SECONDS: u64 = 86_400;
/// Seconds for which a cart that has waited keeps its turn.
const GOOD_SECONDS: u64 = 7_200;
/// Shortest time in seconds to fill in an address.
pub(crate) const QUICKEST: u64 = 5;

/// Queue before the checkout and before placing an order.
#[derive(Debug, Default)]
pub(crate) struct OrderQueue(Mutex<State>);

/// Seconds the clock may drift from the time that passes before it counts as set.
const DRIFT: u64 = 5;

/// Moment by the clock and by the time that passes.
/// The clock's stands in forms and carts; no setting of the clock moves the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) clock: UnixTime,
    pub(crate) uptime: Uptime,
}

impl Moment {
    /// Returns the current moment.
    pub(crate) fn new(clock: &dyn Clock) -> Self {
        Self { clock: clock.now(), uptime: clock.uptime() }
    }

    /// Returns the time the clock showed at this moment.
    /// If the clock was set since, that is what it would have shown.
    fn by_the_clock_of(self, now: Self) -> UnixTime {
        let elapsed = now.uptime.0.saturating_sub(self.uptime.0);
        let counted = now.clock.0.saturating_sub(elapsed);
        if counted.abs_diff(self.clock.0) <= DRIFT { self.clock } else { UnixTime(counted) }
    }
}

/// Slot of a cart in the queue: the cart, and when it was given its form or began to wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueSlot {
    pub(crate) cart: Nonce,
    pub(crate) given: UnixTime,
}

/// An order that came through the gate, and what to put back if nothing comes of it.
#[derive(Debug)]
pub(crate) struct Admission {
    cart: Nonce,
    at: Moment,
    before: Option<Taken>,
}

#[derive(Debug, Default)]
struct State {
    /// Times at which the orders of the last hour were placed.
    placed: VecDeque<Uptime>,
    /// The carts whose turn was taken.
    taken: HashMap<Nonce, Taken>,
}

/// Slot that was taken: when, and when the form that took it was given out.
/// That form may come again: it is the same order, and [`crate::place_order`] sees to that.
#[derive(Clone, Copy, Debug)]
struct Taken {
    at: Moment,
    given: UnixTime,
}

/// Returns the number of orders an hour that pass without waiting.
/// It is half of those open at once: the gate has to be narrow before the shop is full.
fn free(most_open: u32) -> usize {
    usize::try_from(most_open / 2).unwrap_or(FREE).clamp(1, FREE)
}

impl OrderQueue {
    /// Records an order about to be placed, or returns the seconds to wait if it may not be now.
    ///
    /// Above what is free, orders are some seconds apart, however many come at once. The turn is
    /// taken here, before the work is done, so that two orders at once do not take the same.
    pub(crate) fn admit(
        &self,
        turn: QueueSlot,
        most_open: u32,
        now: Moment,
    ) -> Result<Admission, u64> {
        let mut state = self.state(now);
        if state.is_taken(turn, now) {
            return Err(STEP);
        }
        let busy = state.placed.len() >= free(most_open);
        let next = state.placed.back().map_or(0, |last| last.plus_seconds(STEP).0);
        if busy && next > now.uptime.0 {
            return Err(next - now.uptime.0);
        }
        state.count(now);
        let before = state.take(turn, now);
        Ok(Admission { cart: turn.cart, at: now, before })
    }

    /// Restores everything as it was, because an order that had entered was not placed.
    pub(crate) fn withdraw(&self, entered: &Admission) {
        let mut state = self.state(entered.at);
        if let Some(at) = state.placed.iter().rposition(|at| *at == entered.at.uptime) {
            state.placed.remove(at);
        }
        match entered.before {
            Some(before) => state.taken.insert(entered.cart, before),
            None => state.taken.remove(&entered.cart),
        };
    }

    /// Counts an order of a buyer who has not to wait.
    pub(crate) fn passed(&self, now: Moment) {
        self.state(now).count(now);
    }

    /// Returns true if a turn was taken.
    pub(crate) fn is_taken(&self, turn: QueueSlot, now: Moment) -> bool {
        self.state(now).is_taken(turn, now)
    }

    /// Returns the time from which on this cart waits: it says so, while that wait is still good.
    pub(crate) fn since(&self, cart: Nonce, says: Option<u64>, now: Moment) -> Option<u64> {
        // One that is yet to begin was written before the clock was set.
        let waited = |since: u64| now.clock.0.checked_sub(since);
        let since = says.filter(|s| waited(*s).is_some_and(|waited| waited <= GOOD_SECONDS))?;
        let state = self.state(now);
        let taken = state.taken.get(&cart);
        let spent = taken.is_some_and(|taken| taken.at.by_the_clock_of(now).0 >= since);
        (!spent).then_some(since)
    }

    /// Returns the number of seconds a checkout waits now.
    pub(crate) fn wait(&self, most_open: u32, now: Moment) -> u64 {
        let above = self.state(now).placed.len().saturating_sub(free(most_open));
        u64::try_from(above).unwrap_or(u64::MAX).saturating_mul(STEP).min(LONGEST)
    }

    /// Locks the state, without what is older than an hour.
    fn state(&self, now: Moment) -> MutexGuard<'_, State> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while state.placed.front().is_some_and(|at| at.plus_seconds(HOUR) <= now.uptime) {
            state.placed.pop_front();
        }
        state
    }
}

impl State {
    fn is_taken(&self, turn: QueueSlot, now: Moment) -> bool {
        let taken = self.taken.get(&turn.cart);
        taken.is_some_and(|taken| {
            taken.at.by_the_clock_of(now) >= turn.given && taken.given != turn.given
        })
    }

    /// Ends what this cart was given before. Returns its former turn if it had one.
    fn take(&mut self, turn: QueueSlot, now: Moment) -> Option<Taken> {
        if self.taken.len() >= MOST_TURNS {
            self.taken.retain(|_, taken| taken.at.uptime.plus_seconds(TURN_SECONDS) > now.uptime);
        }
        if self.taken.len() >= MOST_TURNS
            && let Some(oldest) =
                self.taken.iter().min_by_key(|(_, taken)| taken.at.uptime).map(|(n, _)| *n)
        {
            self.taken.remove(&oldest);
        }
        self.taken.insert(turn.cart, Taken { at: now, given: turn.given })
    }

    fn count(&mut self, now: Moment) {
        if self.placed.len() >= MOST {
            self.placed.pop_front();
        }
        self.placed.push_back(now.uptime);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment { clock: UnixTime(1_000_000), uptime: Uptime(100) };
    const WIDE: u32 = 10_000;

    impl Moment {
        const fn plus_seconds(self, seconds: u64) -> Self {
            let clock = self.clock.plus_seconds(seconds);
            let uptime = self.uptime.plus_seconds(seconds);
            Self { clock, uptime }
        }

        /// Returns the same moment where the clock was set forward or back.
        const fn set(self, clock: u64) -> Self {
            Self { clock: UnixTime(clock), ..self }
        }
    }

    #[test]
    fn an_ordinary_hour_waits_for_nobody_and_a_rush_for_minutes() {
        let gate = OrderQueue::default();
        for _ in 0..FREE {
            gate.passed(START);
        }
        assert_eq!(gate.wait(WIDE, START), 0);
        for _ in 0..10 {
            gate.passed(START.plus_seconds(60));
        }
        assert_eq!(gate.wait(WIDE, START.plus_seconds(60)), 50);
        for _ in 0..20_000 {
            gate.passed(START.plus_seconds(120));
        }
        assert_eq!(gate.wait(WIDE, START.plus_seconds(120)), LONGEST);
        assert_eq!(gate.wait(WIDE, START.plus_seconds(120 + HOUR)), 0, "an hour later");
    }

    #[test]
    fn the_gate_is_narrow_before_the_house_is_full() {
        let gate = OrderQueue::default();
        for _ in 0..30 {
            gate.passed(START);
        }
        assert_eq!((gate.wait(50, START), gate.wait(WIDE, START)), (25, 0));
        assert!(gate.wait(1, START) > 0 && free(0) == 1);
    }

    fn turn(number: u64, given: Moment) -> QueueSlot {
        let mut cart = [0; 16];
        cart[..8].copy_from_slice(&number.to_be_bytes());
        QueueSlot { cart, given: given.clock }
    }

    /// A thousand come in each second.
    #[test]
    fn orders_above_the_free_number_are_seconds_apart() {
        let gate = OrderQueue::default();
        let one = |number, now| gate.admit(turn(number, now), WIDE, now);
        let entered =
            |now: Moment| (0..1_000).filter(|n| one(now.clock.0 * 1_000 + n, now).is_ok()).count();
        assert_eq!(entered(START), FREE);
        assert_eq!(one(1, START).err(), Some(STEP));
        let minute: usize = (1..=60).map(|second| entered(START.plus_seconds(second))).sum();
        assert_eq!(minute, 12);
    }

    /// The same form may come again; another form, or an old copy of the cart, may not.
    #[test]
    fn turn_is_good_for_one_order_and_returns_if_nothing_is_placed() {
        let gate = OrderQueue::default();
        let later = START.plus_seconds(700);
        let cart = turn(1, START).cart;
        let says = Some(START.clock.0);
        assert_eq!(gate.since(cart, says, later), says);
        let entered = gate.admit(turn(1, START), WIDE, later).unwrap();
        assert!(gate.admit(turn(1, later), WIDE, later).is_err(), "another form of this cart");
        assert_eq!(gate.since(cart, says, later), None, "an old copy of the cart");
        assert!(gate.admit(turn(2, START), WIDE, later).is_ok(), "another cart");
        assert!(gate.admit(turn(1, START), WIDE, later).is_ok(), "the same form, sent again");
        gate.withdraw(&entered);
        gate.withdraw(&entered);
        assert!(!gate.is_taken(turn(1, later), later) && gate.state(later).placed.len() == 1);
        gate.admit(turn(1, START), WIDE, later).unwrap();
        let again = later.plus_seconds(1);
        let entered = gate.admit(turn(1, again), WIDE, again).unwrap();
        gate.withdraw(&entered);
        assert!(gate.is_taken(turn(1, later), again), "what was taken before stays so");
        let old = START.plus_seconds(GOOD_SECONDS + 1);
        assert_eq!(gate.since(turn(3, START).cart, says, old), None, "waits are not hoarded");
    }

    #[test]
    fn turns_take_bounded_room() {
        let gate = OrderQueue::default();
        for n in 0..MOST_TURNS as u64 + 10 {
            gate.state(START).take(turn(n, START), START);
        }
        assert_eq!(gate.state(START).taken.len(), MOST_TURNS);
    }

    /// The clock was a day ahead while the shop was in a rush, and is right again.
    #[test]
    fn newcomers_do_not_wait_for_a_clock_that_was_ahead() {
        let gate = OrderQueue::default();
        let ahead = START.set(START.clock.0 + 86_400);
        for n in 0..100 {
            let now = ahead.plus_seconds(5 * n);
            gate.admit(turn(n, now), WIDE, now).unwrap();
        }
        let right = START.plus_seconds(500);
        assert!(gate.admit(turn(200, right), WIDE, right).is_ok());
        assert_eq!(gate.admit(turn(201, right), WIDE, right).err(), Some(STEP));
        let later = right.plus_seconds(HOUR);
        assert_eq!(gate.wait(WIDE, later), 0, "an hour later");
        let waits_since = Some(ahead.clock.0);
        assert_eq!(gate.since(turn(9, right).cart, waits_since, right), None, "it begins anew");
    }

    #[test]
    fn turn_stays_taken_when_the_clock_is_set() {
        for set in [START.clock.0 - 50_000, START.clock.0 + 50_000] {
            let gate = OrderQueue::default();
            let before = START;
            let taken = START.plus_seconds(60);
            gate.admit(turn(1, before), WIDE, taken).unwrap();
            let now = taken.plus_seconds(30).set(set + 90);
            assert!(gate.is_taken(turn(1, now.set(set)), now), "given before, by the new clock");
            assert!(!gate.is_taken(turn(1, now), now), "given after");
            assert_eq!(gate.since(turn(1, now).cart, Some(set + 10), now), None);
        }
    }
}
