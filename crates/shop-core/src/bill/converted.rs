//! Total of a bill in a currency, as it is paid.

use crate::money::{Amount, ExchangeRate, MoneyError, Price, PriceUnit};
use serde::{Deserialize, Serialize};

/// Total of a bill in the asset that is paid with, and the rate it was converted by.
/// An order keeps both as they were when it was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Converted {
    rate: ExchangeRate,
    total: Amount,
}

impl Converted {
    /// Converts a total, rounded up once.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] if it is not in the rate's currency, or [`MoneyError::Overflow`].
    pub(super) fn new(rate: &ExchangeRate, total: Price) -> Result<Self, MoneyError> {
        let currency = PriceUnit::Currency(rate.currency());
        let mixed = MoneyError::Mixed(total.unit(), currency);
        let total = rate.asset_amount(total.in_currency().ok_or(mixed)?)?;
        Ok(Self { rate: rate.clone(), total })
    }

    /// Returns the exchange rate.
    #[must_use]
    pub const fn rate(&self) -> &ExchangeRate {
        &self.rate
    }

    /// Returns the total in the asset.
    #[must_use]
    pub const fn total(&self) -> Amount {
        self.total
    }
}
