//! Chains, for money: rules ([`Chain`]) and watchers ([`ChainWatcher`]).
//!
//! There are [`ethereum`], [`bitcoin`], [`monero`], and a [`fake`] chain for demos and tests.
//!
//! *Architecture Invariant:* this is the only crate that knows a chain library, and no type of one
//! is in its public face. It opens no socket: a node is reached through a [`transport::Dial`] that
//! it is given. It reads no clock and no configuration, and it remembers no place between two calls:
//! what was read so far is an argument, so a restart cannot lose it. Open streams and how much its
//! nodes take at a time may be lost at any moment.
//!
//! *Architecture Invariant:* no node alone is believed about money. An answer is proved from the
//! hash of a block that enough nodes told, or the call fails and nothing counts as paid. One thing
//! alone is taken from a majority without proof: the status of a payment in a block whose receipts
//! no node gives, which [`shop_core::view::ChainUpdate::logs_unread`] names.
//!
//! A new chain is one folder here: its rules ([`Chain`]) and its watcher, which passes the suite in
//! `tests/chains/suite.rs`.

#![deny(clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod bitcoin;
pub mod ethereum;
pub mod fake;
pub mod monero;
pub mod transport;
pub mod wallet;

mod chain;
mod extended_key;
mod heads;
mod lines;
mod own;
mod registry;
mod reports;
mod view_account;
mod wallet_path;
mod wanted;
mod watcher;

pub use chain::{Chain, PayToRefusal, TokenRefusal, TxidRefusal};
pub use own::with_own_nodes;
pub use registry::{chains, pay_to, payment_link, payment_uri, rules, txid};
pub use transport::BoxFuture;
pub use view_account::{ViewAccount, ViewAccountRefusal};
pub use wallet_path::WalletPath;
pub use watcher::{
    ChainWatcher, Held, LookUp, NodeComparison, NodeError, NodeReport, ReceiptsMethod, WatchError,
    WatchList,
};
