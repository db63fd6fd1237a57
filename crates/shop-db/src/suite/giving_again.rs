//! Addresses of the pool that were given, never paid, and are given again.

use super::sample::*;
use crate::{Db, LastUsed, NewOrder, PaymentPolicy, PlaceError};
use shop_core::{order_status::RetentionPolicy, view::ChainUpdate};
use std::sync::Arc;

const AT_ONCE: RetentionPolicy = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };
const WEEK: u64 = 7 * 24;
/// The first hour in which what sample orders had may be given again.
const RESTED: u64 = EXPIRES + WEEK + 1;

/// Returns order `n`, placed in this hour, at the address order 1 had.
fn again(n: u64, hours: u64) -> NewOrder {
    let order = pooled_again(n, 1, 100 + u16::try_from(n).unwrap(), at(hours + 24));
    NewOrder { placed: at(hours), ..order }
}

/// Places order 1, which ends unpaid and goes; blocks were read up to its end.
async fn ended(db: Db) -> TestDb {
    let desk = TestDb::new(db);
    desk.place(&pooled(1)).await;
    desk.mine_at(1, EXPIRES + 1).await;
    gone(&desk, EXPIRES + 1).await;
    desk
}

/// Removes everything that can go in this hour.
async fn gone(desk: &TestDb, hours: u64) {
    desk.deliver_all().await;
    desk.db.purge(at(hours), AT_ONCE).await.unwrap();
}

async fn reusable(desk: &TestDb, hours: u64) -> Vec<String> {
    let found = desk.db.reusable(ETH, at(hours), 0, 9).await.unwrap();
    found.iter().map(|pay_to| pay_to.as_str().to_owned()).collect()
}

/// Checks that the address is refused, now and for ever.
async fn is_never_given_again(desk: &TestDb) {
    let late = RESTED + 10 * WEEK;
    desk.mine_at(900, late).await;
    gone(desk, late).await;
    assert_eq!(reusable(desk, late).await, [""; 0]);
    assert_eq!(desk.db.place(again(99, late)).await, Err(PlaceError::PayToTaken));
}

pub async fn an_address_that_was_never_paid_is_given_again_after_a_week(db: Db) {
    let desk = ended(db).await;
    desk.mine_at(2, RESTED - 1).await;
    assert_eq!(desk.db.place(again(2, RESTED - 1)).await, Err(PlaceError::PayToTaken));
    assert!(reusable(&desk, RESTED - 1).await.is_empty());
    // The clock alone says nothing about blocks that were not read, nor they about the clock.
    assert_eq!(desk.db.place(again(2, RESTED)).await, Err(PlaceError::PayToTaken));
    desk.mine_at(3, RESTED).await;
    assert_eq!(desk.db.place(again(2, RESTED - 1)).await, Err(PlaceError::PayToTaken));
    assert_eq!(reusable(&desk, RESTED).await, ["demo-pool-1"]);
    let pool = vec![pay_to("demo-pool-1"), pay_to("demo-pool-7")];
    let standing = desk.db.pool(pool.clone(), at(RESTED)).await.unwrap();
    assert_eq!((standing.never_given, standing.reusable), (1, 1));
    desk.place(&again(2, RESTED)).await;
    assert_eq!(desk.db.place(again(3, RESTED)).await, Err(PlaceError::PayToTaken));
    let standing = desk.db.pool(pool, at(RESTED)).await.unwrap();
    assert_eq!((standing.never_given, standing.reusable, standing.unmatched.len()), (1, 0, 0));
    // And once more, when that order ended unpaid too.
    desk.mine_at(4, RESTED + 25).await;
    gone(&desk, RESTED + 25).await;
    let later = RESTED + 24 + WEEK + 1;
    assert!(reusable(&desk, later - 1).await.is_empty());
    desk.mine_at(5, later).await;
    desk.place(&again(4, later)).await;
}

pub async fn an_address_is_not_given_while_an_order_has_it(db: Db) {
    let desk = TestDb::new(db);
    desk.place(&pooled(1)).await;
    desk.mine_at(1, RESTED).await;
    let terms = RetentionPolicy { unpaid_hours: 3 * WEEK, paid_hours: 1 };
    desk.deliver_all().await;
    assert_eq!(desk.db.purge(at(RESTED), terms).await.unwrap().orders, 0);
    assert!(reusable(&desk, RESTED).await.is_empty());
    assert_eq!(desk.db.place(again(2, RESTED)).await, Err(PlaceError::PayToTaken));
    // It went by the end of the offer: what has rested enough needs no second week.
    gone(&desk, RESTED).await;
    desk.place(&again(2, RESTED)).await;
}

