//! The registry: every asset that a shop has a name for.

use super::AssetId;
use std::sync::Arc;

/// The assets a shop knows: the coins that are built in, and the tokens of its settings.
/// No two have one ticker, because price lists and buyers name an asset by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets(Arc<[AssetId]>);

/// Ticker of two assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is listed twice")]
pub struct AssetTwice(pub AssetId);

impl Default for Assets {
    /// Returns the coins that are built in.
    fn default() -> Self {
        Self(Arc::new(AssetId::COINS))
    }
}

impl Assets {
    /// Returns the registry with these tokens behind what it has.
    ///
    /// # Errors
    /// [`AssetTwice`] where two have one ticker.
    pub fn with(&self, tokens: &[AssetId]) -> Result<Self, AssetTwice> {
        let mut all = self.0.to_vec();
        for token in tokens {
            if all.iter().any(|asset| asset.code() == token.code()) {
                return Err(AssetTwice(*token));
            }
            all.push(*token);
        }
        Ok(Self(all.into()))
    }

    /// Returns the asset with this ticker, in any case.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<AssetId> {
        self.iter().find(|asset| asset.code().eq_ignore_ascii_case(code.trim()))
    }

    /// Returns the asset of prices for which nothing says in what they are.
    #[must_use]
    pub fn usual(&self) -> AssetId {
        let [usual, ..] = AssetId::COINS;
        usual
    }

    /// Returns the assets, the coins first.
    pub fn iter(&self) -> impl Iterator<Item = AssetId> {
        self.0.iter().copied()
    }

    /// Returns the tickers as a sentence lists them: `ETH, BTC, XMR`.
    #[must_use]
    pub fn codes(&self) -> String {
        self.iter().map(AssetId::code).collect::<Vec<_>>().join(", ")
    }
}
