//! Tests of goods: set aside, taken, missed, given back.

use super::sample::*;
use crate::{Db, DbError, NewOrder, OrderSealer, PlaceError};
use shop_core::{
    invoice::SellerNotice,
    order_status::{EventKind, RetentionPolicy},
    stock::{Availability, ReservationStatus, StockKey, StockLevel},
    view::{BlockAt, ChainUpdate, Transfer},
};
use std::sync::Arc;

const AT_ONCE: RetentionPolicy = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };

pub async fn the_catalogues_number_is_a_count_and_orders_count_on_from_it(db: Db) {
    let desk = TestDb::with_tees(db, 10).await;
    let order = tees(1, 2);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    assert_eq!(desk.level(&tee()).await, StockLevel::new(8));
    assert_eq!(desk.reservation_status(&order).await, ReservationStatus::Allocated);
    // The same number again is no count, another one is.
    desk.db.recount(vec![(tee(), 10)]).await.unwrap();
    assert_eq!(desk.level(&tee()).await, StockLevel::new(8));
    desk.db.recount(vec![(tee(), 11)]).await.unwrap();
    assert_eq!(desk.level(&tee()).await, StockLevel::new(11));
    let uncounted = pooled(2);
    desk.place(&uncounted).await;
    assert_eq!(desk.reservation_status(&uncounted).await, ReservationStatus::Untracked);
}

pub async fn goods_are_set_aside_for_an_hour_or_two(db: Db) {
    let desk = TestDb::with_tees(db, 10).await;
    let first = tees(1, 1);
    let second = tees(2, 1);
    let third = tees(3, 1);
    for order in [&first, &second, &third] {
        desk.place(order).await;
    }
    let record = desk.record(&second).await;
    assert_eq!(
        (record.facts.reservation_status, record.until),
        (ReservationStatus::Reserved, Some(at(HOUR + 2)))
    );
    assert_eq!(desk.reservation_status(&third).await, ReservationStatus::Unreserved, "one in five");
    let forever = RetentionPolicy { unpaid_hours: 999, paid_hours: 999 };
    desk.db.purge(at(HOUR + 1), forever).await.unwrap();
    assert_eq!(desk.level(&tee()).await.reserved, 2);
    desk.db.purge(at(HOUR + 2), forever).await.unwrap();
    assert_eq!(desk.level(&tee()).await, StockLevel::new(10));
    let record = desk.record(&second).await;
    assert_eq!(
        (record.facts.reservation_status, record.until),
        (ReservationStatus::Unreserved, None)
    );
    assert!(record.goods_left);
}

pub async fn the_last_few_go_to_who_pays_first(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let first = tees(1, 1);
    let second = tees(2, 1);
    desk.place(&first).await;
    desk.place(&second).await;
    assert!(desk.record(&first).await.goods_left);
    let seen = ChainUpdate { unmined: vec![payment("t2", &second, None)], ..blocks(9..=9, vec![]) };
    desk.advance(seen).await;
    assert_eq!(desk.word(&second).await, "seen");
    assert_eq!(desk.reservation_status(&second).await, ReservationStatus::Allocated);
    let waiting = desk.record(&first).await;
    assert!(
        waiting.facts.reservation_status == ReservationStatus::Unreserved && !waiting.goods_left,
        "do not pay"
    );
    assert!(matches!(desk.db.place(tees(3, 1)).await, Err(PlaceError::SoldOut(_))));
    // The payment does not come: the goods are there for all again.
    desk.advance(blocks(10..=10, vec![])).await;
    assert_eq!(desk.level(&tee()).await, StockLevel::new(1));
    assert!(desk.record(&first).await.goods_left);
}

