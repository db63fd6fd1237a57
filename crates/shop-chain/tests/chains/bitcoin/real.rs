//! The suite on a real node: bitcoind, on a network of its own.
//!
//! The node holds no wallet. Its first coins are paid to a script that anybody can spend, and the
//! blocks of the tests have the transactions that they name.

use super::{
    chain::{script, spelled},
    settings,
};
use crate::{
    anvil::Loopback,
    bitcoind::{self, Bitcoind},
    suite::{Reader, TestChain, run_all_scenarios},
};
use bitcoin::{
    Address, Amount as Sats, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut,
    Txid, WPubkeyHash, Witness,
    absolute::LockTime,
    consensus::encode::serialize_hex,
    hashes::{Hash, sha256},
    transaction,
};
use serde_json::{Value, json};
use shop_chain::{
    ChainWatcher,
    bitcoin::{Bitcoin, Node},
};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// Blocks whose coins are spent by the tests, and those that make them ripe.
const RIPE: u32 = 60;
const RIPENING: u32 = 100;
/// A coin's worth of a block, which every payment spends whole.
const REWARD: u64 = 5_000_000_000;

/// A node, and the coins that scenarios spend on its chain.
struct Coins {
    node: Bitcoind,
    /// Coins that nobody has spent.
    unspent: Mutex<Vec<OutPoint>>,
    /// Number that makes each address unlike others.
    salt: AtomicU64,
}

/// The chain of a node, in one scenario.
struct Real {
    coins: Arc<Coins>,
    /// Transactions for the next block.
    waiting: Vec<String>,
    /// Each transaction as sent, and the coin that it spends.
    sent: HashMap<String, (String, OutPoint)>,
}

/// Returns a script that anybody can spend, in a witness.
fn anyone() -> ScriptBuf {
    ScriptBuf::from(vec![0x51])
}

impl Coins {
    /// Mines the coins of all scenarios, and what makes them ripe.
    fn mine(node: Bitcoind) -> Self {
        let address = Address::p2wsh(&anyone(), Network::Regtest).to_string();
        let hashes = node.ask("generatetoaddress", json!([RIPE + RIPENING, address]));
        let first = hashes.as_array().expect("a list").iter().take(RIPE as usize);
        let coin = |hash: &Value| {
            let block = node.ask("getblock", json!([hash]));
            let txid = block["tx"][0].as_str().expect("an id").parse().expect("an id");
            OutPoint { txid, vout: 0 }
        };
        let unspent = first.map(coin).collect();
        node.settle();
        Self { node, unspent: Mutex::new(unspent), salt: AtomicU64::new(0) }
    }
}

impl Real {
    fn new(coins: &Arc<Coins>) -> Self {
        Self { coins: Arc::clone(coins), waiting: Vec::new(), sent: HashMap::new() }
    }

    /// Returns an address that was never returned before.
    fn unique(&self) -> Address {
        let salt = self.coins.salt.fetch_add(1, Ordering::Relaxed);
        let hash = sha256::Hash::hash(&salt.to_le_bytes()).to_byte_array();
        let hash = WPubkeyHash::from_slice(&hash[..20]).expect("20 bytes");
        let script = ScriptBuf::new_p2wpkh(&hash);
        Address::from_script(&script, Network::Regtest).expect("an address")
    }

    /// Makes a block of these transactions and no others.
    fn add(&mut self, transactions: &[String]) {
        let to = self.unique().to_string();
        self.coins.node.ask("generateblock", json!([to, transactions]));
    }

    fn spend(&self, coin: OutPoint, output: Vec<TxOut>) -> Transaction {
        let witness = Witness::from_slice(&[anyone().to_bytes()]);
        let sequence = Sequence::ENABLE_RBF_NO_LOCKTIME;
        let input = TxIn { previous_output: coin, script_sig: ScriptBuf::new(), sequence, witness };
        let lock_time = LockTime::ZERO;
        let version = transaction::Version::TWO;
        Transaction { version, lock_time, input: vec![input], output }
    }

    /// Pays an address, and burns the rest of the coin as the block's fee.
    fn pay_from(&mut self, coin: OutPoint, to: ScriptBuf, units: u64) -> String {
        let output = vec![TxOut { value: Sats::from_sat(units), script_pubkey: to }];
        let transaction = self.spend(coin, output);
        let txid = transaction.compute_txid().to_string();
        self.sent.insert(txid.clone(), (serialize_hex(&transaction), coin));
        txid
    }

