//! Prices as sources write them, for comparing and joining: exact decimals of one scale.

use shop_core::money::Decimal;

/// A price from 0 to 10^15, counted in 1e-18: exact, and in one form only.
/// It becomes a [`Decimal`] once it is decided on.
///
/// ```
/// use shop_rates::QuotedPrice;
///
/// let price = QuotedPrice::parse("3809.60")?;
/// assert_eq!(price, QuotedPrice::parse("3.8096e3")?);
/// assert_eq!(price.to_string(), "3809.6");
/// # Ok::<(), shop_rates::PriceError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuotedPrice(u128);

/// Decimal places that are kept.
const PLACES: u32 = 18;
/// The number 1.
const ONE: u128 = 10u128.pow(PLACES);
/// Least number that is too large.
const LIMIT: u128 = ONE * 10u128.pow(15);
/// Most characters of a number: more than any source writes.
const LONGEST: usize = 64;
/// Greatest exponent, in both directions.
const EXPONENT: i32 = 40;

/// Reason why a text is no number of this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// The text is no decimal number.
    #[error("it is not a decimal number")]
    NotANumber,
    /// The number is below zero.
    #[error("it is below zero")]
    Negative,
    /// The number is 10^15 or more, or its exponent is absurd.
    #[error("it is too large")]
    TooLarge,
}

impl QuotedPrice {
    /// The number 0.
    pub const ZERO: Self = Self(0);
    /// The number 1.
    pub const ONE: Self = Self(ONE);

    /// Parses a number as JSON writes it: `3809.60`, `3.8096e3`.
    /// Digits behind the eighteenth place are rounded half up.
    ///
    /// # Errors
    /// [`PriceError`].
    pub fn parse(text: &str) -> Result<Self, PriceError> {
        if text.len() > LONGEST {
            return Err(PriceError::NotANumber);
        }
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return Err(PriceError::NotANumber),
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return Err(PriceError::NotANumber);
        }
        let number = shifted(whole, fraction, exponent)?;
        if is_negative && number != Self::ZERO { Err(PriceError::Negative) } else { Ok(number) }
    }

    /// Creates a number from an integer and the number of its decimal places.
    /// Returns None if it is too large, or has places beyond the eighteenth that are not 0.
    #[must_use]
    pub fn from_units(units: u128, places: u32) -> Option<Self> {
        let scaled = match PLACES.checked_sub(places) {
            Some(more) => units.checked_mul(10u128.checked_pow(more)?)?,
            None => {
                let part = 10u128.checked_pow(places.checked_sub(PLACES)?)?;
                if !units.is_multiple_of(part) {
                    return None;
                }
                units / part
            }
        };
        Self::checked(scaled)
    }

    /// Returns the number as an integer and the number of its decimal places, the least there is.
    #[must_use]
    pub const fn to_units(self) -> (u128, u32) {
        let mut units = self.0;
        let mut places = PLACES;
        while places > 0 && units.is_multiple_of(10) {
            units /= 10;
            places -= 1;
        }
        (units, places)
    }

    /// Returns the price as a rate has it.
    #[must_use]
    pub fn to_decimal(self) -> Option<Decimal> {
        let (units, places) = self.to_units();
        Decimal::new(units, places)
    }

    /// Returns true for 0.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Returns the product, rounded half up at the eighteenth place.
    /// Returns None if it is too large.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        let whole = self.0 / ONE;
        let part = self.0 % ONE;
        let other_whole = other.0 / ONE;
        let other_part = other.0 % ONE;
        let wholes = whole.checked_mul(other_whole)?.checked_mul(ONE)?;
        let mixed = whole.checked_mul(other_part)?.checked_add(part.checked_mul(other_whole)?)?;
        let parts = part.checked_mul(other_part)?.checked_add(ONE / 2)? / ONE;
        Self::checked(wholes.checked_add(mixed)?.checked_add(parts)?)
    }

    /// Returns the quotient, rounded half up at the eighteenth place.
    /// Returns None if it is too large, or `other` is 0.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        let mut quotient = self.0.checked_div(other.0)?;
        let mut rest = self.0.checked_rem(other.0)?;
        for _ in 0..PLACES {
            rest = rest.checked_mul(10)?;
            quotient = quotient.checked_mul(10)?.checked_add(rest / other.0)?;
            rest %= other.0;
        }
        let is_half = rest.checked_mul(2)? >= other.0;
        Self::checked(quotient.checked_add(u128::from(is_half))?)
    }

    /// Returns the middle of two numbers, rounded down at the eighteenth place.
    #[must_use]
    pub const fn middle(self, other: Self) -> Self {
        // Both are below 10^33.
        Self((self.0 + other.0) / 2)
    }

    /// Returns true if the greater of two numbers is at most `millionths` above the lesser one.
    #[must_use]
    pub fn is_within(self, other: Self, millionths: u32) -> bool {
        let less = self.min(other).0;
        let more = self.max(other).0;
        // 10^33 times a million does not fit: the quotient and the remainder apart do.
        let part = less / 1_000_000 * u128::from(millionths)
            + less % 1_000_000 * u128::from(millionths) / 1_000_000;
        more - less <= part
    }

    fn checked(units: u128) -> Option<Self> {
        (units < LIMIT).then_some(Self(units))
    }
}

/// `3809.6`
impl std::fmt::Display for QuotedPrice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (units, places) = self.to_units();
        let places = places as usize;
        let digits = format!("{units:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        if fraction.is_empty() { f.write_str(whole) } else { write!(f, "{whole}.{fraction}") }
    }
}

fn exponent_of(text: &str) -> Result<i32, PriceError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PriceError::NotANumber);
    }
    let exponent: i32 = text.parse().map_err(|_| PriceError::TooLarge)?;
    if exponent.abs() > EXPONENT { Err(PriceError::TooLarge) } else { Ok(exponent) }
}

/// Returns `whole.fraction` times ten to the `exponent`.
fn shifted(whole: &str, fraction: &str, exponent: i32) -> Result<QuotedPrice, PriceError> {
    let digits = whole.bytes().chain(fraction.bytes()).map(|byte| u128::from(byte - b'0'));
    let last = -PLACES.cast_signed();
    // Power of ten of the digit before the next one.
    let mut place = i32::try_from(whole.len()).unwrap_or(i32::MAX).saturating_add(exponent);
    let mut units = 0u128;
    for digit in digits {
        if place <= last {
            // The first digit that is left out decides.
            units += u128::from(place == last && digit >= 5);
            place = place.min(last);
            break;
        }
        place -= 1;
        units = units * 10 + digit;
        if units >= LIMIT {
            return Err(PriceError::TooLarge);
        }
    }
    if units == 0 {
        return Ok(QuotedPrice::ZERO);
    }
    let missing = u32::try_from(place - last).unwrap_or_default();
    let scale = 10u128.checked_pow(missing).ok_or(PriceError::TooLarge)?;
    let scaled = units.checked_mul(scale).ok_or(PriceError::TooLarge)?;
    QuotedPrice::checked(scaled).ok_or(PriceError::TooLarge)
}

#[cfg(test)]
mod tests;
