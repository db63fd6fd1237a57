//! Orders whose money waits in the escrow contract.

use crate::{
    escrow::EscrowStep,
    time::{CoarseTime, UnixTime},
};

/// Facts about the escrow of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EscrowFacts {
    /// The hour with the last second in which the seller can ship.
    pub ship_by: CoarseTime,
    /// Step that the order is at, by the blocks that were read.
    pub step: EscrowStep,
    /// Deadline of the step, if it has one.
    pub until: Option<UnixTime>,
    /// True if every event of the contract is as deep as a payment must be.
    pub is_deep: bool,
}

impl EscrowFacts {
    /// Returns the facts of an order that the contract has told nothing of.
    #[must_use]
    pub const fn open(ship_by: CoarseTime) -> Self {
        Self { ship_by, step: EscrowStep::Open, until: None, is_deep: true }
    }

    /// Returns the last hour in which the contract may still do something by its deadlines.
    ///
    /// One that is closed, as deep as a payment must be, has none. Of one that is not, the deadline of
    /// its step; an order that nobody acts on is closed by whoever wants the tip, soon after it.
    #[must_use]
    pub fn open_until(&self) -> Option<CoarseTime> {
        if self.step.is_closed() && self.is_deep {
            return None;
        }
        Some(self.until.map_or(self.ship_by, UnixTime::coarse))
    }
}
