//! Circuits that go on asking for what is refused.
//!
//! Counted by circuit, because a connection costs nothing: who was refused thirty times and comes
//! back on another connection is the same one.

use crate::client::{ClientInfo, Ingress};
use shop_core::time::Uptime;
use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Number of refusals that are an accident: a reader with many tabs, say. More are not.
const MOST: u64 = 30;
/// Seconds until one refusal is forgotten.
const EACH: u64 = 10;
/// Circuits we remember; of more, the one that is forgotten soonest goes.
const MOST_CIRCUITS: usize = 4_096;

/// Counter of the refusals of circuits.
#[derive(Debug, Default)]
pub(crate) struct Strikes {
    /// Times until which the refusals of a circuit count.
    until: Mutex<HashMap<ClientInfo, Uptime>>,
    /// True once anybody was refused: every request asks, and mostly nobody was.
    any: AtomicBool,
}

impl Strikes {
    /// Counts one more refusal. The seller's own preview has no limits.
    pub(crate) fn strike(&self, visit: ClientInfo, now: Uptime) {
        if visit.door == Ingress::Preview {
            return;
        }
        let mut until = self.until();
        if until.len() >= MOST_CIRCUITS && !until.contains_key(&visit) {
            make_room(&mut until, now);
        }
        self.any.store(true, Ordering::Relaxed);
        let counts = until.entry(visit).or_insert(now);
        *counts = (*counts).max(now).plus_seconds(EACH).min(now.plus_seconds((MOST + 1) * EACH));
    }

    /// Returns true if this circuit was refused more often than by accident.
    pub(crate) fn is_blocked(&self, visit: ClientInfo, now: Uptime) -> bool {
        if visit.door == Ingress::Preview || !self.any.load(Ordering::Relaxed) {
            return false;
        }
        let until = self.until().get(&visit).copied();
        until.is_some_and(|until| until > now.plus_seconds(MOST * EACH))
    }

    fn until(&self) -> MutexGuard<'_, HashMap<ClientInfo, Uptime>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(until: &mut HashMap<ClientInfo, Uptime>, now: Uptime) {
    until.retain(|_, until| *until > now);
    if until.len() >= MOST_CIRCUITS
        && let Some(soonest) = until.iter().min_by_key(|(_, until)| **until).map(|(c, _)| *c)
    {
        until.remove(&soonest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Uptime = Uptime(1_000_000);

    const fn at(circuit: u64) -> ClientInfo {
        ClientInfo { door: Ingress::Onion, circuit }
    }

    #[test]
    fn thirty_are_an_accident_and_accidents_are_forgotten() {
        let strikes = Strikes::default();
        let strike = |now| (0..MOST).for_each(|_| strikes.strike(at(1), now));
        strike(START);
        assert!(!strikes.is_blocked(at(1), START));
        strikes.strike(at(1), START);
        assert!(strikes.is_blocked(at(1), START) && !strikes.is_blocked(at(2), START));
        assert!(!strikes.is_blocked(at(1), START.plus_seconds(EACH)));
        strike(START.plus_seconds(EACH));
        assert!(
            strikes.is_blocked(at(1), START.plus_seconds(EACH)),
            "nothing is forgotten at once"
        );
        let clear = ClientInfo { door: Ingress::Clear, circuit: 1 };
        assert!(!strikes.is_blocked(clear, START), "the same number at another door");
        let preview = ClientInfo { door: Ingress::Preview, circuit: 3 };
        (0..100).for_each(|_| strikes.strike(preview, START));
        assert!(!strikes.is_blocked(preview, START));
    }

    #[test]
    fn circuits_take_bounded_room_and_the_worst_are_kept() {
        let strikes = Strikes::default();
        (0..=MOST).for_each(|_| strikes.strike(at(0), START));
        for circuit in 1..20_000 {
            strikes.strike(at(circuit), START);
        }
        assert_eq!(strikes.until().len(), MOST_CIRCUITS);
        assert!(strikes.is_blocked(at(0), START));
    }
}
