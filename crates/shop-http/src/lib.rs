//! HTTP/1.1 requests over streams that are passed in, with bounded answers.
//!
//! Nodes of chains, carriers of parcels and sources of exchange rates are asked through it. Bytes move only while a request is
//! open, so no task outlives a call.
//!
//! *Architecture Invariant:* it opens no socket. Streams come from a [`Dial`], whose implementor
//! knows whom it reaches, and how. It follows no redirect, keeps no cookie, and reads no more of an
//! answer than it was told to.

#![deny(clippy::float_arithmetic, clippy::indexing_slicing)]

mod body;
mod connection;
mod in_process;
mod post;
mod transport;

pub use connection::{Connection, Fault, Refusal};
pub use in_process::in_process;
pub use post::{Reply, get, post_json, send};
pub use transport::{BoxFuture, Dial, Stream};

use std::time::Duration;

/// Receiver of the unpacked bytes of an answer, in order and in small pieces.
pub type Sink<'a, E> = &'a mut (dyn FnMut(&[u8]) -> Result<(), E> + Send);

/// Patience with the other end of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Time opening a stream may take.
    pub dial_time: Duration,
    /// Time the other end may say nothing while it owes an answer.
    pub idle_time: Duration,
    /// Bytes of an answer that have to come in a second, on average.
    /// It counts once [`Patience::idle_time`] is over.
    pub floor: u64,
}

impl Default for Patience {
    /// Returns what suits a stream over Tor.
    fn default() -> Self {
        Self { dial_time: Duration::from_secs(30), idle_time: Duration::from_secs(10), floor: 1024 }
    }
}

/// Reason why no whole answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// A stream could not be opened.
    #[error("cannot be reached")]
    Unreachable,
    /// The stream ended in the middle of an answer, or what came is not HTTP.
    #[error("closed the connection")]
    Disconnected,
    /// The answer took too long.
    #[error("did not answer in time")]
    Timeout,
    /// The answer is larger than the caller allows.
    #[error("sent an answer that is too large")]
    TooLarge,
    /// The answer is packed in a way nobody asked for, or badly.
    #[error("sent an invalid answer")]
    Malformed,
}
