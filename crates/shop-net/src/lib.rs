//! Every socket of the shop: onion and loopback inbound, outbound streams by purpose.
//!
//! *Architecture Invariant:* this is the only crate that opens sockets, and the only one that sees
//! a Tor library. Everything else is handed streams.
//!
//! The program is three processes of one binary. The *supervisor* owns the loopback preview
//! ([`preview`]) and the loopback part of the allow-list ([`outbound`]). The *shop* role
//! ([`shop_side`]) lives in an empty network namespace ([`isolate`]) and can reach nothing but its
//! [`link`]s. The *tor* role ([`onion`]) speaks Tor and nothing else. Streams cross between them as
//! passed file descriptors of Unix socket pairs, never as sockets of a network.

#![allow(clippy::disallowed_methods)] // this is the crate the rule "only shop-net opens sockets" names

pub mod clear_web;
pub mod control;
pub mod isolate;
pub mod link;
pub mod onion;
pub mod outbound;
pub mod preview;
pub mod proxy_line;
pub mod roles;
pub mod service_manager;
pub mod shop_side;
pub mod socks;
pub mod socks_dialer;
pub mod status;
pub mod tls;
pub mod transports;
pub mod unix_socket;

mod onion_address;
mod pair;
mod pump;

/// Anything bytes go in and out of.
pub trait Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}

impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Stream for T {}

/// A stream whose kind does not matter.
pub type BoxStream = Box<dyn Stream>;
