//! Proofs of the balance of an order's address, as its buyer asks for them.

use shop_core::{order::OrderId, pay_to::PayTo};

/// Standing of a buyer's claim that an exchange has paid, which a proof of the balance
/// answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BalanceClaim {
    /// Number of times it was made.
    pub asked: u32,
    /// True while the last one waits for its answer.
    pub is_asking: bool,
}

impl BalanceClaim {
    /// Greatest number of times that one order can ask: each question names its address to
    /// the nodes.
    pub const MOST: u32 = 6;

    /// Returns true if the buyer can ask now, as far as the number of questions goes.
    #[must_use]
    pub const fn can_ask(&self) -> bool {
        self.asked < Self::MOST && !self.is_asking
    }
}

/// An address whose balance is to be proved.
#[derive(Clone, PartialEq, Eq)]
pub struct PendingBalance {
    /// Number of the order it was asked for.
    pub order: OrderId,
    /// The address: that of the order alone.
    pub pay_to: PayTo,
}

shop_core::closed_debug!(PendingBalance);
