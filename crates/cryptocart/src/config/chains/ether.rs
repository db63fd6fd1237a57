//! `[ether]`: payments on Ethereum.

use super::{NodeForm, NodeSetting, Section};
use crate::config::short_form;
use serde::{Deserialize, Serialize};
use shop_core::money::AssetId;

/// `[ether]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Ether {
    pub(crate) wallet: String,
    pub(crate) pool: String,
    #[serde(deserialize_with = "short_form::list")]
    pub(crate) nodes: Vec<NodeSetting>,
    pub(crate) chain_id: u64,
    pub(crate) confirmations: u32,
    pub(crate) ignore_below: u64,
    pub(crate) digital_on_one_node: bool,
    pub(crate) stop_after_hours: u64,
}

impl Default for Ether {
    fn default() -> Self {
        Self {
            wallet: String::new(),
            pool: String::new(),
            nodes: Vec::new(),
            chain_id: 1,
            confirmations: 12,
            ignore_below: 20_000,
            digital_on_one_node: false,
            stop_after_hours: 12,
        }
    }
}

impl Ether {
    pub(super) fn section(&self) -> Section<'_> {
        Section {
            name: "ether",
            coin: AssetId::ETH,
            network_key: "chain_id",
            main_network: "write 1 for Ethereum mainnet",
            wallet: Some(self.wallet.trim()),
            pool: self.pool.trim(),
            derived: None,
            nodes: &self.nodes,
            node_form: NodeForm::Url,
            network: self.chain_id,
            confirmations: self.confirmations,
            ignore_below: self.ignore_below,
            reads_unmined: true,
            digital_on_one_node: self.digital_on_one_node,
            stop_after_hours: self.stop_after_hours,
        }
    }

    pub(super) fn private_texts(&mut self) -> impl Iterator<Item = &mut String> {
        let nodes = self.nodes.iter_mut().map(|node| &mut node.url);
        [&mut self.wallet, &mut self.pool].into_iter().chain(nodes)
    }
}
