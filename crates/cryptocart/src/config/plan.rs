//! Settings of a shop, checked and ready to be used.
//!
//! Nothing here is optional by accident.

mod node;

use super::{Config, rules::prices};
use crate::{error::CliError, files, shop_dir::ShopDir};
pub(crate) use node::NodeUrl;
use shop_core::{bill::Prices, money::AssetId, pay_to::PayTo, view::Confirmations};
use shop_web::{Language, Languages};
use std::{net::SocketAddr, path::PathBuf};

/// A checked [`Config`].
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) dir: ShopDir,
    pub(crate) name: String,
    pub(crate) tagline: String,
    pub(crate) contact: Option<String>,
    pub(crate) seller_key: PathBuf,
    pub(crate) currency: AssetId,
    pub(crate) languages: Languages,
    pub(crate) preview: Option<SocketAddr>,
    pub(crate) mailbox: PathBuf,
    pub(crate) offer_hours: u64,
    pub(crate) most_open: u32,
    /// Differences below this are nobody's debt, in 1e-9 of the coin.
    pub(crate) ignore_below: u64,
    /// The least value of goods in an order.
    pub(crate) minimum: Prices,
    pub(crate) unpaid_hours: u64,
    pub(crate) paid_hours: u64,
    pub(crate) money: Money,
    /// After so many hours without its chain an asset is not offered any more.
    pub(crate) stop_after_hours: u64,
    pub(crate) tor: Option<TorSettings>,
    /// Path of the file with the onion key's passphrase; none if it is asked for.
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Way the shop is paid.
#[derive(Clone, Debug)]
pub(crate) enum Money {
    /// Payments are simulated; what is missing for real ones.
    Demo { missing: Vec<&'static str> },
    /// Ether to the seller's own wallet.
    Ether(EtherPlan),
}

/// Everything that is needed to take Ether.
#[derive(Clone, Debug)]
pub(crate) struct EtherPlan {
    pub(crate) source: Source,
    pub(crate) nodes: Vec<NodeUrl>,
    pub(crate) chain_id: u64,
    pub(crate) needs: Confirmations,
    /// True if the word of one remote node may hand out digital goods.
    pub(crate) digital_on_one_node: bool,
}

/// Source of payment addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// One static address; the amount names the order.
    Wallet(PayTo),
    /// One address an order.
    Pool(Vec<PayTo>),
}

/// Settings of Tor.
#[derive(Clone, Debug)]
pub(crate) struct TorSettings {
    pub(crate) memory_mib: u64,
    pub(crate) test_network: Option<PathBuf>,
}

impl Plan {
    /// Reads and checks a shop's settings.
    pub(crate) fn load(dir: &ShopDir) -> Result<Self, CliError> {
        Self::check(dir, &Config::load(dir)?)
    }

    fn check(dir: &ShopDir, config: &Config) -> Result<Self, CliError> {
        let name = shop_core::text::line(&config.shop.name);
        if name.is_empty() {
            return Err(key("shop.name", "it is blank", "give the shop a name"));
        }
        let currency = AssetId::from_code(&config.shop.currency).ok_or_else(|| {
            key("shop.currency", "not a currency of this shop", "write ETH, for example")
        })?;
        let hours = |name, value: u64, most: u64| match value {
            0 => Err(key(name, "it is 0", "use a number above 0")),
            value if value > most => {
                Err(key(name, "it is too large", &format!("the maximum is {most}")))
            }
            value => Ok(value),
        };
        Ok(Self {
            dir: dir.clone(),
            name,
            tagline: shop_core::text::line(&config.shop.tagline),
            contact: Some(shop_core::text::line(&config.shop.contact)).filter(|c| !c.is_empty()),
            seller_key: dir.resolve(&config.shop.seller_key),
            currency,
            languages: languages(&config.shop)?,
            preview: preview(config)?,
            mailbox: dir.resolve(&config.orders.mailbox),
            offer_hours: hours("orders.offer_hours", config.orders.offer_hours, 24 * 14)?,
            most_open: config.orders.most_open.max(1),
            ignore_below: ignore_below(config.ether.ignore_below)?,
            minimum: prices::of_settings("orders.minimum", &config.orders.minimum)?,
            unpaid_hours: hours("records.unpaid_hours", config.records.unpaid_hours, 24 * 90)?,
            paid_hours: hours("records.paid_days", config.records.paid_days, 366)? * 24,
            money: money(dir, config)?,
            stop_after_hours: hours(
                "ether.stop_after_hours",
                config.ether.stop_after_hours,
                24 * 30,
            )?,
            tor: config.tor.enabled.then(|| TorSettings {
                memory_mib: config.tor.memory_mib.clamp(64, 64 * 1024),
                test_network: named(dir, &config.tor.test_network),
            }),
            passphrase_file: named(dir, &config.tor.passphrase_file),
        })
    }

