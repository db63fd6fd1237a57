//! Orders found by where they are paid.

use super::tables::{Seq, Tables};
use crate::{
    error::DbError,
    rows::{NamedOrder, NamedRows},
};
use shop_core::pay_to::PayTo;
use std::ops::RangeInclusive;

impl Tables {
    fn named_order(&self, at: Seq) -> Option<NamedOrder> {
        self.orders.rows().read(&at, |row| NamedOrder {
            order: row.id,
            invoice: row.invoice.clone(),
            followed: self.chains.read(&row.chain, |chain| chain.row.followed) == Some(true),
        })
    }

    fn named_at(&self, places: Vec<Seq>) -> Vec<NamedOrder> {
        places.into_iter().filter_map(|at| self.named_order(at)).collect()
    }
}

impl NamedRows for Tables {
    fn lone_order(&self, pay_to: &PayTo) -> Result<Option<NamedOrder>, DbError> {
        Ok(self.orders.by.lone.first(pay_to).and_then(|at| self.named_order(at)))
    }

    fn has_named_order(&self, pay_to: &PayTo) -> Result<bool, DbError> {
        let least = self.orders.by.named.least((pay_to.clone(), i64::MIN));
        Ok(least.is_some_and(|((found, _), _)| found == *pay_to))
    }

    fn named_orders(
        &self,
        pay_to: &PayTo,
        amounts: RangeInclusive<i64>,
    ) -> Result<Vec<NamedOrder>, DbError> {
        let from = (pay_to.clone(), *amounts.start());
        let is_such = |found: &(PayTo, i64)| found.0 == *pay_to && found.1 <= *amounts.end();
        Ok(self.named_at(self.orders.by.named.range(from, is_such)))
    }

    fn named_amounts(
        &self,
        pay_to: &PayTo,
        amounts: RangeInclusive<i64>,
    ) -> Result<Vec<i64>, DbError> {
        let from = (pay_to.clone(), *amounts.start());
        let is_such = |found: &(PayTo, i64)| found.0 == *pay_to && found.1 <= *amounts.end();
        let found = self.orders.by.named.values(from, is_such);
        Ok(found.into_iter().map(|(_, amount)| amount).collect())
    }

    fn orders_by_digits(&self, pay_to: &PayTo, digits: u16) -> Result<Vec<NamedOrder>, DbError> {
        Ok(self.named_at(self.orders.by.digits.all(&(pay_to.clone(), digits))))
    }

    fn has_digits(&self, pay_to: &PayTo, digits: u16) -> Result<bool, DbError> {
        Ok(self.orders.by.digits.has(&(pay_to.clone(), digits)))
    }

    fn underpaid_orders(&self, pay_to: &PayTo) -> Result<Vec<NamedOrder>, DbError> {
        Ok(self.named_at(self.orders.by.underpaid.all(pay_to)))
    }
}
