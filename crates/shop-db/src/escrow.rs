//! Escrow of orders, as it goes into the database and comes out of it.

use shop_core::{
    escrow::{Account, History},
    time::CoarseTime,
    view::{EscrowKey, EscrowSeen},
};

/// Escrow of an order to be placed: all of it that is stored in the open.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEscrow {
    /// The contract's name for the order.
    pub key: EscrowKey,
    /// Payout address of its terms, which no other order may have.
    pub payout: Account,
    /// The hour with the last second in which the seller can ship.
    pub ship_by: CoarseTime,
    /// The hour with the last second in which a delivery can be reported.
    pub deliver_by: CoarseTime,
}

/// Escrow of an order as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct EscrowRecord {
    /// Part that was stored when it was placed.
    pub stored: NewEscrow,
    /// Events of the contract in the blocks that were read, oldest first.
    pub events: Vec<EscrowSeen>,
    /// True if every one of them is as deep as a payment must be.
    pub is_deep: bool,
    /// True if the buyer's release was passed on to the seller.
    pub release_told: bool,
}

impl EscrowRecord {
    /// Returns the events as the rules of escrow read them.
    #[must_use]
    pub fn history(&self) -> History {
        self.events.iter().map(|seen| (seen.at(), seen.event)).collect()
    }
}

shop_core::closed_debug!(NewEscrow, EscrowRecord);
