//! Division of the money at an ending.

use crate::escrow::Terms;

/// Division of the money in the vault, in smallest units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// For the payout address.
    pub to_seller: u128,
    /// For the refund address.
    pub to_buyer: u128,
    /// For the arbiter.
    pub fee: u128,
    /// For whoever sends the transaction.
    pub tip: u128,
}

impl Terms {
    /// Returns how a refund divides what is there.
    ///
    /// There is a tip where a deadline has passed, and none if the seller refunds.
    #[must_use]
    pub fn refund_shares(&self, balance: u128, has_tip: bool) -> Shares {
        let tip = self.tip_of(balance, has_tip);
        Shares { to_buyer: balance - tip, tip, ..Shares::default() }
    }

    /// Returns how a payment to the seller divides what is there. The tip is the seller's.
    ///
    /// There is a tip where a deadline has passed, and none if the buyer releases.
    #[must_use]
    pub fn seller_shares(&self, balance: u128, has_tip: bool) -> Shares {
        let price = balance.min(self.price);
        let tip = self.tip_of(price, has_tip);
        Shares { to_seller: price - tip, to_buyer: balance - price, fee: 0, tip }
    }

    /// Returns how a ruling divides what is there.
    ///
    /// The buyer's share is in hundredths of a percent of the price after the fee. Rounding favours the
    /// buyer. A share above the whole is the whole.
    #[must_use]
    pub fn ruling_shares(&self, balance: u128, buyer_bps: u16) -> Shares {
        let price = balance.min(self.price);
        let fee = part(price, self.arbiter_fee_bps.min(Self::WHOLE_BPS));
        let seller_bps = Self::WHOLE_BPS - buyer_bps.min(Self::WHOLE_BPS);
        let to_seller = part(price - fee, seller_bps);
        Shares { to_seller, to_buyer: balance - fee - to_seller, fee, tip: 0 }
    }

    fn tip_of(&self, paid: u128, has_tip: bool) -> u128 {
        if has_tip { self.keeper_tip.min(paid / Self::TIP_DIVISOR) } else { 0 }
    }
}

/// Returns `bps` hundredths of a percent of an amount, rounded down, for any amount.
fn part(amount: u128, bps: u16) -> u128 {
    let whole = u128::from(Terms::WHOLE_BPS);
    let bps = u128::from(bps);
    amount / whole * bps + amount % whole * bps / whole
}
