//! Rates that are believed now: a pure state machine over what sources have said.

use crate::config::plan::{HandRate, RatesPlan};
use shop_core::{
    money::{AssetId, Currency, Decimal, ExchangeRate, ExchangeRates, RateOrigin},
    time::{CoarseTime, UnixTime},
};
use shop_rates::{Accepted, Code, NoRate, Pair, Table, Voice, decide};
use std::{collections::BTreeMap, sync::Arc};

/// A rate that prices need: an asset, and the currency of prices.
pub(crate) type Wanted = (AssetId, Currency);

/// Last words of a source.
#[derive(Debug, Default)]
struct Heard {
    /// Quotes that it told last, if it told any.
    table: Option<Table>,
    /// Its error, if there was one.
    error: Option<String>,
}

/// A rate that is wanted and that there is none of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) asset: AssetId,
    pub(crate) currency: Currency,
    /// Reason in words.
    pub(crate) why: String,
    /// True if trying again will not help: the seller has to change a setting.
    pub(crate) certain: bool,
}

/// `ETH in CAD: no source told a price`
impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} in {}: {}", self.asset, self.currency, self.why)
    }
}

/// Keeper of what sources said, and of the rates that follow.
pub(super) struct Keeper {
    plan: Arc<RatesPlan>,
    wanted: Vec<Wanted>,
    heard: BTreeMap<&'static str, Heard>,
    last: BTreeMap<Wanted, Accepted>,
}

/// Reason why there is no rate, and true if trying again will not help.
type Reason = (String, bool);

impl Keeper {
    pub(super) fn new(plan: Arc<RatesPlan>) -> Self {
        Self { plan, wanted: Vec::new(), heard: BTreeMap::new(), last: BTreeMap::new() }
    }

    /// Sets the rates that are wanted. Returns the pairs that sources are asked for.
    pub(super) fn want(&mut self, mut wanted: Vec<Wanted>) -> Vec<Pair> {
        wanted.sort_unstable();
        wanted.dedup();
        self.last.retain(|pair, _| wanted.contains(pair));
        self.wanted = wanted;
        pairs_of(&self.plan, &self.wanted)
    }

    pub(super) fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// Notes what a source told, or that it did not. What it told before counts until it is old.
    pub(super) fn hear(&mut self, title: &'static str, told: Table, error: Option<String>) {
        let heard = self.heard.entry(title).or_default();
        if !told.is_empty() {
            heard.table = Some(told);
        }
        heard.error = error;
    }

    /// Returns true if every source was asked once.
    pub(super) fn is_tried(&self) -> bool {
        self.plan.sources.iter().all(|source| self.heard.contains_key(source.title()))
    }

    /// Returns the rates of this moment, and those that are missing.
    pub(super) fn assess(&mut self, now: UnixTime) -> (ExchangeRates, Vec<Missing>) {
        let mut rates = Vec::new();
        let mut missing = Vec::new();
        for wanted in self.wanted.clone() {
            match self.rate(wanted, now) {
                Ok(rate) => rates.push(rate),
                Err((why, certain)) => {
                    let (asset, currency) = wanted;
                    missing.push(Missing { asset, currency, why, certain });
                }
            }
        }
        (rates.into_iter().collect(), missing)
    }

    fn rate(&mut self, wanted: Wanted, now: UnixTime) -> Result<ExchangeRate, Reason> {
        let (asset, currency) = wanted;
        let hour = now.coarse();
        if let Some((price, end)) = by_hand(&self.plan, wanted) {
            if hour >= end {
                let why =
                    format!("the rate by hand ended at {end}: set a new one in rates.by_hand");
                return Err((why, true));
            }
            return made(wanted, price, hour, RateOrigin::ByHand);
        }
        let peg = peg(&self.plan, asset);
        if peg == Some(currency) {
            return match Decimal::new(1, 0) {
                Some(one) => made(wanted, one, hour, RateOrigin::ByHand),
                None => Err(("there is no number 1".into(), true)),
            };
        }
        if self.plan.sources.is_empty() {
            let why = "no source is set: name some in rates.sources, or set a rate by hand";
            return Err((why.into(), true));
        }
        let pair =
            asked_for(&self.plan, wanted).ok_or_else(|| ("it has no code".to_owned(), true))?;
        let voices = self.heard.iter().filter_map(|(title, heard)| {
            let quote = heard.table.as_ref()?.rate(pair)?;
            Some((*title, Voice { price: quote.price, at: quote.at }))
        });
        let voices = voices.collect();
        let last = self.last.get(&wanted).copied();
        let decided = decide(&voices, last, now, &self.plan.rules)
            .map_err(|error| (self.explained(&error), false))?;
        self.last.insert(wanted, Accepted { price: decided.price, at: decided.at });
        let mut names: Vec<String> = decided.sources.iter().map(|it| (*it).to_owned()).collect();
        if let Some(peg) = peg {
            names.insert(0, format!("by hand 1 {asset} = 1 {peg}"));
        }
        let price = decided.price.to_decimal().ok_or_else(|| ("it is too large".into(), false))?;
        made(wanted, price, decided.at.coarse(), RateOrigin::Sources(names))
    }

    /// Returns a reason in words, with the errors of sources that told nothing.
    fn explained(&self, error: &NoRate) -> String {
        let mut why = error.to_string();
        if matches!(error, NoRate::Nobody | NoRate::Old | NoRate::Alone(_)) {
            for (title, heard) in &self.heard {
                if let Some(error) = &heard.error {
                    why.push_str(&format!("; {title} {error}"));
                }
            }
        }
        why
    }
}

/// Returns the pairs that sources are asked for, so that these rates follow.
pub(crate) fn pairs_of(plan: &RatesPlan, wanted: &[Wanted]) -> Vec<Pair> {
    let mut pairs: Vec<Pair> =
        wanted.iter().filter_map(|wanted| asked_for(plan, *wanted)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Returns the pair that sources are asked for; none for a rate by hand.
fn asked_for(plan: &RatesPlan, wanted: Wanted) -> Option<Pair> {
    let (asset, currency) = wanted;
    let peg = peg(plan, asset);
    if by_hand(plan, wanted).is_some() || peg == Some(currency) {
        return None;
    }
    let base = peg.map_or(asset.code(), Currency::code);
    Some(Pair::new(Code::parse(base)?, Code::parse(currency.code())?))
}

fn by_hand(plan: &RatesPlan, (asset, currency): Wanted) -> Option<(Decimal, CoarseTime)> {
    let is_wanted = |rate: &&HandRate| rate.asset == asset && rate.currency == currency;
    plan.by_hand.iter().find(is_wanted).map(|rate| (rate.price, rate.end))
}

/// Returns the currency that an asset is taken for.
fn peg(plan: &RatesPlan, asset: AssetId) -> Option<Currency> {
    let mut pegs = plan.one_to_one.iter();
    pegs.find(|(known, _)| *known == asset).map(|(_, currency)| *currency)
}

fn made(
    (asset, currency): Wanted,
    price: Decimal,
    hour: CoarseTime,
    origin: RateOrigin,
) -> Result<ExchangeRate, Reason> {
    let rate = ExchangeRate::new(asset, currency, price, hour, origin);
    rate.map_err(|error| (error.to_string(), true))
}

#[cfg(test)]
mod tests;
