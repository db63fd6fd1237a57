//! Sources of exchange rates, and rates by hand, checked.

use super::{
    chains::deciding,
    key,
    node::{self, NodeUrl},
};
use crate::{
    config::{
        Config,
        rates::{FeedSettings, HandSettings, SourceSettings},
        rules::discounts,
    },
    error::CliError,
};
use shop_chain::ethereum::{Feed, MAIN_FEEDS};
use shop_core::{
    bill::Percent,
    money::{AssetId, Assets, Currency, Decimal},
    time::CoarseTime,
};
use shop_rates::{Code, Rules, Source};

/// Everything that is needed to have exchange rates.
#[derive(Clone, Debug)]
pub(crate) struct RatesPlan {
    pub(crate) sources: Vec<SourcePlan>,
    pub(crate) rules: Rules,
    pub(crate) by_hand: Vec<HandRate>,
    /// Tokens that are taken for a currency, one for one.
    pub(crate) one_to_one: Vec<(AssetId, Currency)>,
}

/// A source that is asked.
#[derive(Clone, Debug)]
pub(crate) enum SourcePlan {
    /// A server that tells prices over HTTP.
    Server {
        /// Form of its answers.
        source: Source,
        /// Its place.
        url: NodeUrl,
    },
    /// Feeds on a chain, through the nodes of that chain.
    Feeds {
        /// The nodes; none where the chain has no settings yet.
        nodes: Vec<NodeUrl>,
        /// Number of the network.
        network: u64,
        /// The feeds that are known there.
        feeds: Vec<Feed>,
    },
}

/// A rate that the seller sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HandRate {
    pub(crate) asset: AssetId,
    pub(crate) currency: Currency,
    /// Price of one whole coin.
    pub(crate) price: Decimal,
    /// Hour at which it ends.
    pub(crate) end: CoarseTime,
}

/// Name of the source that reads feeds on a chain.
pub(crate) const FEEDS: &str = "chainlink";
/// The chain id of Ethereum's main chain, whose feeds are built in.
const MAIN_NETWORK: u64 = 1;
/// Greatest difference between sources that a seller may allow, in parts per million: 10 %.
const WIDEST: u32 = 100_000;

impl SourcePlan {
    /// Returns its name in settings, which its outbound purpose begins with.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Server { source, .. } => source.name,
            Self::Feeds { .. } => FEEDS,
        }
    }

    /// Returns the name that people read, and that a rate names.
    pub(crate) const fn title(&self) -> &'static str {
        match self {
            Self::Server { source, .. } => source.title,
            Self::Feeds { .. } => "Chainlink",
        }
    }

    /// Returns the places that are dialled for it.
    pub(crate) fn urls(&self) -> &[NodeUrl] {
        match self {
            Self::Server { url, .. } => std::slice::from_ref(url),
            Self::Feeds { nodes, .. } => nodes,
        }
    }

    /// Returns the outbound purpose of the n-th place that is dialled for it.
    pub(crate) fn purpose(&self, index: usize) -> String {
        format!("rates-{}-{}", self.name(), index + 1)
    }

    /// Returns the reason why it cannot be asked; none if it can.
    pub(crate) const fn unusable(&self) -> Option<&'static str> {
        match self {
            Self::Feeds { nodes, .. } if nodes.is_empty() => {
                Some("its feeds are read through the nodes of [ether], and there are none")
            }
            Self::Feeds { feeds, .. } if feeds.is_empty() => {
                Some("no feed is known on this chain: name them in rates.feeds, or remove it")
            }
            _ => None,
        }
    }
}

/// Checks `[rates]`.
pub(super) fn rates(config: &Config, assets: &Assets) -> Result<RatesPlan, CliError> {
    let settings = &config.rates;
    let mut sources: Vec<SourcePlan> = Vec::new();
    for written in &settings.sources {
        let source = source(written, config)?;
        if sources.iter().any(|known| known.name() == source.name()) {
            let what = format!("{} is listed twice", source.name());
            let hint = "list each kind once: two of one kind know one thing";
            return Err(refuse("sources", &what, hint));
        }
        sources.push(source);
    }
    refuse_one_host(&sources)?;
    let agree_within = Percent::parse(settings.agree_within.trim())
        .map_err(|error| refuse("agree_within", &error.to_string(), "for example: \"2\""))?;
    if agree_within.is_zero() || agree_within.millionths() > WIDEST {
        let hint = "write a percentage above 0, at most \"10\"";
        return Err(refuse("agree_within", "no such bound makes sense", hint));
    }
    let max_age = settings.max_age_minutes;
    if !(20..=1_440).contains(&max_age) {
        let hint = "write a number from 20 to 1440: sources are asked every ten minutes";
        return Err(refuse("max_age_minutes", "it is too small or too large", hint));
    }
    let rules = Rules {
        agree_within: agree_within.millionths(),
        max_age: max_age * 60,
        ..Rules::default()
    };
    let mut by_hand: Vec<HandRate> = Vec::new();
    for written in &settings.by_hand {
        let rate = hand_rate(written, assets)?;
        let is_same =
            |known: &HandRate| known.asset == rate.asset && known.currency == rate.currency;
        if by_hand.iter().any(is_same) {
            let what = format!("{} in {} is listed twice", rate.asset, rate.currency);
            return Err(refuse("by_hand", &what, "keep one of them"));
        }
        by_hand.push(rate);
    }
    let mut one_to_one: Vec<(AssetId, Currency)> = Vec::new();
    for written in &settings.one_to_one {
        let asset = asset("one_to_one", &written.asset, assets)?;
        if asset.token_on_chain().is_none() {
            let what = format!("{asset} is a coin, whose price moves");
            return Err(refuse("one_to_one", &what, "only a token can follow a currency"));
        }
        if one_to_one.iter().any(|(known, _)| *known == asset) {
            return Err(refuse("one_to_one", &format!("{asset} is listed twice"), "keep one"));
        }
        one_to_one.push((asset, currency("one_to_one", &written.currency)?));
    }
    Ok(RatesPlan { sources, rules, by_hand, one_to_one })
}

