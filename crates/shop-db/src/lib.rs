//! Storage of everything the shop remembers.
//!
//! *Architecture Invariant:* this crate alone knows SQL. What it stores of a buyer is sealed before
//! it arrives, so nothing here can read an order; times are whole hours; nothing here asks the
//! clock, the network or the system for randomness. A call that changes something returns when the
//! change is on the disk, and not before. What is kept, why and for how long is `RECORDS.md`, which
//! a test compares with the schema.
//!
//! Money is judged here in one place: [`Db::apply_update`] applies what a chain did and judges every
//! order it may concern with [`shop_core::invoice::Invoice::assess`], all in one transaction with
//! the notice that tells the seller. Goods are taken and given back there too, by the rules of
//! [`shop_core::stock`].

mod balance;
mod branch;
mod chain;
mod claim;
mod db;
mod download;
mod engine;
mod error;
mod escrow;
mod event;
mod memory;
mod model;
mod rows;
mod rules;
mod sealer;
mod sqlite;
#[cfg(test)]
pub mod suite;

pub use balance::{BalanceClaim, PendingBalance};
pub use chain::{DEMO_CHAIN, KnownChain, Networks};
pub use claim::{Claim, ClaimRefusal, ClaimState, PendingClaim};
pub use db::Db;
pub use download::Download;
pub use error::{
    BalanceClaimError, CancelError, ClaimError, DbError, DownloadError, EventError, FollowError,
    ForgetError, OpenError, PlaceError, ReleaseError, ReplaceCopyError, ReviewError,
};
pub use escrow::{EscrowRecord, NewEscrow};
pub use event::OrderEvent;
pub use model::{
    Accepted, Assessed, Availabilities, Backlog, BuyerCopyUpdate, ChainClock, ChainNotice,
    ClockCheck, Contents, LastUsed, MailContent, NewForm, NewMail, NewOrder, OrderRecord,
    OrderSummary, OutboxMail, PaymentPolicies, PaymentPolicy, PlacedOrders, PoolStanding, Purged,
    ShopIdentity, StockLine, Watched,
};
pub use sealer::{ListCodes, OpenItems, OrderSealer, RedeemCode, SealIssuedCodes, SealItems};
pub use sqlite::Snapshot;
