use super::*;
use crate::{sample_order::sample_order, system::System};
use shop_chain::{BoxFuture, LookUp, NodeReport, WatchError, fake};
use shop_core::{
    chain::ChainId,
    entropy,
    money::{Amount, AssetId},
    pay_to::{Matching, Offer, PayTo},
    time::CoarseTime,
    view::{BlockAt, BlockLogs, ChainIdentity, ChainUpdate, Transfer, TransferId},
};
use shop_db::{Claim, ClaimRefusal, ClaimState, NewOrder};
use std::sync::Mutex;
use tokio_util::task::TaskTracker;

/// A chain that answers each transaction id as its first word says.
/// `slow` never, `dead` with an error, `token` with another asset at the wallet, anything else with a payment to the wallet.
#[derive(Default)]
struct Scripted {
    asked: Mutex<Vec<String>>,
}

impl ChainWatcher for Scripted {
    fn chain(&self) -> ChainId {
        AssetId::ETH.chain()
    }

    fn next_update<'a>(
        &'a self,
        _: &'a [BlockAt],
        _: &'a WatchList,
    ) -> BoxFuture<'a, Result<ChainUpdate, WatchError>> {
        Box::pin(async { panic!("claims read no blocks") })
    }

    fn look_up<'a>(
        &'a self,
        txid: &'a str,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<LookUp, WatchError>> {
        self.asked.lock().unwrap().push(txid.to_owned());
        Box::pin(async move {
            assert!(watch_list.watched.len() == 1, "only what pays that order matters");
            assert!(watch_list.known.len() == 1, "money of other assets is told");
            match txid {
                txid if txid.starts_with("slow") => std::future::pending().await,
                txid if txid.starts_with("dead") => Err(WatchError::NoNodes),
                txid if txid.starts_with("token") => {
                    let id = TransferId(txid.to_owned());
                    let amount = Amount::new(AssetId::BTC, 5);
                    let pay_to = wallet().with_asset(AssetId::BTC);
                    Ok(LookUp::Found(vec![Transfer { id, pay_to, amount, block: None }]))
                }
                txid => {
                    let id = TransferId(txid.to_owned());
                    let amount = Amount::parse(AssetId::ETH, "0.05").unwrap();
                    let came = Transfer { id, pay_to: wallet(), amount, block: None };
                    Ok(LookUp::Found(vec![came]))
                }
            }
        })
    }

    fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>> {
        Box::pin(async { Err(WatchError::NoNodes) })
    }

    fn read_logs<'a>(
        &'a self,
        _: BlockAt,
        _: &'a WatchList,
    ) -> BoxFuture<'a, Result<BlockLogs, WatchError>> {
        Box::pin(async { Err(WatchError::NoNodes) })
    }

    fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>> {
        Box::pin(async { Vec::new() })
    }
}

fn wallet() -> PayTo {
    fake::demo_pay_to(AssetId::ETH, 1)
}

/// A shop with so many orders at one wallet, each with an amount of its own.
struct Bench {
    db: Db,
    chain: Arc<Scripted>,
    orders: Vec<NewOrder>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Bench {
    async fn with_orders(many: u16) -> Self {
        let db = Db::in_memory().unwrap();
        let mut orders = Vec::new();
        for n in 1..=many {
            let order = order(n);
            db.place(order.clone()).await.unwrap();
            orders.push(order);
        }
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        Self { db, chain: Arc::default(), orders, stop, tasks }
    }

    async fn claim(&self, order: usize, txid: &str) {
        self.db.claim(&self.orders[order].lookup, txid).await.unwrap();
    }

    fn run(&self) -> Arc<WakeSignal> {
        let chain: Arc<dyn ChainWatcher> = self.chain.clone();
        let db = self.db.clone();
        let wake_signal = Arc::<WakeSignal>::default();
        let claims = Claims {
            chain,
            known: BTreeSet::from([AssetId::ETH]),
            db,
            wake_signal: Arc::clone(&wake_signal),
            clock: System::fake().clock,
        };
        self.tasks.spawn(claims.run(self.stop.clone()));
        wake_signal
    }

    /// Returns the number of times the chain was asked for a transaction.
    fn asked(&self, txid: &str) -> usize {
        self.chain.asked.lock().unwrap().iter().filter(|asked| *asked == txid).count()
    }

    async fn claims(&self, order: usize) -> Vec<Claim> {
        self.db.order(&self.orders[order].lookup).await.unwrap().unwrap().claims
    }

    /// Waits until the first claim of this order stands like this.
    async fn becomes(&self, order: usize, wanted: ClaimState) {
        let waits = async {
            while self.claims(order).await[0].state != wanted {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), waits).await.expect("it is answered");
    }
}

fn order(n: u16) -> NewOrder {
    let source = entropy::Seeded::new(u64::from(n));
    let due = Amount::from_steps(AssetId::ETH, 5_000_000 + u128::from(n) * 101).unwrap();
    let matching = Matching::Amount { naming: n * 101 };
    let offer = Offer { pay_to: wallet(), due, matching };
    let expires = CoarseTime::from_hours(u64::MAX / 3_600);
    sample_order(&source, offer, CoarseTime::from_hours(1), expires)
}

/// A node that hangs on one buyer's transaction keeps nobody else waiting.
/// Neither does one that fails, and a claim that the seller accepts is looked up again and counts.
#[tokio::test]
async fn claim_is_answered_while_others_hang_and_fail() {
    let bench = Bench::with_orders(3).await;
    for (order, txid) in ["slow", "dead", "good"].into_iter().enumerate() {
        bench.claim(order, txid).await;
    }
    let wake_signal = bench.run();
    bench.becomes(2, ClaimState::ToReview).await;
    assert_eq!([bench.asked("slow"), bench.asked("dead"), bench.asked("good")], [1, 1, 1]);
    bench.becomes(0, ClaimState::Pending).await;
    bench.becomes(1, ClaimState::Pending).await;
    bench.db.accept(bench.orders[2].id, None).await.unwrap();
    wake_signal.wake();
    bench.becomes(2, ClaimState::Found).await;
    bench.stop.cancel();
}

#[tokio::test]
async fn claim_in_another_asset_says_so() {
    let bench = Bench::with_orders(1).await;
    bench.claim(0, "token").await;
    bench.run();
    bench.becomes(0, ClaimState::Refused(ClaimRefusal::OtherAsset)).await;
    bench.stop.cancel();
}
