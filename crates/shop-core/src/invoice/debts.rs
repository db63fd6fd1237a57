//! Debts of buyer and seller to each other, and differences that nobody owes.

use super::{Invoice, State};
use crate::{money::Amount, naming, pay_to::Matching};

/// Part of the price below which a difference can be nobody's debt, whatever the seller set.
const A_HUNDREDTH: u128 = 100;
/// Part of the price above which an exchange's fee is unlikely.
const A_TENTH: u128 = 10;

impl Invoice {
    /// Returns the price: what is due, without the digits that only name the order.
    /// Those are never owed.
    #[must_use]
    pub fn price(&self) -> Amount {
        let Matching::Amount { naming } = self.matching else { return self.due };
        let naming = Amount::from_steps(self.due.asset(), u128::from(naming));
        naming.and_then(|naming| self.due.minus(naming)).unwrap_or(self.due)
    }

    /// Returns the invoice with differences below this amount as nobody's debt.
    /// At most a hundredth of the price counts as such, so that nothing is had for nothing. Nothing
    /// changes for another asset.
    #[must_use]
    pub fn ignoring(self, below: Amount) -> Self {
        let price = self.price();
        if below.asset() != price.asset() || below.is_zero() {
            return self;
        }
        let below = below.units().min(price.units() / A_HUNDREDTH);
        Self { ignore_below: Some(Amount::new(price.asset(), below)), ..self }
    }

    /// Returns the part of the price that is missing.
    #[must_use]
    pub fn missing(&self) -> Amount {
        let Some(paid) = self.state.paid() else { return self.due };
        self.price().minus(paid).unwrap_or(Amount::zero(self.due.asset()))
    }

    /// Returns the amount that the buyer is asked to send now: all, or the rest.
    /// It has eight decimals at most, and where the pay-to is shared it names the order.
    #[must_use]
    pub fn asked(&self) -> Amount {
        let missing = self.missing();
        let asked = match self.matching {
            _ if self.state.paid().is_none() || missing.is_zero() => Ok(missing),
            Matching::PayTo => missing.rounded_up(),
            Matching::Amount { .. } => naming::with_digits(missing, naming::digits(self.due)),
        };
        asked.unwrap_or(missing)
    }

    /// Returns true if so much pays the order: the price, less at most what nobody owes.
    #[must_use]
    pub fn is_covered_by(&self, paid: Amount) -> bool {
        match self.price().minus(paid) {
            Ok(missing) => missing.is_zero() || self.ignores(missing),
            // More than the price, or another asset.
            Err(_) => paid.asset() == self.due.asset(),
        }
    }

    /// Returns the amount that the seller owes back of what was paid.
    /// It is what came beyond what was due, unless the difference is nobody's debt. Digits that
    /// name an order, of a rest as well, are none.
    #[must_use]
    pub fn excess(&self, paid: Amount) -> Amount {
        let nothing = Amount::zero(self.due.asset());
        let naming = match self.matching {
            Matching::Amount { .. } => u128::from(naming::DIGITS),
            Matching::PayTo => 0,
        };
        let named = Amount::from_steps(self.due.asset(), naming)
            .and_then(|naming| self.price().plus(naming))
            .unwrap_or(self.due);
        let beyond_names = paid.minus(named).is_ok_and(|beyond| !beyond.is_zero());
        let over = paid.minus(self.due).unwrap_or(nothing);
        if beyond_names && !self.ignores(over) { over } else { nothing }
    }

    /// Returns true if the missing part may be an exchange's fee: at most a tenth of the price.
    #[must_use]
    pub fn may_lack_a_fee(&self) -> bool {
        let missing = self.missing().units();
        matches!(self.state, State::Underpaid { .. }) && missing <= self.price().units() / A_TENTH
    }

    fn ignores(&self, difference: Amount) -> bool {
        self.ignore_below.is_some_and(|below| difference.units() < below.units())
    }
}

#[cfg(test)]
mod tests;
