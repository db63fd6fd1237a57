//! Rows of pay-tos that were given, and of addresses to which money came before.

use crate::error::DbError;
use shop_core::{chain::ChainId, money::AssetId, pay_to::PayTo, time::CoarseTime};
use std::ops::ControlFlow;

/// Money that was seen at an address. What comes later in the list outweighs what is before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Money {
    /// No money was ever seen.
    None = 0,
    /// Money that counts for an order, or did.
    OfAnOrder = 1,
    /// Money that is no order's.
    Stray = 2,
}

/// Row of a pay-to that was given to an order. It outlives the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PoolRow {
    /// Money that was seen there.
    pub(crate) money: Money,
    /// The hour in which the offer of its last order ended.
    /// There is none while there is that order, and once money was seen.
    pub(crate) closed: Option<CoarseTime>,
    /// Number of the first unread block that was noted since the address was given.
    pub(crate) first_unread: Option<i64>,
}

/// Operations on addresses.
pub(crate) trait PoolRows {
    /// Returns the row of a pay-to that was given.
    fn given(&self, pay_to: &PayTo) -> Result<Option<PoolRow>, DbError>;

    /// Adds the row of a pay-to, or replaces it.
    fn put_given(&self, pay_to: &PayTo, row: PoolRow) -> Result<(), DbError>;

    /// Shows the pay-tos of an asset that were closed before this hour, until `each` breaks.
    /// The one that was closed first comes first; of one hour, they come by their text.
    fn each_closed(
        &self,
        asset: AssetId,
        before: CoarseTime,
        each: &mut dyn FnMut(PayTo, PoolRow) -> ControlFlow<()>,
    ) -> Result<(), DbError>;

    /// Returns the closed pay-tos of a chain.
    fn closed(&self, chain: ChainId) -> Result<Vec<(PayTo, PoolRow)>, DbError>;

    /// Sets the first unread block of every pay-to of a chain that has none.
    fn note_unread(&self, chain: ChainId, noted: i64) -> Result<(), DbError>;

    /// Looks up an address that no order ever had and money came to.
    /// Returns true if the address is retired, false if too little came for that.
    fn unmatched(&self, pay_to: &PayTo) -> Result<Option<bool>, DbError>;

    /// Notes that money came to an address that no order ever had.
    fn put_unmatched(&self, pay_to: &PayTo, retired: bool) -> Result<(), DbError>;

    /// Removes such a note.
    fn remove_unmatched(&self, pay_to: &PayTo) -> Result<(), DbError>;
}