    /// Returns the nodes that are asked; none in a demo.
    pub(crate) fn nodes(&self) -> &[NodeUrl] {
        match &self.money {
            Money::Ether(ether) => &ether.nodes,
            Money::Demo { .. } => &[],
        }
    }

    /// Returns the source of payment addresses; none in a demo.
    pub(crate) fn source(&self) -> Option<&Source> {
        match &self.money {
            Money::Ether(ether) => Some(&ether.source),
            Money::Demo { .. } => None,
        }
    }

    /// Returns true if the chain is a public one that has a block every few seconds.
    /// A private one may wait for somebody to mine.
    pub(crate) fn has_steady_blocks(&self) -> bool {
        // Ethereum's main chain, Sepolia and Hoodi.
        matches!(&self.money, Money::Ether(ether) if [1, 11_155_111, 560_048].contains(&ether.chain_id))
    }

    /// Returns true if one remote node decides alone what was paid.
    /// Its operator can make up a payment.
    pub(crate) fn trusts_one_far_node(&self) -> bool {
        matches!(self.nodes(), [node] if !node.is_loopback())
    }

    /// Returns true if payments are simulated.
    pub(crate) fn is_demo(&self) -> bool {
        matches!(self.money, Money::Demo { .. })
    }

    /// Returns true if a payment that is deep enough hands out digital goods by itself.
    /// The word of one remote node, which could make a payment up, is not enough unless the settings
    /// say so.
    pub(crate) fn releases_digital(&self) -> bool {
        match &self.money {
            Money::Demo { .. } => true,
            Money::Ether(ether) => ether.digital_on_one_node || !self.trusts_one_far_node(),
        }
    }
}

/// The most that a seller may let go, in 1e-9 of the coin: 0.01 of it.
const MOST_IGNORED: u64 = 10_000_000;

fn ignore_below(nano: u64) -> Result<u64, CliError> {
    if nano <= MOST_IGNORED {
        return Ok(nano);
    }
    let hint = "write it in 1e-9 ETH: at most 10000000, which is 0.01 ETH";
    Err(key("ether.ignore_below", "it is too large", hint))
}

fn key(name: &str, what: &str, hint: &str) -> CliError {
    CliError::misconfigured(format!("shop.toml, {name}: {what}")).hint(hint)
}

fn named(dir: &ShopDir, path: &str) -> Option<PathBuf> {
    (!path.is_empty()).then(|| dir.resolve(path))
}

fn languages(shop: &super::Shop) -> Result<Languages, CliError> {
    let known = Language::ALL.map(Language::tag).join(", ");
    let language = |name: &str, tag: &str| {
        Language::from_tag(tag).ok_or_else(|| {
            let what = format!("{tag:?} is not a language of this program");
            key(name, &what, &format!("the languages are {known}"))
        })
    };
    let own = language("shop.language", &shop.language)?;
    let all = shop.languages.iter().map(|tag| language("shop.languages", tag));
    let all = all.collect::<Result<Vec<_>, _>>()?;
    if !all.contains(&own) {
        let what = format!("the list does not include the shop's own language, {}", own.tag());
        return Err(key("shop.languages", &what, "add it, or change shop.language"));
    }
    Ok(Languages::new(own, &all))
}

