//! Events the seller adds to an order after it was paid.

/// Kind of an event in the life of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// The goods, or a part of them, are on their way.
    Sent,
    /// The goods have arrived.
    Delivered,
    /// The money was given back.
    Refunded,
    /// The amount beyond what was due was given back; the order stays paid.
    Difference,
    /// A note in words.
    Note,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Sent, Self::Delivered, Self::Refunded, Self::Difference, Self::Note];

    /// Returns the word for it: in rows, lists and tests.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Refunded => "refunded",
            Self::Difference => "difference",
            Self::Note => "note",
        }
    }
}

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
