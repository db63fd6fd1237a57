//! Rows of chains, of the blocks read last, and of blocks whose logs are not read.

use crate::{
    chain::{ChainNumber, KnownChain},
    error::DbError,
};
use shop_core::{
    chain::ChainId,
    time::CoarseTime,
    view::{BlockAt, ChainIdentity, Height},
};

/// Row of a chain, without its identity.
#[derive(Clone, Copy)]
pub(crate) struct ChainRow {
    /// Its number.
    pub(crate) number: ChainNumber,
    /// Its name.
    pub(crate) name: ChainId,
    /// True if its payments are simulated; none until a node has told.
    pub(crate) demo: Option<bool>,
    /// True for the chain of its name that is read.
    pub(crate) followed: bool,
    /// Height from which up nodes tell another branch, if they do.
    pub(crate) contested: Option<Height>,
}

/// Row of a block whose logs could be had from no node.
#[derive(Clone, Copy)]
pub(crate) struct UnreadBlock {
    /// The block.
    pub(crate) block: BlockAt,
    /// Number under which it was noted. Blocks noted later have a greater one.
    pub(crate) noted: i64,
}

/// Operations on chains and blocks.
pub(crate) trait ChainRows {
    /// Returns every chain, with the number of its blocks and orders, by number.
    fn known_chains(&self) -> Result<Vec<KnownChain>, DbError>;

    /// Returns the chain of this number.
    ///
    /// # Errors
    /// [`DbError::Unreadable`] if there is none.
    fn chain(&self, number: ChainNumber) -> Result<ChainRow, DbError>;

    /// Returns the followed chain of this name.
    fn followed(&self, name: ChainId) -> Result<Option<ChainNumber>, DbError>;

    /// Adds a chain about which nothing is known.
    fn insert_chain(&self, name: ChainId, followed: bool) -> Result<ChainNumber, DbError>;

    /// Sets the identity that nodes have told, and if its payments are simulated.
    fn set_chain_identity(
        &self,
        number: ChainNumber,
        told: ChainIdentity,
        demo: bool,
    ) -> Result<(), DbError>;

    /// Sets if the chain is followed.
    fn set_followed(&self, number: ChainNumber, followed: bool) -> Result<(), DbError>;

    /// Sets the height from which up nodes tell another branch.
    fn set_contested(&self, number: ChainNumber, from: Option<Height>) -> Result<(), DbError>;

    /// Removes a chain that no order is paid on, with its blocks.
    fn remove_chain(&self, number: ChainNumber) -> Result<(), DbError>;

    /// Returns the blocks of a chain, lowest first.
    fn blocks(&self, chain: ChainNumber) -> Result<Vec<BlockAt>, DbError>;

    /// Returns the block of this height.
    fn block(&self, chain: ChainNumber, height: Height) -> Result<Option<BlockAt>, DbError>;

    /// Returns the greatest height among the blocks.
    fn tip(&self, chain: ChainNumber) -> Result<Option<Height>, DbError>;

    /// Returns the greatest hour among the blocks, which need not be the highest one's.
    fn newest_hour(&self, chain: ChainNumber) -> Result<Option<CoarseTime>, DbError>;

    /// Adds a block, unless there is one of its height.
    fn insert_block(&self, chain: ChainNumber, block: BlockAt) -> Result<(), DbError>;

    /// Removes the blocks of this height and above.
    fn remove_blocks_from(&self, chain: ChainNumber, height: Height) -> Result<(), DbError>;

    /// Removes the blocks of this height and below.
    fn remove_blocks_to(&self, chain: ChainNumber, height: Height) -> Result<(), DbError>;

    /// Returns the blocks whose logs are not read, lowest first.
    fn logs_unread(&self, chain: ChainNumber) -> Result<Vec<UnreadBlock>, DbError>;

    /// Adds a block whose logs are not read. There must be none of its height.
    fn insert_logs_unread(&self, chain: ChainNumber, unread: UnreadBlock) -> Result<(), DbError>;

    /// Removes the unread block of this height.
    fn remove_logs_unread(&self, chain: ChainNumber, height: Height) -> Result<(), DbError>;

    /// Removes the unread blocks of this height and above.
    fn remove_logs_unread_from(&self, chain: ChainNumber, height: Height) -> Result<(), DbError>;

    /// Returns the greatest number of an unread block, 0 if there is none.
    /// Numbers count that addresses of the pool remember of blocks that are gone.
    fn last_noted(&self) -> Result<i64, DbError>;
}
