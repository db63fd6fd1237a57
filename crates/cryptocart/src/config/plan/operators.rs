//! Operators of nodes that others have listed, with the source of each entry.
//!
//! The list is there to be read and tried by `cryptocart nodes`. Nothing else looks at it but the
//! names of operators, by which `check` knows two nodes of one: a shop uses no node that its seller
//! has not written into `shop.toml`.

use super::node::NodeUrl;
use crate::{
    config::{
        chains::{NodeForm, node_form, section_of},
        from_toml,
    },
    error::CliError,
    files,
};
use serde::Deserialize;
use shop_core::{chain::ChainId, money::AssetId};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::LazyLock,
};

/// The list that comes with the program.
const BUILT_IN: &str = include_str!("operators.toml");

/// Largest list, in bytes.
const LARGEST: u64 = 256 << 10;

/// Fewest operators that can hide nothing as long as one of them is away.
/// Fewer are warned of, and not recommended.
pub(crate) const ENOUGH: usize = 3;

/// Advice on a list that cannot be read.
const HINT: &str = "docs/nodes.md says what a list looks like";

/// A list of operators.
#[derive(Clone, Debug)]
pub(crate) struct Operators {
    /// Day on which its sources were read.
    pub(crate) seen: String,
    pub(crate) entries: Vec<Operator>,
    /// Networks of chains, where it is not the main one.
    networks: BTreeMap<ChainId, u64>,
}

/// An entry: one node, and who is said to run it.
#[derive(Clone, Debug)]
pub(crate) struct Operator {
    pub(crate) chain: ChainId,
    pub(crate) operator: String,
    /// The node as it is written in `shop.toml`.
    pub(crate) node: String,
    pub(crate) url: NodeUrl,
    /// Source in which the entry was seen.
    pub(crate) source: String,
    /// Facts about who is behind it.
    pub(crate) known: String,
    /// True if questions are passed on to nodes of others: it counts for no operator.
    pub(crate) forwards: bool,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    seen: String,
    #[serde(default)]
    networks: BTreeMap<String, u64>,
    #[serde(default)]
    entry: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    chain: String,
    operator: String,
    node: String,
    source: String,
    known: String,
    #[serde(default)]
    forwards: bool,
}

/// The operators by domain, from the list that comes with the program.
static BY_DOMAIN: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let entries = Operators::built_in().map(|list| list.entries).unwrap_or_default();
    let of_domain = |entry: Operator| (domain(entry.url.host()), entry.operator);
    entries.into_iter().map(of_domain).collect()
});

impl Operators {
    /// Returns the list that comes with the program.
    pub(crate) fn built_in() -> Result<Self, CliError> {
        Self::parse(BUILT_IN)
    }

    /// Reads another list of the same form.
    pub(crate) fn load(file: &Path) -> Result<Self, CliError> {
        let read = files::read_text(file, LARGEST).and_then(|text| Self::parse(&text));
        read.map_err(|error| {
            CliError::new(error.kind(), format!("{}: {}", file.display(), error.what())).hint(HINT)
        })
    }

    fn parse(text: &str) -> Result<Self, CliError> {
        let raw: Raw = from_toml(text)?;
        let mut networks = BTreeMap::new();
        for (name, network) in raw.networks {
            networks.insert(chain(&name)?, network);
        }
        let mut entries: Vec<Operator> = Vec::new();
        for raw in raw.entry {
            let entry = Operator::read(raw)?;
            let is_same =
                |other: &Operator| other.chain == entry.chain && other.url.is_same_node(&entry.url);
            if entries.iter().any(is_same) {
                return Err(CliError::misconfigured(format!("{} is listed twice", entry.node)));
            }
            entries.push(entry);
        }
        Ok(Self { seen: shop_core::text::line(&raw.seen), entries, networks })
    }

    /// Returns the entries about one chain.
    pub(crate) fn of_chain(&self, chain: ChainId) -> Vec<&Operator> {
        self.entries.iter().filter(|entry| entry.chain == chain).collect()
    }

    /// Returns the network of the list's entries about a chain.
    pub(crate) fn network(&self, chain: ChainId) -> u64 {
        let main = || shop_chain::rules(chain).map_or(1, shop_chain::Chain::main_network);
        self.networks.get(&chain).copied().unwrap_or_else(main)
    }
}

impl Operator {
    fn read(raw: RawEntry) -> Result<Self, CliError> {
        let chain = chain(&raw.chain)?;
        let url = match node_form(chain) {
            NodeForm::Url => NodeUrl::parse(&raw.node),
            NodeForm::Peer { port } => NodeUrl::parse_peer(&raw.node, port),
        };
        let url = url.map_err(|why| CliError::misconfigured(format!("{}: {why}", raw.node)))?;
        let line = |text: &str| shop_core::text::line(text);
        Ok(Self {
            chain,
            operator: line(&raw.operator),
            node: raw.node,
            url,
            source: line(&raw.source),
            known: line(&raw.known),
            forwards: raw.forwards,
        })
    }
}

