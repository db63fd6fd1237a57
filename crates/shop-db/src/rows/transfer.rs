//! Rows of transfers that count for orders.

use crate::chain::ChainNumber;
use crate::error::DbError;
use shop_core::{
    money::AssetId,
    order::OrderId,
    time::CoarseTime,
    view::{Height, Transfer},
};
use std::ops::RangeInclusive;

/// Standing of a transfer with its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A block has it.
    Mined,
    /// It waits for a block.
    Unmined,
    /// The chain does not show it any more.
    Gone,
}

/// Row of a transfer. It says which order the transfer counts for: a transfer has one row.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TransferRow {
    /// The order.
    pub(crate) order: OrderId,
    /// The chain it is on.
    pub(crate) chain: ChainNumber,
    /// The transfer; its block is there if it is mined.
    pub(crate) transfer: Transfer,
    /// Its standing.
    pub(crate) standing: Standing,
    /// True if a claim brought it to its order: it stays there while no block has it.
    pub(crate) claimed: bool,
}

/// Operations on transfers.
pub(crate) trait TransferRows {
    /// Returns the transfers of an order, by id.
    fn transfers(&self, order: OrderId) -> Result<Vec<TransferRow>, DbError>;

    /// Returns the transfer of this id.
    fn transfer(&self, asset: AssetId, id: &str) -> Result<Option<TransferRow>, DbError>;

    /// Returns the transfers in blocks of these heights.
    fn mined(
        &self,
        chain: ChainNumber,
        heights: RangeInclusive<Height>,
    ) -> Result<Vec<TransferRow>, DbError>;

    /// Returns the transfers on a chain that wait for a block.
    fn unmined(&self, chain: ChainNumber) -> Result<Vec<TransferRow>, DbError>;

    /// Adds a transfer, or replaces it.
    fn put_transfer(&self, row: &TransferRow) -> Result<(), DbError>;

    /// Removes a transfer.
    fn remove_transfer(&self, asset: AssetId, id: &str) -> Result<(), DbError>;

    /// Returns true if a transfer counted for an order that is gone.
    fn is_used_transfer(&self, asset: AssetId, id: &str) -> Result<bool, DbError>;

    /// Notes that a transfer of this hour counted for an order that is about to go.
    fn note_used_transfer(&self, asset: AssetId, id: &str, hour: CoarseTime)
    -> Result<(), DbError>;

    /// Removes the used transfers of before this hour.
    fn remove_used_transfers(&self, before: CoarseTime) -> Result<(), DbError>;
}
