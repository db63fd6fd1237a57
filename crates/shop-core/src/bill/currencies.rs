//! Currencies in which a seller's rules have prices.

use super::{Cost, DiscountEffect, Discounts, Prices, Shipping, Zone};
use crate::money::Currency;

impl Prices {
    /// Returns the currencies that are named.
    pub fn currencies(&self) -> impl Iterator<Item = Currency> {
        self.iter().filter_map(|price| price.unit().currency())
    }
}

impl Shipping {
    /// Returns the currencies in which a rate has a price or a bound; some more than once.
    #[must_use]
    pub fn currencies(&self) -> Vec<Currency> {
        let Self::Zones(zones) = self else { return Vec::new() };
        let rates = zones.entries().flat_map(Zone::rates);
        let prices = rates.flat_map(|rate| {
            let mut prices = vec![&rate.free_over];
            match &rate.cost {
                Cost::Flat(price) | Cost::PerKilogram(price) => prices.push(price),
                Cost::Weight(bands) => prices.extend(bands.iter().map(|band| &band.price)),
                Cost::Amount(bands) => {
                    prices.extend(bands.iter().flat_map(|band| [&band.up_to, &band.price]));
                }
            }
            prices
        });
        prices.flat_map(Prices::currencies).collect()
    }
}

impl Discounts {
    /// Returns the currencies in which a discount has an amount; some more than once.
    #[must_use]
    pub fn currencies(&self) -> Vec<Currency> {
        let prices = self.all().iter().flat_map(|discount| {
            let amount = match &discount.gives {
                DiscountEffect::Amount(amount) => Some(amount),
                DiscountEffect::Percent(_) | DiscountEffect::FreeShipping => None,
            };
            amount.into_iter().chain([&discount.minimum])
        });
        prices.flat_map(Prices::currencies).collect()
    }
}
