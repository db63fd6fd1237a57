//! Events the seller adds to an order after it was paid.

use shop_core::order_status::EventKind;

/// One entry of an order's story. When it was made is not stored.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderEvent {
    /// Kind of the event.
    pub kind: EventKind,
    /// The seller's words, sealed to the order's buyer inbox.
    pub letter: Option<Vec<u8>>,
}

/// Writes the kind alone, never the letter.
impl std::fmt::Debug for OrderEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OrderEvent({})", self.kind.word())
    }
}
