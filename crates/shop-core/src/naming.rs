//! Amounts that name their order, where orders share an address.
//!
//! The whole amount is the name: the price, and 1 to 9,999 steps of the eighth decimal that make it
//! unlike every other amount asked for at that address. Its last four digits, the 5th to 8th
//! decimals, are the order's *digits*: they name it still when a wrong amount is sent. The eighth
//! decimal of a name is never 0, so what is cut to seven decimals or fewer names no order.

use crate::{
    invoice::Invoice,
    money::{Amount, MoneyError},
    pay_to::Matching,
};
use std::cmp::Ordering;

/// Number of different last four digits: one more than the steps that may be added.
pub const DIGITS: u64 = 10_000;
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

/// Returns the last four digits of an amount: the 5th to 8th decimals, the eighth rounded.
#[must_use]
pub fn digits(amount: Amount) -> u16 {
    u16::try_from(amount.steps() % u128::from(DIGITS)).unwrap_or_default()
}

/// Returns the amounts that could name an order of this price, each once, from `start` on.
/// The first is the one after `start`. The eighth decimal of each is other than 0; so there are
/// 8,999 or 9,000 of them.
pub fn names(price: Amount, start: u64) -> impl Iterator<Item = Name> {
    let base = price.steps();
    let from = start % (DIGITS - 1);
    (0..DIGITS - 1).filter_map(move |more| {
        let naming = u16::try_from((from + more) % (DIGITS - 1) + 1).ok()?;
        let steps = base.checked_add(u128::from(naming))?;
        let due = Amount::from_steps(price.asset(), steps).ok()?;
        (steps % 10 != 0).then_some(Name { due, naming })
    })
}

/// An amount that can name an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The whole amount.
    pub due: Amount,
    /// Number of its steps that are not the price.
    pub naming: u16,
}

impl Name {
    /// Returns the way an order of this amount is recognised.
    #[must_use]
    pub const fn matching(self) -> Matching {
        Matching::Amount { naming: self.naming }
    }
}

/// Returns the least amount not below `least` that has these last four digits.
///
/// # Errors
/// [`MoneyError::Overflow`].
pub fn with_digits(least: Amount, digits: u16) -> Result<Amount, MoneyError> {
    let all = u128::from(DIGITS);
    let steps = least.rounded_up()?.steps();
    let same = steps - steps % all + u128::from(digits);
    Amount::from_steps(least.asset(), if same < steps { same + all } else { same })
}

impl Invoice {
    /// Returns the fit of an amount that came to the pay-to.
    #[must_use]
    pub fn fit(&self, amount: Amount) -> Fit {
        let due = self.due();
        match self.matching() {
            _ if amount.asset() != due.asset() => Fit::Unnamed,
            Matching::PayTo => Fit::Exact,
            Matching::Tag(tag) if Matching::tag_of(amount) == tag => Fit::Exact,
            Matching::Tag(_) => Fit::Unnamed,
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
    (COARSEST..=asset.decimals()).any(|places| {
        let unit = 10u128.pow(asset.decimals() - places);
        came.is_multiple_of(unit) && asked.abs_diff(came) < unit
    })
}

#[cfg(test)]
mod tests;
