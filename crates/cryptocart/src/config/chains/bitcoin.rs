//! `[bitcoin]`: payments on Bitcoin.

use super::{Derived, NodeForm, NodeSetting, Origin, Section};
use crate::config::short_form;
use serde::{Deserialize, Serialize};
use shop_chain::bitcoin::Network;
use shop_core::money::AssetId;
use std::sync::LazyLock;

/// Names that lead to a node of the main network with block filters, another one each time.
/// They are dialled through Tor, and its exit looks the name up.
static SEEDS: LazyLock<Vec<NodeSetting>> = LazyLock::new(|| {
    let seeds = [
        "x49.seed.bitcoin.sprovoost.nl",
        "x49.seed.btc.petertodd.net",
        "x49.seed.bitcoin.wiz.biz",
        "x49.dnsseed.emzy.de",
    ];
    seeds.map(NodeSetting::from).into()
});

/// `[bitcoin]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Bitcoin {
    pub(crate) descriptor: String,
    pub(crate) first: u32,
    pub(crate) addresses: u32,
    pub(crate) pool: String,
    #[serde(deserialize_with = "short_form::list")]
    pub(crate) nodes: Vec<NodeSetting>,
    pub(crate) network: String,
    pub(crate) confirmations: u32,
    pub(crate) ignore_below: u64,
    pub(crate) stop_after_hours: u64,
}

impl Default for Bitcoin {
    fn default() -> Self {
        Self {
            descriptor: String::new(),
            first: 0,
            addresses: 1_000,
            pool: String::new(),
            nodes: Vec::new(),
            network: Network::Main.name().into(),
            confirmations: 2,
            ignore_below: 20_000,
            stop_after_hours: 12,
        }
    }
}

impl Bitcoin {
    pub(super) fn section(&self) -> Section<'_> {
        let network = Network::from_name(self.network.trim());
        let is_main = network == Some(Network::Main);
        let nodes = if self.nodes.is_empty() && is_main { &SEEDS } else { &self.nodes };
        let derived = Derived {
            origin: Origin::Descriptor(self.descriptor.trim()),
            first: self.first,
            addresses: self.addresses,
        };
        Section {
            name: "bitcoin",
            coin: AssetId::BTC,
            network_key: "network",
            main_network: "write main, signet or regtest",
            wallet: None,
            pool: self.pool.trim(),
            derived: Some(derived).filter(|_| !self.descriptor.trim().is_empty()),
            nodes,
            node_form: NodeForm::Peer { port: network.map_or(0, Network::port) },
            network: network.map_or(0, Network::number),
            confirmations: self.confirmations,
            ignore_below: self.ignore_below,
            reads_unmined: false,
            digital_on_one_node: false,
            stop_after_hours: self.stop_after_hours,
        }
    }

    pub(super) fn private_texts(&mut self) -> impl Iterator<Item = &mut String> {
        let nodes = self.nodes.iter_mut().map(|node| &mut node.url);
        [&mut self.descriptor, &mut self.pool].into_iter().chain(nodes)
    }
}
