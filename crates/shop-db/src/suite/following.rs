//! A shop whose chain changes: the state of one is never used for another.

use super::sample::*;
use crate::{DEMO_CHAIN, Db, FollowError, Networks, NewOrder, PaymentPolicy, ReviewError};
use shop_core::{
    money::AssetId,
    order_status::{PutAway, RetentionPolicy},
    view::{BlockHash, ChainIdentity},
};
use std::sync::Arc;

const DEMO: ChainIdentity = ChainIdentity { chain_id: DEMO_CHAIN, genesis: BlockHash([1; 32]) };
const REAL: ChainIdentity = ChainIdentity { chain_id: 1, genesis: BlockHash([2; 32]) };
const OTHER: ChainIdentity = ChainIdentity { chain_id: 5, genesis: BlockHash([3; 32]) };
const NAMESAKE: ChainIdentity = ChainIdentity { chain_id: 1, genesis: BlockHash([4; 32]) };
const TERMS: RetentionPolicy = RetentionPolicy { unpaid_hours: 60, paid_hours: 200 };

/// Settings of a shop that is paid on the network with this chain id, or of a demo.
fn networks(chain_id: u64) -> Networks {
    let real = (chain_id != DEMO_CHAIN).then_some((ETH.chain(), chain_id));
    real.into_iter().collect()
}

/// Opens the shop with this chain in its settings, and reads it.
async fn open(desk: &TestDb, chain: ChainIdentity) {
    desk.db.begin_chains(networks(chain.chain_id)).await.unwrap();
    desk.db.follow(ETH.chain(), chain).await.unwrap();
}

/// A payment may stand in any block, and none was read yet.
pub async fn real_chain_without_blocks_ends_nothing(db: Db) {
    let desk = TestDb::new(db);
    open(&desk, REAL).await;
    desk.place(&pooled(1)).await;
    desk.deliver_all().await;
    let at_once = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };
    assert_eq!(desk.db.purge(at(EXPIRES + 500), at_once).await.unwrap().orders, 0);
    assert_eq!(desk.db.orders().await.unwrap().len(), 1);
}

async fn away(desk: &TestDb, order: &NewOrder) -> Option<PutAway> {
    let listed = desk.db.orders().await.unwrap();
    let listed = listed.iter().find(|line| line.id == order.id).unwrap().facts.on_chain.put_away;
    assert_eq!(desk.record(order).await.facts.on_chain.put_away, listed);
    listed
}

pub async fn demo_orders_are_put_away_when_the_shop_turns_real(db: Db) {
    let desk = TestDb::new(db);
    let paid = pooled(1);
    let open_one = named(2, 7);
    let real = named(3, 8);
    open(&desk, DEMO).await;
    desk.place(&paid).await;
    desk.place(&open_one).await;
    desk.settle(1, &[&paid]).await;
    assert_eq!(away(&desk, &paid).await, None);
    // Before any node has answered.
    desk.db.begin_chains(networks(1)).await.unwrap();
    assert_eq!(away(&desk, &paid).await, Some(PutAway::Demo));
    desk.db.follow(ETH.chain(), REAL).await.unwrap();
    assert!(desk.db.chain(ETH.chain()).await.unwrap().is_empty(), "reading begins anew");
    desk.place(&real).await;
    // Other blocks at the same heights, and money with the digits of an order of the demo.
    let stray = payment("t9", &open_one, Some(block_on(1, 2)));
    desk.advance_at(EXPIRES + 9, reorg(1..=4, vec![stray])).await;
    assert_eq!((desk.word(&paid).await, desk.word(&open_one).await), ("settled", "awaiting"));
    assert_eq!(away(&desk, &paid).await, Some(PutAway::Demo));
    assert_eq!(away(&desk, &real).await, None);
    assert!(desk.db.claim(&open_one.lookup, "abc").await.is_err(), "looked up nowhere");
}

pub async fn put_away_demo_orders_go_by_the_terms(db: Db) {
    let desk = TestDb::new(db);
    let paid = pooled(1);
    let short = pooled(2);
    let open_one = pooled(3);
    open(&desk, DEMO).await;
    for order in [&paid, &short, &open_one] {
        desk.place(order).await;
    }
    let part = transfer("t1", short.invoice.pay_to(), 1, Some(block(1)));
    desk.advance(blocks(1..=3, vec![part, payment("t2", &paid, Some(block(1)))])).await;
    open(&desk, REAL).await;
    desk.deliver_all().await;
    let left = |hours: u64| {
        let db = desk.db.clone();
        async move {
            db.purge(at(hours), TERMS).await.unwrap();
            db.orders().await.unwrap().len()
        }
    };
    assert_eq!(left(EXPIRES + TERMS.unpaid_hours).await, 3);
    assert_eq!(left(EXPIRES + TERMS.unpaid_hours + 1).await, 2);
    assert_eq!(left(HOUR + TERMS.paid_hours + 1).await, 0, "no money of a demo is owed");
    let chains = desk.db.chains().await.unwrap();
    assert_eq!(chains.iter().filter_map(|chain| chain.identity).collect::<Vec<_>>(), [REAL]);
}