    fn cut(&mut self, depth: u32) {
        let height = self.coins.node.ask("getblockcount", json!([])).as_u64().expect("a number");
        let first = height + 1 - u64::from(depth);
        let hash = self.coins.node.ask("getblockhash", json!([first]));
        self.coins.node.ask("invalidateblock", json!([hash]));
    }
}

impl TestChain for Real {
    fn asset(&self) -> AssetId {
        AssetId::BTC
    }
    fn watch(&self) -> Box<dyn ChainWatcher> {
        let dial = Arc::new(Loopback(self.coins.node.port()));
        let node = Node { dial, host: String::new(), path: "/".into() };
        Box::new(Bitcoin::new(vec![node], settings()).expect("a node"))
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
    fn exact_units(&self) -> [u128; 4] {
        [1, 999_999_999, 1_234_567_890, 1_234_567_891]
    }
    fn pay_to(&mut self) -> PayTo {
        spelled(&self.unique())
    }
    fn unknown_txid(&self) -> String {
        Txid::from_byte_array([0xab; 32]).to_string()
    }
    async fn pay(&mut self, to: &PayTo, amount: Amount) -> String {
        let units = u64::try_from(amount.units()).expect("a test's amount");
        assert!(units <= REWARD);
        let coin = self.coins.unspent.lock().expect("no test panics inside").pop();
        let coin = coin.expect("coins for all tests");
        let txid = self.pay_from(coin, script(to), units);
        self.waiting.push(txid.clone());
        txid
    }
    async fn mine(&mut self, blocks: u32) {
        let waiting = std::mem::take(&mut self.waiting);
        let raw: Vec<_> = waiting.iter().map(|txid| self.sent[txid].0.clone()).collect();
        self.add(&raw);
        for _ in 1..blocks {
            self.add(&[]);
        }
        self.coins.node.settle();
    }
    async fn reorg(&mut self, depth: u32) {
        self.cut(depth);
        for _ in 0..depth {
            self.add(&[]);
        }
        self.coins.node.settle();
    }
    async fn shrink(&mut self, depth: u32) {
        self.cut(depth);
        self.coins.node.settle();
    }
    async fn again(&mut self, txid: &str) {
        self.waiting.push(txid.to_owned());
    }
    async fn double_spend(&mut self, txid: &str, depth: u32) {
        self.cut(depth);
        let coin = self.sent[txid].1;
        let elsewhere = self.unique().script_pubkey();
        let other = self.pay_from(coin, elsewhere, 7);
        let raw = self.sent[&other].0.clone();
        self.add(&[raw]);
        for _ in 1..depth {
            self.add(&[]);
        }
        self.coins.node.settle();
    }
}

/// Its sender spends the coin elsewhere, with a higher fee, before it is in a block (RBF).
async fn replaced_payment_is_never_seen(mut bench: Real) {
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let coin = bench.coins.unspent.lock().expect("no test panics inside").pop();
    let coin = coin.expect("coins for all tests");
    let elsewhere = bench.unique().script_pubkey();
    let paid = bench.pay_from(coin, script(&to), 4_999_000_000);
    let replaced = bench.pay_from(coin, elsewhere, 4_990_000_000);
    for txid in [&paid, &replaced] {
        bench.coins.node.ask("sendrawtransaction", json!([bench.sent[txid].0, 0]));
        reader.catch_up().await;
        assert_eq!((reader.waiting(&to), reader.payments(&to).len()), (0, 0));
    }
    let address = bench.unique().to_string();
    bench.coins.node.ask("generatetoaddress", json!([1, address]));
    bench.coins.node.settle();
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
}

/// All scenarios on one node: it takes seconds to start.
#[tokio::test]
async fn suite_passes_on_a_real_node() {
    let Some(program) = bitcoind::program() else {
        eprintln!(
            "LEFT OUT: no bitcoind here; run maint/get-bitcoind, or set BITCOIND to its path"
        );
        return;
    };
    let coins = Arc::new(Coins::mine(Bitcoind::start(&program, &["-disablewallet"])));
    run_all_scenarios!(Real::new(&coins));
    replaced_payment_is_never_seen(Real::new(&coins)).await;
}
