//! Digital goods: codes that are given, downloads that are counted.

use super::sample::*;
use crate::{Db, DownloadError, NewOrder};
use shop_core::{
    digital::Fetched,
    invoice::SellerNotice,
    order_status::EventKind,
    stock::{ReservationStatus, StockLevel},
    time::CoarseTime,
};

pub async fn codes_are_given_when_the_payment_is_settled_and_each_once(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A", "B", "C", "D", "E"]).await;
    assert_eq!(desk.level(&gift()).await, StockLevel::new(5));
    let first = gifts(1, 2);
    let second = gifts(2, 1);
    desk.place(&first).await;
    desk.place(&second).await;
    desk.advance(blocks(10..=11, vec![payment("t1", &first, Some(block(10)))])).await;
    assert_eq!(desk.word(&first).await, "confirming");
    assert!(desk.codes(&first).await.is_empty(), "not deep enough");
    assert_eq!(desk.level(&gift()).await.on_hand, 3);
    desk.advance(blocks(12..=12, vec![])).await;
    assert_eq!(desk.codes(&first).await, ["A", "B"]);
    desk.settle(13, &[&second]).await;
    assert_eq!(desk.codes(&second).await, ["C"]);
    assert_eq!(desk.level(&gift()).await, StockLevel::new(2));
    assert_eq!(desk.reservation_status(&first).await, ReservationStatus::Allocated);
}

/// After a restore: orders that this database does not know had the next ones.
pub async fn skipped_codes_are_given_to_nobody(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A", "B", "C", "D"]).await;
    let first = gifts(1, 1);
    desk.place(&first).await;
    desk.settle(10, &[&first]).await;
    assert_eq!(desk.db.skip_codes(gift(), 4).await, Ok(3), "too many: nothing is noted");
    assert_eq!(desk.db.skip_codes(gift(), 2).await, Ok(3));
    desk.list_gifts(&["A", "B", "C", "D"]).await;
    assert_eq!(desk.level(&gift()).await, StockLevel::new(1));
    let second = gifts(2, 1);
    desk.place(&second).await;
    desk.settle(20, &[&second]).await;
    assert_eq!(desk.codes(&second).await, ["D"]);
    assert_eq!(desk.db.skip_codes(tee(), 1).await, Ok(0), "it is not sold from a list");
}

/// The seller adds codes to the list, and takes out one that was given.
pub async fn list_stock_is_codes_neither_given_nor_promised(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A", "B", "C"]).await;
    let given = gifts(1, 1);
    let promised = gifts(2, 1);
    desk.place(&given).await;
    desk.place(&promised).await;
    desk.settle(10, &[&given]).await;
    desk.advance(blocks(13..=13, vec![payment("t2", &promised, Some(block(13)))])).await;
    // The seller adds two, and takes out one that was given.
    desk.list_gifts(&["B", "C", "D", "E"]).await;
    assert_eq!(desk.level(&gift()).await, StockLevel::new(3));
    desk.advance(blocks(14..=15, vec![])).await;
    assert_eq!(desk.codes(&promised).await, ["B"]);
    desk.list_gifts(&["B", "C", "D", "E"]).await;
    assert_eq!(desk.level(&gift()).await, StockLevel::new(3));
    assert_eq!(desk.db.set_stock(gift(), 9).await, Ok(false), "the list is the count");
}

