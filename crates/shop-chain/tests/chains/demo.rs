//! The fake chain: the suite, in memory and in a file, and what only it can do.

use crate::suite::{Reader, TestChain, chain_suite};
use shop_chain::{
    ChainWatcher, WatchList,
    fake::{FakeChain, FakeError, demo_pay_to, is_demo},
};
use shop_core::{
    escrow::Event,
    money::{Amount, AssetId},
    pay_to::PayTo,
    time::CoarseTime,
    view::EscrowKey,
};
use tempfile::TempDir;

const NOW: CoarseTime = CoarseTime::from_hours(498_000);

struct Demo {
    asset: AssetId,
    chain: FakeChain,
    /// Folder of the chain's file, which is opened again for every watcher, as a shop does.
    folder: Option<TempDir>,
    next: u64,
}

impl Demo {
    fn in_memory(asset: AssetId) -> Self {
        Self { asset, chain: FakeChain::in_memory(asset.chain()), folder: None, next: 0 }
    }

    fn in_a_file(asset: AssetId) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let chain =
            FakeChain::open(&folder.path().join("chain.json"), asset.chain()).expect("a new chain");
        Self { asset, chain, folder: Some(folder), next: 0 }
    }
}

impl TestChain for Demo {
    fn asset(&self) -> AssetId {
        self.asset
    }
    fn watch(&self) -> Box<dyn ChainWatcher> {
        match &self.folder {
            None => Box::new(self.chain.clone()),
            Some(folder) => {
                let path = folder.path().join("chain.json");
                Box::new(FakeChain::open(&path, self.asset.chain()).expect("the same chain"))
            }
        }
    }
    fn most_blocks(&self) -> u32 {
        u32::try_from(FakeChain::MOST_BLOCKS).expect("small")
    }
    fn shows_unmined(&self) -> bool {
        true
    }
    fn pay_to(&mut self) -> PayTo {
        self.next += 1;
        demo_pay_to(self.asset, self.next)
    }
    fn unknown_txid(&self) -> String {
        format!("0x{}", "ab".repeat(32))
    }
    async fn pay(&mut self, to: &PayTo, amount: Amount) -> String {
        self.chain.pay(to, amount).expect("paid")
    }
    async fn mine(&mut self, blocks: u32) {
        self.chain.mine(blocks, NOW).expect("mined");
    }
    async fn reorg(&mut self, depth: u32) {
        self.chain.reorg(depth, NOW).expect("reorganised");
    }
    async fn shrink(&mut self, depth: u32) {
        self.chain.shrink(depth).expect("shrunk");
    }
    async fn again(&mut self, txid: &str) {
        self.chain.again(txid).expect("sent again");
    }
    async fn tell(&mut self, key: EscrowKey, event: Event) -> bool {
        self.chain.tell(key, event).is_ok()
    }
    async fn double_spend(&mut self, txid: &str, depth: u32) {
        self.chain.double_spend(txid, depth, NOW).expect("spent elsewhere");
    }
}

mod in_memory {
    use super::*;
    chain_suite!(async { Demo::in_memory(AssetId::ETH) });
}

mod in_a_file {
    use super::*;
    chain_suite!(async { Demo::in_a_file(AssetId::XMR) });
}

mod with_eight_decimals {
    use super::*;
    chain_suite!(async { Demo::in_memory(AssetId::BTC) });
}

mod of_a_token {
    use super::*;
    chain_suite!(async { Demo::in_memory(token()) });
}

/// A token with 6 decimals, on the chain of Ether.
fn token() -> AssetId {
    AssetId::token(AssetId::ETH.chain(), "0xA0b8", "USDC", 6, 6).expect("a token")
}

/// One chain, two assets: blocks are shared, amounts are not.
#[tokio::test]
async fn coin_and_token_are_seen_on_one_chain() {
    let chain = FakeChain::in_memory(AssetId::ETH.chain());
    let to = [demo_pay_to(AssetId::ETH, 1), demo_pay_to(token(), 1)];
    let coin = chain.pay(&to[0], Amount::new(AssetId::ETH, 7)).expect("paid");
    let tokens = chain.pay(&to[1], Amount::new(token(), 7)).expect("paid");
    let mixed = chain.pay(&to[1], Amount::new(AssetId::ETH, 7));
    assert!(matches!(mixed, Err(FakeError::NotHere)));
    chain.mine(1, NOW).expect("mined");
    let watch_list = WatchList { watched: to.clone().into(), ..WatchList::default() };
    let read = chain.next_update(&[], &watch_list).await.expect("readable");
    let seen: Vec<_> = read.mined.iter().map(|t| (&t.id.0, &t.pay_to, t.amount)).collect();
    let wanted =
        [(&coin, &to[0], Amount::new(AssetId::ETH, 7)), (&tokens, &to[1], Amount::new(token(), 7))];
    assert_eq!(seen, wanted);
}

