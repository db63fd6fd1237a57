//! Work the database leaves to others: it knows no cipher.

use shop_core::{
    digital::IssuedCodes,
    order::OrderId,
    stock::{ReservedItems, StockKey},
};
use std::sync::Arc;

/// Function that seals what an order takes, for that order alone.
pub type SealItems = Arc<dyn Fn(OrderId, &ReservedItems) -> Vec<u8> + Send + Sync>;

/// Function that opens what was sealed for this order; none if the key is another.
/// The order then counts for no stock level any more.
pub type OpenItems = Arc<dyn Fn(OrderId, &[u8]) -> Option<ReservedItems> + Send + Sync>;

/// A code that may be given, and the fingerprint that keeps it from being given again.
#[derive(Clone)]
pub struct RedeemCode {
    /// The code.
    pub code: Arc<str>,
    /// Its fingerprint: names neither the code nor whose it is.
    pub fingerprint: [u8; 16],
}

/// Function that returns the codes of a thing, in the order in which they are given.
/// Those given already are among them. There are none for what is not sold from a list of codes.
pub type ListCodes = Arc<dyn Fn(&StockKey) -> Option<Arc<[RedeemCode]>> + Send + Sync>;

/// Function that seals codes to an order's buyer inbox (its public part).
pub type SealIssuedCodes = Arc<dyn Fn(OrderId, [u8; 32], &IssuedCodes) -> Vec<u8> + Send + Sync>;

/// Sealer for the database, inside its transactions: all of it must be quick.
/// It is given to a handle by [`crate::Db::with_sealer`].
#[derive(Clone)]
pub struct OrderSealer {
    /// Sealer of what orders take.
    pub seal_items: SealItems,
    /// Opener of what was sealed.
    pub open_items: OpenItems,
    /// Source of the codes of each thing.
    pub codes: ListCodes,
    /// Sealer of codes to who has paid for them.
    pub seal_codes: SealIssuedCodes,
}

shop_core::closed_debug!(RedeemCode);

/// Writes the name of the type alone.
impl std::fmt::Debug for OrderSealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OrderSealer(..)")
    }
}
