//! Units of prices: an asset that is paid with, or a currency that is converted.

use super::{AssetId, Currency};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Unit in which a price is counted: an asset, or a currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PriceUnit {
    /// An asset: the price is paid as it is.
    Asset(AssetId),
    /// A currency: the price is converted to an asset before it is paid.
    Currency(Currency),
}

/// A unit to count money in: [`AssetId`], [`Currency`], or [`PriceUnit`] for either.
pub trait Denomination: Copy + Eq + std::fmt::Display + Into<PriceUnit> {}

impl Denomination for AssetId {}
impl Denomination for Currency {}
impl Denomination for PriceUnit {}

impl From<AssetId> for PriceUnit {
    fn from(asset: AssetId) -> Self {
        Self::Asset(asset)
    }
}

impl From<Currency> for PriceUnit {
    fn from(currency: Currency) -> Self {
        Self::Currency(currency)
    }
}

impl PriceUnit {
    /// Returns the unit with this stored form: that of an asset, or the code of a currency.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let asset = AssetId::from_stored(text).map(Self::Asset);
        asset.or_else(|| Currency::parse(text).map(Self::Currency))
    }

    /// Returns the text that [`PriceUnit::from_stored`] reads. It never changes.
    #[must_use]
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Asset(asset) => asset.stored(),
            Self::Currency(currency) => currency.code(),
        }
    }

    /// Returns the ticker, or the code of ISO 4217.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asset(asset) => asset.code(),
            Self::Currency(currency) => currency.code(),
        }
    }

    /// Returns the name buyers read: an asset's, or the code of a currency.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asset(asset) => asset.name(),
            Self::Currency(currency) => currency.code(),
        }
    }

    /// Returns the number of decimal places from the smallest unit to the whole one.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Asset(asset) => asset.decimals(),
            Self::Currency(currency) => currency.decimals(),
        }
    }

    /// Returns the number of smallest units in one step of the last decimal that people can type.
    #[must_use]
    pub const fn step(self) -> u128 {
        match self {
            Self::Asset(asset) => asset.step(),
            Self::Currency(_) => 1,
        }
    }

    /// Returns the asset; None for a currency.
    #[must_use]
    pub const fn asset(self) -> Option<AssetId> {
        match self {
            Self::Asset(asset) => Some(asset),
            Self::Currency(_) => None,
        }
    }

    /// Returns the currency; None for an asset.
    #[must_use]
    pub const fn currency(self) -> Option<Currency> {
        match self {
            Self::Asset(_) => None,
            Self::Currency(currency) => Some(currency),
        }
    }
}

impl std::fmt::Debug for PriceUnit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.stored())
    }
}

impl std::fmt::Display for PriceUnit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for PriceUnit {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.stored())
    }
}

impl<'de> Deserialize<'de> for PriceUnit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let unit = Self::from_stored(&text);
        unit.ok_or_else(|| D::Error::custom("neither an asset of this program nor a currency"))
    }
}