/// Returns the chain that a word names: a section of `shop.toml`, a chain or a coin.
pub(crate) fn chain(word: &str) -> Result<ChainId, CliError> {
    let word = word.trim().to_lowercase();
    let is_named = |coin: &AssetId| {
        let chain = coin.chain();
        let section = section_of(chain);
        chain.as_str() == word
            || section == Some(word.as_str())
            || coin.code().to_lowercase() == word
    };
    let coins = || shop_chain::chains().map(|rules| rules.coin());
    coins().find(is_named).map(AssetId::chain).ok_or_else(|| {
        let known: Vec<_> = coins().map(|coin| section_name(coin.chain())).collect();
        CliError::input(format!("{word:?} is not a chain of this program"))
            .hint(format!("the chains are {}", known.join(", ")))
    })
}

/// Returns the section of `shop.toml` about a chain.
pub(crate) fn section_name(chain: ChainId) -> &'static str {
    section_of(chain).unwrap_or(chain.as_str())
}

/// Returns the number of different operators of some nodes, as far as their names tell.
///
/// Nodes of one operator of the list are one, and so are hosts whose last two labels are the same.
/// Those of this machine are one.
pub(crate) fn count<'a>(nodes: impl Iterator<Item = &'a NodeUrl>) -> usize {
    nodes.map(group).collect::<BTreeSet<_>>().len()
}

/// Returns a name for whoever is likely to run a node.
fn group(node: &NodeUrl) -> String {
    if node.is_loopback() {
        return "this machine".to_owned();
    }
    let domain = domain(node.host());
    BY_DOMAIN.get(&domain).cloned().unwrap_or(domain)
}

/// Returns the last two labels of a host.
fn domain(host: &str) -> String {
    let mut labels: Vec<&str> = host.rsplitn(3, '.').take(2).collect();
    labels.reverse();
    labels.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(urls: &[&str]) -> Vec<NodeUrl> {
        urls.iter().map(|url| NodeUrl::parse(url).unwrap()).collect()
    }

    #[test]
    fn built_in_list_names_sources_and_enough_operators() {
        let list = Operators::built_in().unwrap();
        assert!(list.seen.len() == "2026-11-30".len(), "{}", list.seen);
        for entry in &list.entries {
            assert!(entry.source.contains('.') && !entry.known.is_empty(), "{}", entry.node);
            assert!(!entry.url.is_loopback(), "{}", entry.node);
        }
        for rules in shop_chain::chains() {
            let chain = rules.coin().chain();
            let counted = list.of_chain(chain).into_iter().filter(|entry| !entry.forwards);
            let operators: BTreeSet<_> = counted.map(|entry| &entry.operator).collect();
            assert!(operators.len() >= ENOUGH * 2, "{chain}: two of three may not answer");
            assert_eq!(list.network(chain), rules.main_network(), "{chain}");
        }
    }

    #[test]
    fn chain_is_named_by_section_coin_or_name() {
        for (word, section) in
            [("ether", "ether"), ("ETH", "ether"), ("Ethereum", "ether"), ("btc", "bitcoin")]
        {
            assert_eq!(section_name(chain(word).unwrap()), section, "{word}");
        }
        assert_eq!(chain("monero").unwrap(), AssetId::XMR.chain());
        let refused = chain("doge").unwrap_err();
        assert!(refused.hint_text().is_some_and(|hint| hint.contains("ether, bitcoin")));
    }

    #[test]
    fn nodes_of_one_operator_are_counted_once() {
        for (nodes, wanted) in [
            (&["https://a.example", "https://b.test"][..], 2),
            (&["https://a.one.example", "https://one.example/key"], 1),
            (&["https://eth.drpc.org", "https://lb.drpc.org"], 1),
            (&["http://127.0.0.1:1", "http://localhost:2", "https://a.example"], 2),
        ] {
            assert_eq!(count(urls(nodes).iter()), wanted, "{nodes:?}");
        }
    }

    #[test]
    fn list_with_a_mistake_is_refused_with_what_is_wrong() {
        let entry = |chain: &str, node: &str| {
            format!(
                "[[entry]]\nchain = \"{chain}\"\noperator = \"o\"\nnode = \"{node}\"\n\
                 source = \"s\"\nknown = \"k\"\n"
            )
        };
        let one = entry("ethereum", "https://a.example");
        for (text, wanted) in [
            (entry("doge", "https://a.example"), "not a chain"),
            (entry("ethereum", "http://a.example"), "needs https://"),
            (format!("{one}{one}"), "listed twice"),
            (one.replace("operator", "oprator"), "oprator"),
        ] {
            let text = format!("seen = \"2026-11-30\"\n{text}");
            let refused = Operators::parse(&text).unwrap_err().to_string();
            assert!(refused.contains(wanted), "{text}: {refused}");
        }
        let other = format!("seen = \"x\"\nnetworks = {{ ethereum = 5 }}\n{one}");
        assert_eq!(Operators::parse(&other).unwrap().network(AssetId::ETH.chain()), 5);
    }
}
