//! Stock, and codes that are given.

use super::{
    tables::Tables,
    violation::{self, CHECK, UNIQUE},
};
use crate::{error::DbError, model::StockLine, rows::StockRows};
use shop_core::{
    order::OrderId,
    stock::{StockKey, StockLevel},
};

impl StockRows for Tables {
    fn stock(&self) -> Result<Vec<StockLine>, DbError> {
        Ok(self.stock.filter_map(|_, line| Some(line.clone())))
    }

    fn level(&self, key: &StockKey) -> Result<Option<StockLevel>, DbError> {
        Ok(self.stock.read(key, |line| line.level))
    }

    fn insert_stock(&self, key: &StockKey, on_hand: u32) -> Result<(), DbError> {
        if !self.stock.has(key) {
            let level = StockLevel { on_hand, reserved: 0 };
            self.stock.put(key.clone(), StockLine { key: key.clone(), listed: None, level });
        }
        Ok(())
    }

    fn set_level(&self, key: &StockKey, level: StockLevel) -> Result<(), DbError> {
        violation::ensure(!self.stock.has(key) || level.reserved <= level.on_hand, CHECK)?;
        self.stock.update(key, |line| line.level = level);
        Ok(())
    }

    fn set_listed(&self, key: &StockKey, listed: Option<u32>) -> Result<(), DbError> {
        self.stock.update(key, |line| line.listed = listed);
        Ok(())
    }

    fn remove_stock(&self, key: &StockKey) -> Result<(), DbError> {
        self.stock.remove(key);
        Ok(())
    }

    fn is_code_given(&self, fingerprint: &[u8; 16]) -> Result<bool, DbError> {
        Ok(self.code_fingerprints.has(fingerprint))
    }

    fn note_code_given(&self, fingerprint: &[u8; 16]) -> Result<(), DbError> {
        violation::ensure(!self.code_fingerprints.has(fingerprint), UNIQUE)?;
        self.code_fingerprints.put(*fingerprint, ());
        Ok(())
    }

    fn issued_codes(&self, order: OrderId) -> Result<Vec<Vec<u8>>, DbError> {
        let is_of_order = |key: &(OrderId, u64)| key.0 == order;
        Ok(self.issued_codes.range((order, 0), is_of_order, |_, sealed| sealed.clone()))
    }

    fn insert_issued_codes(&self, order: OrderId, sealed: &[u8]) -> Result<(), DbError> {
        if self.is_order(order) {
            let before = self.issued_codes.keys((order, 0), |key| key.0 == order);
            let next = before.last().map_or(0, |(_, last)| last + 1);
            self.issued_codes.put((order, next), sealed.to_vec());
        }
        Ok(())
    }

    fn has_codes_missing(&self, order: OrderId) -> Result<bool, DbError> {
        let at = self.seq(order);
        let told = at.and_then(|at| self.orders.rows().read(&at, |row| row.codes_missing));
        Ok(told.unwrap_or(false))
    }

    fn set_codes_missing(&self, order: OrderId, told: bool) -> Result<(), DbError> {
        self.update_order(order, |row| row.codes_missing = told);
        Ok(())
    }
}
