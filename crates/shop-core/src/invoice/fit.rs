//! Fit of an amount that came to the amount that was asked for.

use super::Invoice;
use crate::{money::Amount, naming::digits, pay_to::Matching};
use std::cmp::Ordering;

/// The fewest decimal places to which exchanges round what they send.
const COARSEST: u32 = 6;

/// Fit of an amount that came to what one order asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// This order's: the address is its alone, or this is the amount that names it.
    Exact,
    /// Another amount with this order's digits: this order's, if no other has them.
    Digits,
    /// An amount that does not name this order.
    Unnamed,
}

/// Fit of an amount that a buyer claims to the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimFit {
    /// The amount that was asked for, as exchanges round it.
    Rounded,
    /// An amount that names nothing, or this order with another amount: somebody has to check it.
    Unclear,
    /// An amount with somebody else's last digits.
    OfOthers,
}

impl Invoice {
    /// Returns the fit of an amount that came to the pay-to.
    #[must_use]
    pub fn fit(&self, amount: Amount) -> Fit {
        let due = self.due();
        match self.matching() {
            _ if amount.asset() != due.asset() => Fit::Unnamed,
            Matching::PayTo => Fit::Exact,
            Matching::Amount { .. } if amount.steps() == due.steps() => Fit::Exact,
            Matching::Amount { .. } if digits(amount) == digits(due) => Fit::Digits,
            Matching::Amount { .. } => Fit::Unnamed,
        }
    }

    /// Returns the fit of an amount that its buyer says was sent for this order.
    #[must_use]
    pub fn claim_fit(&self, amount: Amount) -> ClaimFit {
        let its_own = [self.due(), self.asked()];
        if its_own.iter().any(|asked| is_rounded(*asked, amount)) {
            return ClaimFit::Rounded;
        }
        let last = digits(amount);
        let is_price = amount.compare(self.price()) == Ok(Ordering::Equal);
        if last == 0 || last == digits(self.due()) || is_price {
            ClaimFit::Unclear
        } else {
            ClaimFit::OfOthers
        }
    }
}

/// Returns true if `came` is `asked`, cut or rounded up at a decimal place exchanges keep.
fn is_rounded(asked: Amount, came: Amount) -> bool {
    let asset = asked.asset();
    let asked = asked.units();
    let came = came.units();
    (COARSEST.min(asset.decimals())..=asset.decimals()).any(|places| {
        let unit = 10u128.pow(asset.decimals() - places);
        came.is_multiple_of(unit) && asked.abs_diff(came) < unit
    })
}
