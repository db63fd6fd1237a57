//! Proofs of the balance of an order's address.

use super::Db;
use crate::{
    balance::PendingBalance,
    error::{BalanceClaimError, DbError},
    rules,
};
use shop_core::{chain::ChainId, order::OrderId, time::CoarseTime, view::BalanceAt};

impl Db {
    /// Records a buyer's claim that an exchange has paid the order: a proof of the balance of its
    /// address is to be asked for.
    ///
    /// # Errors
    /// [`BalanceClaimError`]; nothing is changed then.
    pub async fn claim_balance(&self, lookup: &[u8; 32]) -> Result<(), BalanceClaimError> {
        let lookup = *lookup;
        self.engine.write(move |rows| rules::claim_balance(rows, &lookup)).await
    }

    /// Returns the orders of a chain whose buyers wait for a proof of the balance.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn pending_balances(&self, chain: ChainId) -> Result<Vec<PendingBalance>, DbError> {
        self.engine.read(move |rows| rules::pending_balances(rows, chain)).await
    }

    /// Stores the balance of an order's address, and judges the order.
    /// The part that no known transfer explains counts as one in that block. Returns false if the block is not
    /// one of those that were read, and nothing was stored: it is to be asked for again.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn judge_balance(
        &self,
        order: OrderId,
        found: BalanceAt,
        now: CoarseTime,
    ) -> Result<bool, DbError> {
        self.change(move |rows, tx| rules::judge_balance(rows, tx, order, found, now)).await
    }
}
