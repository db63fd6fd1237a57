//! Limits on what one circuit may ask for.
//!
//! An onion service knows no addresses: the circuit is all there is to hold on to. On the clear web
//! a number that stands for the visitor's address takes its place. The preview on the seller's own
//! machine has no limits.

use crate::client::{ClientInfo, Ingress};
use shop_core::time::Uptime;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Kind of a request, as limits count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ask {
    /// Any page.
    Page,
    /// A picture or the style sheet: one page brings a dozen.
    File,
    /// Placing an order.
    Order,
    /// A connection of its own: one is enough for many pages.
    Connection,
}

impl Ask {
    /// Milliseconds until one more is allowed, and how many may come at once.
    const fn rate(self, door: Ingress) -> (u64, u64) {
        match self {
            Self::Page => (1_000 / 6, 20),
            Self::File => (1_000 / 60, 240),
            // A reverse proxy opens a connection for each request.
            Self::Connection if matches!(door, Ingress::Clear) => (1_000 / 100, 480),
            Self::Connection => (1_000 / 10, 240),
            Self::Order => (200_000, 3),
        }
    }
}

/// Circuits we remember before forgetting the quiet ones.
const MOST_CIRCUITS: usize = 4_096;

/// Counter of the requests of circuits.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    /// Time in milliseconds until which a request counts, by circuit and kind.
    /// It is the "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371.
    until: Mutex<HashMap<(ClientInfo, Ask), u64>>,
}

impl Limits {
    /// Returns true if this visit may ask for this now, and counts it then.
    pub(crate) fn allow(&self, visit: ClientInfo, ask: Ask, now: Uptime) -> bool {
        if visit.door == Ingress::Preview {
            return true;
        }
        let now = now.0.saturating_mul(1_000);
        let (interval, burst) = ask.rate(visit.door);
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.len() >= MOST_CIRCUITS {
            until.retain(|_, until| *until > now);
        }
        let counts = until.entry((visit, ask)).or_insert(now);
        let next = (*counts).max(now) + interval;
        let allowed = next <= now + interval * burst;
        if allowed {
            *counts = next;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(circuit: u64) -> ClientInfo {
        ClientInfo { door: Ingress::Onion, circuit }
    }

    #[test]
    fn a_circuit_gets_its_burst_and_then_its_rate() {
        let limits = Limits::default();
        let start = Uptime(1_000_000);
        let count =
            |circuit, now| (0..100).filter(|_| limits.allow(at(circuit), Ask::Page, now)).count();
        assert_eq!(count(1, start), 20);
        assert_eq!(count(1, start.plus_seconds(1)), 6);
        assert_eq!(count(2, start), 20, "circuits do not share");
        assert_eq!(count(1, start.plus_seconds(60)), 20);
    }

    /// Numbers of circuits and of addresses are drawn without regard to each other.
    #[test]
    fn equal_numbers_of_two_doors_do_not_share() {
        let limits = Limits::default();
        let clear = ClientInfo { door: Ingress::Clear, circuit: 1 };
        let count = |visit| (0..100).filter(|_| limits.allow(visit, Ask::Page, Uptime(9))).count();
        assert_eq!(count(at(1)), 20);
        assert_eq!(count(clear), 20);
        assert_eq!(count(clear), 0);
    }

    #[test]
    fn three_orders_in_ten_minutes() {
        let limits = Limits::default();
        let start = Uptime(1_000_000);
        let ask = |now| limits.allow(at(1), Ask::Order, now);
        assert!(ask(start) && ask(start) && ask(start) && !ask(start));
        assert!(!ask(start.plus_seconds(199)) && ask(start.plus_seconds(200)));
    }

    #[test]
    fn quiet_circuits_are_forgotten() {
        let limits = Limits::default();
        for circuit in 0..20_000 {
            assert!(limits.allow(at(circuit), Ask::Page, Uptime(circuit)));
        }
        assert!(limits.until.lock().unwrap().len() <= MOST_CIRCUITS);
    }
}
