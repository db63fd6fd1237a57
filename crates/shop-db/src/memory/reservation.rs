//! Items that orders take from the stock.

use super::{
    tables::{Seq, Tables},
    violation::{self, CHECK},
};
use crate::{
    error::DbError,
    rows::{ReservationRow, ReservationRows},
};
use shop_core::{order::OrderId, stock::ReservationStatus};

impl ReservationRows for Tables {
    fn reservation(&self, order: OrderId) -> Result<Option<ReservationRow>, DbError> {
        Ok(self.seq(order).and_then(|at| self.reservations.rows().get(&at)))
    }

    fn put_reservation(&self, order: OrderId, row: &ReservationRow) -> Result<(), DbError> {
        let Some(at) = self.seq(order) else { return Ok(()) };
        let is_reserved = row.status == ReservationStatus::Reserved;
        let is_backordered = row.status == ReservationStatus::Backordered;
        violation::ensure(row.status != ReservationStatus::Untracked, CHECK)?;
        violation::ensure(is_reserved == row.until.is_some(), CHECK)?;
        violation::ensure(is_backordered == row.backorder.is_some(), CHECK)?;
        self.reservations.put(at, row.clone());
        Ok(())
    }

    fn reservations(&self, status: Option<ReservationStatus>) -> Result<Vec<OrderId>, DbError> {
        let is_such = |row: &ReservationRow| status.is_none_or(|status| row.status == status);
        let such = |at: &Seq, row: &ReservationRow| is_such(row).then_some(*at);
        let places = self.reservations.rows().filter_map(such).into_iter();
        Ok(places.filter_map(|at| self.orders.rows().read(&at, |order| order.id)).collect())
    }

    fn last_backorder(&self) -> Result<i64, DbError> {
        Ok(self.reservations.by.backorder.greatest().unwrap_or(0))
    }
}
