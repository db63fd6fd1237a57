//! Source of our own: it answers as real ones do, with prices that a test sets, or fails.

mod fault;
mod render;
mod server;

pub use fault::Fault;

use crate::{http::Server, pair::Pair, source::Source};
use shop_core::time::Clock;
use shop_http::{BoxFuture, Dial, Stream, in_process};
use std::{
    collections::{BTreeMap, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A server that speaks as one source does.
pub struct FakeSource {
    source: Source,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Prices as text, which need not be numbers.
    prices: BTreeMap<Pair, String>,
    faults: VecDeque<Fault>,
    requests: Vec<String>,
}

impl FakeSource {
    /// Creates a source without prices.
    #[must_use]
    pub fn new(source: Source, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { source, clock, state: Mutex::default() })
    }

    /// Sets the price of a pair, as the source writes it.
    pub fn set(&self, pair: Pair, price: &str) {
        self.state().prices.insert(pair, price.to_owned());
    }

    /// Fails the next request. Faults queue up.
    pub fn fail_next(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// Returns the heads of all requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.state().requests.clone()
    }

    /// Returns this server as a source is asked at it, inside this process.
    #[must_use]
    pub fn server(self: &Arc<Self>) -> Server {
        let dial = Arc::new(FakeDial(Arc::clone(self)));
        Server { dial, host: "fake.test".into(), prefix: String::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct FakeDial(Arc<FakeSource>);

impl Dial for FakeDial {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        let source = Arc::clone(&self.0);
        let stream = in_process(|far| {
            Box::pin(async move {
                // A client that goes away is no fault of the server.
                drop(source.serve(far).await);
            })
        });
        Box::pin(async move { Ok(stream) })
    }
}
