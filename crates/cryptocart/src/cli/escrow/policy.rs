//! Terms of orders that this seller accepts: `[accept]` of `escrow.toml`.
//!
//! The shop's server writes the terms. Who has taken it over can write others, by which the seller is
//! never paid: an arbiter of their own, attestors that do not exist, a match that no parcel reaches.

use super::units::account;
use crate::escrow::sending::{ether, wei};
use serde::Deserialize;
use shop_chain::ethereum::escrow::checksum;
use shop_core::escrow::{Account, MatchLevel, Statement};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

const DAY: u64 = 86_400;

/// Field of `[accept]`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    clap::ValueEnum,
    serde::Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(super) enum Field {
    /// The arbiter is not in the list.
    Arbiters,
    /// An attestor is not under `[attestors]`.
    Attestors,
    /// More attestors must report than are accepted.
    MostThreshold,
    /// The parcel must match the order more closely than is accepted.
    MostMatch,
    /// The buyer can object for longer than is accepted.
    MostDisputeDays,
    /// The arbiter has less time than is accepted.
    LeastArbiterDays,
    /// The arbiter has more time than is accepted.
    MostArbiterDays,
    /// The arbiter takes more than is accepted.
    MostArbiterFee,
    /// Less time is left for the delivery than is accepted.
    LeastDeliverDays,
    /// The tip for whoever sends what is due is larger than is accepted.
    MostTip,
    /// The order is paid in a token that is not in the list.
    Tokens,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arbiters => "arbiters",
            Self::Attestors => "attestors",
            Self::MostThreshold => "most_threshold",
            Self::MostMatch => "most_match",
            Self::MostDisputeDays => "most_dispute_days",
            Self::LeastArbiterDays => "least_arbiter_days",
            Self::MostArbiterDays => "most_arbiter_days",
            Self::MostArbiterFee => "most_arbiter_fee",
            Self::LeastDeliverDays => "least_deliver_days",
            Self::MostTip => "most_tip",
            Self::Tokens => "tokens",
        })
    }
}

/// Term of an order that is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Breach {
    pub(super) field: Field,
    /// Term of the order, and the one that is accepted, in words.
    pub(super) what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.what)
    }
}

/// The section as it is written.
/// Its defaults accept a shop with the defaults of `shop.toml` and no arbiter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPolicy {
    arbiters: Vec<String>,
    tokens: Vec<String>,
    most_threshold: u8,
    most_match: String,
    most_dispute_days: u64,
    least_arbiter_days: u64,
    most_arbiter_days: u64,
    most_arbiter_fee: u16,
    least_deliver_days: u64,
    most_tip: String,
}

impl Default for RawPolicy {
    fn default() -> Self {
        Self {
            arbiters: Vec::new(),
            tokens: Vec::new(),
            most_threshold: 2,
            most_match: "postal code".into(),
            most_dispute_days: 7,
            least_arbiter_days: 7,
            most_arbiter_days: 30,
            most_arbiter_fee: 500,
            least_deliver_days: 30,
            most_tip: "0.001".into(),
        }
    }
}

/// Terms that the seller accepts.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    arbiters: BTreeSet<Account>,
    tokens: BTreeSet<Account>,
    most_threshold: u8,
    most_match: MatchLevel,
    most_dispute_days: u64,
    least_arbiter_days: u64,
    most_arbiter_days: u64,
    most_arbiter_fee: u16,
    least_deliver_days: u64,
    most_tip: u128,
}

impl RawPolicy {
    /// Checks the section.
    pub(super) fn check(&self) -> Result<Policy, String> {
        let arbiters = self.arbiters.iter().map(|text| account("accept.arbiters", text));
        let tokens = self.tokens.iter().map(|text| account("accept.tokens", text));
        Ok(Policy {
            arbiters: arbiters.collect::<Result<_, _>>()?,
            tokens: tokens.collect::<Result<_, _>>()?,
            most_threshold: self.most_threshold,
            most_match: parse_match(&self.most_match)?,
            most_dispute_days: self.most_dispute_days,
            least_arbiter_days: self.least_arbiter_days,
            most_arbiter_days: self.most_arbiter_days,
            most_arbiter_fee: self.most_arbiter_fee,
            least_deliver_days: self.least_deliver_days,
            most_tip: wei(&self.most_tip)
                .ok_or("accept.most_tip: write ETH as a decimal, such as \"0.001\"")?,
        })
    }
}

/// Names of the levels, as `parcel_must_match` of `shop.toml` has them.
const LEVELS: [(&str, MatchLevel); 5] = [
    ("nothing", MatchLevel::NOTHING),
    ("country", MatchLevel::COUNTRY),
    ("postal area", MatchLevel::POSTAL_AREA),
    ("postal code", MatchLevel::POSTAL_CODE),
    ("reference", MatchLevel::REFERENCE),
];

fn parse_match(text: &str) -> Result<MatchLevel, String> {
    let text = text.trim();
    let (level, signature) = match text.strip_suffix(" and signature") {
        Some(level) => (level, MatchLevel::SIGNATURE),
        None => (text, 0),
    };
    let found = LEVELS.iter().find(|(name, _)| *name == level);
    let found = found.ok_or(
        "accept.most_match: write \"postal code\", or another level of parcel_must_match in shop.toml",
    )?;
    Ok(MatchLevel(found.1.0 | signature))
}