pub async fn fifty_buyers_of_one_thing_who_all_pay_get_it_once(db: Db) {
    let desk = Arc::new(TestDb::with_tees(db, 1).await);
    let orders: Vec<_> = (0..50).map(|n| tees(n, 1)).collect();
    let mut placing = tokio::task::JoinSet::new();
    for order in orders.clone() {
        let desk = Arc::clone(&desk);
        placing.spawn(async move { desk.place(&order).await });
    }
    placing.join_all().await;
    let mut paying = tokio::task::JoinSet::new();
    for (n, order) in orders.iter().enumerate() {
        // Each by an advance of its own, all in the same blocks.
        let paid = payment(&format!("t{n}"), order, Some(block(10)));
        let desk = Arc::clone(&desk);
        paying.spawn(async move { desk.advance(blocks(10..=12, vec![paid])).await });
    }
    paying.join_all().await;
    let mut taken = 0;
    let mut missed = 0;
    for order in &orders {
        match desk.reservation_status(order).await {
            ReservationStatus::Allocated => taken += 1,
            ReservationStatus::Backordered => missed += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((taken, missed), (1, 49));
    let told = desk.taken().await;
    assert_eq!(told.iter().filter(|(_, news)| *news == SellerNotice::OutOfStock).count(), 49);
    assert_eq!(told.len(), 50);
    assert_eq!(desk.level(&tee()).await, StockLevel::new(0));
}

/// Returns a part of what this order costs, in a block or only seen.
fn part(order: &NewOrder, block: Option<BlockAt>) -> Transfer {
    transfer(&format!("part-{}", order.id), order.invoice.pay_to(), PRICE / 2, block)
}

pub async fn too_little_money_keeps_what_is_set_aside(db: Db) {
    let desk = TestDb::with_tees(db, 5).await;
    let order = tees(1, 1);
    desk.place(&order).await;
    desk.advance(blocks(10..=10, vec![part(&order, Some(block(10)))])).await;
    let record = desk.record(&order).await;
    assert_eq!(record.invoice.state().word(), "short");
    assert_eq!(
        (record.facts.reservation_status, record.until),
        (ReservationStatus::Reserved, Some(at(HOUR + 2)))
    );
    assert_eq!(desk.level(&tee()).await, StockLevel { on_hand: 5, reserved: 1 });
    // A reorganisation takes that part too: the hour stands all the same.
    desk.advance(reorg(10..=11, vec![])).await;
    assert_eq!(
        (desk.word(&order).await, desk.reservation_status(&order).await),
        ("awaiting", ReservationStatus::Reserved)
    );
    let last = block_on(1, 12);
    let rest = transfer("rest", order.invoice.pay_to(), PRICE - PRICE / 2, Some(last));
    let mined = vec![part(&order, Some(last)), rest];
    desk.advance(ChainUpdate { blocks: vec![last], ..blocks(12..=12, mined) }).await;
    assert_eq!(desk.reservation_status(&order).await, ReservationStatus::Allocated);
    assert_eq!(desk.level(&tee()).await, StockLevel::new(4));
}

pub async fn what_was_taken_comes_back_when_a_part_of_the_money_is_gone(db: Db) {
    let desk = TestDb::with_tees(db, 5).await;
    let order = tees(1, 1);
    desk.place(&order).await;
    let rest = transfer("rest", order.invoice.pay_to(), PRICE - PRICE / 2, None);
    let all = ChainUpdate { unmined: vec![part(&order, None), rest], ..blocks(9..=9, vec![]) };
    desk.advance(all).await;
    assert_eq!(desk.reservation_status(&order).await, ReservationStatus::Allocated);
    desk.advance(blocks(10..=10, vec![part(&order, Some(block(10)))])).await;
    assert_eq!(
        (desk.word(&order).await, desk.reservation_status(&order).await),
        ("short", ReservationStatus::Unreserved)
    );
    assert_eq!(desk.level(&tee()).await, StockLevel::new(5));
}

pub async fn too_little_is_told_when_the_goods_are_gone(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let short = tees(1, 1);
    let quick = tees(2, 1);
    desk.place(&short).await;
    desk.place(&quick).await;
    desk.advance(blocks(10..=10, vec![part(&short, Some(block(10)))])).await;
    assert!(desk.taken().await.is_empty() && desk.owed().await.is_empty());
    desk.settle(11, &[&quick]).await;
    assert_eq!(
        desk.taken().await,
        [(quick.id, SellerNotice::Paid), (short.id, SellerNotice::Short)]
    );
    assert_eq!(desk.owed().await, [short.id]);
    desk.db.add_event(short.id, EventKind::Refunded, None).await.unwrap();
    assert!(desk.owed().await.is_empty());
}

pub async fn who_paid_in_an_earlier_block_is_first(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let orders: Vec<_> = (1..=6).map(|n| tees(n, 1)).collect();
    let mut mined = Vec::new();
    for (height, order) in (10..).zip(&orders) {
        desk.place(order).await;
        mined.push(payment(&format!("t{height}"), order, Some(block(25 - height))));
    }
    desk.advance(blocks(10..=16, mined)).await;
    assert_eq!(desk.reservation_status(&orders[5]).await, ReservationStatus::Allocated);
    assert_eq!(desk.reservation_status(&orders[0]).await, ReservationStatus::Backordered);
}

/// The chain takes one payment back, and leaves those of two orders that missed the goods.
pub async fn goods_are_not_given_to_an_order_that_is_reversed_with_them(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    // Both ways round: orders are judged in the order of their numbers, which are random.
    let orders: Vec<_> = (1..=6).map(|n| tees(n, 1)).collect();
    for order in &orders {
        desk.place(order).await;
    }
    for (height, order) in (10..).step_by(3).zip(&orders) {
        desk.settle(height, &[order]).await;
    }
    assert_eq!(desk.taken().await.len(), 6);
    desk.advance(reorg(10..=28, vec![])).await;
    let news = desk.taken().await;
    assert_eq!(news.len(), 6);
    assert!(news.iter().all(|(_, news)| *news == SellerNotice::Reversed));
    assert_eq!(desk.level(&tee()).await, StockLevel::new(1));
}

pub async fn a_refunded_order_is_served_nothing(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let first = tees(1, 1);
    let second = tees(2, 1);
    desk.place(&first).await;
    desk.place(&second).await;
    desk.settle(10, &[&first]).await;
    desk.settle(13, &[&second]).await;
    assert_eq!(desk.owed().await, [second.id]);
    desk.db.add_event(second.id, EventKind::Refunded, None).await.unwrap();
    assert!(desk.owed().await.is_empty());
    desk.db.set_stock(tee(), 5).await.unwrap();
    assert_eq!(desk.reservation_status(&second).await, ReservationStatus::Backordered);
    assert_eq!(desk.level(&tee()).await, StockLevel::new(5));
}

pub async fn a_refund_taken_back_is_owed_again_or_served(db: Db) {
    let desk = TestDb::with_tees(db.clone(), 1).await;
    let first = tees(1, 1);
    let second = tees(2, 1);
    desk.place(&first).await;
    desk.place(&second).await;
    desk.settle(10, &[&first]).await;
    desk.settle(13, &[&second]).await;
    desk.db.add_event(second.id, EventKind::Refunded, None).await.unwrap();
    assert_eq!(desk.db.undo_event(second.id).await, Ok(EventKind::Refunded));
    assert_eq!(desk.owed().await, [second.id]);
    desk.db.add_event(second.id, EventKind::Refunded, None).await.unwrap();
    desk.db.set_stock(tee(), 5).await.unwrap();
    // A command has no clerk; the open shop gives what is there when it notices.
    db.undo_event(second.id).await.unwrap();
    assert_eq!(desk.reservation_status(&second).await, ReservationStatus::Backordered);
    desk.db.give_codes().await.unwrap();
    assert_eq!(desk.reservation_status(&second).await, ReservationStatus::Allocated);
    assert_eq!(desk.level(&tee()).await, StockLevel::new(4));
}

pub async fn goods_that_do_not_suffice_go_to_the_next_they_suffice_for(db: Db) {
    let desk = TestDb::with_tees(db, 4).await;
    let all = tees(1, 4);
    let many = tees(2, 4);
    let one = tees(3, 1);
    for order in [&all, &many, &one] {
        desk.place(order).await;
    }
    for (height, order) in [(10, &all), (13, &many), (16, &one)] {
        desk.settle(height, &[order]).await;
    }
    assert_eq!(desk.reservation_status(&one).await, ReservationStatus::Backordered);
    desk.db.set_stock(tee(), 3).await.unwrap();
    assert_eq!(desk.reservation_status(&many).await, ReservationStatus::Backordered);
    assert_eq!(desk.reservation_status(&one).await, ReservationStatus::Allocated);
    assert_eq!(desk.level(&tee()).await, StockLevel::new(2));
}

pub async fn a_missed_order_says_so_in_its_paid_mail(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let first = tees(1, 1);
    let second = tees(2, 1);
    desk.place(&first).await;
    desk.place(&second).await;
    desk.settle(10, &[&first]).await;
    let _ = desk.taken().await;
    desk.advance(blocks(13..=13, vec![payment("t2", &second, Some(block(13)))])).await;
    assert_eq!(desk.reservation_status(&second).await, ReservationStatus::Backordered);
    assert!(desk.taken().await.is_empty(), "it may never be paid");
    // The goods come while it is being confirmed: then it is a paid order like any other.
    desk.db.set_stock(tee(), 1).await.unwrap();
    desk.advance(blocks(14..=15, vec![])).await;
    assert_eq!(desk.taken().await, [(second.id, SellerNotice::Paid)]);
    assert_eq!(desk.reservation_status(&second).await, ReservationStatus::Allocated);
}

pub async fn what_is_sold_out_is_refused_and_nothing_is_kept(db: Db) {
    let desk = TestDb::with_tees(db, 2).await;
    let order = tees(1, 3);
    let Err(PlaceError::SoldOut(sold)) = desk.db.place(order.clone()).await else {
        panic!("there are two")
    };
    assert_eq!(sold.0, [tee()]);
    assert!(desk.db.order(&order.lookup).await.unwrap().is_none());
    assert!(desk.db.outbox(9).await.unwrap().is_empty());
    assert!(!is_given(&desk.db, &order).await);
}

fn coded(n: u64) -> NewOrder {
    let mut order = tees(n, 1);
    order.reserved_items.add(code(), 1, true);
    order
}

pub async fn a_code_with_a_limit_is_used_when_the_order_is_placed(db: Db) {
    let desk = TestDb::new(db);
    desk.db.recount(vec![(tee(), 50), (code(), 1)]).await.unwrap();
    desk.place(&coded(1)).await;
    assert_eq!(desk.level(&code()).await.on_hand, 0);
    let Err(PlaceError::SoldOut(sold)) = desk.db.place(coded(2)).await else {
        panic!("the code is used up")
    };
    assert_eq!(sold.0, [code()]);
    // A payment that comes and goes does not give the use back; the end of the offer does.
    let seen =
        ChainUpdate { unmined: vec![payment("t", &coded(1), None)], ..blocks(1..=1, vec![]) };
    desk.advance(seen).await;
    desk.advance(blocks(2..=2, vec![])).await;
    assert_eq!(desk.level(&code()).await.on_hand, 0);
    desk.advance_at(EXPIRES + 1, blocks(3..=3, vec![])).await;
    assert_eq!(desk.level(&code()).await.on_hand, 1);
    assert_eq!(desk.level(&tee()).await, StockLevel::new(50));
}

pub async fn an_order_that_ends_unpaid_gives_everything_back(db: Db) {
    let desk = TestDb::new(db);
    desk.db.recount(vec![(tee(), 50), (code(), 9)]).await.unwrap();
    let ends = coded(1);
    let goes = coded(2);
    desk.place(&ends).await;
    desk.place(&goes).await;
    assert_eq!(desk.level(&tee()).await.reserved, 2);
    desk.deliver_all().await;
    // No block is read, so nobody has judged them: the purge does it all the same.
    assert_eq!(desk.db.purge(at(EXPIRES + 1), AT_ONCE).await.unwrap().orders, 2);
    assert_eq!(desk.level(&tee()).await, StockLevel::new(50));
    assert_eq!(desk.level(&code()).await, StockLevel::new(9));
}

pub async fn a_purged_paid_order_keeps_what_it_took(db: Db) {
    let desk = TestDb::with_tees(db, 10).await;
    let order = tees(1, 2);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    desk.deliver_all().await;
    assert_eq!(desk.db.purge(at(HOUR + 9), AT_ONCE).await.unwrap().orders, 1);
    assert_eq!(desk.level(&tee()).await, StockLevel::new(8));
}

pub async fn a_claim_takes_the_goods_too(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let mut order = named(1, 7);
    order.reserved_items.add(tee(), 1, false);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![])).await;
    let untagged = transfer("aa", &wallet(), PRICE, Some(block(10)));
    desk.claim(&order, "aa", Ok(vec![untagged])).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.reservation_status(&order).await, ReservationStatus::Allocated);
}

