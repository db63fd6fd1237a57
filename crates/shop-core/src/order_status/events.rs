//! Events that the seller adds to an order.

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

/// Kinds of the events that the seller has added to one order. A note changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SellerEvents {
    /// The goods, or a part of them, are on their way.
    pub sent: bool,
    /// The goods have arrived.
    pub delivered: bool,
    /// The money was given back.
    pub refunded: bool,
    /// The amount beyond what was due was given back.
    pub difference: bool,
}

impl FromIterator<EventKind> for SellerEvents {
    fn from_iter<I: IntoIterator<Item = EventKind>>(kinds: I) -> Self {
        let mut events = Self::default();
        for kind in kinds {
            match kind {
                EventKind::Sent => events.sent = true,
                EventKind::Delivered => events.delivered = true,
                EventKind::Refunded => events.refunded = true,
                EventKind::Difference => events.difference = true,
                EventKind::Note => {}
            }
        }
        events
    }
}