fn match_words(level: MatchLevel) -> String {
    let name = LEVELS.iter().find(|(_, known)| known.0 == level.0 & 7);
    let name = name.map_or("something that no attestor knows", |(name, _)| name);
    let more = if level.0 & MatchLevel::SIGNATURE == 0 { "" } else { " and signature" };
    format!("{name:?}{more}")
}

impl Policy {
    /// Compares the terms of a statement with what is accepted.
    /// `attestors` are those that the home knows the place of.
    pub(super) fn breaches<T>(
        &self,
        statement: &Statement,
        attestors: &BTreeMap<Account, T>,
    ) -> Vec<Breach> {
        let terms = &statement.terms;
        let mut found = Vec::new();
        let mut add = |is_broken: bool, field, what: String| {
            if is_broken {
                found.push(Breach { field, what });
            }
        };
        let strangers = statement.attestors.accounts().iter();
        let strangers = strangers.filter(|account| !attestors.contains_key(account));
        for account in strangers {
            let what = format!("{} is not under [attestors]", checksum(*account));
            add(true, Field::Attestors, what);
        }
        let threshold = statement.attestors.threshold();
        let what =
            format!("{threshold} must report, and at most {} is accepted", self.most_threshold);
        add(threshold > self.most_threshold, Field::MostThreshold, what);
        let most = self.most_match;
        let what = format!(
            "the parcel must match {}, and at most {} is accepted",
            match_words(terms.min_match),
            match_words(most)
        );
        let is_closer = terms.min_match.0 & 7 > most.0 & 7;
        let asks_more = terms.min_match.0 & !7 & !most.0 != 0;
        add(is_closer || asks_more, Field::MostMatch, what);
        let days = u64::from(terms.dispute_window).div_ceil(DAY);
        let what = days_words("the buyer can object for", days, "at most", self.most_dispute_days);
        add(days > self.most_dispute_days, Field::MostDisputeDays, what);
        let days = terms.deliver_by.0.saturating_sub(terms.ship_by.0) / DAY;
        let what = days_words("the delivery has", days, "at least", self.least_deliver_days);
        add(days < self.least_deliver_days, Field::LeastDeliverDays, what);
        match terms.token {
            None => {
                let what = format!(
                    "it is {}, and at most {} is accepted",
                    ether(terms.keeper_tip),
                    ether(self.most_tip)
                );
                add(terms.keeper_tip > self.most_tip, Field::MostTip, what);
            }
            Some(token) => {
                // Anybody can make a token and pay with it: the vault has the price, and it is worthless.
                let what = format!("the order is paid in {}, not in Ether", checksum(token));
                add(!self.tokens.contains(&token), Field::Tokens, what);
                let what = "it is paid in the token, and only Ether is accepted".to_owned();
                add(terms.keeper_tip > 0, Field::MostTip, what);
            }
        }
        let Some(arbiter) = terms.arbiter else { return found };
        let what = format!("{} is not in the list", checksum(arbiter));
        add(!self.arbiters.contains(&arbiter), Field::Arbiters, what);
        let window = u64::from(terms.arbiter_window);
        let days = window / DAY;
        let what = days_words("the arbiter has", days, "at least", self.least_arbiter_days);
        add(days < self.least_arbiter_days, Field::LeastArbiterDays, what);
        let days = window.div_ceil(DAY);
        let what = days_words("the arbiter has", days, "at most", self.most_arbiter_days);
        add(days > self.most_arbiter_days, Field::MostArbiterDays, what);
        let what = format!(
            "the arbiter takes {} hundredths of a percent, and at most {} is accepted",
            terms.arbiter_fee_bps, self.most_arbiter_fee
        );
        add(terms.arbiter_fee_bps > self.most_arbiter_fee, Field::MostArbiterFee, what);
        found
    }
}

fn days_words(who: &str, days: u64, bound: &str, accepted: u64) -> String {
    let days = crate::terminal::many(days, "day", "days");
    format!("{who} {days}, and {bound} {accepted} is accepted")
}

/// Returns the section of a new home.
pub(super) const SECTION: &str = r#"
# What you accept in an order. The shop's server writes the terms, and somebody may have taken it over. `ship` and
# `status --new` refuse an order with other terms, and name the field. --accept FIELD takes it all the same.
[accept]
# Addresses of the arbiters, as in shop.toml. With none, only orders without an arbiter are accepted.
# Attestors must be among those under [attestors], below.
arbiters = []
# Contracts of the tokens in which an order can be paid. With none, orders in Ether alone are accepted. Anybody
# can make a token that is worth nothing, so name none that you do not know.
tokens = []
# Most attestors that must report a delivery.
most_threshold = 2
# The closest match between parcel and order, as parcel_must_match in shop.toml.
most_match = "postal code"
# Days to object, and days that the arbiter has.
most_dispute_days = 7
least_arbiter_days = 7
most_arbiter_days = 30
# Fee of the arbiter, in hundredths of a percent.
most_arbiter_fee = 500
# Days from the last moment to ship to the last moment for a delivery.
least_deliver_days = 30
# Tip for whoever sends what is due, in ETH.
most_tip = "0.001"
"#;

#[cfg(test)]
mod tests;
