use super::*;
use crate::{sample_order::sample_order, tasks::watch_list::Offered};
use shop_chain::{LookUp, NodeReport, transport::BoxFuture};
use shop_core::{
    chain::ChainId,
    entropy::Seeded,
    money::{Amount, AssetId},
    pay_to::{Matching, Offer, PayTo},
    time::CoarseTime,
    view::{BlockHash, BlockLogs, ChainIdentity, Height},
};
use std::sync::Mutex;

#[test]
fn waits_after_failures_grow_to_a_limit_and_differ_by_chance() {
    let pause = Duration::from_secs(12);
    let waits = |chance| [1, 2, 9, 10, 99].map(|n| back_off(pause, n, chance).as_secs());
    assert_eq!(waits(0), [12, 24, 108, 120, 120]);
    assert_eq!(waits(255), [9, 18, 81, 90, 90]);
    assert!(SPACING <= pause, "a look by asking comes before the next one by itself");
}

/// An exchangeable node: it tells an identity, and that nothing that was read stands.
struct Exchanged {
    told: Mutex<ChainIdentity>,
    blocks: Mutex<u8>,
    /// Addresses that the shop gives while the chain is read, one a call.
    given: Mutex<Vec<PayTo>>,
    offered: Offered,
    /// Numbers of addresses that were watched, a call each.
    watched: Mutex<Vec<usize>>,
}

const ETH: AssetId = AssetId::ETH;
const HERE: ChainIdentity = ChainIdentity { chain_id: 5, genesis: BlockHash([1; 32]) };
const THERE: ChainIdentity = ChainIdentity { chain_id: 5, genesis: BlockHash([2; 32]) };

fn block(branch: u8, height: u64) -> BlockAt {
    let height = Height(height);
    let time = System::fake().hour();
    BlockAt { height, hash: BlockHash([branch; 32]), time }
}

impl ChainWatcher for Exchanged {
    fn chain(&self) -> ChainId {
        ETH.chain()
    }

    fn next_update<'a>(
        &'a self,
        known: &'a [BlockAt],
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<ChainUpdate, WatchError>> {
        self.watched.lock().unwrap().push(watch_list.watched.len());
        self.offered.add(self.given.lock().unwrap().pop().as_slice());
        let here = block(*self.blocks.lock().unwrap(), 9);
        let stands = known.is_empty() || known.last() == Some(&here);
        let blocks = if known.last() == Some(&here) { Vec::new() } else { vec![here] };
        let dropped_from = (!stands).then_some(Height(9));
        Box::pin(async move {
            Ok(ChainUpdate { reorg_from: dropped_from, blocks, ..ChainUpdate::default() })
        })
    }

    fn look_up<'a>(
        &'a self,
        _: &'a str,
        _: &'a WatchList,
    ) -> BoxFuture<'a, Result<LookUp, WatchError>> {
        Box::pin(async { Ok(LookUp::NotFound) })
    }

    fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>> {
        let told = *self.told.lock().unwrap();
        Box::pin(async move { Ok(told) })
    }

    fn read_logs<'a>(
        &'a self,
        _: BlockAt,
        _: &'a WatchList,
    ) -> BoxFuture<'a, Result<BlockLogs, WatchError>> {
        Box::pin(async { Err(WatchError::Moved) })
    }

    fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>> {
        Box::pin(async { Vec::new() })
    }
}

struct Bench {
    node: Arc<Exchanged>,
    watcher: WatchTask,
}

fn bench() -> Bench {
    let offered = Offered::default();
    let node = Arc::new(Exchanged {
        told: Mutex::new(HERE),
        blocks: Mutex::new(1),
        given: Mutex::default(),
        offered: offered.clone(),
        watched: Mutex::default(),
    });
    let system = System::fake();
    let watcher = WatchTask {
        monitor: Monitor::new(crate::health::Health::new(12), Arc::clone(&system.clock)),
        stuck_after_hours: None,
        chain: node.clone(),
        settings: WatchSettings { offered: vec![offered], ..WatchSettings::default() },
        db: Db::in_memory().unwrap(),
        wake_signal: Arc::default(),
        unmatched: Arc::default(),
        pause: Duration::from_secs(12),
        readiness: Readiness::default(),
        system,
    };
    Bench { node, watcher }
}

