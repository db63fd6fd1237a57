//! Tests of retention.

use super::sample::*;
use crate::{ClockCheck, Db};
use shop_core::{
    order_status::{EventKind, RetentionPolicy},
    view::ChainUpdate,
};

const TERMS: RetentionPolicy = RetentionPolicy { unpaid_hours: 24, paid_hours: 100 };

pub async fn orders_go_when_their_time_is_over(db: Db) {
    let desk = TestDb::new(db);
    let unpaid = pooled(1);
    let paid = pooled(2);
    desk.place(&unpaid).await;
    desk.place(&paid).await;
    desk.advance(blocks(1..=3, vec![payment("t1", &paid, Some(block(1)))])).await;
    desk.mine_at(4, HOUR + 101).await;
    desk.deliver_all().await;
    assert_eq!(desk.db.purge(at(EXPIRES + 24), TERMS).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(EXPIRES + 25), TERMS).await.unwrap().orders, 1);
    assert!(desk.db.order(&unpaid.lookup).await.unwrap().is_none());
    assert_eq!(desk.db.purge(at(HOUR + 100), TERMS).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(HOUR + 101), TERMS).await.unwrap().orders, 1);
    assert!(desk.db.orders().await.unwrap().is_empty());
    assert!(is_given(&desk.db, &paid).await);
}

pub async fn money_on_its_way_keeps_an_order(db: Db) {
    let desk = TestDb::new(db);
    let seen = pooled(1);
    desk.place(&seen).await;
    let unmined = vec![payment("t1", &seen, None)];
    let late = vec![block_at(0, 1, HOUR + 101)];
    desk.advance(ChainUpdate { unmined, blocks: late, ..blocks(1..=1, vec![]) }).await;
    desk.deliver_all().await;
    let short_terms = RetentionPolicy { unpaid_hours: 24, paid_hours: 0 };
    assert_eq!(desk.db.purge(at(EXPIRES + 24), short_terms).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(HOUR + 100), TERMS).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(HOUR + 101), TERMS).await.unwrap().orders, 1);
}

pub async fn money_that_is_owed_keeps_an_order_four_times_as_long(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let first = tees(1, 1);
    let missed = tees(2, 1);
    let short = pooled(3);
    let missed_too = tees(4, 1);
    let short_too = pooled(5);
    for order in [&first, &missed, &short, &missed_too, &short_too] {
        desk.place(order).await;
    }
    desk.settle(10, &[&first]).await;
    desk.settle(13, &[&missed, &missed_too]).await;
    let part = |id: &str, order: &crate::NewOrder| {
        transfer(id, order.invoice.pay_to(), 5, Some(block(16)))
    };
    desk.advance(blocks(16..=16, vec![part("t1", &short), part("t2", &short_too)])).await;
    desk.mine_at(17, HOUR + 999).await;
    for given_back in [&missed_too, &short_too] {
        desk.db.add_event(given_back.id, EventKind::Refunded, None).await.unwrap();
    }
    desk.deliver_all().await;
    let purge = async |hours| desk.db.purge(at(HOUR + hours), TERMS).await.unwrap().orders;
    assert_eq!((purge(100).await, purge(101).await), (0, 3), "paid, and what was given back");
    assert_eq!(desk.owed().await.len(), 2, "both are on the seller's list");
    assert_eq!((purge(400).await, desk.db.orders().await.unwrap().len()), (0, 2));
    assert_eq!((purge(401).await, desk.db.orders().await.unwrap().len()), (2, 0));
}

pub async fn a_clock_that_is_ahead_deletes_nothing(db: Db) {
    let desk = TestDb::new(db);
    let unpaid = pooled(1);
    let paid = pooled(2);
    desk.place(&unpaid).await;
    desk.place(&paid).await;
    desk.settle(10, &[&paid]).await;
    desk.deliver_all().await;
    let purged = desk.db.purge(at(99 * HOUR), TERMS).await.unwrap();
    assert_eq!((purged.orders, purged.clock(ETH.chain())), (0, ClockCheck::Ahead(98 * HOUR)));
    // 48 hours beyond the newest block are believed.
    let purged = desk.db.purge(at(HOUR + 48), TERMS).await.unwrap();
    assert_eq!((purged.orders, purged.clock(ETH.chain())), (0, ClockCheck::Agrees));
    let short = RetentionPolicy { unpaid_hours: 23, paid_hours: 48 };
    assert_eq!(desk.db.purge(at(99 * HOUR), short).await.unwrap().orders, 1);
    assert_eq!(desk.word(&paid).await, "settled");
    desk.mine_at(13, 99 * HOUR).await;
    assert_eq!(desk.db.purge(at(99 * HOUR), TERMS).await.unwrap().orders, 1);
    let behind = desk.db.purge(at(98 * HOUR), TERMS).await.unwrap();
    assert_eq!(behind.clock(ETH.chain()), ClockCheck::Behind(HOUR));
}

pub async fn the_first_block_of_a_demo_chain_tells_no_time(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let first = ChainUpdate { blocks: vec![block_at(0, 0, 0)], ..blocks(0..=0, vec![]) };
    desk.advance_at(EXPIRES + 1, first).await;
    assert_eq!(desk.word(&order).await, "expired");
    desk.deliver_all().await;
    let purged = desk.db.purge(at(99 * HOUR), TERMS).await.unwrap();
    assert_eq!((purged.orders, purged.clock(ETH.chain())), (1, ClockCheck::Agrees));
}

pub async fn an_order_with_a_mail_to_deliver_stays(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    assert_eq!(desk.db.purge(at(99 * HOUR), TERMS).await.unwrap().orders, 0);
    assert_eq!(desk.record(&order).await.id, order.id);
    desk.deliver_all().await;
    assert_eq!(desk.db.purge(at(99 * HOUR), TERMS).await.unwrap().orders, 1);
}

pub async fn what_came_beyond_what_was_due_keeps_an_order_for_its_seller(db: Db) {
    let desk = TestDb::new(db);
    let over = pooled(1);
    desk.place(&over).await;
    let more = transfer("t1", over.invoice.pay_to(), PRICE + 4, Some(block(1)));
    desk.advance(blocks(1..=3, vec![more])).await;
    desk.mine_at(4, HOUR + 999).await;
    desk.deliver_all().await;
    assert_eq!(desk.word(&over).await, "over");
    let purge = async |hours| desk.db.purge(at(HOUR + hours), TERMS).await.unwrap().orders;
    assert_eq!(purge(400).await, 0);
    desk.db.add_event(over.id, EventKind::Difference, None).await.unwrap();
    assert_eq!(purge(400).await, 1);
}

pub async fn forgetting_twice_is_forgetting_once(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.deliver_all().await;
    let forever = RetentionPolicy { unpaid_hours: u64::MAX, paid_hours: u64::MAX };
    assert_eq!(desk.db.purge(at(99 * HOUR), forever).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(99 * HOUR), TERMS).await.unwrap().orders, 1);
    assert_eq!(desk.db.purge(at(99 * HOUR), TERMS).await.unwrap().orders, 0);
}
