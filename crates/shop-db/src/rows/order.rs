//! Rows of orders.

use super::{chain::ChainRow, escrow::EscrowRow};
use crate::chain::ChainNumber;
use crate::{claim::ClaimState, error::DbError, model::NewOrder};
use shop_core::{
    invoice::Invoice,
    money::AssetId,
    order::OrderId,
    order_status::{EventKind, OrderStatus},
    pay_to::PayTo,
    stock::ReservationStatus,
    time::CoarseTime,
    view::Height,
};

/// Row of an order, without its sealed parts, joined with other rows about it.
#[derive(Clone)]
pub(crate) struct OrderRow {
    /// Its number.
    pub(crate) order: OrderId,
    /// Its invoice.
    pub(crate) invoice: Invoice,
    /// The hour it was placed in.
    pub(crate) placed: CoarseTime,
    /// The public part of its buyer inbox.
    pub(crate) inbox_key: [u8; 32],
    /// True if its buyer cancelled it.
    pub(crate) cancelled: bool,
    /// True if something of it is handed out online.
    pub(crate) digital: bool,
    /// True if that needs no word of the seller any more.
    pub(crate) released: bool,
    /// True if it is assessed with each block.
    pub(crate) rechecked: bool,
    /// The chain it is paid on.
    pub(crate) chain: ChainRow,
    /// The greatest hour among the blocks of its chain whose logs are not read.
    pub(crate) newest_unread: Option<CoarseTime>,
    /// The greatest height among the blocks its transfers stand in.
    pub(crate) highest: Option<Height>,
    /// Standing of its reserved items; none if it asks for nothing that is counted.
    pub(crate) reservation: Option<ReservationStatus>,
    /// True if the seller was told that too little came.
    pub(crate) underpaid_notified: bool,
    /// True if money of another asset than it asks for stands in a block.
    pub(crate) has_other_money: bool,
    /// True if the seller was told of such money.
    pub(crate) other_money_notified: bool,
    /// States of the claims of its buyer, in no order.
    pub(crate) claims: Vec<ClaimState>,
    /// Kinds of the seller's events, oldest first.
    pub(crate) events: Vec<EventKind>,
    /// Its escrow, if its money waits there.
    pub(crate) escrow: Option<EscrowRow>,
}

/// Copies of what follows from an order's invoice, by which queries find it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrderCopies {
    /// True if it waits for money, or for its money to stand in a block.
    pub(crate) open: bool,
    /// True if its money is there, deep enough.
    pub(crate) paid: bool,
    /// True if too little came.
    pub(crate) underpaid: bool,
    /// The hour in which its offer ends by itself; none if it does not any more.
    pub(crate) ends: Option<CoarseTime>,
}

/// Orders that are asked for.
#[derive(Clone, Copy)]
pub(crate) enum Which {
    /// The order that this order code looks up.
    Lookup([u8; 32]),
    /// All orders, newest first: by hour, then as they were placed.
    All,
    /// All orders of a chain.
    OfChain(ChainNumber),
    /// Those of a chain whose stored status holds no longer than to this hour.
    StatusUntil(ChainNumber, CoarseTime),
    /// Those of a chain whose time may be over, and about which no mail waits.
    /// Their offer ended before `expired`, or they were placed before `placed`.
    Old {
        /// The chain.
        chain: ChainNumber,
        /// Hour before which the offer ended.
        expired: CoarseTime,
        /// Hour before which it was placed.
        placed: CoarseTime,
    },
    /// Those whose items are reserved until this hour or before.
    ReservedUntil(CoarseTime),
    /// Those that are backordered, who waited longest first.
    Backordered,
}

/// Pay-to of an order, and what tells from when on it is watched.
pub(crate) struct WatchedRow {
    /// Address or account where it is to be paid.
    pub(crate) pay_to: PayTo,
    /// The hour it was placed in.
    pub(crate) placed: CoarseTime,
    /// True if its money is there, deep enough.
    pub(crate) paid: bool,
}

/// Operations on orders.
pub(crate) trait OrderRows {
    /// Adds an order on this chain, without forms, reserved items and mail.
    fn insert_order(
        &self,
        order: &NewOrder,
        chain: ChainNumber,
        copies: OrderCopies,
    ) -> Result<(), DbError>;