/// As an exchange's payment by a contract, on a chain that does not log it.
#[tokio::test]
async fn unseen_payment_shows_in_the_balance_alone() {
    let mut bench = Demo::in_memory(AssetId::ETH);
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    bench.chain.pay_unseen(&to, Amount::new(AssetId::ETH, 5)).expect("paid");
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!((reader.payments(&to), reader.balance(&to).await), (vec![], 5));
}

#[test]
fn demo_pay_tos_differ_and_are_never_taken_for_real_ones() {
    let mut seen = std::collections::HashSet::new();
    for asset in AssetId::COINS {
        for number in 0..100 {
            let pay_to = demo_pay_to(asset, number);
            assert!(is_demo(&pay_to) && pay_to.as_str().len() > 20, "{pay_to:?}");
            assert_eq!(pay_to, demo_pay_to(asset, number));
            assert!(shop_chain::pay_to(asset, pay_to.as_str()).is_err());
            assert!(shop_chain::payment_uri(&pay_to, Amount::new(asset, 1), 1).is_none());
            assert!(seen.insert(pay_to));
        }
    }
}

#[test]
fn a_real_address_cannot_be_paid_with_demo_money() {
    let chain = FakeChain::in_memory(AssetId::ETH.chain());
    let real = shop_chain::pay_to(AssetId::ETH, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    let one = Amount::new(AssetId::ETH, 1);
    assert!(matches!(chain.pay(&real.expect("real"), one), Err(FakeError::NotHere)));
    let other = demo_pay_to(AssetId::BTC, 1);
    assert!(matches!(chain.pay(&other, one), Err(FakeError::NotHere)));
}

#[tokio::test]
async fn a_dropped_payment_waits_no_more_until_it_is_sent_again() {
    let mut bench = Demo::in_memory(AssetId::ETH);
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    let txid = bench.pay(&to, Amount::new(AssetId::ETH, 7)).await;
    reader.catch_up().await;
    assert_eq!(reader.waiting(&to), 1);
    bench.chain.drop_unmined(&txid).expect("it waits");
    reader.catch_up().await;
    assert_eq!(reader.waiting(&to), 0);
    bench.again(&txid).await;
    reader.catch_up().await;
    assert_eq!(reader.waiting(&to), 1);
}

#[test]
fn what_cannot_be_done_changes_nothing() {
    let chain = FakeChain::in_memory(AssetId::ETH.chain());
    let txid = chain.pay(&demo_pay_to(AssetId::ETH, 1), Amount::new(AssetId::ETH, 7));
    let txid = txid.expect("paid");
    chain.mine(2, NOW).expect("mined");
    assert!(matches!(chain.shrink(3), Err(FakeError::TooDeep)));
    assert!(matches!(chain.double_spend(&txid, 1, NOW), Err(FakeError::NoSuchTransaction)));
    assert!(matches!(chain.again(&txid), Err(FakeError::NoSuchTransaction)));
    assert_eq!(chain.tip().expect("readable").0, 2);
}

#[test]
fn a_damaged_file_or_one_of_another_chain_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chain.json");
    drop(FakeChain::open(&path, AssetId::ETH.chain()).expect("a new chain"));
    assert!(matches!(FakeChain::open(&path, AssetId::BTC.chain()), Err(FakeError::Damaged)));
    let half = std::fs::read(&path).expect("the file").split_off(9);
    std::fs::File::create(&path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, &half))
        .expect("written");
    assert!(matches!(FakeChain::open(&path, AssetId::ETH.chain()), Err(FakeError::Damaged)));
}

#[tokio::test]
async fn payments_of_many_hands_at_once_are_all_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chain.json");
    let to = demo_pay_to(AssetId::ETH, 1);
    let hands: Vec<_> = (0..4)
        .map(|_| {
            let path = path.clone();
            let to = to.clone();
            std::thread::spawn(move || {
                let chain = FakeChain::open(&path, AssetId::ETH.chain()).expect("the chain");
                for _ in 0..5 {
                    chain.pay(&to, Amount::new(AssetId::ETH, 1)).expect("paid");
                    chain.mine(1, NOW).expect("mined");
                }
            })
        })
        .collect();
    for hand in hands {
        hand.join().expect("no panic");
    }
    let chain = FakeChain::open(&path, AssetId::ETH.chain()).expect("the chain");
    assert_eq!(chain.tip().expect("readable").0, 20);
    let watch_list = WatchList { watched: [to].into(), ..WatchList::default() };
    let start = shop_core::view::BlockAt {
        height: shop_core::view::Height(0),
        hash: shop_core::view::BlockHash([0; 32]),
        time: NOW,
    };
    let all = chain.next_update(&[start], &watch_list).await.expect("readable");
    assert_eq!((all.blocks.len(), all.mined.len()), (21, 20));
}