pub async fn the_seller_counts_anew(db: Db) {
    let desk = TestDb::with_tees(db, 10).await;
    let first = tees(1, 1);
    let second = tees(2, 1);
    desk.place(&first).await;
    desk.place(&second).await;
    assert!(desk.db.set_stock(tee(), 1).await.unwrap());
    assert_eq!(desk.level(&tee()).await, StockLevel { on_hand: 1, reserved: 1 });
    assert_eq!(
        desk.reservation_status(&first).await,
        ReservationStatus::Reserved,
        "the older one keeps what is there"
    );
    assert_eq!(desk.reservation_status(&second).await, ReservationStatus::Unreserved);
    assert!(!desk.record(&second).await.goods_left);
    desk.settle(10, &[&first]).await;
    assert_eq!(desk.level(&tee()).await, StockLevel::new(0));
    assert!(!desk.db.set_stock(StockKey::product("mug"), 1).await.unwrap());
    assert_eq!(desk.db.stock().await.unwrap()[0].listed, Some(10), "the file says what it said");
}

pub async fn what_is_not_listed_any_more_stays_while_an_order_needs_it(db: Db) {
    let desk = TestDb::new(db);
    let mug = StockKey::product("mug");
    desk.db.recount(vec![(tee(), 5), (mug.clone(), 5)]).await.unwrap();
    let order = tees(1, 1);
    desk.place(&order).await;
    desk.db.recount(vec![]).await.unwrap();
    let left = desk.db.stock().await.unwrap();
    assert_eq!(left.len(), 1);
    assert!(left[0].key == tee() && left[0].listed.is_none());
    desk.settle(10, &[&order]).await;
    assert_eq!(desk.level(&tee()).await, StockLevel::new(4));
    desk.deliver_all().await;
    desk.db.purge(at(HOUR + 9), AT_ONCE).await.unwrap();
    desk.db.recount(vec![]).await.unwrap();
    assert!(desk.db.stock().await.unwrap().is_empty());
}

