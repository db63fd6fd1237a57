//! One amount for each asset, and for a currency.

use crate::money::{Price, PriceUnit};

/// Price of something in the assets and the currency the seller named; nothing is converted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices(Vec<Price>);

impl Prices {
    /// Collects amounts; None if two are in one unit.
    #[must_use]
    pub fn new(amounts: Vec<Price>) -> Option<Self> {
        let twice = |(at, amount): (usize, &Price)| {
            amounts.iter().take(at).any(|other| other.unit() == amount.unit())
        };
        if amounts.iter().enumerate().any(twice) { None } else { Some(Self(amounts)) }
    }

    /// Returns the amount in this unit, if there is one.
    #[must_use]
    pub fn of(&self, unit: impl Into<PriceUnit>) -> Option<Price> {
        let unit = unit.into();
        self.0.iter().copied().find(|amount| amount.unit() == unit)
    }

    /// Returns true if no unit is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the amounts, in the seller's order.
    pub fn iter(&self) -> impl Iterator<Item = Price> {
        self.0.iter().copied()
    }
}
