//! `[assets]`: tokens that the shop knows, in addition to the coins that are built in.

use serde::{Deserialize, Serialize};

/// `[assets]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AssetSettings {
    pub(crate) tokens: Vec<Token>,
}

/// A token, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    pub(crate) code: String,
    pub(crate) chain: String,
    /// Contract, or another name of the token on its chain.
    pub(crate) token: String,
    pub(crate) decimals: u32,
    #[serde(default)]
    pub(crate) wallet: String,
    #[serde(default)]
    pub(crate) pool: String,
}
