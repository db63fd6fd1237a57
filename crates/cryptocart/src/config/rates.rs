//! `[rates]`: exchange rates, for prices in a currency.

use serde::{Deserialize, Serialize};

/// `[rates]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RateSettings {
    pub(crate) sources: Vec<SourceSettings>,
    /// In percent, as text.
    pub(crate) agree_within: String,
    pub(crate) max_age_minutes: u64,
    pub(crate) by_hand: Vec<HandSettings>,
    pub(crate) one_to_one: Vec<PegSettings>,
    pub(crate) feeds: Vec<FeedSettings>,
}

/// A source, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceSettings {
    pub(crate) kind: String,
    /// Its place; empty for the usual one of its kind.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) url: String,
}

/// A rate by hand, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandSettings {
    pub(crate) asset: String,
    pub(crate) currency: String,
    /// Price of one whole coin, as text.
    pub(crate) rate: String,
    /// Last day on which it holds.
    pub(crate) until: String,
}

/// A token that the seller takes for a currency, one for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PegSettings {
    pub(crate) asset: String,
    pub(crate) currency: String,
}

/// A price feed on the chain of `[ether]`, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedSettings {
    /// Code of what is priced.
    pub(crate) asset: String,
    /// Code of what it is priced in.
    pub(crate) currency: String,
    pub(crate) contract: String,
    pub(crate) heartbeat_minutes: u64,
}

impl RateSettings {
    /// Returns the texts that name servers the seller may have set up.
    pub(super) fn private_texts(&mut self) -> impl Iterator<Item = &mut String> {
        self.sources.iter_mut().map(|source| &mut source.url)
    }
}

impl Default for RateSettings {
    fn default() -> Self {
        let usual = ["chainlink", "bisq", "kraken", "coingecko"];
        let source = |kind: &str| SourceSettings { kind: kind.into(), url: String::new() };
        Self {
            sources: usual.map(source).into(),
            agree_within: "2".into(),
            max_age_minutes: 60,
            by_hand: Vec::new(),
            one_to_one: Vec::new(),
            feeds: Vec::new(),
        }
    }
}
