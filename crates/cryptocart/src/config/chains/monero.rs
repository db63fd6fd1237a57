//! `[monero]`: payments on Monero.

use super::{Derived, NodeForm, NodeSetting, Origin, Section};
use crate::config::short_form;
use serde::{Deserialize, Serialize};
use shop_chain::monero::Network;
use shop_core::money::AssetId;

/// `[monero]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Monero {
    pub(crate) address: String,
    pub(crate) first: u32,
    pub(crate) addresses: u32,
    #[serde(deserialize_with = "short_form::list")]
    pub(crate) nodes: Vec<NodeSetting>,
    pub(crate) network: String,
    pub(crate) confirmations: u32,
    pub(crate) pool_payments: bool,
    pub(crate) ignore_below: u64,
    pub(crate) stop_after_hours: u64,
}

impl Default for Monero {
    fn default() -> Self {
        Self {
            address: String::new(),
            first: 1,
            addresses: 1_000,
            nodes: Vec::new(),
            network: Network::Main.name().into(),
            confirmations: 10,
            pool_payments: false,
            ignore_below: 20_000,
            stop_after_hours: 12,
        }
    }
}

impl Monero {
    pub(super) fn section(&self) -> Section<'_> {
        let network = Network::from_name(self.network.trim());
        let derived = Derived {
            origin: Origin::Account { address: self.address.trim() },
            first: self.first,
            addresses: self.addresses,
        };
        Section {
            name: "monero",
            coin: AssetId::XMR,
            network_key: "network",
            main_network: "write main, stage, test or regtest",
            wallet: None,
            pool: "",
            derived: Some(derived).filter(|_| !self.address.trim().is_empty()),
            nodes: &self.nodes,
            node_form: NodeForm::Url,
            network: network.map_or(0, Network::number),
            confirmations: self.confirmations,
            ignore_below: self.ignore_below,
            reads_unmined: self.pool_payments,
            digital_on_one_node: false,
            stop_after_hours: self.stop_after_hours,
        }
    }

    pub(super) fn private_texts(&mut self) -> impl Iterator<Item = &mut String> {
        let nodes = self.nodes.iter_mut().map(|node| &mut node.url);
        std::iter::once(&mut self.address).chain(nodes)
    }
}
