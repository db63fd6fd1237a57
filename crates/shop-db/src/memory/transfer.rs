//! Transfers.

use super::{
    tables::{Tables, TransferKey},
    violation::{self, CHECK, FOREIGN_KEY},
};
use crate::{
    error::DbError,
    rows::{ChainNumber, Standing, TransferRow, TransferRows},
};
use shop_core::{
    money::AssetId,
    order::OrderId,
    time::CoarseTime,
    view::{Height, Transfer},
};
use std::ops::RangeInclusive;

impl Tables {
    fn transfer_rows(&self, keys: Vec<TransferKey>) -> Vec<TransferRow> {
        keys.iter().filter_map(|key| self.transfers.rows().get(key)).collect()
    }
}

impl TransferRows for Tables {
    fn transfers(&self, order: OrderId) -> Result<Vec<TransferRow>, DbError> {
        Ok(self.transfer_rows(self.transfers.by.order.all(&order)))
    }

    fn transfer(&self, asset: AssetId, id: &str) -> Result<Option<TransferRow>, DbError> {
        Ok(self.transfers.rows().get(&TransferKey::new(asset, id)))
    }

    fn mined(
        &self,
        chain: ChainNumber,
        heights: RangeInclusive<Height>,
    ) -> Result<Vec<TransferRow>, DbError> {
        let is_such = |found: &(ChainNumber, Height)| found.0 == chain && found.1 <= *heights.end();
        Ok(self.transfer_rows(self.transfers.by.height.range((chain, *heights.start()), is_such)))
    }

    fn unmined(&self, chain: ChainNumber) -> Result<Vec<TransferRow>, DbError> {
        Ok(self.transfer_rows(self.transfers.by.unmined.all(&chain)))
    }

    fn put_transfer(&self, row: &TransferRow) -> Result<(), DbError> {
        if !self.is_order(row.order) {
            return Ok(());
        }
        let Transfer { id, pay_to, block, .. } = &row.transfer;
        violation::ensure((row.standing == Standing::Mined) == block.is_some(), CHECK)?;
        violation::ensure(self.chains.has(&row.chain), FOREIGN_KEY)?;
        self.transfers.put(TransferKey::new(pay_to.asset(), &id.0), row.clone());
        Ok(())
    }

    fn remove_transfer(&self, asset: AssetId, id: &str) -> Result<(), DbError> {
        self.transfers.remove(&TransferKey::new(asset, id));
        Ok(())
    }

    fn is_used_transfer(&self, asset: AssetId, id: &str) -> Result<bool, DbError> {
        Ok(self.used_transfers.has(&TransferKey::new(asset, id)))
    }

    fn note_used_transfer(
        &self,
        asset: AssetId,
        id: &str,
        hour: CoarseTime,
    ) -> Result<(), DbError> {
        let key = TransferKey::new(asset, id);
        if !self.used_transfers.has(&key) {
            self.used_transfers.put(key, hour);
        }
        Ok(())
    }

    fn remove_used_transfers(&self, before: CoarseTime) -> Result<(), DbError> {
        let is_old = |hour: &CoarseTime| *hour < before;
        let old = self.used_transfers.filter_map(|key, hour| is_old(hour).then(|| key.clone()));
        old.iter().for_each(|key| self.used_transfers.remove(key));
        Ok(())
    }
}
