//! Amounts that name their order, where orders share an address.
//!
//! The whole amount is the name: the price, and 1 to 9,999 steps of the eighth decimal that make it
//! unlike every other amount asked for at that address. Its last four digits, the 5th to 8th
//! decimals, are the order's *digits*: they name it still when a wrong amount is sent. The eighth
//! decimal of a name is never 0, so what is cut to seven decimals or fewer names no order.

use crate::{
    money::{Amount, MoneyError},
    pay_to::Matching,
};

/// Number of different last four digits: one more than the steps that may be added.
pub const DIGITS: u64 = 10_000;

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

#[cfg(test)]
mod tests;
