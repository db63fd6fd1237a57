//! Shipping zones, rates and their prices.

use super::{Prices, area::ByArea};
use crate::{
    catalog::category_slug,
    money::{Amount, MoneyError, Price, PriceUnit},
};

/// Pricing of shipping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shipping {
    /// The goods' prices include it, wherever they go.
    #[default]
    Included,
    /// Rates by the place the goods go to; a place in no zone is not served.
    Zones(ByArea<Zone>),
}

/// The ways to send something to one part of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    rates: Vec<Rate>,
}

/// One way to send something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Identifier in forms and carts. The same id in another zone is the same way.
    pub id: String,
    /// The seller's name for it.
    pub name: String,
    /// Pricing of this way of sending.
    pub cost: Cost,
    /// Value of the goods (after the discount) from which on it costs nothing.
    pub free_over: Prices,
}

/// Pricing of one way of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cost {
    /// One price for any parcel.
    Flat(Prices),
    /// Price by weight; a parcel heavier than the last band is not sent this way.
    Weight(Vec<WeightBand>),
    /// Price for every begun kilogram, at least one.
    PerKilogram(Prices),
    /// Price by the value of the goods after the discount.
    /// A value above the last band is not sent this way.
    Amount(Vec<AmountBand>),
}

/// Price up to a weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightBand {
    /// Highest weight, in grams.
    pub up_to: u64,
    /// Price of the band.
    pub price: Prices,
}

/// Price up to a value of goods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmountBand {
    /// The highest value; none named is any.
    pub up_to: Prices,
    /// Price of the band.
    pub price: Prices,
}

/// Errors of a zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShippingError {
    /// A zone without a way to send anything.
    #[error("it has no rate")]
    NoRates,
    /// Two rates of a zone are known by one id.
    #[error("two rates have the id {0:?}")]
    SameId(String),
    /// An id that a form cannot carry.
    #[error("the id {0:?} must be 1 to {LONGEST_RATE_ID} characters of a-z, 0-9 and dash")]
    Id(String),
    /// A list of bands with nothing in it.
    #[error("it has no band")]
    NoBands,
    /// A band that does not reach further than the one before it.
    #[error("band {0} does not go higher than the one before it")]
    BandOrder(usize),
}

/// Most characters of a rate's id: the cart's cookie carries it.
pub const LONGEST_RATE_ID: usize = 40;

/// Goods to send, as far as prices depend on them.
#[derive(Clone, Copy, Debug)]
pub struct Parcel {
    /// Its weight.
    pub grams: u64,
    /// The price of the goods in it, after the discount.
    pub value: Price,
}

/// A way to send this order, with its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateOffer {
    /// Identifier in the form.
    pub id: String,
    /// The seller's name for it.
    pub name: String,
    /// Price for this order.
    pub price: Price,
}

impl Rate {
    /// Returns the id made from a name; names without Latin letters need one of their own.
    #[must_use]
    pub fn id_from_name(name: &str) -> String {
        category_slug(name).replace('_', "-").chars().take(LONGEST_RATE_ID).collect()
    }

    /// Returns the price of sending this parcel; None if it is not sent this way.
    ///
    /// # Errors
    /// [`MoneyError`] if the price does not fit.
    pub fn price(&self, parcel: Parcel) -> Result<Option<Price>, MoneyError> {
        let unit = parcel.value.unit();
        let price = match &self.cost {
            Cost::Flat(prices) => prices.of(unit),
            Cost::PerKilogram(prices) => {
                let begun = parcel.grams.div_ceil(1_000).max(1);
                let begun = u32::try_from(begun).map_err(|_| MoneyError::Overflow)?;
                prices.of(unit).map(|each| each.times(begun)).transpose()?
            }
            Cost::Weight(bands) => {
                let band = bands.iter().find(|band| parcel.grams <= band.up_to);
                band.and_then(|band| band.price.of(unit))
            }
            Cost::Amount(bands) => {
                let band = bands.iter().find(|band| band.reaches(parcel.value));
                band.and_then(|band| band.price.of(unit))
            }
        };
        let free =
            self.free_over.of(unit).is_some_and(|least| least.units() <= parcel.value.units());
        Ok(price.map(|price| if free { Amount::zero(unit) } else { price }))
    }

