//! `escrow.toml` of an escrow home: the chain, the nodes, Tor, and the addresses of the keys.

use super::policy::{self, Policy, RawPolicy};
pub(super) use super::units::account;
use crate::{config::plan::NodeUrl, error::CliError, escrow::sending::wei, files};
use serde::Deserialize;
use shop_core::escrow::Account;
use shop_net::socks_dialer::SocksPort;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Largest file of settings, in bytes.
const LARGEST: u64 = 64 << 10;

/// Settings of an escrow home, checked.
pub(super) struct Settings {
    /// Number of the chain (EIP-155).
    pub(super) chain_id: u64,
    /// Nodes that are asked.
    pub(super) nodes: Vec<NodeUrl>,
    /// SOCKS port of the tor on this machine.
    pub(super) tor: SocksPort,
    /// Blocks after which a payment counts.
    pub(super) confirmations: u64,
    /// Most that one action may cost, in wei.
    pub(super) max_fee: u128,
    /// Mailbox with the shop's mails.
    pub(super) mailbox: Option<PathBuf>,
    /// Address of the operator key.
    pub(super) operator: Account,
    /// Address of the shop key.
    pub(super) shop_key: Account,
    /// Places of attestors.
    pub(super) attestors: BTreeMap<Account, NodeUrl>,
    /// Terms that the seller accepts.
    pub(super) accept: Policy,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default = "main_chain")]
    chain_id: u64,
    #[serde(default)]
    nodes: Vec<String>,
    #[serde(default = "usual_tor")]
    tor: String,
    #[serde(default = "usual_confirmations")]
    confirmations: u64,
    #[serde(default = "usual_max_fee")]
    max_fee: String,
    #[serde(default)]
    mailbox: String,
    operator: String,
    shop_key: String,
    #[serde(default)]
    attestors: BTreeMap<String, String>,
    #[serde(default)]
    accept: RawPolicy,
}

const fn main_chain() -> u64 {
    1
}

fn usual_tor() -> String {
    "127.0.0.1:9050".into()
}

const fn usual_confirmations() -> u64 {
    12
}

fn usual_max_fee() -> String {
    "0.01".into()
}

impl Settings {
    /// Reads the file.
    pub(super) fn load(path: &Path) -> Result<Self, CliError> {
        let text = files::read_text(path, LARGEST)?;
        let named = |what: String| CliError::misconfigured(format!("{}: {what}", path.display()));
        let raw: Raw = toml::from_str(&text).map_err(|error| named(error.to_string()))?;
        Self::check(raw).map_err(named)
    }

    fn check(raw: Raw) -> Result<Self, String> {
        let nodes = raw.nodes.iter().map(|url| NodeUrl::parse(url));
        let nodes = nodes.collect::<Result<Vec<_>, _>>().map_err(|why| format!("nodes: {why}"))?;
        let is_twice = |(place, node): (usize, &NodeUrl)| {
            nodes.iter().take(place).any(|other| other.is_same_node(node))
        };
        if nodes.iter().enumerate().any(is_twice) {
            return Err("nodes: one node is named twice, and would be counted twice".into());
        }
        let mut attestors = BTreeMap::new();
        for (address, place) in &raw.attestors {
            let url = if place.contains("://") { place.clone() } else { format!("http://{place}") };
            let url = NodeUrl::parse(&url)
                .map_err(|_| format!("attestors: {place:?} is no onion address"))?;
            if attestors.insert(account("attestors", address)?, url).is_some() {
                return Err(format!("attestors: {address} is named twice, in two spellings"));
            }
        }
        Ok(Self {
            chain_id: raw.chain_id,
            nodes,
            tor: raw.tor.parse().map_err(|error| format!("tor: {error}"))?,
            confirmations: raw.confirmations,
            max_fee: wei(&raw.max_fee)
                .ok_or("max_fee: write ETH as a decimal, such as \"0.01\"")?,
            mailbox: Some(PathBuf::from(raw.mailbox)).filter(|path| path != Path::new("")),
            operator: account("operator", &raw.operator)?,
            shop_key: account("shop_key", &raw.shop_key)?,
            attestors,
            accept: raw.accept.check()?,
        })
    }
}

/// Returns the file of a new home.
pub(super) fn new_file(operator: &str, shop_key: &str) -> String {
    format!(
        r#"# Settings of this escrow home. Nothing here is secret. docs/escrow-seller.md explains them.

# The chain, by its number: 1 is Ethereum's main chain.
chain_id = 1
# Servers that are asked about the chain and given your transactions, all of them each time. What most of them
# say counts: name three of different operators, or one of your own on this machine. Others are reached through Tor.
# nodes = ["http://127.0.0.1:8545"]
nodes = []
# The SOCKS port of the tor on this machine: Debian's tor has 127.0.0.1:9050, Tor Browser 127.0.0.1:9150.
tor = "127.0.0.1:9050"
# Blocks after which a payment counts.
confirmations = 12
# The most that one action may cost in fees, in ETH. --max-fee says it for one command.
max_fee = "0.01"
# The mailbox with your shop's mails, as `cryptocart fetch` writes it. --mailbox says it for one command.
mailbox = ""

# Addresses of your keys. They belong into the shop's shop.toml, under [escrow], as `operator` and `key`.
operator = "{operator}"
shop_key = "{shop_key}"
{accept}
# The attestors of your orders, as in shop.toml: the address of each, and its onion address. You send them the
# parcel's number and the postal code, so that they can ask the carrier.
# "0x..." = "....onion"
[attestors]
"#,
        accept = policy::SECTION
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0x3da8d322cb2435da26e9c9fee670f9fb7fe74e49";

    fn checked(more: &str) -> Result<Settings, String> {
        let text = format!("operator = \"{KEY}\"\nshop_key = \"{KEY}\"\n{more}");
        Settings::check(toml::from_str(&text).map_err(|error| error.to_string())?)
    }

    #[test]
    fn file_of_a_new_home_is_read() {
        let settings = Settings::check(toml::from_str(&new_file(KEY, KEY)).unwrap()).unwrap();
        assert_eq!(settings.chain_id, 1);
        assert_eq!(settings.max_fee, 10_000_000_000_000_000);
        assert!(settings.nodes.is_empty() && settings.mailbox.is_none());
    }

    #[test]
    fn wrong_settings_are_named() {
        let wrong = [
            ("max_fee = \"1,5\"", "max_fee"),
            ("tor = \"10.0.0.1:9050\"", "tor"),
            ("nodes = [\"http://rpc.example\"]", "nodes"),
            ("nodes = [\"https://a.example\", \"https://a.example/2\"]", "twice"),
            ("[attestors]\n\"0x12\" = \"127.0.0.1\"", "attestors"),
            ("[attestors]\n\"0x12\" = \"x.onion\"", "no onion address"),
            ("node = []", "unknown field"),
            (
                "[attestors]\n\"0x3da8d322cb2435da26e9c9fee670f9fb7fe74e49\" = \"127.0.0.1:1\"\n\
                 \" 0x3DA8D322CB2435dA26E9C9fEE670f9fB7Fe74E49\" = \"127.0.0.1:2\"",
                "named twice",
            ),
        ];
        for (line, named) in wrong {
            let why = checked(line).err().unwrap_or_default();
            assert!(why.contains(named), "{line}: {why}");
        }
        assert!(checked("").is_ok());
    }
}
