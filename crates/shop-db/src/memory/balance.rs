//! Questions of buyers for a proof of the balance.

use super::tables::Tables;
use crate::{
    balance::BalanceClaim,
    error::DbError,
    rows::{BalanceRows, ChainNumber},
};
use shop_core::order::OrderId;

impl BalanceRows for Tables {
    fn balance_claim(&self, order: OrderId) -> Result<BalanceClaim, DbError> {
        Ok(self.balance_claims.get(&order).unwrap_or_default())
    }

    fn set_balance_claim(&self, order: OrderId, claim: BalanceClaim) -> Result<(), DbError> {
        if self.is_order(order) {
            self.balance_claims.put(order, claim);
        }
        Ok(())
    }

    fn balances_asking(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError> {
        let asking = |order: &OrderId, claim: &BalanceClaim| claim.is_asking.then_some(*order);
        let is_there = |order: &OrderId| {
            let at = self.seq(*order);
            at.and_then(|at| self.orders.rows().read(&at, |order| order.chain)) == Some(chain)
        };
        Ok(self.balance_claims.filter_map(asking).into_iter().filter(is_there).collect())
    }
}
