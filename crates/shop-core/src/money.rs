//! Exact money: an asset or a currency, and a count of its smallest unit.
//!
//! Invariant: no operation mixes units, rounds, wraps or goes through floating point.

mod asset;
mod assets;
mod coins;
mod currency;
mod decimal;
mod price_unit;
mod rate;

pub use asset::{AssetId, LONGEST_CODE, MOST_DECIMALS, TokenError};
pub use assets::{AssetTwice, Assets};
pub use currency::{Currency, MOST_CURRENCY_DECIMALS};
pub use decimal::{Decimal, MOST_PLACES};
pub use price_unit::{Denomination, PriceUnit};
pub use rate::{ExchangeRate, ExchangeRates, LONGEST_SOURCE, MOST_SOURCES, RateError, RateOrigin};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Decimal places of price lists, which count every coin in 1e-9 of it.
const PRICE_LIST_PLACES: usize = 9;

/// A number of smallest units of one asset: wei, satoshi, piconero.
/// A [`Price`] may be one of a currency as well: cents.
///
/// ```
/// use shop_core::money::{Amount, AssetId, MoneyError};
///
/// let price = Amount::parse(AssetId::ETH, "0.05199")?;
/// assert_eq!(price.units(), 51_990_000_000_000_000); // wei
/// assert_eq!(price.times(2)?.to_string(), "0.10398 ETH");
///
/// let other = Amount::new(AssetId::BTC, 1); // a satoshi
/// let mixed = MoneyError::Mixed(AssetId::ETH.into(), AssetId::BTC.into());
/// assert_eq!(price.plus(other), Err(mixed));
/// # Ok::<(), MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amount<U = AssetId> {
    /// Named `asset` in records: they are older than prices in currencies.
    #[serde(rename = "asset")]
    unit: U,
    #[serde(with = "decimal_text")]
    units: u128,
}

/// A price: an amount of an asset, or of a currency.
pub type Price = Amount<PriceUnit>;
/// An amount of a currency, in its minor unit: cents.
pub type CurrencyAmount = Amount<Currency>;

/// Errors of making an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two assets or currencies in one operation.
    #[error("{0} and {1} cannot be mixed")]
    Mixed(PriceUnit, PriceUnit),
    /// Larger than the type or smaller than zero.
    #[error("the amount is too large")]
    Overflow,
    /// Not a plain decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// A price in a currency with another number of decimals than none or all.
    #[error("a price in {0} has no decimals, or {1} of them")]
    Decimals(Currency, u32),
    /// Finer than the smallest unit.
    #[error("{0} has only {1} decimal places")]
    TooFine(PriceUnit, u32),
}

impl<U: Denomination> Amount<U> {
    /// Creates an amount from a number of smallest units of `unit`.
    #[must_use]
    pub const fn new(unit: U, units: u128) -> Self {
        Self { unit, units }
    }

    /// Returns an amount of 0 in `unit`.
    #[must_use]
    pub const fn zero(unit: U) -> Self {
        Self { unit, units: 0 }
    }

    /// Reads a price-list number, which counts in 1e-9 of any coin (Gwei for Ether).
    ///
    /// # Errors
    /// [`MoneyError::TooFine`] where the smallest unit does not divide the price: one satoshi is
    /// ten such units, so a Bitcoin price must be a multiple of ten.
    pub fn from_price_list(unit: U, nano: u64) -> Result<Self, MoneyError> {
        let nano = u128::from(nano);
        let decimals = unit.into().decimals();
        let units = match decimals.checked_sub(9) {
            Some(more) => nano.checked_mul(10u128.pow(more)).ok_or(MoneyError::Overflow)?,
            None => {
                let per_unit = 10u128.pow(9 - decimals);
                if nano % per_unit != 0 {
                    return Err(MoneyError::TooFine(unit.into(), decimals));
                }
                nano / per_unit
            }
        };
        Ok(Self { unit, units })
    }

    /// Returns the amount in 1e-9 of the coin, as price lists count; finer digits are dropped.
    #[must_use]
    pub fn in_price_list(self) -> u128 {
        let decimals = self.unit.into().decimals();
        match decimals.checked_sub(9) {
            Some(more) => self.units / 10u128.pow(more),
            None => self.units.saturating_mul(10u128.pow(9 - decimals)),
        }
    }

    /// Parses decimal text in whole coins, such as `0.05199`. No sign, exponent or separators.
    ///
    /// # Errors
    /// [`MoneyError::NotANumber`], [`MoneyError::TooFine`] or [`MoneyError::Overflow`].
    pub fn parse(unit: U, text: &str) -> Result<Self, MoneyError> {
        let decimals = unit.into().decimals();
        let units = parse_decimal(text, decimals as usize)?;
        let units = units.ok_or(MoneyError::TooFine(unit.into(), decimals))?;
        Ok(Self { unit, units })
    }

    /// Returns the unit it is counted in.
    #[must_use]
    pub const fn unit(self) -> U {
        self.unit
    }

    /// Returns the number of smallest units.
    #[must_use]
    pub const fn units(self) -> u128 {
        self.units
    }

