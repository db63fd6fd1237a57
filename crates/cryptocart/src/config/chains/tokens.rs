//! `[assets]`: tokens that the shop takes, in addition to the coins that are built in.

use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// `[assets]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AssetSettings {
    #[serde(deserialize_with = "entries")]
    pub(crate) tokens: Vec<Token>,
}

/// A token, as it is written: with its contract, or one that is built in by its code alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Token {
    pub(crate) code: String,
    /// Empty for a token that is built in, like the next two.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) chain: String,
    /// Contract, or another name of the token on its chain.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) decimals: Option<u32>,
    pub(crate) wallet: String,
    pub(crate) pool: String,
    /// In 1e-9 of the token; none where the settings do not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ignore_below: Option<u64>,
}

impl Token {
    /// Returns true if its code alone says which token it is.
    pub(crate) const fn is_by_code(&self) -> bool {
        self.chain.is_empty() && self.token.is_empty() && self.decimals.is_none()
    }
}

/// Reads the list: an entry is a code in quotes, or fields in braces.
fn entries<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Token>, D::Error> {
    let entries = Vec::<Entry>::deserialize(from)?;
    Ok(entries.into_iter().map(|Entry(token)| token).collect())
}

struct Entry(Token);

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> de::Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code in quotes, as \"USDC\", or { code = \"USDC\", ... }")
    }

    fn visit_str<E: de::Error>(self, code: &str) -> Result<Entry, E> {
        Ok(Entry(Token { code: code.to_owned(), ..Token::default() }))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Entry, A::Error> {
        Token::deserialize(de::value::MapAccessDeserializer::new(map)).map(Entry)
    }
}
