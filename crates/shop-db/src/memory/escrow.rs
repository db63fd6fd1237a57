//! Escrows and their events.

use super::{
    tables::Tables,
    violation::{self, FOREIGN_KEY, UNIQUE},
};
use crate::{
    error::DbError,
    rows::{ChainNumber, EscrowEventRow, EscrowRow, EscrowRows},
};
use shop_core::{
    escrow::Account,
    order::OrderId,
    view::{EscrowKey, Height},
};
use std::ops::RangeInclusive;

impl EscrowRows for Tables {
    fn insert_escrow(&self, row: &EscrowRow) -> Result<(), DbError> {
        if !self.is_order(row.order) {
            return Ok(());
        }
        let by = &self.escrows.by;
        let is_taken = self.escrows.rows().has(&row.order)
            || by.key.has(&row.escrow.key)
            || by.payout.has(&row.escrow.payout);
        violation::ensure(!is_taken, UNIQUE)?;
        self.escrows.put(row.order, row.clone());
        Ok(())
    }

    fn escrow(&self, order: OrderId) -> Result<Option<EscrowRow>, DbError> {
        Ok(self.escrows.rows().get(&order))
    }

    fn escrow_order(&self, key: &EscrowKey) -> Result<Option<OrderId>, DbError> {
        Ok(self.escrows.by.key.first(key))
    }

    fn escrows(&self, chain: ChainNumber) -> Result<Vec<EscrowRow>, DbError> {
        let is_there = |order: &OrderId| {
            let at = self.seq(*order);
            at.and_then(|at| self.orders.rows().read(&at, |order| order.chain)) == Some(chain)
        };
        let found = |order: &OrderId, row: &EscrowRow| is_there(order).then(|| row.clone());
        Ok(self.escrows.rows().filter_map(found))
    }

    fn escrows_not_deep(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError> {
        let escrows = self.escrows(chain)?.into_iter();
        Ok(escrows.filter(|row| !row.is_deep).map(|row| row.order).collect())
    }

    fn set_escrow(&self, row: &EscrowRow) -> Result<(), DbError> {
        self.escrows.update(&row.order, |found| {
            let escrow = found.escrow.clone();
            *found = EscrowRow { escrow, ..row.clone() };
        });
        Ok(())
    }

    fn escrow_events(&self, order: OrderId) -> Result<Vec<EscrowEventRow>, DbError> {
        let from = (order, Height(0), 0);
        Ok(self.escrow_events.rows().range(from, |key| key.0 == order, |_, row| row.clone()))
    }

    fn escrow_events_at(
        &self,
        chain: ChainNumber,
        heights: RangeInclusive<Height>,
    ) -> Result<Vec<EscrowEventRow>, DbError> {
        let is_such = |found: &(ChainNumber, Height)| found.0 == chain && found.1 <= *heights.end();
        let keys = self.escrow_events.by.height.range((chain, *heights.start()), is_such);
        Ok(keys.iter().filter_map(|key| self.escrow_events.rows().get(key)).collect())
    }

    fn put_escrow_event(&self, row: &EscrowEventRow) -> Result<(), DbError> {
        if !self.is_order(row.order) {
            return Ok(());
        }
        violation::ensure(self.chains.has(&row.chain), FOREIGN_KEY)?;
        self.escrow_events.put((row.order, row.block.height, row.place), row.clone());
        Ok(())
    }

    fn remove_escrow_event(&self, row: &EscrowEventRow) -> Result<(), DbError> {
        self.escrow_events.remove(&(row.order, row.block.height, row.place));
        Ok(())
    }

    fn is_payout_given(&self, payout: &Account) -> Result<bool, DbError> {
        Ok(self.escrows.by.payout.has(payout) || self.payouts_used.has(payout))
    }

    fn note_payout_used(&self, payout: &Account) -> Result<(), DbError> {
        if !self.payouts_used.has(payout) {
            self.payouts_used.put(*payout, ());
        }
        Ok(())
    }
}
