//! Rows of claims.

use crate::chain::ChainNumber;
use crate::{
    claim::{Claim, ClaimState, PendingClaim},
    error::DbError,
};
use shop_core::{
    money::{Amount, AssetId},
    order::OrderId,
};

/// Operations on claims. An order has one claim of a transaction id at most.
pub(crate) trait ClaimRows {
    /// Returns the claims of an order, oldest first. Amounts are in this asset, the order's.
    fn claims(&self, order: OrderId, asset: AssetId) -> Result<Vec<Claim>, DbError>;

    /// Returns the claims of all orders, oldest first.
    fn all_claims(&self) -> Result<Vec<(OrderId, Claim)>, DbError>;

    /// Returns the state of an order's claim of this transaction id.
    fn claim_state(&self, order: OrderId, txid: &str) -> Result<Option<ClaimState>, DbError>;

    /// Returns the states of all orders' claims of this transaction id.
    fn claims_of(&self, asset: AssetId, txid: &str) -> Result<Vec<(OrderId, ClaimState)>, DbError>;

    /// Returns the claims on a chain that wait to be looked up, oldest first.
    /// They are those of [`ClaimState::is_open`].
    fn open_claims(&self, chain: ChainNumber) -> Result<Vec<PendingClaim>, DbError>;

    /// Adds a claim.
    fn insert_claim(
        &self,
        order: OrderId,
        asset: AssetId,
        txid: &str,
        state: ClaimState,
    ) -> Result<(), DbError>;

    /// Sets the state of a claim.
    fn set_claim(&self, order: OrderId, txid: &str, state: ClaimState) -> Result<(), DbError>;

    /// Sets the amount of it that came to the order's pay-to.
    fn set_came(&self, order: OrderId, txid: &str, came: Option<Amount>) -> Result<(), DbError>;
}
