//! Exchange rates: what a currency's prices are in assets.

use super::{Amount, AssetId, Currency, CurrencyAmount, Decimal, MoneyError};
use crate::time::CoarseTime;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most sources that a rate names.
pub const MOST_SOURCES: usize = 8;
/// Most characters of a source's name.
pub const LONGEST_SOURCE: usize = 40;

/// Price of one whole unit of an asset in a currency, and its origin.
/// (A *rate* alone is one of shipping or tax.)
///
/// A bill in dollars, paid in Ether:
///
/// ```
/// use shop_core::money::{Amount, AssetId, Currency, Decimal, ExchangeRate, RateOrigin};
/// use shop_core::time::CoarseTime;
///
/// let cad = Currency::parse("CAD").expect("a code of ISO 4217");
/// let price = Decimal::parse("4000")?;
/// let hour = CoarseTime::from_hours(498_000);
/// let rate = ExchangeRate::new(AssetId::ETH, cad, price, hour, RateOrigin::ByHand)?;
///
/// let bill = Amount::parse(cad, "25.01")?;
/// assert_eq!(rate.asset_amount(bill)?.to_string(), "0.0062525 ETH");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct ExchangeRate(Parts);

/// A rate as records have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Parts {
    asset: AssetId,
    currency: Currency,
    price: Decimal,
    hour: CoarseTime,
    origin: RateOrigin,
}

/// Origin of an exchange rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateOrigin {
    /// Sources that agreed on it, by name: 1 to [`MOST_SOURCES`], printable ASCII,
    /// at most [`LONGEST_SOURCE`] characters each.
    Sources(Vec<String>),
    /// The seller's settings.
    ByHand,
    /// Made up, for a demo.
    MadeUp,
}

/// Reason why something is no exchange rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// A price of nothing.
    #[error("an exchange rate is more than 0")]
    Zero,
    /// There is no source, or too many, or one has no plain short name.
    #[error(
        "a rate names 1 to {MOST_SOURCES} sources of at most {LONGEST_SOURCE} plain characters"
    )]
    Sources,
}

impl ExchangeRate {
    /// Creates a rate: one whole unit of `asset` costs `price` whole units of `currency`.
    ///
    /// # Errors
    /// [`RateError`].
    pub fn new(
        asset: AssetId,
        currency: Currency,
        price: Decimal,
        hour: CoarseTime,
        origin: RateOrigin,
    ) -> Result<Self, RateError> {
        if price.is_zero() {
            return Err(RateError::Zero);
        }
        if let RateOrigin::Sources(names) = &origin {
            let plain = |b: u8| b.is_ascii_graphic() || b == b' ';
            let fits = |name: &String| {
                (1..=LONGEST_SOURCE).contains(&name.len()) && name.bytes().all(plain)
            };
            if !(1..=MOST_SOURCES).contains(&names.len()) || !names.iter().all(fits) {
                return Err(RateError::Sources);
            }
        }
        Ok(Self(Parts { asset, currency, price, hour, origin }))
    }

    /// Returns the asset.
    #[must_use]
    pub const fn asset(&self) -> AssetId {
        self.0.asset
    }

    /// Returns the currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.0.currency
    }

    /// Returns the price of one whole unit of the asset, in whole units of the currency.
    #[must_use]
    pub const fn price(&self) -> Decimal {
        self.0.price
    }

    /// Returns the hour the rate is of.
    #[must_use]
    pub const fn hour(&self) -> CoarseTime {
        self.0.hour
    }

    /// Returns the origin.
    #[must_use]
    pub const fn origin(&self) -> &RateOrigin {
        &self.0.origin
    }

    /// Converts an amount of the currency into the asset, rounded up to what people can type.
    /// The result is not below the exact quotient, and less than one step
    /// ([`AssetId::step`]) above it. Only 0 becomes 0.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] for another currency, or [`MoneyError::Overflow`].
    pub fn asset_amount(&self, amount: CurrencyAmount) -> Result<Amount, MoneyError> {
        let asset = self.0.asset;
        let currency = self.0.currency;
        if amount.unit() != currency {
            return Err(MoneyError::Mixed(amount.unit().into(), currency.into()));
        }
        // units / 10^currency, over mantissa / 10^places, in steps of 10^-typed.
        let up = self.0.price.places() + asset.typed_decimals();
        let down = currency.decimals();
        let divisor = 10u128
            .checked_pow(down.saturating_sub(up))
            .and_then(|more| self.0.price.mantissa().checked_mul(more));
        let digits = up.saturating_sub(down);
        let steps = divisor.and_then(|divisor| divide_up(amount.units(), digits, divisor));
        Amount::from_steps(asset, steps.ok_or(MoneyError::Overflow)?)
    }
}

/// Computes `value * 10^digits / divisor`, rounded up.
/// Returns None if it does not fit, or if ten times the divisor does not.
fn divide_up(value: u128, digits: u32, divisor: u128) -> Option<u128> {
    let mut quotient = value.checked_div(divisor)?;
    let mut rest = value.checked_rem(divisor)?;
    for _ in 0..digits {
        let next = rest.checked_mul(10)?;
        quotient = quotient.checked_mul(10)?.checked_add(next / divisor)?;
        rest = next % divisor;
    }
    if rest == 0 { Some(quotient) } else { quotient.checked_add(1) }
}

/// `1 ETH = 4000 CAD`.
impl std::fmt::Display for ExchangeRate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "1 {} = {} {}", self.0.asset, self.0.price, self.0.currency)
    }
}

impl TryFrom<Parts> for ExchangeRate {
    type Error = RateError;

    fn try_from(parts: Parts) -> Result<Self, RateError> {
        let Parts { asset, currency, price, hour, origin } = parts;
        Self::new(asset, currency, price, hour, origin)
    }
}

impl From<ExchangeRate> for Parts {
    fn from(rate: ExchangeRate) -> Self {
        rate.0
    }
}

/// The exchange rates of a moment. A pair that is not in it cannot be converted now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangeRates(Arc<[ExchangeRate]>);

impl ExchangeRates {
    /// Returns the rate between a currency and an asset, if there is one now.
    #[must_use]
    pub fn rate(&self, currency: Currency, asset: AssetId) -> Option<&ExchangeRate> {
        self.iter().find(|rate| rate.currency() == currency && rate.asset() == asset)
    }

    /// Returns all rates.
    pub fn iter(&self) -> impl Iterator<Item = &ExchangeRate> {
        self.0.iter()
    }
}

/// Collects rates. Of two for one pair the first counts.
impl FromIterator<ExchangeRate> for ExchangeRates {
    fn from_iter<T: IntoIterator<Item = ExchangeRate>>(rates: T) -> Self {
        Self(rates.into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
