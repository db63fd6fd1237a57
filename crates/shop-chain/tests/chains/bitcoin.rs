//! Bitcoin: the suite, on a chain of these tests and on a real node, and nodes that lie.

mod chain;
mod lies;
mod node;
mod own;
mod real;
mod transfers;

use crate::suite::{TestChain, chain_suite};
use chain::Regtest;
use node::Manner;
use shop_chain::{
    ChainWatcher,
    bitcoin::{Bitcoin, Network, Settings},
};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::time::Duration;

/// Settings of watchers in these tests: small steps, and short waits for what never comes.
fn settings() -> Settings {
    Settings {
        most_blocks: 5,
        looked_back: 20,
        answer_time: Duration::from_secs(20),
        grace: Duration::from_millis(200),
        ..Settings::new(Network::Regtest)
    }
}

/// A chain of these tests, and the nodes through which watchers see it.
struct Simulated {
    chain: Regtest,
    nodes: Vec<Manner>,
}

impl Simulated {
    fn new(nodes: &[Manner]) -> Self {
        Self { chain: Regtest::new(), nodes: nodes.to_vec() }
    }

    fn watcher(&self) -> Bitcoin {
        let node = |manner: &Manner| node::node(&self.chain, *manner);
        Bitcoin::new(self.nodes.iter().map(node).collect(), settings()).expect("a node")
    }
}

impl TestChain for Simulated {
    fn asset(&self) -> AssetId {
        AssetId::BTC
    }
    fn watch(&self) -> Box<dyn ChainWatcher> {
        Box::new(self.watcher())
    }
    fn most_blocks(&self) -> u32 {
        u32::try_from(settings().most_blocks).expect("small")
    }
    fn shows_unmined(&self) -> bool {
        false
    }
    fn tells_of_strangers(&self) -> bool {
        false
    }
    fn pay_to(&mut self) -> PayTo {
        self.chain.pay_to()
    }
    fn unknown_txid(&self) -> String {
        "ab".repeat(32)
    }
    async fn pay(&mut self, to: &PayTo, amount: Amount) -> String {
        self.chain.pay(to, amount)
    }
    async fn mine(&mut self, blocks: u32) {
        self.chain.mine(blocks);
    }
    async fn reorg(&mut self, depth: u32) {
        self.chain.shrink(depth);
        self.chain.mine_empty(depth);
    }
    async fn shrink(&mut self, depth: u32) {
        self.chain.shrink(depth);
    }
    async fn again(&mut self, txid: &str) {
        self.chain.again(txid);
    }
    async fn double_spend(&mut self, txid: &str, depth: u32) {
        self.chain.shrink(depth);
        self.chain.forget(txid);
        self.chain.mine_empty(depth);
    }
}

mod on_one_node {
    use super::*;
    chain_suite!(async { Simulated::new(&[Manner::Honest]) });
}

mod on_three_nodes {
    use super::*;
    chain_suite!(async { Simulated::new(&[Manner::Honest, Manner::HangsUp, Manner::Honest]) });
}