fn preview(config: &Config) -> Result<Option<SocketAddr>, CliError> {
    if !config.preview.enabled {
        return Ok(None);
    }
    let hint = "write 127.0.0.1:8080, or enabled = false";
    let address: SocketAddr = config
        .preview
        .listen
        .parse()
        .map_err(|_| key("preview.listen", "not an address with a port", hint))?;
    if !address.ip().is_loopback() {
        let what = "this address would open the shop to the network outside Tor";
        return Err(key("preview.listen", what, "use a loopback address such as 127.0.0.1:8080"));
    }
    Ok(Some(address))
}

fn money(dir: &ShopDir, config: &Config) -> Result<Money, CliError> {
    let ether = &config.ether;
    let source = match (ether.wallet.trim(), ether.pool.trim()) {
        ("", "") => None,
        (wallet, "") => Some(Source::Wallet(address("ether.wallet", wallet)?)),
        ("", pool) => Some(Source::Pool(read_pool(dir, pool)?)),
        _ => return Err(key("ether", "both wallet and pool are set", "use only one of them")),
    };
    let nodes = ether
        .nodes
        .iter()
        .map(|url| NodeUrl::parse(url).map_err(|why| key("ether.nodes", &why, node::HINT)))
        .collect::<Result<Vec<_>, _>>()?;
    refuse_twice(&nodes)?;
    if ether.chain_id == shop_db::DEMO_CHAIN {
        return Err(key("ether.chain_id", "no chain has this id", "write 1 for Ethereum mainnet"));
    }
    let mut missing = Vec::new();
    if source.is_none() {
        missing.push("a wallet (or a pool of addresses) in shop.toml, [ether]");
    }
    if nodes.is_empty() {
        missing.push("a node in shop.toml, [ether]");
    }
    match source {
        Some(source) if !nodes.is_empty() => Ok(Money::Ether(EtherPlan {
            source,
            nodes,
            chain_id: ether.chain_id,
            needs: Confirmations(ether.confirmations.max(1)),
            digital_on_one_node: ether.digital_on_one_node,
        })),
        _ => Ok(Money::Demo { missing }),
    }
}

/// Refuses a node that is listed twice: a majority that counts it twice is none.
fn refuse_twice(nodes: &[NodeUrl]) -> Result<(), CliError> {
    for (i, node) in nodes.iter().enumerate() {
        let before = nodes.iter().take(i).position(|other| node.is_same_node(other));
        if let Some(before) = before {
            let what =
                format!("node {} is the same as node {}: {}", i + 1, before + 1, node.name());
            let hint =
                "list each node once, and use nodes of different operators: the majority decides";
            return Err(key("ether.nodes", &what, hint));
        }
    }
    Ok(())
}

fn address(name: &str, text: &str) -> Result<PayTo, CliError> {
    shop_chain::pay_to(AssetId::Eth, text)
        .map_err(|error| CliError::misconfigured(format!("shop.toml, {name}: {error}")))
}

/// Reads a pool, one address a line; blank lines and `#` lines are skipped.
fn read_pool(dir: &ShopDir, name: &str) -> Result<Vec<PayTo>, CliError> {
    let text = files::read_text(&dir.resolve(name), 8 * 1024 * 1024)?;
    let mut pool = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (i, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let pay_to = address(&format!("ether.pool, {name} line {}", i + 1), line)?;
        if !seen.insert(pay_to.clone()) {
            let what = format!("{name} line {} repeats an address", i + 1);
            return Err(key("ether.pool", &what, "each address is used once: remove one of them"));
        }
        pool.push(pay_to);
    }
    if pool.is_empty() {
        return Err(key("ether.pool", "the file has no address", "write one address per line"));
    }
    Ok(pool)
}

#[cfg(test)]
mod tests;
