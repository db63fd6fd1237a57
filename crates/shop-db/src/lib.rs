//! Everything the shop remembers, in SQLite.
//!
//! *Architecture Invariant:* this crate alone knows SQL. What it stores of a buyer is sealed before
//! it arrives, so nothing here can read an order; times are whole hours; nothing here asks the
//! clock, the network or the system for randomness. A call that changes something returns when the
//! change is on the disk, and not before. What is kept, why and for how long is `RECORDS.md`, which
//! a test compares with the schema.
//!
//! Money is judged here in one place: [`Db::advance`] applies what a chain did and judges every
//! order it may concern with [`shop_core::invoice::Invoice::assess`], all in one transaction with
//! the mail that tells the seller.

mod claim;
mod db;
mod error;
mod model;
mod sqlite;
#[cfg(any(test, feature = "suite"))]
pub mod suite;

pub use claim::{Claim, ClaimRefusal, ClaimState, PendingClaim};
pub use db::Db;
pub use error::{ClaimError, DbError, OpenError, PlaceError};
pub use model::{
    Judged, NewMail, NewOrder, NewsMail, NewsOf, OrderRecord, OrderSummary, OutboxMail, Purged,
    Taken, Terms,
};
