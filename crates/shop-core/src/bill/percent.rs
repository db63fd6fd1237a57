//! Percent in whole parts per million.

use crate::money::{Amount, Denomination};
use serde::{Deserialize, Serialize};

/// A part of something, from nothing to all of it, in parts per million.
/// `14.975` percent is 149,750 of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct Percent(u32);

/// All of it, in parts per million.
const WHOLE: u32 = 1_000_000;
/// Decimal places of a percentage that a part per million can hold.
const PLACES: usize = 4;

/// Error for text that is no percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PercentError {
    /// Not digits with at most one dot.
    #[error("not a plain decimal number like 14.975")]
    NotANumber,
    /// More than four decimal places.
    #[error("it has more than four decimal places")]
    TooFine,
    /// More than 100.
    #[error("it is more than 100")]
    TooMuch,
}

impl Percent {
    /// Parses decimal text without a sign, such as `14.975`.
    ///
    /// # Errors
    /// [`PercentError`].
    pub fn parse(text: &str) -> Result<Self, PercentError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
            return Err(PercentError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > PLACES {
            return Err(PercentError::TooFine);
        }
        let millionths = format!("{whole}{fraction:0<PLACES$}").parse::<u32>();
        millionths.ok().and_then(|n| Self::try_from(n).ok()).ok_or(PercentError::TooMuch)
    }

    /// Returns the parts per million, 0 to 1,000,000.
    #[must_use]
    pub const fn millionths(self) -> u32 {
        self.0
    }

    /// Returns true for 0 percent.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Returns this part of an amount, half up in the smallest unit. Never more than the amount.
    #[must_use]
    pub fn of<U: Denomination>(self, amount: Amount<U>) -> Amount<U> {
        Amount::new(amount.unit(), share(amount.units(), self.0, WHOLE))
    }

    /// Returns the part of an amount that was added to the rest at this percentage of the rest.
    /// This is the tax inside a price that includes it, rounded half up in the smallest unit. It is
    /// never more than the amount.
    #[must_use]
    pub fn inside<U: Denomination>(self, amount: Amount<U>) -> Amount<U> {
        Amount::new(amount.unit(), share(amount.units(), self.0, WHOLE.saturating_add(self.0)))
    }
}

/// Computes `units * part / whole`, half up.
/// `part` is at most `whole`, so nothing can overflow: the product is taken of the quotient and the
/// remainder apart.
fn share(units: u128, part: u32, whole: u32) -> u128 {
    let part = u128::from(part);
    let whole = u128::from(whole);
    let times = units / whole;
    let rest = units % whole;
    times * part + (rest * part + whole / 2) / whole
}

impl TryFrom<u32> for Percent {
    type Error = PercentError;

    fn try_from(millionths: u32) -> Result<Self, PercentError> {
        if millionths <= WHOLE { Ok(Self(millionths)) } else { Err(PercentError::TooMuch) }
    }
}

impl From<Percent> for u32 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

/// `14.975`, without a sign.
impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = self.0 / 10_000;
        let fraction = self.0 % 10_000;
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        let fraction = format!("{fraction:0>PLACES$}");
        write!(f, "{whole}.{}", fraction.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::AssetId;
    use proptest::prelude::*;

    fn percent(text: &str) -> Percent {
        Percent::parse(text).unwrap()
    }

    fn wei(units: u128) -> Amount {
        Amount::new(AssetId::ETH, units)
    }

    #[test]
    fn half_a_unit_is_rounded_up() {
        assert_eq!(percent("10").of(wei(4)), wei(0));
        assert_eq!(percent("10").of(wei(5)), wei(1));
        assert_eq!(percent("14.975").of(wei(100_000)), wei(14_975));
        assert_eq!(percent("14.975").of(wei(100)), wei(15));
        assert_eq!(percent("25").inside(wei(125)), wei(25));
        assert_eq!(percent("100").inside(wei(1)), wei(1), "half of one");
        assert_eq!(percent("100").of(wei(u128::MAX)), wei(u128::MAX));
    }

    #[test]
    fn what_is_no_percentage_is_refused() {
        for bad in ["", ".", "1.", ".5", "-1", "+1", "1e1", "10%", " 1", "١"] {
            assert_eq!(Percent::parse(bad), Err(PercentError::NotANumber), "{bad:?}");
        }
        assert_eq!(Percent::parse("0.00001"), Err(PercentError::TooFine));
        for much in ["100.0001", "101", "99999999999999999999"] {
            assert_eq!(Percent::parse(much), Err(PercentError::TooMuch), "{much:?}");
        }
        assert!(serde_json::from_str::<Percent>("1000001").is_err());
    }

    proptest! {
        #[test]
        fn percentages_read_back(millionths in 0u32..=WHOLE) {
            let percent = Percent::try_from(millionths).unwrap();
            prop_assert_eq!(Percent::parse(&percent.to_string()), Ok(percent));
            prop_assert_eq!(percent.millionths(), millionths);
        }

        #[test]
        fn a_share_is_exact_to_half_a_unit(units in 0u128..1 << 90, millionths in 0u32..=WHOLE) {
            let percent = Percent::try_from(millionths).unwrap();
            let whole = u128::from(WHOLE);
            // |share * whole - units * part| * 2 <= whole: at most half a unit away.
            let off = (percent.of(wei(units)).units() * whole)
                .abs_diff(units * u128::from(millionths));
            prop_assert!(off * 2 <= whole);
        }

        #[test]
        fn what_is_inside_is_what_was_added(net in 0u128..1 << 90, millionths in 0u32..=WHOLE) {
            let percent = Percent::try_from(millionths).unwrap();
            let tax = percent.of(wei(net));
            let gross = tax.plus(wei(net)).unwrap();
            prop_assert!(percent.inside(gross).units().abs_diff(tax.units()) <= 1);
        }

        #[test]
        fn a_share_is_never_more_than_all(units in any::<u128>(), millionths in 0u32..=WHOLE) {
            let percent = Percent::try_from(millionths).unwrap();
            prop_assert!(percent.of(wei(units)).units() <= units);
            prop_assert!(percent.inside(wei(units)).units() <= units);
        }
    }
}
