//! Visitors of the clear web, and their places.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::AddressKey;
use crate::{
    Stream,
    onion::limits::{CircuitPass, ConnectionLimiter, LimitDecision, Limits, StreamPass},
    proxy_line::ProxySource,
};

/// Limits of this door. A visitor counts as a circuit.
///
/// A proxy that speaks HTTP/2 opens a stream for each picture of a page at once, and visitors of
/// one network share an address: so one has more streams than a circuit, and one stream too many
/// ends that stream alone. Each stream takes two of this process's descriptors; many systems allow
/// 1,024.
const LIMITS: Limits = Limits {
    streams_per_circuit: 64,
    circuits: 200,
    connections: 256,
    circuits_per_second: 50,
    circuits_burst: 400,
};

/// Time after which a visitor with nothing open is forgotten.
const IDLE: Duration = Duration::from_secs(600);

/// The visitors that are known at this moment.
pub(super) struct Visitors {
    key: AddressKey,
    gate: Arc<ConnectionLimiter>,
    known: Mutex<HashMap<u64, Known>>,
    opened: Instant,
}

struct Known {
    pass: CircuitPass,
    last_seen: Instant,
}

/// One stream of a visitor. Dropping it gives its place back.
pub(super) struct Visitor {
    number: u64,
    pass: StreamPass,
}

impl Visitors {
    /// Makes room for visitors.
    pub(super) fn new(key: AddressKey) -> Self {
        let gate = ConnectionLimiter::new(LIMITS, 0);
        Self { key, gate, known: Mutex::default(), opened: Instant::now() }
    }

    /// Lets a stream of this source in, if there is room for it.
    pub(super) fn enter(&self, source: ProxySource) -> Option<Visitor> {
        let number = self.key.number(source);
        let mut known = self.known();
        // The gate ends idle ones when it is full.
        known.retain(|_, known| !known.pass.is_ended());
        let visitor = match known.entry(number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let pass = self.gate.admit(self.opened.elapsed())?;
                place.insert(Known { pass, last_seen: Instant::now() })
            }
        };
        visitor.last_seen = Instant::now();
        match visitor.pass.stream() {
            LimitDecision::Take(pass) => Some(Visitor { number, pass }),
            LimitDecision::Refuse | LimitDecision::End => None,
        }
    }

    /// Ends all streams of a visitor.
    pub(super) fn end(&self, number: u64) {
        self.known().remove(&number);
    }

    /// Forgets visitors who have had nothing open for long.
    pub(super) fn forget_idle(&self) {
        self.known().retain(|_, known| !known.pass.is_idle() || known.last_seen.elapsed() < IDLE);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<u64, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visitor {
    /// Returns the number that stands for the visitor's address.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Resolves when the visitor's streams have to end.
    pub(super) async fn ended(&self) {
        self.pass.ended().await;
    }

    /// Returns the stream, with its bytes counted as the visitor's.
    pub(super) fn counting<S: Stream>(&self, stream: S) -> impl Stream + use<S> {
        self.pass.counting(stream)
    }
}

impl fmt::Debug for Visitors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Visitors")
    }
}

#[cfg(test)]
mod tests {
    use shop_core::entropy::Seeded;

    use super::*;

    fn source(number: u32) -> ProxySource {
        ProxySource::Address(std::net::Ipv4Addr::from(number).into())
    }

    fn visitors() -> Visitors {
        Visitors::new(AddressKey::random(&Seeded::new(1)))
    }

    #[tokio::test(start_paused = true)]
    async fn idle_visitors_are_forgotten_and_busy_ones_are_not() {
        let visitors = visitors();
        let busy = visitors.enter(source(1)).unwrap();
        drop(visitors.enter(source(2)).unwrap());
        tokio::time::advance(IDLE - Duration::from_secs(1)).await;
        visitors.forget_idle();
        assert_eq!(visitors.known().len(), 2);
        tokio::time::advance(Duration::from_secs(1)).await;
        visitors.forget_idle();
        assert_eq!(visitors.known().keys().collect::<Vec<_>>(), [&busy.number()]);
    }

    /// Somebody with a great many addresses comes again and again.
    #[tokio::test(start_paused = true)]
    async fn visitors_take_bounded_memory() {
        let visitors = visitors();
        let mut seen = 0;
        for number in 0..5_000 {
            seen += u32::from(visitors.enter(source(number)).is_some());
            tokio::time::advance(Duration::from_millis(20)).await;
        }
        assert_eq!(seen, 5_000, "idle ones give way");
        assert!(visitors.known().len() <= LIMITS.circuits as usize + 1);
    }
}
