//! The SQLite engine: rows in one file, transactions, and the thread that writes.
//!
//! *Architecture Invariant:* SQL is here and nowhere else, and no rule is here. There is a file for
//! each file of [`crate::rows`]: it implements those operations on a [`rusqlite::Connection`].

mod balance;
mod chain;
mod claim;
mod codec;
mod connection;
mod engine;
mod escrow;
mod named;
mod order;
mod outbox;
mod pool;
mod query;
mod read_alone;
mod record;
mod reservation;
mod schema;
mod snapshot;
mod stock;
mod transfer;
mod writer;

#[cfg(test)]
mod tests;

pub use self::snapshot::Snapshot;
pub(crate) use self::{
    engine::Engine,
    read_alone::{FileCheck, read_file},
};
