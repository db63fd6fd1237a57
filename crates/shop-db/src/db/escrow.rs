//! Escrow of orders: payout addresses, proofs of balances, releases.

use super::Db;
use crate::{
    error::{BalanceClaimError, DbError, ReleaseError},
    escrow::PendingBalance,
    model::NewMail,
    rules,
};
use shop_core::{
    chain::ChainId, escrow::Account, order::OrderId, time::CoarseTime, view::BalanceAt,
};

impl Db {
    /// Returns for each of these payout addresses if it was given to an order, in their order.
    /// Only a hint for what to offer: [`Db::place`] decides.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn payouts_given(&self, payouts: Vec<Account>) -> Result<Vec<bool>, DbError> {
        self.engine.read(move |rows| rules::payouts_given(rows, &payouts)).await
    }

    /// Gives none of these payout addresses to an order any more.
    /// For a database that does not know which of them were given.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn retire_payouts(&self, payouts: Vec<Account>) -> Result<(), DbError> {
        self.engine.write(move |rows| rules::retire_payouts(rows, &payouts)).await
    }

    /// Records a buyer's claim that an exchange has paid the order: a proof of the balance of its
    /// vault is to be asked for.
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

    /// Stores the balance of an order's vault, and judges the order.
    /// What no known transfer explains counts as one in that block. Returns false if the block is not
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

    /// Passes on to the seller that the buyer of an order releases its money: in this sealed
    /// mail. Once is enough.
    ///
    /// # Errors
    /// [`ReleaseError`]; the mail is not kept then.
    pub async fn release_escrow(
        &self,
        lookup: &[u8; 32],
        mail: NewMail,
    ) -> Result<(), ReleaseError> {
        let lookup = *lookup;
        self.change(move |rows, tx| rules::release_escrow(rows, tx, &lookup, &mail)).await
    }
}
