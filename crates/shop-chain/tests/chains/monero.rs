//! Monero: the suite on a chain in memory, and what only Monero has.

use crate::{
    monero_chain::{BEGIN, Choices, MoneroChain, Pays, account, hex},
    monero_node::MoneroNode,
    suite::{Reader, TestChain, chain_suite},
};
use monero_wallet::transaction::{Pruned, Timelock, Transaction};
use shop_chain::{
    ChainWatcher, LookUp,
    monero::{Account, Monero, Network, Settings},
    transport::Node,
};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
    view::TransferId,
};
use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

/// A chain, and the account of a seller.
pub(crate) struct Xmr {
    pub(crate) chain: Arc<Mutex<MoneroChain>>,
    pub(crate) account: Arc<Account>,
    next: u32,
    reads_pool: bool,
}

/// Returns the settings for a chain of tests: small steps, and no patience.
pub(crate) fn settings() -> Settings {
    Settings {
        most_blocks: 5,
        retry_pause: Duration::from_millis(1),
        ..Settings::new(Network::Main)
    }
}

impl Xmr {
    pub(crate) fn start() -> Self {
        let chain = Arc::new(Mutex::new(MoneroChain::new(BEGIN)));
        Self { chain, account: account(1), next: 0, reads_pool: false }
    }

    pub(crate) fn chain(&self) -> MutexGuard<'_, MoneroChain> {
        self.chain.lock().expect("no panic before")
    }

    pub(crate) fn node(&self) -> Node {
        MoneroNode::honest(Arc::clone(&self.chain)).node()
    }

    pub(crate) fn watch_with(&self, nodes: Vec<Node>) -> Monero {
        let settings = Settings { reads_pool: self.reads_pool, ..settings() };
        Monero::new(Arc::clone(&self.account), nodes, settings).expect("a node")
    }

    pub(crate) fn send(&self, to: &PayTo, units: u64, choices: Choices) -> String {
        self.chain().send(&[Pays { to, units }], choices)
    }
}

impl TestChain for Xmr {
    fn asset(&self) -> AssetId {
        AssetId::XMR
    }
    fn watch(&self) -> Box<dyn ChainWatcher> {
        Box::new(self.watch_with(vec![self.node()]))
    }
    fn most_blocks(&self) -> u32 {
        u32::try_from(settings().most_blocks).expect("small")
    }
    fn shows_unmined(&self) -> bool {
        self.reads_pool
    }
    fn pay_to(&mut self) -> PayTo {
        self.next += 1;
        let mut made = self.account.subaddresses(self.next..self.next + 1);
        made.pop().expect("a subaddress")
    }
    fn unknown_txid(&self) -> String {
        "ab".repeat(32)
    }
    fn names(&self, id: &TransferId, txid: &str) -> bool {
        let chain = self.chain();
        let (sent, _) = chain.find(txid).expect("it was sent");
        let read = Transaction::<Pruned>::read(&mut sent.pruned.as_slice()).expect("its bytes");
        read.prefix().outputs.iter().any(|output| hex(&output.key.to_bytes()) == id.0)
    }
    async fn pay(&mut self, to: &PayTo, amount: Amount) -> String {
        let units = u64::try_from(amount.units()).expect("an amount of Monero");
        self.send(to, units, Choices::default())
    }
    async fn mine(&mut self, blocks: u32) {
        self.chain().mine(blocks);
    }
    async fn reorg(&mut self, depth: u32) {
        let mut chain = self.chain();
        chain.shrink(depth);
        chain.mine_empty(depth);
    }
    async fn shrink(&mut self, depth: u32) {
        self.chain().shrink(depth);
    }
    async fn again(&mut self, txid: &str) {
        self.chain().again(txid);
    }
    async fn double_spend(&mut self, txid: &str, depth: u32) {
        let other = account(2).subaddresses(1..2);
        let mut chain = self.chain();
        chain.shrink(depth);
        // Others that spent the same are gone for good.
        chain.again(txid);
        chain.waiting.clear();
        chain.send(&[Pays { to: &other[0], units: 7 }], Choices::default());
        chain.mine(depth);
    }
}

mod without_pool {
    use super::*;
    chain_suite!(async { Xmr::start() });
}

mod with_pool {
    use super::*;
    chain_suite!(async { Xmr { reads_pool: true, ..Xmr::start() } });
}

/// Returns the amounts of payments to a pay-to.
fn amounts(reader: &Reader, to: &PayTo) -> Vec<u128> {
    reader.payments(to).iter().map(|(_, amount, _)| amount.units()).collect()
}

#[tokio::test]
async fn outputs_of_one_transaction_are_told_apart() {
    let mut bench = Xmr::start();
    let to = [bench.pay_to(), bench.pay_to()];
    let mut reader = Reader::new(&bench, &[&to[0], &to[1]]);
    reader.catch_up().await;
    let pays = [(&to[0], 5), (&to[1], 7), (&to[0], 9)].map(|(to, units)| Pays { to, units });
    let txid = bench.chain().send(&pays, Choices::default());
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!(
        (amounts(&reader, &to[0]).iter().sum::<u128>(), reader.payments(&to[0]).len()),
        (14, 2)
    );
    assert_eq!(amounts(&reader, &to[1]), [7]);
    let LookUp::Found(found) = reader.look_up(&txid).await else { panic!("it pays us") };
    assert_eq!(found.len(), 3);
}