fn source(written: &SourceSettings, config: &Config) -> Result<SourcePlan, CliError> {
    let kind = written.kind.trim();
    let url = written.url.trim();
    let wrong = |why: String| refuse("sources", &format!("{kind}: {why}"), node::HINT);
    if kind == FEEDS {
        if !url.is_empty() {
            let what = "chainlink has no url: its feeds are read through the nodes of [ether]";
            return Err(refuse("sources", what, "remove the url"));
        }
        let nodes = deciding(&config.ether.nodes, |node| node.own);
        let nodes = nodes.map(|node| NodeUrl::parse(&node.url).map_err(wrong));
        let nodes = nodes.collect::<Result<Vec<_>, _>>()?;
        let network = config.ether.chain_id;
        let mut feeds = config.rates.feeds.iter().map(feed).collect::<Result<Vec<_>, _>>()?;
        if feeds.is_empty() && network == MAIN_NETWORK {
            feeds = MAIN_FEEDS.into();
        }
        return Ok(SourcePlan::Feeds { nodes, network, feeds });
    }
    let source = Source::named(kind).ok_or_else(|| {
        let names = Source::ALL.map(|source| source.name).join(", ");
        let hint = format!("the kinds are {FEEDS}, {names}");
        refuse("sources", &format!("{kind:?} is not a kind of source"), &hint)
    })?;
    let url = if url.is_empty() { source.url } else { url };
    Ok(SourcePlan::Server { source, url: NodeUrl::parse(url).map_err(wrong)? })
}

/// Refuses two servers at one host: whoever runs it would be two voices.
fn refuse_one_host(sources: &[SourcePlan]) -> Result<(), CliError> {
    let servers = || sources.iter().filter(|source| matches!(source, SourcePlan::Server { .. }));
    for (place, source) in servers().enumerate() {
        let url = |source: &SourcePlan| source.urls().first().cloned();
        let is_same = |other: &SourcePlan| {
            url(source).zip(url(other)).is_some_and(|(one, two)| one.is_same_node(&two))
        };
        if let Some(other) = servers().take(place).find(|other| is_same(other)) {
            let what = format!("{} and {} are at one host", other.name(), source.name());
            return Err(refuse("sources", &what, "two sources must be of two operators"));
        }
    }
    Ok(())
}

fn feed(written: &FeedSettings) -> Result<Feed, CliError> {
    let FeedSettings { asset, currency, contract, heartbeat_minutes } = written;
    let hint = "write { asset = \"ETH\", currency = \"USD\", contract = \"0x..\", \
                heartbeat_minutes = 60 }";
    if Code::parse(asset).is_none() || Code::parse(currency).is_none() {
        return Err(refuse("feeds", "a code is 1 to 8 capital letters and digits", hint));
    }
    if !(1..=10_080).contains(heartbeat_minutes) {
        return Err(refuse("feeds", "a heartbeat is from a minute to a week", hint));
    }
    let feed = Feed {
        base: asset.clone().into(),
        quote: currency.clone().into(),
        contract: contract.trim().to_owned().into(),
        heartbeat: heartbeat_minutes * 60,
    };
    let wrong = |error| refuse("feeds", &format!("{asset}/{currency}: {error}"), hint);
    feed.account().map_err(wrong)?;
    Ok(feed)
}

fn hand_rate(written: &HandSettings, assets: &Assets) -> Result<HandRate, CliError> {
    let HandSettings { asset: code, currency: in_currency, rate, until } = written;
    let price = Decimal::parse(rate.trim()).ok().filter(|price| !price.is_zero());
    let price = price.ok_or_else(|| {
        let what = format!("{rate:?} is not the price of one {code}");
        refuse("by_hand", &what, "write it in quotes: rate = \"231.50\"")
    })?;
    let end = discounts::day(until.trim()).ok_or_else(|| {
        let what = format!("{until:?} is not a day");
        refuse("by_hand", &what, "write the last day that it holds: until = \"2026-12-31\"")
    })?;
    Ok(HandRate {
        asset: asset("by_hand", code, assets)?,
        currency: currency("by_hand", in_currency)?,
        price,
        end: end.plus_hours(24),
    })
}

fn asset(name: &str, code: &str, assets: &Assets) -> Result<AssetId, CliError> {
    assets.find(code).ok_or_else(|| {
        let hint = format!("the coins and tokens are {}", assets.codes());
        refuse(name, &format!("{code:?} is not a coin or token of this shop"), &hint)
    })
}

fn currency(name: &str, code: &str) -> Result<Currency, CliError> {
    Currency::parse(code.trim()).ok_or_else(|| {
        let what = format!("{code:?} is not a currency");
        refuse(name, &what, "write the code of ISO 4217: \"CAD\"")
    })
}

fn refuse(name: &str, what: &str, hint: &str) -> CliError {
    key(&format!("rates.{name}"), what, hint)
}

#[cfg(test)]
mod tests;