pub async fn put_away_real_orders_are_kept_and_come_back(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    open(&desk, REAL).await;
    desk.place(&order).await;
    desk.deliver_all().await;
    desk.advance(blocks(9..=9, vec![])).await;
    open(&desk, DEMO).await;
    assert_eq!(away(&desk, &order).await, Some(PutAway::Real));
    desk.mine_at(1, HOUR + 2_000).await;
    let gone = desk.db.purge(at(HOUR + 2_000), TERMS).await.unwrap().orders;
    assert_eq!(gone, 0, "nobody looks whether it was paid");
    open(&desk, REAL).await;
    assert_eq!(
        desk.db.chain(ETH.chain()).await.unwrap(),
        [block(9)],
        "reading goes on where it stopped"
    );
    desk.settle(10, &[&order]).await;
    assert_eq!((away(&desk, &order).await, desk.word(&order).await), (None, "settled"));
}

pub async fn chain_changed_with_orders_is_refused(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    open(&desk, REAL).await;
    desk.place(&order).await;
    desk.settle(9, &[&order]).await;
    let before = desk.db.chains().await.unwrap();
    let refused = |told| FollowError::OtherChain { chain: ETH.chain(), orders: 1, kept: 1, told };
    assert_eq!(desk.db.begin_chains(networks(5)).await, Err(refused(5)));
    assert_eq!(desk.db.follow(ETH.chain(), OTHER).await, Err(refused(5)));
    assert_eq!(desk.db.follow(ETH.chain(), NAMESAKE).await, Err(refused(1)));
    assert_eq!(desk.db.chains().await.unwrap(), before);
    desk.db.follow(ETH.chain(), REAL).await.unwrap();
    // By way of a demo either.
    open(&desk, DEMO).await;
    assert_eq!(desk.db.begin_chains(networks(5)).await, Err(refused(5)));
}

pub async fn chain_changed_without_orders_begins_at_nothing_known(db: Db) {
    let desk = TestDb::new(db);
    open(&desk, REAL).await;
    desk.advance(blocks(9..=12, vec![])).await;
    open(&desk, OTHER).await;
    assert!(desk.db.chain(ETH.chain()).await.unwrap().is_empty());
    desk.db.purge(NOW, TERMS).await.unwrap();
    assert_eq!(desk.db.chains().await.unwrap().len(), 1, "nothing is left of the former");
}

/// Simulated payments took them: they were never sold.
pub async fn goods_of_put_away_demo_orders_come_back(db: Db) {
    let desk = TestDb::with_tees(db, 20).await;
    let taken = tees(1, 3);
    let aside = tees(2, 1);
    open(&desk, DEMO).await;
    desk.place(&taken).await;
    desk.place(&aside).await;
    desk.settle(1, &[&taken]).await;
    let level = desk.level(&tee()).await;
    assert_eq!((level.on_hand, level.reserved), (17, 1));
    open(&desk, REAL).await;
    let level = desk.level(&tee()).await;
    assert_eq!((level.on_hand, level.reserved), (20, 0));
    open(&desk, DEMO).await;
    assert_eq!(desk.level(&tee()).await.on_hand, 20);
}

pub async fn put_away_digital_goods_of_a_demo_stay_closed(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["one", "two"]).await;
    let given = gifts(1, 1);
    let waiting = gifts(2, 1);
    open(&desk, DEMO).await;
    desk.place(&given).await;
    desk.settle(1, &[&given]).await;
    desk.place(&waiting).await;
    assert!(desk.record(&given).await.status(NOW).hand_out.is_open());
    open(&desk, REAL).await;
    assert!(!desk.record(&given).await.status(NOW).hand_out.is_open());
    desk.list_gifts(&["one", "two", "three"]).await;
    assert!(desk.codes(&waiting).await.is_empty());
    let begun = desk.db.begin_download(&given.lookup, 0, 9, NOW, at(HOUR + 9)).await;
    assert!(begun.is_err());
}

/// A demo needs no word of the seller; real goods that wait are not a demo's to hand out.
pub async fn put_away_real_goods_wait_for_the_seller_in_a_demo(db: Db) {
    let policy = |releases| PaymentPolicy { ignore_below: FLOOR, pool: Arc::default(), releases };
    let desk = TestDb::new(db).with_policy(policy(false));
    desk.list_gifts(&["one"]).await;
    let order = NewOrder { digital: true, ..gifts(1, 1) };
    open(&desk, REAL).await;
    desk.place(&order).await;
    desk.settle(9, &[&order]).await;
    let demo = desk.with_policy(policy(true));
    open(&demo, DEMO).await;
    demo.db.give_codes().await.unwrap();
    assert!(!desk.record(&order).await.facts.released && desk.codes(&order).await.is_empty());
    open(&desk, REAL).await;
    desk.db.give_codes().await.unwrap();
    assert!(desk.codes(&order).await.is_empty());
    demo.db.give_codes().await.unwrap();
    assert_eq!(desk.codes(&order).await, ["one"], "the settings of its own chain suffice");
}