/// An older copy of a database does not know who was given an address since.
pub async fn unused_address_given_up_is_told_by_the_amount(db: Db) {
    let desk = TestDb::new(db);
    desk.mine_at(1, HOUR).await;
    let pool: Vec<_> = ["demo-pool-1", "demo-pool-2"].map(pay_to).to_vec();
    desk.place(&pooled(2)).await;
    desk.db.give_up_unused(pool.clone()).await.unwrap();
    let standing = desk.db.pool(pool, at(HOUR)).await.unwrap();
    assert_eq!((standing.never_given, standing.reusable), (0, 1));
    assert_eq!(desk.db.place(pooled(1)).await, Err(PlaceError::PayToTaken));
    desk.place(&again(3, HOUR)).await;
    assert_eq!(desk.db.place(again(4, HOUR)).await, Err(PlaceError::PayToTaken), "it has one");
}

/// Numbered addresses go on after the last one that was given or paid.
pub async fn last_used_address_is_the_last_given_or_paid(db: Db) {
    let pool: Vec<_> = (1..=6).map(|n| pay_to(&format!("demo-pool-{n}"))).collect();
    let policy_pool = Arc::new(pool.iter().cloned().collect());
    let policy = PaymentPolicy { ignore_below: FLOOR, pool: policy_pool, releases: true };
    let desk = TestDb::new(db).with_policy(policy);
    let used = async || desk.db.last_used(pool.clone()).await.unwrap();
    assert_eq!(used().await, LastUsed::default());
    desk.place(&pooled(2)).await;
    comes_to(&desk, 1, 1, FLOOR.units()).await;
    comes_to(&desk, 6, 2, 1).await;
    assert_eq!(used().await, LastUsed { given: Some(1), paid: None }, "dust counts for nothing");
    comes_to(&desk, 4, 3, FLOOR.units()).await;
    assert_eq!(used().await, LastUsed { given: Some(1), paid: Some(3) });
    assert!(used().await.is_behind());
    desk.db.retire_pool(pool[..5].to_vec()).await.unwrap();
    assert_eq!((used().await.last(), used().await.is_behind()), (Some(4), false));
    let standing = desk.db.pool(pool.clone(), at(HOUR)).await.unwrap();
    assert_eq!((standing.never_given, standing.reusable), (1, 0));
    assert_eq!(desk.db.place(pooled(3)).await, Err(PlaceError::PayToTaken));
}

pub async fn an_address_that_is_given_again_is_never_an_orders_alone(db: Db) {
    let desk = ended(db).await;
    desk.mine_at(2, RESTED).await;
    let alone = NewOrder { placed: at(RESTED), invoice: pooled(1).invoice, ..pooled(2) };
    assert_eq!(desk.db.place(alone).await, Err(PlaceError::PayToTaken));
}

pub async fn what_rested_longest_is_given_first(db: Db) {
    let desk = TestDb::new(db);
    for (n, cancelled) in [(1, None), (2, Some(HOUR + 3)), (3, Some(HOUR + 2))] {
        let order = pooled(n);
        desk.place(&order).await;
        if let Some(hours) = cancelled {
            let mail = pooled(100 + n).mail;
            desk.db.cancel(&order.lookup, at(hours), mail).await.unwrap();
        }
    }
    desk.mine_at(1, RESTED).await;
    gone(&desk, RESTED).await;
    let all = ["demo-pool-3", "demo-pool-2", "demo-pool-1"];
    assert_eq!(reusable(&desk, RESTED).await, all);
    for (skip, wanted) in all.into_iter().enumerate() {
        let page = desk.db.reusable(ETH, at(RESTED), skip, 1).await.unwrap();
        assert_eq!(page, [pay_to(wanted)]);
    }
}

pub async fn an_address_that_was_paid_is_not_given_again(db: Db) {
    let desk = TestDb::new(db);
    desk.place(&pooled(1)).await;
    desk.settle(1, &[&pooled(1)]).await;
    is_never_given_again(&desk).await;
}

pub async fn money_that_was_seen_and_is_gone_was_seen(db: Db) {
    let desk = TestDb::new(db);
    desk.place(&pooled(1)).await;
    let one_wei = transfer("t1", &pay_to("demo-pool-1"), 1, Some(block(1)));
    desk.advance(blocks(1..=1, vec![one_wei])).await;
    assert_eq!(desk.word(&pooled(1)).await, "short");
    desk.advance(reorg(1..=2, vec![])).await;
    assert_eq!(desk.word(&pooled(1)).await, "awaiting");
    is_never_given_again(&desk).await;
}

pub async fn money_for_an_order_that_is_gone_is_told_once(db: Db) {
    let desk = ended(db).await;
    let paid = |id, height| {
        let block = block_at(0, height, EXPIRES + height);
        let mined = vec![payment(id, &pooled(1), Some(block))];
        ChainUpdate { blocks: vec![block], mined, ..blocks_of_none() }
    };
    assert_eq!(desk.advance_at(EXPIRES + 2, paid("t1", 2)).await.unmatched, 1);
    assert_eq!(desk.advance_at(EXPIRES + 2, paid("t1", 2)).await.unmatched, 0);
    assert_eq!(desk.advance_at(EXPIRES + 3, paid("t2", 3)).await.unmatched, 0);
    let standing = desk.db.pool(vec![pay_to("demo-pool-1")], at(RESTED)).await.unwrap();
    assert_eq!((standing.reusable, standing.unmatched), (0, vec![pay_to("demo-pool-1")]));
    is_never_given_again(&desk).await;
}

