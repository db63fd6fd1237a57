//! What the database cannot do by itself: it knows no cipher and writes no letter.

use crate::model::NewsMail;
use shop_core::{order::OrderId, stock::Hold};
use std::sync::Arc;

/// Seals what an order takes, for that order alone.
pub type SealHold = Arc<dyn Fn(OrderId, &Hold) -> Vec<u8> + Send + Sync>;

/// Opens what was sealed for this order; none if the key is another. The order then counts for no
/// shelf any more.
pub type OpenHold = Arc<dyn Fn(OrderId, &[u8]) -> Option<Hold> + Send + Sync>;

/// Seals and writes for the database, inside its transactions: all of it must be quick. Given to
/// a handle by [`crate::Db::with_clerk`].
#[derive(Clone)]
pub struct Clerk {
    /// Writes to the seller.
    pub letters: NewsMail,
    /// Seals what orders take.
    pub seal_hold: SealHold,
    /// Opens it again.
    pub open_hold: OpenHold,
}

/// Nothing of what it does.
impl std::fmt::Debug for Clerk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clerk(..)")
    }
}