/// Such a payment would never be looked up, and keep the order for four times as long.
pub async fn payment_of_a_put_away_order_is_not_accepted(db: Db) {
    let desk = TestDb::new(db);
    let order = named(1, 1_234);
    open(&desk, REAL).await;
    desk.place(&order).await;
    open(&desk, DEMO).await;
    let accepted = desk.db.accept(order.id, Some("aa".into())).await;
    assert_eq!(accepted.err(), Some(ReviewError::PutAway));
    open(&desk, REAL).await;
    assert!(desk.record(&order).await.claims.is_empty());
    desk.db.accept(order.id, Some("aa".into())).await.unwrap();
    open(&desk, DEMO).await;
    assert_eq!(desk.db.reject(order.id, None).await, Ok(1), "what waits may be rejected");
}

/// No money of it is owed, whatever its state.
pub async fn put_away_demo_order_is_forgotten_by_its_buyer(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    open(&desk, DEMO).await;
    desk.place(&order).await;
    desk.deliver_all().await;
    assert!(desk.db.forget(&order.lookup, NOW).await.is_err());
    open(&desk, REAL).await;
    desk.db.forget(&order.lookup, NOW).await.unwrap();
    assert!(desk.db.orders().await.unwrap().is_empty());
}

/// The letter would say of a simulated payment that money came.
pub async fn letter_owed_about_a_demo_order_is_not_written_by_a_real_shop(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    open(&desk, DEMO).await;
    desk.place(&order).await;
    desk.letters.fail(true);
    desk.settle(1, &[&order]).await;
    open(&desk, REAL).await;
    desk.letters.fail(false);
    assert!(desk.taken().await.is_empty());
    desk.deliver_all().await;
    let purged = desk.db.purge(at(HOUR + 2_000), TERMS).await.unwrap();
    assert_eq!(purged.orders, 1, "nothing is owed any more");
}

/// The blocks of a demo are mined when somebody mines them, and say nothing of a real chain.
pub async fn clock_goes_by_the_chain_that_is_followed(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    open(&desk, DEMO).await;
    desk.mine_at(1, HOUR + 5_000).await;
    open(&desk, REAL).await;
    desk.place(&order).await;
    desk.deliver_all().await;
    desk.mine_at(9, HOUR).await;
    let purged = desk.db.purge(at(HOUR + 5_000), TERMS).await.unwrap();
    assert_eq!((purged.orders, purged.clock(ETH.chain())), (0, crate::ClockCheck::Ahead(5_000)));
}

pub async fn put_away_orders_do_not_count_as_open(db: Db) {
    let desk = TestDb::new(db);
    open(&desk, DEMO).await;
    desk.place(&NewOrder { most_open: 1, ..pooled(1) }).await;
    assert!(desk.db.place(NewOrder { most_open: 1, ..pooled(2) }).await.is_err());
    open(&desk, REAL).await;
    desk.place(&NewOrder { most_open: 1, ..pooled(2) }).await;
}

/// Whatever wallet or pool the settings name now.
pub async fn every_kept_pay_to_is_watched_until_its_order_is_gone(db: Db) {
    let desk = TestDb::new(db);
    open(&desk, REAL).await;
    let orders = [pooled(1), pooled(2), named(3, 7), named(4, 8)];
    for order in &orders {
        desk.place(order).await;
    }
    desk.settle(9, &[&orders[0]]).await;
    let watched = desk.db.watched(ETH.chain()).await.unwrap();
    let all = orders.iter().map(|order| order.invoice.pay_to().clone());
    assert_eq!(watched.pay_tos, all.collect());
    desk.deliver_all().await;
    desk.mine_at(20, HOUR + 500).await;
    desk.db.purge(at(HOUR + 500), TERMS).await.unwrap();
    assert_eq!(desk.db.watched(ETH.chain()).await.unwrap(), crate::Watched::default());
    assert_eq!(desk.db.watched(AssetId::BTC.chain()).await.unwrap(), crate::Watched::default());
}

pub async fn reading_begins_before_the_oldest_order_to_be_paid(db: Db) {
    let desk = TestDb::new(db);
    open(&desk, REAL).await;
    let oldest = NewOrder { placed: at(HOUR - 40), ..pooled(1) };
    let older = NewOrder { placed: at(HOUR - 20), ..pooled(2) };
    for order in [&oldest, &older, &pooled(3)] {
        desk.place(order).await;
    }
    let since = || async { desk.db.watched(ETH.chain()).await.unwrap().since };
    assert_eq!(since().await, Some(at(HOUR - 41)));
    desk.settle(9, &[&oldest]).await;
    assert_eq!(since().await, Some(at(HOUR - 21)));
    desk.mine_at(20, EXPIRES + 9).await;
    assert_eq!(desk.word(&older).await, "expired");
    assert_eq!(since().await, Some(at(HOUR - 21)), "it may be paid late");
}
