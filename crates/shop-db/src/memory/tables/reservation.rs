//! Items that orders take from the stock, and what they are found by.

use super::order::Seq;
use crate::{
    memory::index::{Follow, Index, Indexes},
    rows::ReservationRow,
};
use shop_core::time::CoarseTime;

/// Indexes of reservations.
pub(in crate::memory) struct ReservationIndexes {
    pub(in crate::memory) until: Index<CoarseTime, Seq, ReservationRow>,
    pub(in crate::memory) backorder: Index<i64, Seq, ReservationRow>,
}

impl ReservationIndexes {
    pub(super) fn new() -> Self {
        Self { until: Index::new(|row| row.until), backorder: Index::new(|row| row.backorder) }
    }
}

impl Indexes<Seq, ReservationRow> for ReservationIndexes {
    fn each(&self) -> Vec<&dyn Follow<Seq, ReservationRow>> {
        let Self { until, backorder } = self;
        vec![until, backorder]
    }
}
