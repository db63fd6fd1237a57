//! One amount for each asset.

use crate::money::{Amount, AssetId};

/// Price of something in the assets the seller named; nothing is converted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices(Vec<Amount>);

impl Prices {
    /// Collects amounts; None if two are in one asset.
    #[must_use]
    pub fn new(amounts: Vec<Amount>) -> Option<Self> {
        let twice = |(at, amount): (usize, &Amount)| {
            amounts.iter().take(at).any(|other| other.asset() == amount.asset())
        };
        if amounts.iter().enumerate().any(twice) { None } else { Some(Self(amounts)) }
    }

    /// Returns the amount in this asset, if there is one.
    #[must_use]
    pub fn of(&self, asset: AssetId) -> Option<Amount> {
        self.0.iter().copied().find(|amount| amount.asset() == asset)
    }

    /// Returns true if no asset is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the amounts, in the seller's order.
    pub fn iter(&self) -> impl Iterator<Item = Amount> {
        self.0.iter().copied()
    }
}
