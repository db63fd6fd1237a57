//! How much of the shop one circuit, and all of them, may use.
//!
//! A circuit is the only thing that tells one visitor from another behind Tor. Everything here is
//! decided before a circuit is answered or a stream accepted, when refusing costs nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

/// The limits of the onion door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Streams one circuit may have open; one more ends the circuit.
    pub streams_per_circuit: u32,
    /// Circuits open at once; for one more, the one longest idle is ended, or it is not answered.
    pub circuits: u32,
    /// Streams open at once over all circuits; one more ends its circuit.
    pub connections: u32,
    /// New circuits answered a second, in the long run.
    pub circuits_per_second: u32,
    /// New circuits answered at once after a quiet while.
    pub circuits_burst: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            streams_per_circuit: 16,
            circuits: 200,
            connections: 512,
            circuits_per_second: 10,
            circuits_burst: 100,
        }
    }
}

/// Keeps count, and lets in or not.
#[derive(Debug)]
pub struct Gate {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    bucket: Bucket,
    circuits: HashMap<u64, Open>,
    connections: u32,
    next_circuit: u64,
    /// Counts circuits falling idle, so that the longest idle one can be told without a clock.
    idle_turn: u64,
}

#[derive(Debug)]
struct Open {
    streams: u32,
    idle_since: u64,
    ended: CancellationToken,
}

impl Gate {
    /// An open gate. Circuits are numbered from `first` on.
    #[must_use]
    pub fn new(limits: Limits, first: u64) -> Arc<Self> {
        let state = State {
            bucket: Bucket::full(limits.circuits_per_second, limits.circuits_burst),
            circuits: HashMap::new(),
            connections: 0,
            next_circuit: first,
            idle_turn: 0,
        };
        Arc::new(Self { limits, state: Mutex::new(state) })
    }

    /// A new circuit asks to be answered, `now` after the gate opened. `None`: do not answer.
    #[must_use]
    pub fn admit(self: &Arc<Self>, now: Duration) -> Option<CircuitPass> {
        let mut state = self.state();
        if !state.bucket.take(now) {
            return None;
        }
        if state.circuits.len() >= self.limits.circuits as usize && !state.end_longest_idle() {
            return None;
        }
        let circuit = state.next_circuit;
        state.next_circuit = state.next_circuit.wrapping_add(1);
        let ended = CancellationToken::new();
        let idle_since = state.turn();
        state.circuits.insert(circuit, Open { streams: 0, idle_since, ended: ended.clone() });
        Some(CircuitPass { gate: Arc::clone(self), circuit, ended })
    }

    /// Ends a circuit, because the shop says so. Unknown ones have ended already.
    pub fn end(&self, circuit: u64) {
        if let Some(open) = self.state().circuits.get(&circuit) {
            open.ended.cancel();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn turn(&mut self) -> u64 {
        self.idle_turn += 1;
        self.idle_turn
    }

    /// Somebody who holds circuits and uses none of them must not keep others out.
    fn end_longest_idle(&mut self) -> bool {
        let idle = self.circuits.iter().filter(|(_, open)| open.streams == 0);
        let Some((&circuit, _)) = idle.min_by_key(|(_, open)| open.idle_since) else {
            return false;
        };
        if let Some(open) = self.circuits.remove(&circuit) {
            open.ended.cancel();
        }
        true
    }
}

/// One circuit's place. Dropping it gives the place back and ends the circuit's streams.
#[derive(Debug)]
pub struct CircuitPass {
    gate: Arc<Gate>,
    circuit: u64,
    ended: CancellationToken,
}

impl CircuitPass {
    /// The circuit's number, for this run of the role.
    #[must_use]
    pub const fn circuit(&self) -> u64 {
        self.circuit
    }

    /// Resolves when the circuit has to end.
    pub async fn ended(&self) {
        self.ended.cancelled().await;
    }

    /// The circuit asks for one more stream. `None`: end the circuit.
    #[must_use]
    pub fn stream(&self) -> Option<StreamPass> {
        let mut state = self.gate.state();
        let limits = self.gate.limits;
        let room = state.connections < limits.connections;
        let open = state.circuits.get_mut(&self.circuit)?;
        if !room || open.streams >= limits.streams_per_circuit {
            return None;
        }
        open.streams += 1;
        state.connections += 1;
        let (gate, ended) = (Arc::clone(&self.gate), self.ended.clone());
        Some(StreamPass { gate, circuit: self.circuit, ended })
    }
}

impl Drop for CircuitPass {
    fn drop(&mut self) {
        self.ended.cancel();
        self.gate.state().circuits.remove(&self.circuit);
    }
}

/// One stream's place. Dropping it gives the place back.
#[derive(Debug)]
pub struct StreamPass {
    gate: Arc<Gate>,
    circuit: u64,
    ended: CancellationToken,
}

impl StreamPass {
    /// The number of the stream's circuit.
    #[must_use]
    pub const fn circuit(&self) -> u64 {
        self.circuit
    }

    /// Resolves when the stream's circuit has ended, and the stream must too.
    pub async fn ended(&self) {
        self.ended.cancelled().await;
    }
}

impl Drop for StreamPass {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.connections = state.connections.saturating_sub(1);
        let turn = state.turn();
        if let Some(open) = state.circuits.get_mut(&self.circuit) {
            open.streams = open.streams.saturating_sub(1);
            open.idle_since = turn;
        }
    }
}

/// A token bucket that counts time in the nanoseconds one token takes.
#[derive(Debug)]
struct Bucket {
    /// What one token costs; nothing when there is no limit a second.
    cost: u128,
    most: u128,
    saved: u128,
    seen: Duration,
}

impl Bucket {
    fn full(per_second: u32, burst: u32) -> Self {
        let cost = 1_000_000_000 / u128::from(per_second.max(1));
        let most = cost * u128::from(burst.max(1));
        Self { cost, most, saved: most, seen: Duration::ZERO }
    }

    fn take(&mut self, now: Duration) -> bool {
        let passed = now.saturating_sub(self.seen);
        self.seen = self.seen.max(now);
        self.saved = (self.saved + passed.as_nanos()).min(self.most);
        let enough = self.saved >= self.cost;
        if enough {
            self.saved -= self.cost;
        }
        enough
    }
}

#[cfg(test)]
mod tests;
