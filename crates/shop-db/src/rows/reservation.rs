//! Rows of what orders take from the stock.

use crate::error::DbError;
use shop_core::{order::OrderId, stock::ReservationStatus, time::CoarseTime};

/// Row of what an order takes from the stock.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ReservationRow {
    /// Standing of the items.
    pub(crate) status: ReservationStatus,
    /// The hour in which they are free again; there is one exactly while they are reserved.
    pub(crate) until: Option<CoarseTime>,
    /// Place in the queue, the smallest first.
    /// There is one exactly while they are backordered.
    pub(crate) backorder: Option<i64>,
    /// The items, sealed.
    pub(crate) items: Vec<u8>,
}

/// Operations on what orders take from the stock.
pub(crate) trait ReservationRows {
    /// Returns what an order takes.
    fn reservation(&self, order: OrderId) -> Result<Option<ReservationRow>, DbError>;

    /// Adds what an order takes, or replaces it. An equal row is not written again.
    fn put_reservation(&self, order: OrderId, row: &ReservationRow) -> Result<(), DbError>;

    /// Returns the orders that take something, in the order they were placed.
    /// They are all, or those with this status.
    fn reservations(&self, status: Option<ReservationStatus>) -> Result<Vec<OrderId>, DbError>;

    /// Returns the last place in the queue of backordered ones; 0 if there are none.
    fn last_backorder(&self) -> Result<i64, DbError>;
}