    /// Returns true if there is an order with this number, or with this lookup key.
    fn has_order(&self, order: OrderId, lookup: &[u8; 32]) -> Result<bool, DbError>;

    /// Returns the order of this number.
    fn find_order(&self, order: OrderId) -> Result<Option<OrderRow>, DbError>;

    /// Returns the orders asked for.
    fn orders(&self, which: Which) -> Result<Vec<OrderRow>, DbError>;

    /// Returns the invoice of an order.
    ///
    /// # Errors
    /// [`DbError::Unreadable`] if there is no such order.
    fn invoice(&self, order: OrderId) -> Result<Invoice, DbError>;

    /// Sets the invoice of an order, what follows from it, and if it is assessed with each block.
    /// Equal values are not written again.
    fn set_invoice(
        &self,
        order: OrderId,
        invoice: &Invoice,
        copies: OrderCopies,
        rechecked: bool,
    ) -> Result<(), DbError>;

    /// Sets the stored status of an order. What is there already is not written again.
    fn set_status(&self, order: OrderId, status: &OrderStatus) -> Result<(), DbError>;

    /// Notes that the buyer cancelled the order.
    fn set_cancelled(&self, order: OrderId) -> Result<(), DbError>;

    /// Sets if the digital goods of an order need no word of the seller any more.
    fn set_released(&self, order: OrderId, released: bool) -> Result<(), DbError>;

    /// Notes that the seller was told that too little came.
    fn note_underpaid(&self, order: OrderId) -> Result<(), DbError>;

    /// Returns the buyer's copy.
    ///
    /// # Errors
    /// [`DbError::Unreadable`] if there is no such order.
    fn buyer_copy(&self, order: OrderId) -> Result<Vec<u8>, DbError>;

    /// Exchanges the buyer's copy, if it is `old` still. Returns true if it was.
    fn replace_copy(&self, order: OrderId, old: &[u8], new: &[u8]) -> Result<bool, DbError>;

    /// Removes an order and all other rows about it. No mail about it may wait.
    fn remove_order(&self, order: OrderId) -> Result<(), DbError>;

    /// Counts all orders. It takes no longer for many.
    fn count_orders(&self) -> Result<u64, DbError>;

    /// Counts the open orders whose offer ends in this hour or later.
    /// It takes no longer for many.
    fn count_open(&self, ending: CoarseTime) -> Result<u64, DbError>;

    /// Counts those of [`OrderRows::count_open`] whose chain is not followed.
    /// It takes no longer for many.
    fn count_open_put_away(&self, ending: CoarseTime) -> Result<u64, DbError>;

    /// Counts the cancelled orders that were placed after this hour.
    fn count_cancelled(&self, placed_after: CoarseTime) -> Result<u64, DbError>;

    /// Returns the hour of the oldest order: of a chain, or of all.
    fn oldest_order(&self, chain: Option<ChainNumber>) -> Result<Option<CoarseTime>, DbError>;

    /// Returns the orders of a chain that are assessed with each block.
    fn rechecked(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError>;

    /// Returns the orders of a chain whose offer ended by itself before this hour.
    fn ended(&self, chain: ChainNumber, now: CoarseTime) -> Result<Vec<OrderId>, DbError>;

    /// Returns the orders of a chain for which too little came and the seller was not told.
    fn underpaid_untold(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError>;

    /// Notes that the seller was told of money of another asset.
    fn note_other_money(&self, order: OrderId) -> Result<(), DbError>;

    /// Returns the orders of a chain with money of another asset that the seller was not told of.
    fn other_money_untold(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError>;

    /// Returns the paid orders whose digital goods are not released, with the asset of each.
    fn paid_unreleased(&self) -> Result<Vec<(OrderId, AssetId)>, DbError>;

    /// Returns the orders with a transfer that is not deep enough under this tip.
    fn unconfirmed(&self, chain: ChainNumber, tip: Height) -> Result<Vec<OrderId>, DbError>;

    /// Returns the pay-tos of all orders of a chain.
    fn watched(&self, chain: ChainNumber) -> Result<Vec<WatchedRow>, DbError>;
}
