//! The handle.

use crate::{
    claim::{ClaimRefusal, PendingClaim},
    error::{ClaimError, DbError, OpenError, PlaceError},
    model::{
        Judged, NewOrder, NewsMail, OrderRecord, OrderSummary, OutboxMail, Purged, Taken, Terms,
    },
};
use shop_core::{
    money::AssetId,
    order::OrderId,
    time::CoarseTime,
    view::{Advance, BlockAt, Transfer},
};
use std::path::Path;

/// The shop's memory. Clones are the same database.
#[derive(Clone, Debug)]
pub struct Db {}

impl Db {
    /// Opens the database at `path`, or makes it, readable by its owner alone.
    ///
    /// # Errors
    /// [`OpenError`] if the file cannot be used, is damaged, or is not this version's.
    pub fn open(_path: &Path) -> Result<Self, OpenError> {
        Ok(Self {})
    }

    /// A database that is gone with its last handle.
    ///
    /// # Errors
    /// [`OpenError::Db`].
    pub fn in_memory() -> Result<Self, OpenError> {
        Ok(Self {})
    }

    async fn stub<T>(&self) -> Result<T, DbError> {
        tokio::task::yield_now().await;
        Err(DbError::Closed)
    }

    /// Places an order: all of it is on the disk when this returns, or nothing.
    ///
    /// # Errors
    /// [`PlaceError`]; nothing is stored then.
    pub async fn place(&self, _order: NewOrder) -> Result<(), PlaceError> {
        Ok(self.stub().await?)
    }

    /// Which pay-tos and tags of an asset cannot be offered any more.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn taken(&self, _asset: AssetId) -> Result<Taken, DbError> {
        self.stub().await
    }

    /// The order a ticket opens.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn order(&self, _lookup: &[u8; 32]) -> Result<Option<OrderRecord>, DbError> {
        self.stub().await
    }

    /// Every order, newest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn orders(&self) -> Result<Vec<OrderSummary>, DbError> {
        self.stub().await
    }

    /// Takes up what a buyer says: this transaction paid my order. A refused claim may be made
    /// again.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub async fn claim(&self, _lookup: &[u8; 32], _txid: &str) -> Result<(), ClaimError> {
        Ok(self.stub().await?)
    }

    /// The claims that wait to be looked up on a chain, oldest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn pending_claims(&self, _asset: AssetId) -> Result<Vec<PendingClaim>, DbError> {
        self.stub().await
    }

    /// Stores what looking up a pending claim found, and judges its order. A claim that is not
    /// pending any more is left as it is.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn judge_claim(
        &self,
        _order: OrderId,
        _txid: &str,
        _found: Result<Vec<Transfer>, ClaimRefusal>,
        _now: CoarseTime,
        _letters: NewsMail,
    ) -> Result<(), DbError> {
        self.stub().await
    }

    /// The last blocks read of a chain, at most 256, oldest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn chain(&self, _asset: AssetId) -> Result<Vec<BlockAt>, DbError> {
        self.stub().await
    }

    /// Applies what a chain did, and judges every order it may concern. Applying the same advance
    /// twice is the same as once.
    ///
    /// # Errors
    /// [`DbError`]; nothing is applied then.
    pub async fn advance(
        &self,
        _asset: AssetId,
        _advance: Advance,
        _now: CoarseTime,
        _letters: NewsMail,
    ) -> Result<Judged, DbError> {
        self.stub().await
    }

    /// Mails that are to be delivered, oldest first, at most `most`.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn outbox(&self, _most: usize) -> Result<Vec<OutboxMail>, DbError> {
        self.stub().await
    }

    /// Takes a delivered mail out of the outbox. It may be gone already.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn delivered(&self, _id: i64) -> Result<(), DbError> {
        self.stub().await
    }

    /// Removes the orders whose time is over, and their traces from the files.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge(&self, _now: CoarseTime, _terms: Terms) -> Result<Purged, DbError> {
        self.stub().await
    }

    /// Finishes what is queued, writes everything into the one file and closes it. Later calls on
    /// other handles fail with [`DbError::Closed`].
    pub async fn close(self) {
        let _: Result<(), DbError> = self.stub().await;
    }
}