pub async fn a_reversed_payment_brings_no_code_back_and_gives_no_other(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A", "B"]).await;
    let order = gifts(1, 1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    desk.advance(reorg(10..=14, vec![])).await;
    assert_eq!(desk.word(&order).await, "reversed");
    assert!(!desk.record(&order).await.status(NOW).hand_out.is_open());
    assert_eq!(desk.level(&gift()).await, StockLevel::new(1), "the buyer has seen it");
    let paid = payment("t1b", &order, Some(block_on(1, 15)));
    let advance = shop_core::view::ChainUpdate {
        blocks: (15..=17).map(|height| block_on(1, height)).collect(),
        ..blocks(15..=15, vec![paid])
    };
    desk.advance(advance).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert!(desk.record(&order).await.status(NOW).hand_out.is_open());
    assert_eq!(desk.codes(&order).await, ["A"]);
    assert_eq!(desk.level(&gift()).await, StockLevel::new(1));
}

pub async fn missing_codes_are_reported_once_and_given_when_listed(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A", "B"]).await;
    let order = gifts(1, 2);
    desk.place(&order).await;
    desk.advance(blocks(10..=10, vec![payment("t1", &order, Some(block(10)))])).await;
    // A line is taken out while the order waits for one.
    desk.list_gifts(&["A"]).await;
    drop(desk.taken().await);
    desk.advance(blocks(11..=12, vec![])).await;
    assert!(desk.codes(&order).await.is_empty());
    assert_eq!(
        desk.taken().await,
        [(order.id, SellerNotice::Paid), (order.id, SellerNotice::CodesMissing)]
    );
    desk.db.give_codes().await.unwrap();
    assert!(desk.taken().await.is_empty(), "told once");
    desk.list_gifts(&["A", "X", "Y"]).await;
    assert_eq!(desk.codes(&order).await, ["A", "X"]);
    assert_eq!(desk.level(&gift()).await, StockLevel::new(1));
}

pub async fn codes_of_two_kinds_are_given_together_or_not_at_all(db: Db) {
    let desk = TestDb::new(db);
    desk.list(&[(gift(), &["A", "B", "C"]), (pass(), &["P", "Q"])]).await;
    let mut order = gifts(1, 1);
    order.reserved_items.add_codes(pass(), 2);
    desk.place(&order).await;
    desk.advance(blocks(10..=10, vec![payment("t1", &order, Some(block(10)))])).await;
    desk.list(&[(gift(), &["A", "B", "C"]), (pass(), &["P"])]).await;
    desk.advance(blocks(11..=12, vec![])).await;
    for _ in 0..3 {
        desk.list(&[(gift(), &["A", "B", "C"]), (pass(), &["P"])]).await;
        desk.db.give_codes().await.unwrap();
        assert!(desk.codes(&order).await.is_empty(), "a pass is missing");
    }
    assert_eq!(
        desk.level(&gift()).await,
        StockLevel::new(2),
        "one is kept for it, and none was given"
    );
    let other = gifts(2, 1);
    desk.place(&other).await;
    desk.settle(13, &[&other]).await;
    assert_eq!(desk.codes(&other).await, ["A"]);
    desk.list(&[(gift(), &["A", "B", "C"]), (pass(), &["P", "R"])]).await;
    assert_eq!(desk.codes(&order).await, ["B", "P", "R"]);
}

pub async fn goods_that_become_codes_later_take_none_of_them(db: Db) {
    let desk = TestDb::new(db);
    desk.db.recount(vec![(gift(), 9)]).await.unwrap();
    let sent = |n| {
        let mut order = pooled(n);
        order.reserved_items.add(gift(), 1, false);
        order
    };
    let settled = sent(1);
    let confirming = sent(2);
    desk.place(&settled).await;
    desk.place(&confirming).await;
    desk.settle(10, &[&settled]).await;
    desk.advance(blocks(13..=13, vec![payment("t2", &confirming, Some(block(13)))])).await;
    desk.list_gifts(&["A", "B"]).await;
    assert_eq!(desk.level(&gift()).await, StockLevel::new(2));
    desk.advance(blocks(14..=15, vec![])).await;
    desk.db.give_codes().await.unwrap();
    desk.list_gifts(&["A", "B"]).await;
    assert!(desk.codes(&settled).await.is_empty() && desk.codes(&confirming).await.is_empty());
    assert_eq!(desk.level(&gift()).await, StockLevel::new(2));
}

pub async fn codes_listed_before_the_letter_are_not_reported_missing(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A"]).await;
    let order = gifts(1, 1);
    desk.place(&order).await;
    desk.letters.list(&[(gift(), &[])]);
    desk.letters.fail(true);
    desk.settle(10, &[&order]).await;
    desk.list_gifts(&["A"]).await;
    assert_eq!(desk.codes(&order).await, ["A"]);
    desk.letters.fail(false);
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
}

pub async fn codes_of_what_is_not_sold_from_a_list_any_more_are_missing(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A"]).await;
    let order = gifts(1, 1);
    desk.place(&order).await;
    desk.advance(blocks(10..=10, vec![payment("t1", &order, Some(block(10)))])).await;
    // It has another name now.
    desk.list(&[(pass(), &["A"])]).await;
    desk.advance(blocks(11..=12, vec![])).await;
    assert_eq!(
        desk.taken().await,
        [(order.id, SellerNotice::Paid), (order.id, SellerNotice::CodesMissing)]
    );
    assert!(desk.codes(&order).await.is_empty());
    desk.list(&[(pass(), &["A"])]).await;
    desk.db.give_codes().await.unwrap();
    assert!(desk.taken().await.is_empty(), "told once");
    desk.list_gifts(&["A"]).await;
    assert_eq!(desk.codes(&order).await, ["A"]);
}

pub async fn a_code_that_was_given_stays_given_under_another_name(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A", "B"]).await;
    let order = gifts(1, 1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    desk.list(&[(pass(), &["A", "B"])]).await;
    assert_eq!(desk.level(&pass()).await, StockLevel::new(1));
    let mut other = pooled(2);
    other.reserved_items.add_codes(pass(), 1);
    desk.place(&other).await;
    desk.settle(13, &[&other]).await;
    assert_eq!(desk.codes(&other).await, ["B"]);
}

pub async fn codes_of_a_refunded_order_are_for_sale_again(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A", "B"]).await;
    let order = gifts(1, 2);
    let other = gifts(2, 1);
    desk.place(&order).await;
    desk.advance(blocks(10..=10, vec![payment("t1", &order, Some(block(10)))])).await;
    desk.list_gifts(&["A"]).await;
    desk.advance(blocks(11..=12, vec![])).await;
    assert!(desk.codes(&order).await.is_empty(), "one is missing");
    assert_eq!(desk.level(&gift()).await, StockLevel::new(0));
    desk.db.add_event(order.id, EventKind::Refunded, None).await.unwrap();
    desk.db.give_codes().await.unwrap();
    assert_eq!(desk.level(&gift()).await, StockLevel::new(1));
    desk.list_gifts(&["A"]).await;
    assert_eq!(desk.level(&gift()).await, StockLevel::new(1), "and stays so");
    desk.db.undo_event(order.id).await.unwrap();
    desk.db.give_codes().await.unwrap();
    assert_eq!(desk.level(&gift()).await, StockLevel::new(0), "promised again");
    desk.db.add_event(order.id, EventKind::Refunded, None).await.unwrap();
    desk.db.give_codes().await.unwrap();
    desk.place(&other).await;
    desk.settle(13, &[&other]).await;
    assert_eq!(desk.codes(&other).await, ["A"]);
}

pub async fn fifty_buyers_of_one_code_get_it_once(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A"]).await;
    let orders: Vec<_> = (0..50).map(|n| NewOrder { most_open: 99, ..gifts(n, 1) }).collect();
    for order in &orders {
        desk.place(order).await;
    }
    desk.settle(10, &orders.iter().collect::<Vec<_>>()).await;
    let mut given = Vec::new();
    for order in &orders {
        given.extend(desk.codes(order).await);
    }
    assert_eq!(given, ["A"]);
}

pub async fn a_missed_order_that_is_served_gets_its_code(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A"]).await;
    let first = gifts(1, 1);
    let second = gifts(2, 1);
    desk.place(&first).await;
    desk.place(&second).await;
    desk.settle(10, &[&first]).await;
    desk.settle(13, &[&second]).await;
    assert_eq!(desk.reservation_status(&second).await, ReservationStatus::Backordered);
    assert!(!desk.record(&second).await.status(NOW).hand_out.is_open());
    desk.list_gifts(&["A", "B"]).await;
    assert_eq!(desk.codes(&second).await, ["B"]);
    assert!(desk.record(&second).await.status(NOW).hand_out.is_open());
}

pub async fn late_money_opens_nothing_until_the_seller_says_so(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A"]).await;
    let order = gifts(1, 1);
    desk.place(&order).await;
    let late = payment("t1", &order, Some(block_at(0, 10, EXPIRES + 1)));
    let mut advance = blocks(11..=12, vec![late]);
    advance.blocks.insert(0, block_at(0, 10, EXPIRES + 1));
    desk.advance_at(EXPIRES + 1, advance).await;
    assert_eq!(desk.word(&order).await, "late");
    assert!(desk.codes(&order).await.is_empty());
    desk.db.add_event(order.id, EventKind::Sent, None).await.unwrap();
    desk.db.give_codes().await.unwrap();
    assert_eq!(desk.codes(&order).await, ["A"]);
}

pub async fn a_download_is_counted_when_it_is_begun(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let begin = |now: CoarseTime, most| {
        let db = desk.db.clone();
        let lookup = order.lookup;
        async move { db.begin_download(&lookup, 3, most, now, now.plus_hours(25)).await }
    };
    assert_eq!(begin(NOW, 2).await, Err(DownloadError::Unpaid));
    desk.settle(10, &[&order]).await;
    begin(NOW, 2).await.unwrap();
    begin(at(HOUR + 24), 2).await.unwrap();
    let fetched = Fetched { begun: 1, open_until: Some(at(HOUR + 25)) };
    assert_eq!(desk.record(&order).await.fetched(3), fetched, "it was open still");
    begin(at(HOUR + 25), 2).await.unwrap();
    assert_eq!(begin(at(HOUR + 50), 2).await, Err(DownloadError::UsedUp));
    let record = desk.record(&order).await;
    assert_eq!((record.fetched(3).begun, record.fetched(0)), (2, Fetched::default()));
    let nobody = desk.db.begin_download(&[9; 32], 3, 2, NOW, NOW).await;
    assert_eq!(nobody, Err(DownloadError::NoSuchOrder));
    desk.db.add_event(order.id, EventKind::Refunded, None).await.unwrap();
    assert_eq!(begin(at(HOUR + 50), 9).await, Err(DownloadError::Unpaid));
}

pub async fn fifty_clicks_at_once_begin_one_download(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    let mut clicks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let db = desk.db.clone();
        let lookup = order.lookup;
        clicks
            .spawn(async move { db.begin_download(&lookup, 0, 1, NOW, NOW.plus_hours(25)).await });
    }
    assert!(clicks.join_all().await.iter().all(Result::is_ok));
    assert_eq!(desk.record(&order).await.fetched(0).begun, 1);
}

pub async fn nothing_of_it_outlives_the_order_but_the_marks(db: Db) {
    let desk = TestDb::new(db);
    desk.list_gifts(&["A", "B"]).await;
    let order = gifts(1, 1);
    let next = gifts(2, 1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    desk.db.begin_download(&order.lookup, 0, 1, NOW, NOW).await.unwrap();
    desk.deliver_all().await;
    desk.db.forget(&order.lookup, NOW).await.unwrap();
    desk.place(&next).await;
    desk.settle(13, &[&next]).await;
    assert_eq!(desk.codes(&next).await, ["B"], "A was given");
}
