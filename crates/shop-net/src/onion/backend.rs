//! Interface of a Tor implementation, as the tor role needs it.
//!
//! There are two: arti inside this process ([`super::arti`]), and C tor next to it
//! ([`super::socket`]). `tests/onion.rs` holds both to the same behaviour.

use std::{io, pin::Pin};

use tokio::sync::mpsc;

use super::limits::StreamPass;
use crate::{BoxStream, outbound::Target, status::Status};

/// A future that is not named.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tor, as far as the tor role sees it.
pub trait OnionBackend: Send + Sync + 'static {
    /// Keeps the onion door open: enters the network, publishes the service, hands arrivals over.
    ///
    /// Not being able to reach the network is no reason to return; it is reported, and tried
    /// again. Returns only when going on makes no sense, with the reason in plain words.
    fn serve(
        &self,
        arrivals: mpsc::Sender<Arrival>,
        news: mpsc::Sender<Status>,
    ) -> BoxFuture<'_, String>;

    /// Connects to a target, on circuits that no other purpose uses.
    /// Names are resolved at the far end.
    fn dial<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, io::Result<BoxStream>>;

    /// Ends a circuit and all its streams.
    fn end_circuit(&self, circuit: u64);
}

/// A stream that came through the onion door, with its place in the limits.
pub struct Arrival {
    /// The stream.
    pub stream: BoxStream,
    /// Its place; held until the stream is done.
    pub pass: StreamPass,
}
