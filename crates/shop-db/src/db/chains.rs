//! Chains that are followed, and the pay-tos watched on them.

use super::Db;
use crate::{
    chain::{self, KnownChain, Networks},
    error::{DbError, FollowError},
    model::{Assessed, Watched},
    rules,
};
use shop_core::{
    chain::ChainId,
    time::CoarseTime,
    view::{BlockAt, BlockLogs, ChainIdentity},
};

impl Db {
    /// Goes on with the chains that fit the networks of the settings.
    /// Puts the orders of the others away: nothing changes them any more. To be called when a shop
    /// opens, before anything is read or offered.
    ///
    /// # Errors
    /// [`FollowError::OtherChain`] where orders are kept that are paid on another real chain.
    pub async fn begin_chains(&self, networks: Networks) -> Result<(), FollowError> {
        self.change(move |rows, tx| rules::begin_chains(rows, tx, &networks)).await
    }

    /// Looks whether [`Db::begin_chains`] would refuse. Nothing is changed.
    ///
    /// # Errors
    /// [`FollowError::OtherChain`] where orders are kept that are paid on another real chain.
    pub async fn check_chains(&self, networks: &Networks) -> Result<(), FollowError> {
        chain::at_start(&self.chains().await?, networks).map(|_| ())
    }

    /// Follows the chain that the nodes have told.
    /// To be called before its blocks are read, and when none of those that were read is on the
    /// chain any more.
    ///
    /// # Errors
    /// [`FollowError::OtherChain`] where orders are kept that are paid on another real chain.
    pub async fn follow(&self, chain: ChainId, told: ChainIdentity) -> Result<(), FollowError> {
        self.change(move |rows, tx| rules::follow(rows, tx, chain, told)).await
    }

    /// Returns every chain of which something is kept.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn chains(&self) -> Result<Vec<KnownChain>, DbError> {
        self.engine.read(|rows| rows.known_chains()).await
    }

    /// Returns the pay-tos watched on a followed chain: those of the orders kept, in any asset.
    /// Returns also the hour from which on its blocks are needed.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn watched(&self, chain: ChainId) -> Result<Watched, DbError> {
        self.engine.read(move |rows| rules::watched(rows, chain)).await
    }

    /// Returns the blocks of a followed chain whose logs no node had, oldest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn logs_unread(&self, chain: ChainId) -> Result<Vec<BlockAt>, DbError> {
        self.engine.read(move |rows| rules::logs_unread(rows, chain)).await
    }

    /// Records the transfers of a block of [`Db::logs_unread`] that was read at last.
    /// A block that is not among those any more changes nothing.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn logs_read(
        &self,
        chain: ChainId,
        block: BlockAt,
        found: BlockLogs,
        now: CoarseTime,
    ) -> Result<Assessed, DbError> {
        self.change(move |rows, tx| rules::logs_read(rows, tx, chain, block, &found, now)).await
    }
}