pub async fn late_money_for_an_earlier_order_pays_no_later_one(db: Db) {
    let desk = ended(db).await;
    desk.mine_at(2, RESTED).await;
    let order = again(2, RESTED);
    desk.place(&order).await;
    let mined_at = |height: u64, mined| {
        let blocks = (height..height + 3).map(|h| block_at(0, h, RESTED)).collect();
        ChainUpdate { blocks, mined, ..blocks_of_none() }
    };
    let late = payment("t1", &pooled(1), Some(block_at(0, 3, RESTED)));
    assert_eq!(desk.advance_at(RESTED, mined_at(3, vec![late])).await.unmatched, 1);
    assert_eq!(desk.word(&order).await, "awaiting");
    assert!(desk.record(&order).await.transfers.is_empty() && desk.taken().await.is_empty());
    let exact = payment("t2", &order, Some(block_at(0, 6, RESTED)));
    assert_eq!(desk.advance_at(RESTED, mined_at(6, vec![exact])).await.unmatched, 0);
    assert_eq!(desk.word(&order).await, "settled");
    let standing = desk.db.pool(vec![pay_to("demo-pool-1")], at(RESTED)).await.unwrap();
    assert_eq!(standing.unmatched, [pay_to("demo-pool-1")]);
    is_never_given_again(&desk).await;
}

/// Opens a shop whose pool is the addresses of orders 1 and 2.
fn with_pool(db: Db) -> TestDb {
    let pool = [1, 2].map(|n| pay_to(&format!("demo-pool-{n}")));
    let pool = Arc::new(pool.into_iter().collect());
    TestDb::new(db).with_policy(PaymentPolicy { ignore_below: FLOOR, pool, releases: true })
}

/// Sends `units` to the address of order `n`, in a block of this height.
async fn comes_to(desk: &TestDb, n: u64, height: u64, units: u128) -> usize {
    let id = format!("t{height}");
    let to = pay_to(&format!("demo-pool-{n}"));
    let came = transfer(&id, &to, units, Some(block(height)));
    desk.advance(blocks(height..=height, vec![came])).await.unmatched
}

pub async fn dust_at_an_address_no_order_had_does_not_retire_it(db: Db) {
    let desk = with_pool(db);
    for (height, units) in [(1, 1), (2, FLOOR.units() - 1)] {
        assert_eq!(comes_to(&desk, 1, height, units).await, 0, "nobody is warned of dust");
    }
    let pool = vec![pay_to("demo-pool-1"), pay_to("demo-pool-2")];
    let standing = desk.db.pool(pool.clone(), NOW).await.unwrap();
    assert_eq!((standing.never_given, standing.unmatched.len()), (2, 0));
    assert_eq!(standing.dust, [pay_to("demo-pool-1")]);
    assert_eq!(desk.db.given(pool.clone()).await.unwrap(), [false, false]);
    desk.place(&pooled(1)).await;
    assert!(desk.record(&pooled(1)).await.transfers.is_empty(), "dust of before pays nothing");
    assert!(desk.db.pool(pool, NOW).await.unwrap().dust.is_empty());
}

pub async fn dust_at_an_address_that_was_an_orders_retires_it(db: Db) {
    let desk = with_pool(ended(db).await.db);
    assert_eq!(comes_to(&desk, 1, 2, 1).await, 1);
    is_never_given_again(&desk).await;
}

pub async fn enough_money_before_any_order_retires_an_address(db: Db) {
    let desk = with_pool(db);
    assert_eq!(comes_to(&desk, 1, 1, 1).await, 0);
    assert_eq!(comes_to(&desk, 1, 2, FLOOR.units()).await, 1);
    assert_eq!(comes_to(&desk, 1, 3, FLOOR.units()).await, 0, "told once");
    assert_eq!(comes_to(&desk, 1, 4, 1).await, 0, "and it stays so");
    assert_eq!(desk.db.place(pooled(1)).await, Err(PlaceError::PayToTaken));
    let pool = vec![pay_to("demo-pool-1"), pay_to("demo-pool-2")];
    let standing = desk.db.pool(pool.clone(), NOW).await.unwrap();
    assert_eq!((standing.never_given, standing.dust.len()), (1, 0));
    assert_eq!(standing.unmatched, [pay_to("demo-pool-1")]);
    assert_eq!(desk.db.given(pool).await.unwrap(), [true, false]);
    // What is not of the pool is nobody's business.
    assert_eq!(comes_to(&desk, 9, 5, PRICE).await, 0);
    desk.place(&pooled(9)).await;
}
