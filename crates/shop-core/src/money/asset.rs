//! Assets: what is paid with, and the chain it is paid on.

use crate::{chain::ChainId, interned::Interned};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::{
    cmp::Ordering,
    hash::{Hash, Hasher},
};

/// Most decimal places of an asset.
/// With more, the amounts of a shop would not fit in 128 bits.
pub const MOST_DECIMALS: u32 = 24;
/// Most bytes of a ticker: a cart's cookie holds no more.
pub const LONGEST_CODE: usize = 8;
/// Most bytes of a token's text.
const LONGEST_TOKEN: usize = 128;

/// Everything that is known of an asset.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) chain: ChainId,
    pub(super) token: Option<&'static str>,
    pub(super) decimals: u32,
    pub(super) typed: u32,
    /// Least amount that wallets send, in its smallest unit.
    pub(super) least: u128,
    /// Text in records, which alone says all of the above.
    pub(super) stored: &'static str,
}

/// Asset that is paid with: a chain's coin, or a token on it.
///
/// A token's stored form carries its chain, its contract and its decimals. So an order is read with
/// the decimals it was placed with, whatever the settings say now.
#[derive(Clone, Copy)]
pub struct AssetId(pub(super) &'static Asset);

static TOKENS: Interned<AssetId> = Interned::new();

/// Reason why a token cannot be an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The ticker has another form.
    #[error("a currency's code is 1 to 8 capital letters and digits")]
    Code,
    /// The token is not named by letters, digits and dashes.
    #[error("a token is named by 1 to 128 letters, digits and dashes")]
    Token,
    /// The decimals are too many, or fewer than people are to type.
    #[error("a token has at most 24 decimals")]
    Decimals,
    /// The ticker is that of a coin that is built in.
    #[error("a coin of this program has this code")]
    IsCoin,
    /// More tokens were named than any shop has.
    #[error("too many tokens")]
    TooMany,
}

impl AssetId {
    /// Creates a token on a chain.
    /// `typed` is the number of its decimals that wallets and exchanges take.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn token(
        chain: ChainId,
        token: &str,
        code: &str,
        decimals: u32,
        typed: u32,
    ) -> Result<Self, TokenError> {
        check_code(code)?;
        if Self::COINS.iter().any(|coin| coin.code() == code) {
            return Err(TokenError::IsCoin);
        }
        let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if !(1..=LONGEST_TOKEN).contains(&token.len()) || !token.bytes().all(letter) {
            return Err(TokenError::Token);
        }
        if decimals > MOST_DECIMALS || typed > decimals {
            return Err(TokenError::Decimals);
        }
        let stored = format!("{code}.{decimals}.{typed}@{chain}:{token}");
        let make = |stored: &'static str| {
            let (code, _) = stored.split_at(code.len());
            let (_, token) = stored.split_at(stored.len() - token.len());
            let token = Some(token);
            let asset = Asset { code, name: code, chain, token, decimals, typed, least: 0, stored };
            Self(Box::leak(Box::new(asset)))
        };
        TOKENS.get(&stored, make).ok_or(TokenError::TooMany)
    }

    /// Returns the asset with this stored form: the ticker of a coin, or all of a token.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        if let Some(coin) = Self::COINS.into_iter().find(|coin| coin.code() == text) {
            return Some(coin);
        }
        let (asset, place) = text.split_once('@')?;
        let (chain, token) = place.split_once(':')?;
        let mut parts = asset.split('.');
        let code = parts.next()?;
        let decimals = parts.next()?.parse().ok()?;
        let typed = parts.next()?.parse().ok()?;
        let asset = Self::token(ChainId::parse(chain)?, token, code, decimals, typed).ok()?;
        // A second spelling of one asset would be a second asset.
        (asset.stored() == text).then_some(asset)
    }

    /// Returns the text that [`AssetId::from_stored`] reads. It is stored, and never changes.
    #[must_use]
    pub const fn stored(self) -> &'static str {
        self.0.stored
    }

    /// Returns the ticker, as price lists write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.0.code
    }

    /// Returns the name buyers read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// Returns the chain it is paid on.
    #[must_use]
    pub const fn chain(self) -> ChainId {
        self.0.chain
    }

    /// Returns the token's name on its chain, such as its contract; None for the chain's coin.
    #[must_use]
    pub const fn token_on_chain(self) -> Option<&'static str> {
        self.0.token
    }

    /// Returns the number of decimal places from the smallest unit to the whole coin.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        self.0.decimals
    }

    /// Returns the number of decimal places that wallets and exchanges take.
    #[must_use]
    pub const fn typed_decimals(self) -> u32 {
        self.0.typed
    }

    /// Returns the number of smallest units in one step of the last decimal that people can type.
    /// Amounts asked for keep no finer step.
    #[must_use]
    pub const fn step(self) -> u128 {
        10u128.pow(self.0.decimals - self.0.typed)
    }

    /// Returns the least amount that wallets send, in smallest units.
    pub(super) const fn least(self) -> u128 {
        self.0.least
    }
}

fn check_code(code: &str) -> Result<(), TokenError> {
    let letter = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let shaped = (1..=LONGEST_CODE).contains(&code.len()) && code.bytes().all(letter);
    if shaped { Ok(()) } else { Err(TokenError::Code) }
}

impl PartialEq for AssetId {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0) || self.0.stored == other.0.stored
    }
}

impl Eq for AssetId {}

impl Hash for AssetId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.stored.hash(state);
    }
}

impl PartialOrd for AssetId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AssetId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.stored.cmp(other.0.stored)
    }
}

impl std::fmt::Debug for AssetId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.stored())
    }
}

impl std::fmt::Display for AssetId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for AssetId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.stored())
    }
}

impl<'de> Deserialize<'de> for AssetId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::from_stored(&text).ok_or_else(|| D::Error::custom("not an asset of this program"))
    }
}
