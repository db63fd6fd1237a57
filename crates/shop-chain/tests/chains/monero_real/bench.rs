//! A node's chain with coins to spend, and the account of a seller.

use crate::{
    anvil::Loopback,
    monero::settings,
    monerod::{Monerod, Programs, Wallet},
    suite::TestChain,
};
use serde_json::{Value, json};
use shop_chain::{
    ChainWatcher,
    monero::{Account, Monero, Network, Settings},
    transport::Node,
};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
    view::TransferId,
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

/// Blocks whose coins are ripe at first, enough for a ring, and those that ripen them.
const RIPE: u32 = 20;
const RIPENING: u32 = 60;
/// Blocks that make the coins of a transaction ripe.
const CHANGE_RIPENING: u32 = 10;
/// Parts that a coin is divided into, as many as a transaction pays.
const PARTS: u32 = 15;
/// Units of a part, which each payment spends whole.
const PART: u64 = 2_000_000_000_000;

/// A node, a buyer's wallet, and the account of a seller.
pub(crate) struct Money {
    pub(crate) node: Monerod,
    pub(crate) buyer: Wallet,
    pub(crate) seller: Seller,
    pub(crate) account: Arc<Account>,
    pub(crate) programs: Programs,
    /// Address of the buyer, who gets the coins of new blocks.
    home: String,
    /// Accounts of the buyer with a coin that nobody has spent.
    coins: Mutex<Vec<u32>>,
    next: AtomicU32,
}

/// Keys of the seller that see, and do not spend.
pub(crate) struct Seller {
    pub(crate) address: String,
    pub(crate) view_key: String,
}

/// Transaction as it was sent.
struct Sent {
    raw: String,
    coin: u32,
}

/// The chain of a node, in one scenario.
pub(crate) struct Real {
    pub(crate) money: Arc<Money>,
    pub(crate) reads_pool: bool,
    /// Nodes that its watchers ask.
    pub(crate) nodes: Vec<Node>,
    sent: HashMap<String, Sent>,
}

/// Returns a node at a loopback port.
pub(crate) fn node_at(port: u16) -> Node {
    Node { dial: Arc::new(Loopback(port)), host: format!("127.0.0.1:{port}"), path: "/".into() }
}

impl Money {
    /// Starts a node, and mines the coins of all scenarios.
    pub(crate) fn mine(programs: &Programs) -> Self {
        let node = Monerod::start(programs);
        let buyer = Wallet::start(programs, &node);
        let address = buyer.make("seller");
        let view_key = buyer.text("query_key", json!({ "key_type": "view_key" }), "key");
        let account = Account::new(&address, &view_key, Network::Regtest).expect("keys");
        let seller = Seller { address, view_key };
        let home = buyer.make("buyer");
        node.mine(RIPE + RIPENING, &home);
        buyer.refresh();
        let coins = divide(&node, &buyer);
        node.mine(CHANGE_RIPENING, &home);
        buyer.refresh();
        Self {
            node,
            buyer,
            seller,
            account: Arc::new(account),
            programs: programs.clone(),
            home,
            coins: Mutex::new(coins),
            next: AtomicU32::new(1),
        }
    }

    fn coin(&self) -> u32 {
        let coin = self.coins.lock().expect("no test panics inside").pop();
        coin.expect("coins for all tests")
    }

    /// Returns a subaddress of the seller that was never returned before, and its number.
    pub(crate) fn subaddress(&self) -> (u32, PayTo) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let made = self.account.subaddresses(number..number + 1).pop();
        (number, made.expect("a subaddress"))
    }
}

/// Divides a coin into parts, each in an account of its own. Returns their numbers.
fn divide(node: &Monerod, buyer: &Wallet) -> Vec<u32> {
    let accounts: Vec<Value> = (0..PARTS).map(|_| buyer.ask("create_account", json!({}))).collect();
    let parts: Vec<Value> = accounts
        .iter()
        .map(|account| json!({ "amount": PART, "address": account["address"] }))
        .collect();
    let params = json!({ "destinations": parts, "account_index": 0, "get_tx_hex": true });
    let sent = buyer.ask("transfer", params);
    let txid = sent["tx_hash"].as_str().expect("an id").to_owned();
    crate::monerod::wait_for(
        "a divided coin to be among the transactions that wait",
        std::time::Duration::from_secs(30),
        || node.waiting().contains(&txid),
    );
    let number = |account: &Value| account["account_index"].as_u64().expect("a number");
    accounts.iter().map(|account| u32::try_from(number(account)).expect("few")).collect()
}

