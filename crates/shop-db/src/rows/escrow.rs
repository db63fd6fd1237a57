//! Rows of orders whose money waits in the escrow contract.

use crate::chain::ChainNumber;
use crate::error::DbError;
use crate::escrow::NewEscrow;
use shop_core::{
    escrow::{Account, Event},
    order::OrderId,
    order_status::EscrowStep,
    time::UnixTime,
    view::{BlockAt, EscrowKey, Height},
};
use std::ops::RangeInclusive;

/// Row of an order in escrow.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct EscrowRow {
    /// The order.
    pub(crate) order: OrderId,
    /// Record that was stored when it was placed.
    pub(crate) escrow: NewEscrow,
    /// Step by all events that are known; a copy of what follows from them, like the next two.
    pub(crate) step: EscrowStep,
    /// Deadline of the step.
    pub(crate) until: Option<UnixTime>,
    /// True if every event is deep enough, and the seller knows.
    pub(crate) is_deep: bool,
    /// The step that the seller was told of last.
    pub(crate) told: EscrowStep,
    /// True if the buyer's release was passed on to the seller.
    pub(crate) release_told: bool,
}

/// Row of an event of the contract. A block is the place it has.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct EscrowEventRow {
    /// The order.
    pub(crate) order: OrderId,
    /// The chain it is on.
    pub(crate) chain: ChainNumber,
    /// The block it stands in.
    pub(crate) block: BlockAt,
    /// Its place among the logs of the block.
    pub(crate) place: u32,
    /// The event.
    pub(crate) event: Event,
}

/// Operations on orders in escrow.
pub(crate) trait EscrowRows {
    /// Adds the escrow of an order.
    fn insert_escrow(&self, row: &EscrowRow) -> Result<(), DbError>;

    /// Returns the escrow of an order, if it has one.
    fn escrow(&self, order: OrderId) -> Result<Option<EscrowRow>, DbError>;

    /// Returns the order that the contract knows by this name.
    fn escrow_order(&self, key: &EscrowKey) -> Result<Option<OrderId>, DbError>;

    /// Returns the escrows of the orders of a chain, in no order.
    fn escrows(&self, chain: ChainNumber) -> Result<Vec<EscrowRow>, DbError>;

    /// Returns the orders of a chain with events that are not deep enough yet.
    fn escrows_not_deep(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError>;

    /// Sets all of an escrow that changes. What it was placed with stays.
    fn set_escrow(&self, row: &EscrowRow) -> Result<(), DbError>;

    /// Returns the events of an order, by block and place.
    fn escrow_events(&self, order: OrderId) -> Result<Vec<EscrowEventRow>, DbError>;

    /// Returns the events in blocks of these heights.
    fn escrow_events_at(
        &self,
        chain: ChainNumber,
        heights: RangeInclusive<Height>,
    ) -> Result<Vec<EscrowEventRow>, DbError>;

    /// Adds an event, or replaces the one at its place.
    fn put_escrow_event(&self, row: &EscrowEventRow) -> Result<(), DbError>;

    /// Removes the event at this place.
    fn remove_escrow_event(&self, row: &EscrowEventRow) -> Result<(), DbError>;

    /// Returns true if an order has this payout address, or one that was paid had it.
    fn is_payout_given(&self, payout: &Account) -> Result<bool, DbError>;

    /// Notes that an order that is about to go was paid with this payout address.
    fn note_payout_used(&self, payout: &Account) -> Result<(), DbError>;
}
