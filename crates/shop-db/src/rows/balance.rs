//! Rows of questions for a proof of the balance.

use crate::{balance::BalanceClaim, chain::ChainNumber, error::DbError};
use shop_core::order::OrderId;

/// Operations on the questions of buyers for a proof of the balance.
pub(crate) trait BalanceRows {
    /// Returns the standing of an order's questions; the usual one if there was none.
    fn balance_claim(&self, order: OrderId) -> Result<BalanceClaim, DbError>;

    /// Sets the standing of an order's questions. There was one at least.
    fn set_balance_claim(&self, order: OrderId, claim: BalanceClaim) -> Result<(), DbError>;

    /// Returns the orders of a chain whose last question waits for its answer.
    fn balances_asking(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError>;
}