impl Real {
    /// Returns the chain for a scenario, whose pool is read.
    pub(crate) fn new(money: &Arc<Money>) -> Self {
        let nodes = vec![node_at(money.node.port())];
        Self { money: Arc::clone(money), reads_pool: true, nodes, sent: HashMap::new() }
    }

    /// Returns a watcher that asks these nodes.
    pub(crate) fn watcher(&self, nodes: Vec<Node>) -> Monero {
        let reads_pool = self.reads_pool;
        let settings = Settings { network: Network::Regtest, reads_pool, ..settings() };
        Monero::new(Arc::clone(&self.money.account), nodes, settings).expect("a node")
    }

    /// Makes a transaction of one coin with these outputs, and does not send it. Returns its id.
    fn make(&mut self, coin: u32, to: &[(&PayTo, u64)]) -> String {
        self.try_make(coin, to, 0).unwrap_or_else(|error| panic!("transfer: {error}"))
    }

    /// As [`Self::make`], with money that is locked until a block if that is not 0.
    pub(crate) fn try_make(
        &mut self,
        coin: u32,
        to: &[(&PayTo, u64)],
        unlock_time: u64,
    ) -> Result<String, String> {
        let pays = |(to, units): &(&PayTo, u64)| json!({ "amount": units, "address": to.as_str() });
        let mut params = json!({
            "destinations": to.iter().map(pays).collect::<Vec<_>>(),
            "account_index": coin,
            "get_tx_hex": true,
            "do_not_relay": true,
        });
        if unlock_time != 0 {
            params["unlock_time"] = json!(unlock_time);
        }
        let made = self.money.buyer.try_ask("transfer", &params)?;
        let text = |field: &str| made[field].as_str().expect("a text").to_owned();
        let txid = text("tx_hash");
        self.sent.insert(txid.clone(), Sent { raw: text("tx_blob"), coin });
        Ok(txid)
    }

    fn send(&self, txid: &str) {
        self.money.node.send(txid, &self.sent[txid].raw);
    }

    /// Sends a transaction with several outputs, which waits to be mined. Returns its id.
    pub(crate) fn pay_all(&mut self, to: &[(&PayTo, u64)]) -> String {
        let coin = self.money.coin();
        let txid = self.make(coin, to);
        self.send(&txid);
        txid
    }

    /// Sends money that is locked until a block; an error if the wallet or the node refuses it.
    pub(crate) fn pay_locked(&mut self, to: &PayTo, units: u64, until: u64) -> Result<(), String> {
        let coin = self.money.coin();
        let txid = self.try_make(coin, &[(to, units)], until)?;
        self.send(&txid);
        Ok(())
    }

    pub(crate) fn mine_now(&self, blocks: u32) {
        self.money.node.mine(blocks, &self.money.home);
    }
}

impl TestChain for Real {
    fn asset(&self) -> AssetId {
        AssetId::XMR
    }
    fn watch(&self) -> Box<dyn ChainWatcher> {
        Box::new(self.watcher(self.nodes.clone()))
    }
    fn most_blocks(&self) -> u32 {
        u32::try_from(settings().most_blocks).expect("small")
    }
    fn shows_unmined(&self) -> bool {
        self.reads_pool
    }
    fn exact_units(&self) -> [u128; 4] {
        [1, 999_999_999, 1_234_567_890_123, 1_234_567_890_124]
    }
    fn pay_to(&mut self) -> PayTo {
        self.money.subaddress().1
    }
    fn unknown_txid(&self) -> String {
        "ab".repeat(32)
    }
    fn names(&self, id: &TransferId, txid: &str) -> bool {
        // The key of an output stands in the transaction as it is.
        id.0.len() == 64 && self.sent[txid].raw.contains(&id.0)
    }
    async fn pay(&mut self, to: &PayTo, amount: Amount) -> String {
        let units = u64::try_from(amount.units()).expect("an amount of Monero");
        assert!(units < PART, "a coin pays it");
        self.pay_all(&[(to, units)])
    }
    async fn mine(&mut self, blocks: u32) {
        self.mine_now(blocks);
    }
    async fn reorg(&mut self, depth: u32) {
        self.money.node.pop(depth);
        self.mine_now(depth);
    }
    async fn shrink(&mut self, depth: u32) {
        self.money.node.pop(depth);
    }
    async fn again(&mut self, txid: &str) {
        self.send(txid);
    }
    async fn double_spend(&mut self, txid: &str, depth: u32) {
        self.money.node.pop(depth);
        let coin = self.sent[txid].coin;
        let elsewhere = PayTo::new(AssetId::XMR, &self.money.home).expect("an address");
        let other = self.make(coin, &[(&elsewhere, 7)]);
        self.send(&other);
        self.mine_now(depth);
    }
}
