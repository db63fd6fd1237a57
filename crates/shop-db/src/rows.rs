//! Row operations: all that the rules ask of an engine.
//!
//! Each operation reads or writes rows of one kind, and decides nothing: the rules do
//! ([`crate::rules`]). An engine implements them on what one transaction sees. What it reads is what
//! was written before in the same transaction, and what it writes stays only if the whole
//! transaction does.
//!
//! Errors are the engine's ([`DbError`](crate::DbError)): a disk without room, a row that cannot be
//! read. An operation that names a row that is not there changes nothing, unless it says otherwise.

mod balance;
mod chain;
mod claim;
mod escrow;
mod named;
mod order;
mod outbox;
mod pool;
mod record;
mod reservation;
mod stock;
mod transfer;

pub(crate) use crate::chain::ChainNumber;

pub(crate) use self::{
    balance::BalanceRows,
    chain::{ChainRow, ChainRows, UnreadBlock},
    claim::ClaimRows,
    escrow::{EscrowEventRow, EscrowRow, EscrowRows},
    named::{NamedOrder, NamedRows, named_amount, steps},
    order::{OrderCopies, OrderRow, OrderRows, WatchedRow, Which},
    outbox::{MailRow, OutboxRows, QueuedMail},
    pool::{Money, PoolRow, PoolRows},
    record::RecordRows,
    reservation::{ReservationRow, ReservationRows},
    stock::StockRows,
    transfer::{Standing, TransferRow, TransferRows},
};

/// All row operations, in one transaction.
pub(crate) trait Rows:
    ChainRows
    + OrderRows
    + NamedRows
    + TransferRows
    + ClaimRows
    + PoolRows
    + StockRows
    + ReservationRows
    + OutboxRows
    + RecordRows
    + EscrowRows
    + BalanceRows
{
}

impl<T> Rows for T where
    T: ChainRows
        + OrderRows
        + NamedRows
        + TransferRows
        + ClaimRows
        + PoolRows
        + StockRows
        + ReservationRows
        + OutboxRows
        + RecordRows
        + EscrowRows
        + BalanceRows
{
}