/// The sender locks it until a block or a second: perhaps for ever.
#[tokio::test]
async fn money_that_is_locked_is_no_payment() {
    let mut bench = Xmr::start();
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let locks = [Timelock::Block(3), Timelock::Block(400_000_000), Timelock::Time(BEGIN)];
    let locked =
        locks.map(|lock| bench.send(&to, 5, Choices { lock: Some(lock), ..Choices::default() }));
    bench.mine(8).await;
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
    assert_eq!(reader.look_up(&locked[0]).await, LookUp::NotOurs);
}

/// Two outputs with one key can be spent once: they have one name, and the first counts.
#[tokio::test]
async fn outputs_with_one_key_are_one_transfer() {
    let mut bench = Xmr::start();
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let same = Choices { secret: Some(77), ..Choices::default() };
    for units in [5, 6] {
        bench.send(&to, units, same);
    }
    bench.mine(1).await;
    bench.send(&to, 7, same);
    bench.mine(1).await;
    reader.catch_up().await;
    let first = reader.payments(&to);
    assert_eq!(amounts(&reader, &to), [5], "in one block, and in two of one step");
    bench.send(&to, 8, same);
    bench.mine(1).await;
    let later = reader.peek().await.mined;
    assert_eq!(later.len(), 1);
    assert_eq!(later[0].id, first[0].0, "the database knows it by its name");
}

#[tokio::test]
async fn transaction_from_before_confidential_amounts_is_read_whole() {
    let mut bench = Xmr::start();
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    bench.chain().send_old();
    bench.send(&to, 5, Choices::default());
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!(amounts(&reader, &to), [5]);
}

/// More than a node gives at a time, and more than a hundred payments to us among them.
#[tokio::test]
async fn block_of_many_transactions_is_read_in_pieces() {
    let mut bench = Xmr::start();
    let to = bench.pay_to();
    let other = account(2).subaddresses(1..2);
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    for units in 1..=120 {
        bench.send(&to, units, Choices::default());
        bench.send(&other[0], units, Choices::default());
    }
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!(amounts(&reader, &to).iter().sum::<u128>(), 120 * 121 / 2);
}

#[tokio::test]
async fn ten_thousand_subaddresses_are_recognised() {
    let bench = Xmr::start();
    let all = bench.account.subaddresses(1..10_001);
    assert_eq!(all.len(), 10_000);
    let distinct: std::collections::HashSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), 10_000);
    let watched: Vec<&PayTo> = all.iter().collect();
    let mut reader = Reader::new(&bench, &watched);
    reader.catch_up().await;
    for place in [0, 4_999, 9_999] {
        bench.send(&all[place], 5, Choices::default());
    }
    bench.chain().mine(1);
    reader.catch_up().await;
    let paid = all.iter().filter(|to| !reader.payments(to).is_empty()).count();
    assert_eq!(paid, 3);
}

/// Nothing that waits is asked for by name, and nothing at all unless the settings say so.
#[tokio::test]
async fn nodes_are_asked_for_whole_blocks_and_the_whole_pool() {
    for reads_pool in [false, true] {
        let mut bench = Xmr { reads_pool, ..Xmr::start() };
        let node = MoneroNode::honest(Arc::clone(&bench.chain));
        let to = bench.pay_to();
        let other = account(2).subaddresses(1..2);
        let watch = bench.watch_with(vec![node.node()]);
        let list = shop_chain::WatchList {
            watched: [to.clone()].into(),
            ..shop_chain::WatchList::default()
        };
        let known = watch.next_update(&[], &list).await.expect("readable").blocks;
        let sent = [&to, &other[0]].map(|to| bench.send(to, 5, Choices::default()));
        bench.mine(1).await;
        let waiting = [&to, &other[0]].map(|to| bench.send(to, 5, Choices::default()));
        let update = watch.next_update(&known, &list).await.expect("readable");
        assert_eq!((update.mined.len(), update.unmined.len()), (1, usize::from(reads_pool)));
        let named = || -> Vec<serde_json::Value> {
            let asked = node.asked.lock().expect("no panic before");
            let named = asked.iter().filter(|(method, _)| method == "/get_transactions");
            named.map(|(_, question)| question["txs_hashes"].clone()).collect()
        };
        let mut wanted = vec![serde_json::json!(sent)];
        if reads_pool {
            wanted.push(serde_json::json!(waiting));
        }
        assert_eq!(named(), wanted, "all of the block, and all that wait");
        let known = update.blocks;
        let again = watch.next_update(&known, &list).await.expect("readable");
        assert_eq!(again.unmined, update.unmined);
        assert_eq!(named(), wanted, "what was read is not asked for again");
        let later = [&other[0], &to].map(|to| bench.send(to, 7, Choices::default()));
        let again = watch.next_update(&known, &list).await.expect("readable");
        assert_eq!(again.unmined.len(), if reads_pool { 2 } else { 0 });
        if reads_pool {
            wanted.push(serde_json::json!(later));
        }
        assert_eq!(named(), wanted, "only what is new");
        bench.mine(1).await;
        let mined = watch.next_update(&known, &list).await.expect("readable");
        assert_eq!((mined.mined.len(), mined.unmined.len()), (2, 0));
    }
}