pub async fn a_lost_key_makes_orders_uncounted(db: Db) {
    let desk = TestDb::with_tees(db, 10).await;
    let order = tees(1, 1);
    desk.place(&order).await;
    let sealer = OrderSealer { open_items: Arc::new(|_, _| None), ..desk.letters.sealer() };
    let lost = TestDb { db: desk.db.with_sealer(sealer), letters: desk.letters.clone() };
    lost.settle(10, &[&order]).await;
    let record = lost.record(&order).await;
    assert!(record.facts.reservation_status == ReservationStatus::Untracked && record.goods_left);
    assert_eq!(lost.taken().await, [(order.id, SellerNotice::Paid)]);
    lost.db.set_stock(tee(), 0).await.unwrap();
    assert_eq!(lost.level(&tee()).await, StockLevel::new(0));
}

pub async fn what_a_lost_key_had_set_aside_is_free_at_the_next_count(db: Db) {
    let desk = TestDb::with_tees(db.clone(), 10).await;
    let lost = tees(1, 1);
    let kept = tees(2, 1);
    desk.place(&lost).await;
    desk.place(&kept).await;
    let whole = desk.letters.sealer().open_items;
    let gone = lost.id;
    let open_items: crate::OpenItems =
        Arc::new(move |order, sealed| whole(order, sealed).filter(|_| order != gone));
    let sealer = OrderSealer { open_items, ..desk.letters.sealer() };
    // Who can open nothing, as a command without an order sealer, says nothing of it.
    db.recount(vec![(tee(), 10)]).await.unwrap();
    assert_eq!(desk.level(&tee()).await, StockLevel { on_hand: 10, reserved: 2 });
    desk.db.with_sealer(sealer).recount(vec![(tee(), 10)]).await.unwrap();
    assert_eq!(desk.level(&tee()).await, StockLevel { on_hand: 10, reserved: 1 });
    // The key is there again, and so is what it opens.
    desk.db.recount(vec![(tee(), 10)]).await.unwrap();
    assert_eq!(desk.level(&tee()).await, StockLevel { on_hand: 10, reserved: 2 });
}

