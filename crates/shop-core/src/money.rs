//! Exact money: an asset and a count of its smallest unit on chain.
//!
//! Invariant: no operation mixes assets, rounds, wraps or goes through floating point.

mod asset;
mod assets;
mod coins;

pub use asset::{AssetId, LONGEST_CODE, MOST_DECIMALS, TokenError};
pub use assets::{AssetTwice, Assets};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Decimal places of price lists, which count every coin in 1e-9 of it.
const PRICE_LIST_PLACES: usize = 9;

/// A number of smallest units of one asset: wei, satoshi, piconero.
///
/// ```
/// use shop_core::money::{Amount, AssetId, MoneyError};
///
/// let price = Amount::parse(AssetId::ETH, "0.05199")?;
/// assert_eq!(price.units(), 51_990_000_000_000_000); // wei
/// assert_eq!(price.times(2)?.to_string(), "0.10398 ETH");
///
/// let other = Amount::new(AssetId::BTC, 1); // a satoshi
/// assert_eq!(price.plus(other), Err(MoneyError::Mixed(AssetId::ETH, AssetId::BTC)));
/// # Ok::<(), MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amount {
    asset: AssetId,
    #[serde(with = "decimal_text")]
    units: u128,
}

/// Errors of making an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two assets in one operation.
    #[error("{0} and {1} cannot be mixed")]
    Mixed(AssetId, AssetId),
    /// Larger than the type or smaller than zero.
    #[error("the amount is too large")]
    Overflow,
    /// Not a plain decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// Finer than the smallest unit of the asset.
    #[error("{0} has only {1} decimal places")]
    TooFine(AssetId, u32),
}

impl Amount {
    /// Creates an amount of so many smallest units of `asset`.
    #[must_use]
    pub const fn new(asset: AssetId, units: u128) -> Self {
        Self { asset, units }
    }

    /// Returns an amount of 0 in `asset`.
    #[must_use]
    pub const fn zero(asset: AssetId) -> Self {
        Self { asset, units: 0 }
    }

    /// Reads a price-list number, which counts in 1e-9 of any coin (Gwei for Ether).
    ///
    /// # Errors
    /// [`MoneyError::TooFine`] where the asset's smallest unit does not divide the price: one
    /// satoshi is ten such units, so a Bitcoin price must be a multiple of ten.
    pub fn from_price_list(asset: AssetId, nano: u64) -> Result<Self, MoneyError> {
        let nano = u128::from(nano);
        let units = match asset.decimals().checked_sub(9) {
            Some(more) => nano.checked_mul(10u128.pow(more)).ok_or(MoneyError::Overflow)?,
            None => {
                let per_unit = 10u128.pow(9 - asset.decimals());
                if nano % per_unit != 0 {
                    return Err(MoneyError::TooFine(asset, asset.decimals()));
                }
                nano / per_unit
            }
        };
        Ok(Self { asset, units })
    }

    /// Returns the amount in 1e-9 of the coin, as price lists count; finer digits are dropped.
    #[must_use]
    pub fn in_price_list(self) -> u128 {
        match self.asset.decimals().checked_sub(9) {
            Some(more) => self.units / 10u128.pow(more),
            None => self.units.saturating_mul(10u128.pow(9 - self.asset.decimals())),
        }
    }

    /// Parses decimal text in whole coins, such as `0.05199`. No sign, exponent or separators.
    ///
    /// # Errors
    /// [`MoneyError::NotANumber`], [`MoneyError::TooFine`] or [`MoneyError::Overflow`].
    pub fn parse(asset: AssetId, text: &str) -> Result<Self, MoneyError> {
        let units = parse_decimal(text, asset.decimals() as usize)?;
        let units = units.ok_or(MoneyError::TooFine(asset, asset.decimals()))?;
        Ok(Self { asset, units })
    }

    /// Returns the asset.
    #[must_use]
    pub const fn asset(self) -> AssetId {
        self.asset
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
        self.same_asset(other)?;
        let units = self.units.checked_add(other.units).ok_or(MoneyError::Overflow)?;
        Ok(Self { units, ..self })
    }

    /// Returns the difference.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`], or [`MoneyError::Overflow`] when `other` is larger.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_asset(other)?;
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

    /// Compares two amounts of one asset.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`].
    pub fn compare(self, other: Self) -> Result<Ordering, MoneyError> {
        self.same_asset(other)?;
        Ok(self.units.cmp(&other.units))
    }

    /// Returns the amount in steps ([`AssetId::step`]), half a step up.
    #[must_use]
    pub const fn steps(self) -> u128 {
        let step = self.asset.step();
        self.units / step + if self.units % step >= step.div_ceil(2) { 1 } else { 0 }
    }

    /// Creates an amount from a number of steps ([`AssetId::step`]).
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn from_steps(asset: AssetId, steps: u128) -> Result<Self, MoneyError> {
        let units = steps.checked_mul(asset.step()).ok_or(MoneyError::Overflow)?;
        Ok(Self { asset, units })
    }

    /// Returns the least amount people can type that is not less than this one.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn rounded_up(self) -> Result<Self, MoneyError> {
        Self::from_steps(self.asset, self.units.div_ceil(self.asset.step()))
    }

    /// Returns the nearest amount people can type, half a step up.
    /// It is less than the type's last step.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self::from_steps(self.asset, self.steps()).unwrap_or(self)
    }

    /// Returns exact decimal text in whole coins, without the ticker: `0.05199`.
    #[must_use]
    pub fn decimal(self) -> String {
        decimal(self.units, self.asset.decimals() as usize)
    }

    fn same_asset(self, other: Self) -> Result<(), MoneyError> {
        if self.asset == other.asset {
            Ok(())
        } else {
            Err(MoneyError::Mixed(self.asset, other.asset))
        }
    }
}

/// `0.05199 ETH`.
impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.decimal(), self.asset)
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

/// Writes a number of units as exact decimal text.
fn decimal(units: u128, places: usize) -> String {
    let digits = format!("{units:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    match fraction.trim_end_matches('0') {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
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
