//! Bounds of terms. Terms that break one are void: the money can only go back.

use super::Terms;

/// A bound that terms break. The contract has the same list (`isVoid`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VoidReason {
    /// The time to dispute.
    #[error("the time to dispute is not 1 to 30 days")]
    DisputeWindow,
    /// The time of the arbiter.
    #[error("the arbiter's time is not 3 to 60 days")]
    ArbiterWindow,
    /// The arbiter's fee.
    #[error("the arbiter's fee is above 10 percent")]
    ArbiterFee,
    /// The tip.
    #[error("the tip is above a twentieth of the price")]
    KeeperTip,
    /// The deadlines.
    #[error(
        "the delivery deadline is before the shipping deadline, or more than 180 days after it"
    )]
    Deadlines,
    /// The deadlines are too far away for the contract's numbers.
    #[error("the deadlines are thousands of years away")]
    Time,
    /// The payout address.
    #[error("there is no payout address")]
    Seller,
    /// The price.
    #[error("the price is zero")]
    Price,
}

const DAY: u64 = 86_400;
/// Greatest time that the contract stores: 40 bits.
const LATEST: u64 = (1 << 40) - 1;

impl Terms {
    /// Returns all bounds that these terms break. Nothing here changes with time.
    #[must_use]
    pub fn void_reasons(&self) -> Vec<VoidReason> {
        let dispute_window = u64::from(self.dispute_window);
        let arbiter_window = u64::from(self.arbiter_window);
        let between = self.deliver_by.0.checked_sub(self.ship_by.0);
        let bounds = [
            (VoidReason::DisputeWindow, !(DAY..=30 * DAY).contains(&dispute_window)),
            (VoidReason::ArbiterWindow, !(3 * DAY..=60 * DAY).contains(&arbiter_window)),
            (VoidReason::ArbiterFee, self.arbiter_fee_bps > Self::WHOLE_BPS / 10),
            (VoidReason::KeeperTip, self.keeper_tip > self.price / Self::TIP_DIVISOR),
            (VoidReason::Deadlines, between.is_none_or(|seconds| seconds > 180 * DAY)),
            (VoidReason::Time, self.deliver_by.0 >= LATEST - Self::MOST_EXTENSION),
            (VoidReason::Seller, self.seller.is_zero()),
            (VoidReason::Price, self.price == 0),
        ];
        bounds.into_iter().filter(|(_, is_broken)| *is_broken).map(|(reason, _)| reason).collect()
    }

    /// Returns true if these terms break a bound: the seller can never be paid.
    #[must_use]
    pub fn is_void(&self) -> bool {
        !self.void_reasons().is_empty()
    }
}

#[cfg(test)]
mod tests;