impl Bench {
    fn exchange(&self, told: ChainIdentity) {
        *self.node.told.lock().unwrap() = told;
        *self.node.blocks.lock().unwrap() = 2;
    }

    async fn place(&self) {
        let source = Seeded::new(3);
        let pay_to = PayTo::new(ETH, "0x1").unwrap();
        let offer = Offer { pay_to, due: Amount::new(ETH, 5), matching: Matching::PayTo };
        let expires = CoarseTime::from_hours(9);
        let placed = CoarseTime::from_hours(8);
        self.watcher.db.place(sample_order(&source, offer, placed, expires)).await.unwrap();
    }
}

#[tokio::test]
async fn chain_exchanged_under_way_is_not_read() {
    let bench = bench();
    let mut followed = false;
    bench.watcher.step(&mut followed).await.unwrap();
    bench.place().await;
    assert!(followed && bench.watcher.readiness.is_set());
    bench.exchange(THERE);
    for _ in 0..2 {
        let refused = bench.watcher.step(&mut followed).await.unwrap_err();
        assert!(refused.to_string().contains("starts with a different block"), "{refused}");
        assert!(!followed && !bench.watcher.readiness.is_set(), "nothing is offered");
        assert_eq!(bench.watcher.db.chain(ETH.chain()).await.unwrap(), [block(1, 9)]);
    }
}

/// No order is kept: the other chain is read from its own tip.
/// Reading does not go on from where the first had stopped.
#[tokio::test]
async fn chain_exchanged_without_orders_is_read_anew() {
    let bench = bench();
    let mut followed = false;
    bench.watcher.step(&mut followed).await.unwrap();
    bench.exchange(THERE);
    assert!(bench.watcher.step(&mut followed).await.unwrap(), "there is more to read");
    assert!(bench.watcher.db.chain(ETH.chain()).await.unwrap().is_empty());
    bench.watcher.step(&mut followed).await.unwrap();
    assert_eq!(bench.watcher.db.chain(ETH.chain()).await.unwrap(), [block(2, 9)]);
}

/// An earlier build did not ask for the identity; its blocks tell.
#[tokio::test]
async fn blocks_of_an_earlier_build_tell_a_strange_chain() {
    let bench = bench();
    bench.place().await;
    let read = ChainUpdate { blocks: vec![block(1, 9)], ..ChainUpdate::default() };
    bench.watcher.db.apply_update(ETH.chain(), read, System::fake().hour()).await.unwrap();
    let mut followed = false;
    bench.exchange(HERE);
    let refused = bench.watcher.step(&mut followed).await.unwrap_err();
    assert!(matches!(refused, StepError::Stranger(_)), "{refused}");
    *bench.node.blocks.lock().unwrap() = 1;
    bench.watcher.step(&mut followed).await.unwrap();
    assert!(followed);
}

/// A buyer who orders and pays during one slow question is not missed.
#[tokio::test]
async fn address_given_while_blocks_are_read_is_watched() {
    let bench = bench();
    let given = ["0x1", "0x2"].map(|text| PayTo::new(ETH, text).unwrap());
    bench.node.given.lock().unwrap().extend(given);
    let mut followed = false;
    bench.watcher.step(&mut followed).await.unwrap();
    assert_eq!(*bench.node.watched.lock().unwrap(), [0, 1, 2]);
    bench.watcher.step(&mut followed).await.unwrap();
    assert_eq!(bench.node.watched.lock().unwrap().len(), 4, "nothing new was given");
}
