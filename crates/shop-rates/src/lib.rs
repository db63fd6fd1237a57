//! Exchange rates: what sources say of them, and what is believed of it.
//!
//! A [`Source`] is asked over a stream that is passed in, and answers with a [`Table`] of quotes.
//! [`decide()`] takes what several tables say of one pair and returns the rate that a shop may sell
//! at, or the reason why there is none. Sources are [`Source::KRAKEN`] and others; feeds on a
//! chain are read by `shop-chain` and put into a [`Table`] too. There is a [`fake`] source for tests.
//!
//! *Architecture Invariant:* it opens no socket, reads no clock but the one it is given, and keeps
//! nothing between two calls. What is asked for follows from the shop's settings alone, never from
//! a buyer or an order.
//!
//! *Architecture Invariant:* in doubt there is no rate. A wrong rate sells goods for nothing; a
//! missing one stops one price for a while.

#![deny(clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod fake;

mod bisq;
mod coinbase;
mod coingecko;
mod decide;
mod http;
mod json;
mod kraken;
mod mempool;
mod pair;
mod price;
mod question;
mod source;
mod source_error;
mod table;

pub use decide::{Accepted, Decided, NoRate, Rules, Voice, decide};
pub use http::Server;
pub use pair::{Code, Pair};
pub use price::{PriceError, QuotedPrice};
pub use question::{Question, codes};
pub use source::{Fetched, Source};
pub use source_error::SourceError;
pub use table::{Quote, Table};
