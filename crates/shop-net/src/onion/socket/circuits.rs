//! The circuits of one tor, by its own numbers, each with its place in the limits.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};
use tokio_util::task::TaskTracker;

use crate::onion::limits::{CircuitPass, ConnectionLimiter, LimitDecision, StreamPass};

/// Longest time that a circuit without streams is remembered.
/// Tor does not say when a circuit has ended. One that is used again later gets a new place, and
/// strikes against it are forgotten, as they are for whoever makes a new circuit.
const MEMORY: Duration = Duration::from_secs(15 * 60);

/// Pause between looks at a circuit that may have been forgotten.
const LOOK: Duration = Duration::from_secs(60);

/// The circuits of one tor.
#[derive(Debug)]
pub(super) struct Circuits {
    gate: Arc<ConnectionLimiter>,
    opened: Instant,
    known: Mutex<HashMap<u32, Circuit>>,
    /// Numbers of circuits that tor has to close.
    closings: mpsc::Sender<u32>,
    tasks: TaskTracker,
}

#[derive(Debug)]
struct Circuit {
    pass: Arc<CircuitPass>,
    last_stream: Instant,
}

impl Circuits {
    pub(super) fn new(gate: Arc<ConnectionLimiter>, closings: mpsc::Sender<u32>) -> Arc<Self> {
        Arc::new(Self {
            gate,
            opened: Instant::now(),
            known: Mutex::default(),
            closings,
            tasks: TaskTracker::new(),
        })
    }

    /// Decides on one more stream of a circuit. `None`: it has to be closed.
    pub(super) fn admit(self: &Arc<Self>, number: u32) -> Option<StreamPass> {
        let mut known = self.known();
        let Some(circuit) = known.get_mut(&number) else {
            let Some(pass) = self.gate.admit(self.opened.elapsed()).map(Arc::new) else {
                self.close(number);
                return None;
            };
            let last_stream = Instant::now();
            let first = pass.stream();
            known.insert(number, Circuit { pass: Arc::clone(&pass), last_stream });
            self.tasks.spawn(Arc::clone(self).see_to(number, pass.clone()));
            return self.decide(first, &pass);
        };
        circuit.last_stream = Instant::now();
        let pass = Arc::clone(&circuit.pass);
        self.decide(pass.stream(), &pass)
    }

    /// Forgets all circuits and ends their streams: their tor has ended, and a new one gives the
    /// same numbers to others.
    pub(super) fn forget_all(&self) {
        for (_, circuit) in self.known().drain() {
            self.gate.end(circuit.pass.circuit());
        }
    }

    fn decide(&self, decision: LimitDecision, pass: &CircuitPass) -> Option<StreamPass> {
        match decision {
            LimitDecision::Take(stream) => Some(stream),
            LimitDecision::Refuse => None,
            LimitDecision::End => {
                self.gate.end(pass.circuit());
                None
            }
        }
    }

    /// Waits until a circuit has to end, and has tor close it; or until it is forgotten.
    async fn see_to(self: Arc<Self>, number: u32, pass: Arc<CircuitPass>) {
        loop {
            tokio::select! {
                () = pass.ended() => {
                    if self.remove(number, &pass, |_| true) {
                        self.close(number);
                    }
                    return;
                }
                () = sleep(LOOK) => {
                    let is_old = |circuit: &Circuit| {
                        circuit.pass.is_idle() && circuit.last_stream.elapsed() > MEMORY
                    };
                    if self.remove(number, &pass, is_old) {
                        return;
                    }
                }
            }
        }
    }

    /// Removes this circuit, if it is known and is so; a newer one of its number stays.
    fn remove(
        &self,
        number: u32,
        pass: &Arc<CircuitPass>,
        is_so: impl Fn(&Circuit) -> bool,
    ) -> bool {
        let mut known = self.known();
        let found = known.get(&number);
        let is_found =
            found.is_some_and(|circuit| Arc::ptr_eq(&circuit.pass, pass) && is_so(circuit));
        if is_found {
            known.remove(&number);
        }
        is_found
    }

    /// Has tor close a circuit. If too many wait for that, it stays open without streams.
    fn close(&self, number: u32) {
        let _ = self.closings.try_send(number);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<u32, Circuit>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
