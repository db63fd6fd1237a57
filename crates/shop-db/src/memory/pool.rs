//! Pay-tos that were given, and addresses to which money came before.

use super::{
    tables::{Given, Tables},
    violation::{self, CHECK},
};
use crate::{
    error::DbError,
    rows::{Money, PoolRow, PoolRows},
};
use shop_core::{chain::ChainId, money::AssetId, pay_to::PayTo, time::CoarseTime};
use std::ops::ControlFlow;

impl PoolRows for Tables {
    fn given(&self, pay_to: &PayTo) -> Result<Option<PoolRow>, DbError> {
        Ok(self.given.rows().read(pay_to, |given| given.row))
    }

    fn put_given(&self, pay_to: &PayTo, row: PoolRow) -> Result<(), DbError> {
        violation::ensure(row.closed.is_none() || row.money == Money::None, CHECK)?;
        self.given.put(pay_to.clone(), Given { asset: pay_to.asset(), row });
        Ok(())
    }

    fn each_closed(
        &self,
        asset: AssetId,
        before: CoarseTime,
        each: &mut dyn FnMut(PayTo, PoolRow) -> ControlFlow<()>,
    ) -> Result<(), DbError> {
        let closed = &self.given.by.closed;
        // One at a time: `each` may read and write rows.
        let mut next = closed.least((asset, CoarseTime::from_hours(0)));
        while let Some((place, pay_to)) = next {
            if place.0 != asset || place.1 >= before {
                break;
            }
            if let Some(row) = self.given(&pay_to)?
                && each(pay_to.clone(), row).is_break()
            {
                break;
            }
            next = closed.after(place, pay_to);
        }
        Ok(())
    }

    fn closed(&self, chain: ChainId) -> Result<Vec<(PayTo, PoolRow)>, DbError> {
        let is_such = |given: &Given| given.asset.chain() == chain && given.row.closed.is_some();
        Ok(self
            .given
            .rows()
            .filter_map(|pay_to, given| is_such(given).then(|| (pay_to.clone(), given.row))))
    }

    fn note_unread(&self, chain: ChainId, noted: i64) -> Result<(), DbError> {
        let is_such =
            |given: &Given| given.asset.chain() == chain && given.row.first_unread.is_none();
        let such = |pay_to: &PayTo, given: &Given| is_such(given).then(|| pay_to.clone());
        for pay_to in self.given.rows().filter_map(such) {
            self.given.update(&pay_to, |given| given.row.first_unread = Some(noted));
        }
        Ok(())
    }

    fn unmatched(&self, pay_to: &PayTo) -> Result<Option<bool>, DbError> {
        Ok(self.unmatched.get(pay_to))
    }

    fn put_unmatched(&self, pay_to: &PayTo, retired: bool) -> Result<(), DbError> {
        self.unmatched.put(pay_to.clone(), retired);
        Ok(())
    }

    fn remove_unmatched(&self, pay_to: &PayTo) -> Result<(), DbError> {
        self.unmatched.remove(pay_to);
        Ok(())
    }
}