    /// Returns true for an amount of 0.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.units == 0
    }

    /// Returns the sum.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] or [`MoneyError::Overflow`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_unit(other)?;
        let units = self.units.checked_add(other.units).ok_or(MoneyError::Overflow)?;
        Ok(Self { units, ..self })
    }

    /// Returns the difference.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`], or [`MoneyError::Overflow`] when `other` is larger.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_unit(other)?;
        let units = self.units.checked_sub(other.units).ok_or(MoneyError::Overflow)?;
        Ok(Self { units, ..self })
    }

    /// Returns the amount, `count` times.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        let units = self.units.checked_mul(u128::from(count)).ok_or(MoneyError::Overflow)?;
        Ok(Self { units, ..self })
    }

    /// Compares two amounts of one unit.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`].
    pub fn compare(self, other: Self) -> Result<Ordering, MoneyError> {
        self.same_unit(other)?;
        Ok(self.units.cmp(&other.units))
    }

    /// Returns the amount in steps ([`PriceUnit::step`]), half a step up.
    #[must_use]
    pub fn steps(self) -> u128 {
        let step = self.unit.into().step();
        self.units / step + if self.units % step >= step.div_ceil(2) { 1 } else { 0 }
    }

    /// Creates an amount from a number of steps ([`PriceUnit::step`]).
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn from_steps(unit: U, steps: u128) -> Result<Self, MoneyError> {
        let units = steps.checked_mul(unit.into().step()).ok_or(MoneyError::Overflow)?;
        Ok(Self { unit, units })
    }

    /// Returns the least amount people can type that is not less than this one.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn rounded_up(self) -> Result<Self, MoneyError> {
        Self::from_steps(self.unit, self.units.div_ceil(self.unit.into().step()))
    }

    /// Returns the nearest amount people can type, half a step up.
    /// It is less than the type's last step.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self::from_steps(self.unit, self.steps()).unwrap_or(self)
    }

    /// Returns exact decimal text in whole coins, without the ticker: `0.05199`.
    /// An amount of a currency has all its decimals: `25.00`.
    #[must_use]
    pub fn decimal(self) -> String {
        match self.unit.into() {
            PriceUnit::Asset(asset) => decimal(self.units, asset.decimals() as usize),
            PriceUnit::Currency(currency) => fixed(self.units, currency.decimals() as usize),
        }
    }

    fn same_unit(self, other: Self) -> Result<(), MoneyError> {
        if self.unit == other.unit {
            Ok(())
        } else {
            Err(MoneyError::Mixed(self.unit.into(), other.unit.into()))
        }
    }
}

impl Amount {
    /// Returns the asset.
    #[must_use]
    pub const fn asset(self) -> AssetId {
        self.unit
    }

    /// Returns the least amount of an asset that wallets send; 0 where there is no limit.
    /// Less is *dust*, which nodes do not pass on.
    #[must_use]
    pub const fn least_payment(asset: AssetId) -> Self {
        Self::new(asset, asset.least())
    }

    /// Returns true for an amount that wallets do not send because it is too small. 0 is none.
    #[must_use]
    pub const fn is_dust(self) -> bool {
        !self.is_zero() && self.units() < Self::least_payment(self.asset()).units()
    }
}

impl CurrencyAmount {
    /// Parses a price as sellers write it: `25` or `25.00`, and not `25.0`.
    ///
    /// # Errors
    /// [`MoneyError::Decimals`], and those of [`Amount::parse`].
    pub fn parse_all_decimals(currency: Currency, text: &str) -> Result<Self, MoneyError> {
        let decimals = currency.decimals();
        match text.split_once('.').map(|(_, fraction)| fraction.len()) {
            Some(written) if written != decimals as usize || written == 0 => {
                Err(MoneyError::Decimals(currency, decimals))
            }
            _ => Self::parse(currency, text),
        }
    }
}

impl Price {
    /// Returns the amount, if it is one of an asset.
    #[must_use]
    pub fn in_asset(self) -> Option<Amount> {
        self.unit.asset().map(|asset| Amount::new(asset, self.units))
    }

    /// Returns the amount, if it is one of a currency.
    #[must_use]
    pub fn in_currency(self) -> Option<CurrencyAmount> {
        self.unit.currency().map(|currency| Amount::new(currency, self.units))
    }
}

impl From<Amount> for Price {
    fn from(amount: Amount) -> Self {
        Self { unit: amount.unit.into(), units: amount.units }
    }
}

impl From<CurrencyAmount> for Price {
    fn from(amount: CurrencyAmount) -> Self {
        Self { unit: amount.unit.into(), units: amount.units }
    }
}

/// `0.05199 ETH`, `25.00 CAD`.
impl<U: Denomination> std::fmt::Display for Amount<U> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.decimal(), self.unit)
    }
}

/// Returns a price-list number in whole coins, as decimal text: `0.05199`.
#[must_use]
pub fn price_list_text(nano: u64) -> String {
    decimal(u128::from(nano), PRICE_LIST_PLACES)
}

/// Parses whole coins into a price-list number; None for one that no price list could have.
#[must_use]
pub fn parse_price_list(text: &str) -> Option<u64> {
    let units = parse_decimal(text, PRICE_LIST_PLACES).ok()??;
    u64::try_from(units).ok()
}

/// Parses decimal text. Returns None where it has more places.
fn parse_decimal(text: &str, places: usize) -> Result<Option<u128>, MoneyError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
        return Err(MoneyError::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places {
        return Ok(None);
    }
    let text = format!("{whole}{fraction:0<places$}");
    text.parse().map(Some).map_err(|_| MoneyError::Overflow)
}

/// Writes a number of units as exact decimal text, without zeros at the end.
fn decimal(units: u128, places: usize) -> String {
    let text = fixed(units, places);
    match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => text,
    }
}

/// Writes a number of units as exact decimal text, with all decimals.
fn fixed(units: u128, places: usize) -> String {
    let digits = format!("{units:0>width$}", width = places + 1);
    match digits.split_at(digits.len() - places) {
        (whole, "") => whole.to_owned(),
        (whole, fraction) => format!("{whole}.{fraction}"),
    }
}

/// Units as decimal text, because 9.3 ether in wei already exceeds a 64-bit integer.
mod decimal_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(units: &u128, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(units)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