    /// Returns true if the rate has any price in this unit.
    #[must_use]
    pub fn knows(&self, unit: PriceUnit) -> bool {
        match &self.cost {
            Cost::Flat(prices) | Cost::PerKilogram(prices) => prices.of(unit).is_some(),
            Cost::Weight(bands) => bands.iter().any(|band| band.price.of(unit).is_some()),
            Cost::Amount(bands) => bands.iter().any(|band| band.price.of(unit).is_some()),
        }
    }

    fn check(&self) -> Result<(), ShippingError> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !(1..=LONGEST_RATE_ID).contains(&self.id.len()) || !self.id.bytes().all(plain) {
            return Err(ShippingError::Id(self.id.clone()));
        }
        match &self.cost {
            Cost::Flat(_) | Cost::PerKilogram(_) => Ok(()),
            Cost::Weight(bands) => in_order(bands, |a, b| a.up_to < b.up_to),
            Cost::Amount(bands) => in_order(bands, |a, b| b.is_above(a)),
        }
    }
}

impl AmountBand {
    /// Returns true if the band is for goods of this value.
    /// A band that names other units alone is for none.
    fn reaches(&self, value: Price) -> bool {
        let most = self.up_to.of(value.unit());
        self.up_to.is_empty() || most.is_some_and(|most| value.units() <= most.units())
    }

    /// Returns true if it reaches further than `other` in every unit both name.
    fn is_above(&self, other: &Self) -> bool {
        !other.up_to.is_empty()
            && self.up_to.iter().all(|most| {
                other.up_to.of(most.unit()).is_none_or(|before| before.units() < most.units())
            })
    }
}

fn in_order<B>(bands: &[B], further: impl Fn(&B, &B) -> bool) -> Result<(), ShippingError> {
    if bands.is_empty() {
        return Err(ShippingError::NoBands);
    }
    let pairs = bands.iter().zip(bands.iter().skip(1)).zip(2..);
    for ((before, band), number) in pairs {
        if !further(before, band) {
            return Err(ShippingError::BandOrder(number));
        }
    }
    Ok(())
}

impl Zone {
    /// Creates a zone with these rates, in the seller's order.
    ///
    /// # Errors
    /// [`ShippingError`] for the first thing that is wrong.
    pub fn new(rates: Vec<Rate>) -> Result<Self, ShippingError> {
        if rates.is_empty() {
            return Err(ShippingError::NoRates);
        }
        for (at, rate) in rates.iter().enumerate() {
            rate.check()?;
            if rates.iter().take(at).any(|other| other.id == rate.id) {
                return Err(ShippingError::SameId(rate.id.clone()));
            }
        }
        Ok(Self { rates })
    }

    /// Returns the ways to send things here, in the seller's order.
    #[must_use]
    pub fn rates(&self) -> &[Rate] {
        &self.rates
    }

    /// Returns the ways to send this parcel here.
    ///
    /// # Errors
    /// [`MoneyError`] if a price does not fit.
    pub fn offers(&self, parcel: Parcel) -> Result<Vec<RateOffer>, MoneyError> {
        let mut offers = Vec::new();
        for rate in &self.rates {
            if let Some(price) = rate.price(parcel)? {
                offers.push(RateOffer { id: rate.id.clone(), name: rate.name.clone(), price });
            }
        }
        Ok(offers)
    }

    /// Returns true if any rate of the zone has a price in this unit.
    #[must_use]
    pub fn knows(&self, unit: PriceUnit) -> bool {
        self.rates.iter().any(|rate| rate.knows(unit))
    }
}
