//! Escrow of orders: payout addresses and releases.

use super::Db;
use crate::{
    error::{DbError, ReleaseError},
    model::NewMail,
    rules,
};
use shop_core::escrow::Account;

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
