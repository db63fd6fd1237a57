//! `[assets]`: tokens that the shop takes, in addition to the coins that are built in.

use crate::config::short_form::{self, ShortForm};
use serde::{Deserialize, Serialize};

/// `[assets]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AssetSettings {
    #[serde(deserialize_with = "short_form::list")]
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

impl ShortForm for Token {
    const FORMS: &'static str = "a code in quotes, as \"USDC\", or { code = \"USDC\", ... }";

    fn from_text(code: &str) -> Self {
        Self { code: code.to_owned(), ..Self::default() }
    }
}
