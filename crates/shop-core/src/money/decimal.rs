//! Exact decimal numbers, for rates.

use super::{MoneyError, decimal, parse_decimal};
use serde::{Deserialize, Serialize};

/// Most decimal places of a [`Decimal`].
pub const MOST_PLACES: u32 = 24;
/// Largest mantissa of a [`Decimal`]: divisions by it have room for their next digits.
const LARGEST_MANTISSA: u128 = 10u128.pow(34);

/// Exact decimal number, not negative: `mantissa / 10^places`, with no trailing zero.
///
/// ```
/// use shop_core::money::Decimal;
///
/// let rate = Decimal::new(432_190, 2).expect("within the limits");
/// assert_eq!((rate.mantissa(), rate.places()), (43_219, 1));
/// assert_eq!(rate, Decimal::parse("4321.9")?);
/// # Ok::<(), shop_core::money::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    mantissa: u128,
    places: u32,
}

impl Decimal {
    /// Creates the number `mantissa / 10^places`.
    /// Returns None for one with more than [`MOST_PLACES`] places or 34 digits.
    #[must_use]
    pub const fn new(mut mantissa: u128, mut places: u32) -> Option<Self> {
        while places > 0 && mantissa.is_multiple_of(10) {
            mantissa /= 10;
            places -= 1;
        }
        if mantissa > LARGEST_MANTISSA || places > MOST_PLACES {
            return None;
        }
        Some(Self { mantissa, places })
    }

    /// Parses decimal text such as `4321.09`. No sign, exponent or separators.
    ///
    /// # Errors
    /// [`MoneyError::NotANumber`], or [`MoneyError::Overflow`] for too many digits.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
        let places = fraction.trim_end_matches('0').len();
        let mantissa = parse_decimal(text, places)?;
        let new = |mantissa| Self::new(mantissa, u32::try_from(places).ok()?);
        mantissa.and_then(new).ok_or(MoneyError::Overflow)
    }

    /// Returns the digits as a whole number, at most 10^34.
    #[must_use]
    pub const fn mantissa(self) -> u128 {
        self.mantissa
    }

    /// Returns the number of digits behind the point, at most [`MOST_PLACES`].
    #[must_use]
    pub const fn places(self) -> u32 {
        self.places
    }

    /// Returns true for 0.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }
}

/// `4321.09`, exactly.
impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&decimal(self.mantissa, self.places as usize))
    }
}

impl TryFrom<String> for Decimal {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Decimal> for String {
    fn from(number: Decimal) -> Self {
        number.to_string()
    }
}
