//! Pluggable transports: programs that disguise the stream between Tor and a bridge.
//!
//! The supervisor starts them, as the pluggable-transport specification's managed mode says, client
//! side: what is wanted is in the environment, and the program says on its standard output where it
//! listens. The tor role gets that address, and never starts a program.
//!
//! A transport belongs to somebody else. Whatever it says is read up to a limit, nothing it says
//! while it works is read at all, and it runs confined ([`crate::isolate::Confinement::Transport`]).

mod environment;
mod handshake;
mod line;
mod lines;
mod process;

pub use environment::{environment, refusal};
pub use handshake::TransportError;
pub use process::{Running, TransportEvent, TransportProcess, try_out};

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// A transport that runs, by the SOCKS port at which it takes streams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransportAddress {
    /// Its name, as bridges use it.
    pub name: String,
    /// Its port, on the loopback.
    pub address: SocketAddr,
}
