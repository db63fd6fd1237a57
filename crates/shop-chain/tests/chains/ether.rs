//! Ethereum: the suite on a real node, and what only Ethereum has.

use crate::{
    anvil::{Anvil, node, settings},
    suite::{Reader, TestChain, chain_suite},
};
use serde_json::{Value, json};
use shop_chain::{
    ChainWatcher, LookUp, WatchError,
    ethereum::{Ethereum, Settings},
};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::collections::HashMap;

/// The system address of EIP-7708, which no real contract can have.
const SYSTEM: &str = "0xfffffffffffffffffffffffffffffffffffffffe";

pub(crate) struct Ether {
    pub(crate) anvil: Anvil,
    next: u64,
    /// Each transaction as sent, so that it can be sent again.
    raw: HashMap<String, String>,
}

impl Ether {
    pub(crate) fn start() -> Self {
        Self { anvil: Anvil::start(), next: 0, raw: HashMap::new() }
    }

    /// Sends a transaction, which waits to be mined. Returns its id.
    pub(crate) fn send(&mut self, transaction: Value) -> String {
        let txid = self.anvil.send(transaction);
        let raw = self.anvil.ask("eth_getRawTransactionByHash", json!([txid]));
        self.raw.insert(txid.clone(), raw.as_str().expect("raw").to_owned());
        txid
    }

    fn watch_with(&self, settings: Settings) -> Ethereum {
        Ethereum::new(vec![node(self.anvil.port())], settings).expect("a node")
    }
}

impl TestChain for Ether {
    fn asset(&self) -> AssetId {
        AssetId::ETH
    }
    fn watch(&self) -> Box<dyn ChainWatcher> {
        Box::new(self.watch_with(settings()))
    }
    fn most_blocks(&self) -> u32 {
        u32::try_from(settings().most_blocks).expect("small")
    }
    fn shows_unmined(&self) -> bool {
        false
    }
    fn pay_to(&mut self) -> PayTo {
        self.next += 1;
        let text = format!("0x5403{:036x}", self.next);
        shop_chain::pay_to(AssetId::ETH, &text).expect("an address")
    }
    fn unknown_txid(&self) -> String {
        format!("0x{}", "ab".repeat(32))
    }
    async fn pay(&mut self, to: &PayTo, amount: Amount) -> String {
        let value = format!("{:#x}", amount.units());
        self.send(json!({ "to": to.as_str(), "value": value }))
    }
    async fn mine(&mut self, blocks: u32) {
        self.anvil.mine(blocks);
    }
    async fn reorg(&mut self, depth: u32) {
        self.anvil.ask("anvil_reorg", json!([depth, []]));
    }
    async fn shrink(&mut self, depth: u32) {
        self.anvil.ask("anvil_rollback", json!([depth]));
    }
    async fn again(&mut self, txid: &str) {
        self.anvil.ask("eth_sendRawTransaction", json!([self.raw[txid]]));
    }
    async fn double_spend(&mut self, txid: &str, depth: u32) {
        let sent = self.anvil.ask("eth_getTransactionByHash", json!([txid]));
        let elsewhere = json!({
            "from": sent["from"], "nonce": sent["nonce"], "value": sent["value"],
            "to": "0x00000000000000000000000000000000deadbeef",
        });
        self.anvil.ask("anvil_reorg", json!([depth, [[elsewhere, 0]]]));
    }
}

chain_suite!(async { Ether::start() });

/// It names a pay-to of the shop and an amount.
#[tokio::test]
async fn failed_transaction_pays_nothing() {
    let mut bench = Ether::start();
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    // The pay-to is a contract that refuses money: PUSH0 PUSH0 REVERT.
    bench.anvil.ask("anvil_setCode", json!([to.as_str(), "0x5f5ffd"]));
    let transaction = json!({ "to": to.as_str(), "value": "0x7", "gas": "0x186a0" });
    let txid = bench.anvil.send(transaction);
    bench.anvil.mine(1);
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
    assert_eq!(reader.look_up(&txid).await, LookUp::Failed);
}

#[tokio::test]
async fn transfer_by_a_contract_counts_once_where_the_chain_logs_it() {
    let mut bench = Ether::start();
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    // A stand-in for the system of EIP-7708: called with from, to and value, it logs as that does.
    // CALLDATACOPY(0, 64, 32); LOG3(0, 32, Transfer, calldata[0..32], calldata[32..64])
    let transfer = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
    let code = format!("0x602060405f37602035 5f35 7f{transfer} 60205fa300").replace(' ', "");
    bench.anvil.ask("anvil_setCode", json!([SYSTEM, code]));
    let word = |digits: &str| format!("{digits:0>64}");
    let receiver = to.as_str().trim_start_matches("0x");
    let data = format!("0x{}{}{}", word("1234"), word(receiver), word("2a"));
    let txid = bench.anvil.send(json!({ "to": SYSTEM, "data": data, "gas": "0x186a0" }));
    bench.anvil.mine(1);
    reader.catch_up().await;
    let seen = reader.payments(&to);
    assert_eq!(seen.len(), 1);
    assert_eq!((&*seen[0].0.0, seen[0].1.units()), (&*format!("{txid}:0"), 42));
}

#[tokio::test]
async fn the_same_log_from_any_other_contract_is_no_money() {
    let mut bench = Ether::start();
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let transfer = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
    let code = format!("0x602060405f376020355f357f{transfer}60205fa300");
    let forger = "0xfffffffffffffffffffffffffffffffffffffffd";
    bench.anvil.ask("anvil_setCode", json!([forger, code]));
    let receiver = to.as_str().trim_start_matches("0x");
    let data = format!("0x{:0>64}{receiver:0>64}{:0>64}", "1234", "2a");
    let txid = bench.anvil.send(json!({ "to": forger, "data": data, "gas": "0x186a0" }));
    bench.anvil.mine(1);
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
    assert_eq!(reader.look_up(&txid).await, LookUp::NotOurs);
}

#[tokio::test]
async fn a_node_of_another_chain_is_refused_by_its_chain_id() {
    let bench = Ether::start();
    let watch = bench.watch_with(Settings { chain_id: 1, ..settings() });
    let refused = watch.next_update(&[], &Default::default()).await;
    let error = refused.expect_err("the wrong chain");
    assert_eq!(error.to_string(), "node 1: is on chain 31337, not 1");
    assert_eq!(shop_core::kind::HasKind::kind(&error), shop_core::kind::Kind::Misconfigured);
}

#[tokio::test]
async fn a_strict_majority_of_the_configured_nodes_is_needed() {
    let bench = Ether::start();
    bench.anvil.mine(2);
    let fork = Anvil::start();
    fork.send(json!({ "to": SYSTEM, "value": "0x1" }));
    fork.mine(2);
    let honest = bench.anvil.port();
    let other = fork.port();
    let dead = 1;
    let watch = |ports: &[u16]| {
        Ethereum::new(ports.iter().copied().map(node).collect(), settings()).expect("nodes")
    };
    for ports in [&[honest, honest, other][..], &[honest, dead, honest], &[honest, honest]] {
        let advance = watch(ports).next_update(&[], &Default::default()).await;
        assert_eq!(advance.expect("a majority").blocks[0].height.0, 2, "{ports:?}");
    }
    for ports in [&[honest, other][..], &[honest, dead, other], &[honest, dead], &[dead]] {
        let refused = watch(ports).next_update(&[], &Default::default()).await;
        assert!(refused.is_err(), "{ports:?}");
    }
    assert!(matches!(Ethereum::new(Vec::new(), settings()), Err(WatchError::NoNodes)));
}
