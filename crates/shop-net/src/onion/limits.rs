//! Limits on the part of the shop that one circuit, and all of them, may use.
//!
//! A circuit is the only thing that tells one visitor from another behind Tor. Everything here is
//! decided before a circuit is answered or a stream accepted, when refusing costs nothing.
//!
//! When places get scarce, who has many gives way to who has few: the share of a circuit shrinks,
//! and a full house makes room for a newcomer by ending the circuit that holds most and moves least.
//! Holding places is cheap for somebody hostile; that others find no room must not follow from it.

mod bucket;
mod fair;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bucket::Bucket;

use serde::{Deserialize, Serialize};
use tokio_util::{
    io::{InspectReader, InspectWriter},
    sync::CancellationToken,
};

use crate::Stream;

/// The limits of the onion door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Streams one circuit may have open; one more ends the circuit.
    pub streams_per_circuit: u32,
    /// Circuits open at once.
    /// For one more, the one longest idle is ended, or one that hardly moves anything, or it is not
    /// answered.
    pub circuits: u32,
    /// Streams open at once over all circuits.
    /// For one more, the circuit with most is ended, or it is refused.
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

/// Counter of circuits and streams, which lets them in or not.
#[derive(Debug)]
pub struct ConnectionLimiter {
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

/// Decision on a stream that is asked for.
#[derive(Debug)]
pub enum LimitDecision {
    /// The stream is taken in.
    Take(StreamPass),
    /// There is no room for it now; the circuit may go on with what it has.
    Refuse,
    /// The circuit asks for more than anybody gets, or is over: it ends.
    End,
}

#[derive(Debug)]
struct Open {
    streams: u32,
    idle_since: u64,
    /// Time at which it was answered.
    since: Duration,
    /// Number of bytes it moved, in both directions.
    moved: Arc<AtomicU64>,
    ended: CancellationToken,
}

impl ConnectionLimiter {
    /// Creates an open gate. Circuits are numbered from `first` on.
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

    /// Admits a new circuit, `now` after the gate opened. `None`: do not answer.
    #[must_use]
    pub fn admit(self: &Arc<Self>, now: Duration) -> Option<CircuitPass> {
        let mut state = self.state();
        if !state.bucket.take(now) {
            return None;
        }
        let full = state.circuits.len() >= self.limits.circuits as usize;
        if full && !state.end_longest_idle() && !state.end_stillest(now) {
            return None;
        }
        let circuit = state.next_circuit;
        state.next_circuit = state.next_circuit.wrapping_add(1);
        let ended = CancellationToken::new();
        let idle_since = state.turn();
        let moved = Arc::default();
        let open = Open { streams: 0, idle_since, since: now, moved, ended: ended.clone() };
        state.circuits.insert(circuit, open);
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

    /// Ends a circuit. Its streams do not count from here on: they are about to end with it.
    fn end(&mut self, circuit: u64) -> bool {
        let Some(open) = self.circuits.remove(&circuit) else { return false };
        self.connections = self.connections.saturating_sub(open.streams);
        open.ended.cancel();
        true
    }
}

/// One circuit's place. Dropping it gives the place back and ends the circuit's streams.
#[derive(Debug)]
pub struct CircuitPass {
    gate: Arc<ConnectionLimiter>,
    circuit: u64,
    ended: CancellationToken,
}

impl CircuitPass {
    /// Returns the circuit's number, for this run of the role.
    #[must_use]
    pub const fn circuit(&self) -> u64 {
        self.circuit
    }

    /// Returns true if the circuit has ended, or has to.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended.is_cancelled()
    }

    /// Resolves when the circuit has to end.
    pub async fn ended(&self) {
        self.ended.cancelled().await;
    }

    /// Returns true if the circuit has no streams.
    pub(crate) fn is_idle(&self) -> bool {
        self.gate.state().circuits.get(&self.circuit).is_none_or(|open| open.streams == 0)
    }

    /// Decides on one more stream for the circuit.
    #[must_use]
    pub fn stream(&self) -> LimitDecision {
        let mut state = self.gate.state();
        let limits = self.gate.limits;
        let Some(has) = state.circuits.get(&self.circuit).map(|open| open.streams) else {
            return LimitDecision::End;
        };
        if has >= limits.streams_per_circuit {
            return LimitDecision::End;
        }
        if has >= limits.share(state.connections)
            || state.connections >= limits.connections && !state.end_heaviest(limits.fair())
        {
            return LimitDecision::Refuse;
        }
        let Some(open) = state.circuits.get_mut(&self.circuit) else { return LimitDecision::End };
        open.streams += 1;
        let moved = Arc::clone(&open.moved);
        state.connections += 1;
        let gate = Arc::clone(&self.gate);
        let ended = self.ended.clone();
        LimitDecision::Take(StreamPass { gate, circuit: self.circuit, moved, ended })
    }
}

impl Drop for CircuitPass {
    fn drop(&mut self) {
        self.ended.cancel();
        self.gate.state().end(self.circuit);
    }
}

/// One stream's place. Dropping it gives the place back.
#[derive(Debug)]
pub struct StreamPass {
    gate: Arc<ConnectionLimiter>,
    circuit: u64,
    moved: Arc<AtomicU64>,
    ended: CancellationToken,
}

impl StreamPass {
    /// Returns the number of the stream's circuit.
    #[must_use]
    pub const fn circuit(&self) -> u64 {
        self.circuit
    }

    /// Returns the count of the bytes that this stream's circuit moves.
    pub(crate) fn moved(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.moved)
    }

    /// Returns the stream whose place this is.
    /// Its bytes count for its circuit, in both directions.
    pub(crate) fn counting<S: Stream>(&self, stream: S) -> impl Stream + use<S> {
        let read = InspectReader::new(stream, adding_to(self.moved()));
        InspectWriter::new(read, adding_to(self.moved()))
    }

    /// Resolves when the stream's circuit has ended, and the stream must too.
    pub async fn ended(&self) {
        self.ended.cancelled().await;
    }
}

impl Drop for StreamPass {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        let turn = state.turn();
        // The streams of a circuit that has ended were taken off the count with it.
        if let Some(open) = state.circuits.get_mut(&self.circuit) {
            open.streams = open.streams.saturating_sub(1);
            open.idle_since = turn;
            state.connections = state.connections.saturating_sub(1);
        }
    }
}

/// Returns a function that adds the number of the bytes it sees to a count.
fn adding_to(moved: Arc<AtomicU64>) -> impl FnMut(&[u8]) + Send {
    move |bytes| {
        moved.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
