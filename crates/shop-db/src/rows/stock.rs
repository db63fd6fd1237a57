//! Rows of the stock, and of codes that are given.

use crate::{error::DbError, model::StockLine};
use shop_core::{
    order::OrderId,
    stock::{StockKey, StockLevel},
};

/// Operations on stock and codes.
pub(crate) trait StockRows {
    /// Returns everything that is counted, by key.
    fn stock(&self) -> Result<Vec<StockLine>, DbError>;

    /// Returns the level of a thing, if it is counted.
    fn level(&self, key: &StockKey) -> Result<Option<StockLevel>, DbError>;

    /// Adds a thing. Nothing of it is reserved, and it is not listed yet.
    fn insert_stock(&self, key: &StockKey, on_hand: u32) -> Result<(), DbError>;

    /// Sets the level of a thing.
    fn set_level(&self, key: &StockKey, level: StockLevel) -> Result<(), DbError>;

    /// Sets the number last seen in the catalogue.
    fn set_listed(&self, key: &StockKey, listed: Option<u32>) -> Result<(), DbError>;

    /// Removes a thing.
    fn remove_stock(&self, key: &StockKey) -> Result<(), DbError>;

    /// Returns true if a code with this fingerprint was given.
    fn is_code_given(&self, fingerprint: &[u8; 16]) -> Result<bool, DbError>;

    /// Notes that a code was given. It must not have been before.
    fn note_code_given(&self, fingerprint: &[u8; 16]) -> Result<(), DbError>;

    /// Returns the codes an order was given, sealed, oldest first.
    fn issued_codes(&self, order: OrderId) -> Result<Vec<Vec<u8>>, DbError>;

    /// Adds codes to those of an order.
    fn insert_issued_codes(&self, order: OrderId, sealed: &[u8]) -> Result<(), DbError>;

    /// Returns true if the seller was told that codes are missing for the order.
    fn has_codes_missing(&self, order: OrderId) -> Result<bool, DbError>;

    /// Sets if the seller was told that codes are missing for the order.
    fn set_codes_missing(&self, order: OrderId, told: bool) -> Result<(), DbError>;
}