pub async fn nobody_seals_no_order_that_is_counted(db: Db) {
    let desk = TestDb::with_tees(db.clone(), 10).await;
    assert_eq!(db.place(tees(1, 1)).await, Err(PlaceError::Db(DbError::NoClerk)));
    db.place(pooled(2)).await.unwrap();
    assert_eq!(desk.level(&tee()).await, StockLevel::new(10));
}

pub async fn levels_are_told_when_they_change(db: Db) {
    let desk = TestDb::with_tees(db, 5).await;
    let mut levels = desk.db.availabilities();
    assert_eq!(levels.borrow_and_update().get(&tee()), Some(&Availability::InStock));
    let first = tees(1, 1);
    let second = tees(2, 4);
    desk.place(&first).await;
    assert!(!levels.has_changed().unwrap(), "four is as many as five");
    desk.place(&second).await;
    desk.settle(10, &[&second]).await;
    assert_eq!(
        levels.borrow_and_update().get(&tee()),
        Some(&Availability::SoldOut),
        "one is set aside"
    );
    desk.db.recount(vec![]).await.unwrap();
    assert_eq!(
        levels.borrow_and_update().get(&tee()),
        Some(&Availability::SoldOut),
        "an order needs it"
    );
    desk.db.recount(vec![(tee(), 2), (code(), 9)]).await.unwrap();
    let now = levels.borrow_and_update();
    assert_eq!(
        (now.get(&tee()), now.get(&code())),
        (Some(&Availability::LowStock), Some(&Availability::InStock))
    );
}
