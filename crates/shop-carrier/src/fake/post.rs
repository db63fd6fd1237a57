//! State of the fake carrier: parcels, faults, tokens, and the rate at which it is asked.

use super::{Fault, Parcel};
use shop_core::time::Clock;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Name of the key that the fake carrier knows: client id, or user name.
pub const KEY_ID: &str = "fake-id";
/// Its secret: client secret, or password.
pub const KEY_SECRET: &str = "fake-secret";

/// Requests about parcels in a rolling minute, with one key.
const MOST_A_MINUTE: usize = 20;
const MINUTE: Duration = Duration::from_secs(60);

/// The fake carrier.
pub struct FakePost {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    parcels: BTreeMap<String, Parcel>,
    faults: VecDeque<Fault>,
    /// True while every key is refused.
    is_closed: bool,
    /// Number of the token that is valid.
    token: u64,
    asked: VecDeque<Instant>,
    requests: u64,
    /// Seconds by which its clock is ahead of the one it was given.
    ahead: u64,
}

/// Fate of a request about a parcel.
pub(super) enum Fate {
    Fault(Fault),
    Parcel(Option<Parcel>),
}

impl FakePost {
    /// Creates a carrier without parcels.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Takes a parcel in, or replaces one. `number` is in canonical form.
    pub fn put(&self, number: &str, parcel: Parcel) {
        self.state().parcels.insert(number.to_owned(), parcel);
    }

    /// Fails the next request about a parcel. Faults queue up.
    pub fn fail_next(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// Refuses every key, or takes them again.
    pub fn close(&self, is_closed: bool) {
        self.state().is_closed = is_closed;
    }

    /// Sets its clock ahead of the one it was given, to show `now` at this moment.
    /// A time that is past already changes nothing.
    pub fn set_clock(&self, now: u64) {
        self.state().ahead = now.saturating_sub(self.clock.now().0);
    }

    /// Returns the number of requests so far, those for tokens too.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.state().requests
    }

    /// Returns the time that its events are shown by.
    pub(super) fn now(&self) -> u64 {
        self.clock.now().0.saturating_add(self.state().ahead)
    }

    pub(super) fn count_request(&self) {
        self.state().requests += 1;
    }

    /// Returns a token, if keys are taken.
    pub(super) fn token(&self) -> Option<String> {
        let state = self.state();
        (!state.is_closed).then(|| format!("fake-token-{}", state.token))
    }

    /// Returns true if keys are taken.
    pub(super) fn is_open(&self) -> bool {
        !self.state().is_closed
    }

    /// Decides what comes of a request about a parcel, at the rate that carriers allow.
    pub(super) fn fate(&self, number: &str) -> Fate {
        match self.fate_without_limit(number) {
            Fate::Parcel(_) if !self.state().may_ask(Instant::now()) => {
                Fate::Fault(Fault::Throttled)
            }
            fate => fate,
        }
    }

    /// Decides what comes of a request about a parcel, at any rate.
    pub(super) fn fate_without_limit(&self, number: &str) -> Fate {
        let mut state = self.state();
        if let Some(fault) = state.faults.pop_front() {
            match fault {
                Fault::TokenEnded => state.token += 1,
                Fault::AccountRefused => state.is_closed = true,
                _ => {}
            }
            return Fate::Fault(fault);
        }
        Fate::Parcel(state.parcels.get(number).cloned())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a request about a parcel. Returns false if there were too many in the last minute.
    fn may_ask(&mut self, now: Instant) -> bool {
        while self.asked.front().is_some_and(|at| now.duration_since(*at) >= MINUTE) {
            self.asked.pop_front();
        }
        let may_ask = self.asked.len() < MOST_A_MINUTE;
        if may_ask {
            self.asked.push_back(now);
        }
        may_ask
    }
}
