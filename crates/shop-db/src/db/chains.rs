//! Chains that are followed, and the pay-tos watched on them.

use super::Db;
use crate::{
    chain::{self, KnownChain},
    error::{DbError, FollowError},
    model::{Assessed, Watched},
    sqlite,
};
use shop_core::{
    money::AssetId,
    time::CoarseTime,
    view::{BlockAt, ChainIdentity, Transfer},
};

impl Db {
    /// Goes on with the chains that fit the chain id of the settings.
    /// That is [`crate::DEMO_CHAIN`] in a demo. Puts the orders of the others away: nothing changes
    /// them any more. To be called when a shop opens, before anything is read or offered.
    ///
    /// # Errors
    /// [`FollowError::OtherChain`] where orders are kept that are paid on another real chain.
    pub async fn begin_chains(&self, chain_id: u64) -> Result<(), FollowError> {
        self.change(move |conn, tx| sqlite::begin_chains(conn, tx, chain_id)).await
    }

    /// Looks whether [`Db::begin_chains`] would refuse. Nothing is changed.
    ///
    /// # Errors
    /// [`FollowError::OtherChain`] where orders are kept that are paid on another real chain.
    pub async fn check_chains(&self, chain_id: u64) -> Result<(), FollowError> {
        chain::at_start(&self.chains().await?, chain_id).map(|_| ())
    }

    /// Follows the chain that the nodes of an asset have told.
    /// To be called before its blocks are read, and when none of those that were read is on the
    /// chain any more.
    ///
    /// # Errors
    /// [`FollowError::OtherChain`] where orders are kept that are paid on another real chain.
    pub async fn follow(&self, asset: AssetId, told: ChainIdentity) -> Result<(), FollowError> {
        self.change(move |conn, tx| sqlite::follow(conn, tx, asset, told)).await
    }

    /// Returns every chain of which something is kept.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn chains(&self) -> Result<Vec<KnownChain>, DbError> {
        self.engine.read(sqlite::known_chains).await
    }

    /// Returns the pay-tos watched on an asset's followed chain: those of the orders kept.
    /// Returns also the hour from which on its blocks are needed.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn watched(&self, asset: AssetId) -> Result<Watched, DbError> {
        self.engine.read(move |conn| sqlite::watched(conn, asset)).await
    }

    /// Returns the blocks of an asset's followed chain whose logs no node had, oldest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn logs_unread(&self, asset: AssetId) -> Result<Vec<BlockAt>, DbError> {
        self.engine.read(move |conn| sqlite::logs_unread(conn, asset)).await
    }

    /// Records the transfers of a block of [`Db::logs_unread`] that was read at last.
    /// A block that is not among those any more changes nothing.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn logs_read(
        &self,
        asset: AssetId,
        block: BlockAt,
        found: Vec<Transfer>,
        now: CoarseTime,
    ) -> Result<Assessed, DbError> {
        self.change(move |conn, tx| sqlite::logs_read(conn, tx, asset, block, &found, now)).await
    }
}
