//! Blocks whose receipts no node had: a payment by logs may stand there.

use super::sample::*;
use crate::Db;
use shop_core::{
    invoice::SellerNotice,
    order_status::RetentionPolicy,
    stock::ReservationStatus,
    view::{ChainUpdate, Height},
};

const AT_ONCE: RetentionPolicy = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };
/// Long after every offer has ended.
const LATER: u64 = EXPIRES + 500;

/// Reads blocks, the first of which without its logs.
async fn read_without_logs(desk: &TestDb, heights: std::ops::RangeInclusive<u64>) {
    let logs_unread = vec![Height(*heights.start())];
    desk.advance(ChainUpdate { logs_unread, ..blocks(heights, vec![]) }).await;
}

async fn read_logs(desk: &TestDb, height: u64, found: Vec<shop_core::view::Transfer>) {
    desk.db.logs_read(ETH.chain(), block(height), found.into(), NOW).await.unwrap();
}

async fn unread(desk: &TestDb) -> Vec<u64> {
    let unread = desk.db.logs_unread(ETH.chain()).await.unwrap();
    unread.into_iter().map(|block| block.height.0).collect()
}

pub async fn unread_logs_are_kept_until_they_are_read(db: Db) {
    let desk = TestDb::new(db);
    read_without_logs(&desk, 10..=12).await;
    // Longer than blocks are remembered.
    desk.advance(blocks(13..=400, vec![])).await;
    assert_eq!(desk.db.logs_unread(ETH.chain()).await.unwrap(), [block(10)]);
    desk.db.logs_read(ETH.chain(), block_on(1, 10), vec![].into(), NOW).await.unwrap();
    assert_eq!(unread(&desk).await, [10], "another block of this height");
    read_logs(&desk, 10, vec![]).await;
    assert!(unread(&desk).await.is_empty());
}

pub async fn reorg_that_drops_a_block_forgets_its_unread_logs(db: Db) {
    let desk = TestDb::new(db);
    read_without_logs(&desk, 10..=12).await;
    desk.advance(reorg(11..=13, vec![])).await;
    assert_eq!(unread(&desk).await, [10], "it stands");
    desk.advance(ChainUpdate {
        blocks: vec![block_on(2, 10), block_on(2, 11), block_on(2, 12), block_on(2, 13)],
        ..reorg(10..=13, vec![])
    })
    .await;
    assert!(unread(&desk).await.is_empty());
}

pub async fn offer_that_unread_logs_may_pay_does_not_end(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    read_without_logs(&desk, 10..=12).await;
    desk.mine_at(13, LATER).await;
    assert_eq!(desk.word(&order).await, "awaiting");
    read_logs(&desk, 10, vec![payment("t1", &order, Some(block(10)))]).await;
    assert_eq!(desk.word(&order).await, "settled", "it was paid in time");
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
}

pub async fn order_placed_after_unread_logs_expires(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    let later = crate::NewOrder { placed: at(HOUR + 2), ..pooled(2) };
    desk.place(&order).await;
    desk.place(&later).await;
    read_without_logs(&desk, 10..=12).await;
    desk.mine_at(13, LATER).await;
    assert_eq!(desk.word(&later).await, "expired");
    assert_eq!(desk.word(&order).await, "awaiting");
    read_logs(&desk, 10, vec![]).await;
    desk.mine_at(14, LATER).await;
    assert_eq!(desk.word(&order).await, "expired");
}

/// The hour of a block is its miner's word, and ours may be the next one.
pub async fn order_of_the_next_hour_may_be_paid_in_unread_logs(db: Db) {
    let desk = TestDb::new(db);
    let order = crate::NewOrder { placed: at(HOUR + 1), ..pooled(1) };
    desk.place(&order).await;
    read_without_logs(&desk, 10..=12).await;
    desk.deliver_all().await;
    desk.mine_at(13, LATER).await;
    assert_eq!(desk.word(&order).await, "awaiting", "its offer does not end");
    let terms = RetentionPolicy { unpaid_hours: 9_999, paid_hours: 9_999 };
    assert_eq!(desk.db.purge(at(LATER), terms).await.unwrap().given_up, 0);
    assert_eq!(unread(&desk).await, [10], "the block is asked for still");
}

pub async fn order_that_unread_logs_may_pay_is_not_deleted(db: Db) {
    let desk = TestDb::new(db);
    let orders = [pooled(1), pooled(2), pooled(3)];
    for order in &orders {
        desk.place(order).await;
    }
    let short = transfer("t2", orders[1].invoice.pay_to(), 1, Some(block(9)));
    let settled = payment("t3", &orders[2], Some(block(9)));
    desk.advance(blocks(9..=9, vec![short, settled])).await;
    read_without_logs(&desk, 10..=12).await;
    desk.deliver_all().await;
    desk.mine_at(13, LATER).await;
    let terms = RetentionPolicy { unpaid_hours: 0, paid_hours: 200 };
    assert_eq!(desk.db.purge(at(LATER), terms).await.unwrap().orders, 1, "what is settled");
    assert_eq!(desk.db.orders().await.unwrap().len(), 2);
    read_logs(&desk, 10, vec![]).await;
    assert_eq!(desk.db.purge(at(LATER), terms).await.unwrap().orders, 1, "what nobody paid");
}

pub async fn goods_stay_aside_while_logs_are_unread(db: Db) {
    let desk = TestDb::with_tees(db, 9).await;
    let order = tees(1, 1);
    desk.place(&order).await;
    read_without_logs(&desk, 10..=12).await;
    desk.db
        .purge(at(HOUR + 9), RetentionPolicy { unpaid_hours: 99, paid_hours: 99 })
        .await
        .unwrap();
    assert_eq!(desk.reservation_status(&order).await, ReservationStatus::Reserved);
    read_logs(&desk, 10, vec![]).await;
    desk.db
        .purge(at(HOUR + 9), RetentionPolicy { unpaid_hours: 99, paid_hours: 99 })
        .await
        .unwrap();
    assert_eq!(desk.reservation_status(&order).await, ReservationStatus::Unreserved);
}

pub async fn rest_that_unread_logs_may_hold_is_not_called_missing(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let part = transfer("t1", order.invoice.pay_to(), 1, Some(block(10)));
    let read = ChainUpdate { logs_unread: vec![Height(11)], ..blocks(10..=11, vec![part]) };
    desk.advance(read).await;
    desk.mine_at(12, LATER).await;
    assert_eq!(desk.word(&order).await, "short");
    assert!(desk.taken().await.is_empty());
    read_logs(&desk, 11, vec![]).await;
    desk.mine_at(13, LATER).await;
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Short)]);
}

pub async fn address_is_not_given_again_while_logs_are_unread(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.deliver_all().await;
    desk.mine_at(9, HOUR).await;
    desk.mine_at(10, EXPIRES + 2).await;
    desk.db.purge(at(EXPIRES + 2), AT_ONCE).await.unwrap();
    let unread = block_at(0, 11, EXPIRES + 4);
    let logs_unread = vec![Height(11)];
    desk.advance_at(LATER, ChainUpdate { blocks: vec![unread], logs_unread, ..blocks_of_none() })
        .await;
    desk.mine_at(12, LATER).await;
    let reusable = || async { desk.db.reusable(ETH, at(LATER), 0, 9).await.unwrap() };
    assert!(reusable().await.is_empty());
    let paid = transfer("t1", order.invoice.pay_to(), 5, Some(unread));
    assert_eq!(
        desk.db
            .logs_read(ETH.chain(), unread, vec![paid].into(), at(LATER))
            .await
            .unwrap()
            .unmatched,
        1
    );
    assert!(reusable().await.is_empty(), "money was there");
}

/// The unread block of [`unread_between`].
fn between() -> shop_core::view::BlockAt {
    block_at(0, 11, EXPIRES + 4)
}

/// Order 1 has ended unpaid and is gone when a block is read without its logs; after that
/// order 2 is placed, and ends unpaid too. Order 3 is paid.
async fn unread_between(db: Db) -> TestDb {
    let desk = TestDb::new(db);
    desk.place(&pooled(1)).await;
    desk.place(&pooled(3)).await;
    let paid = payment("t3", &pooled(3), Some(block(9)));
    desk.advance(blocks(9..=9, vec![paid])).await;
    desk.mine_at(10, EXPIRES + 2).await;
    desk.deliver_all().await;
    let terms = RetentionPolicy { unpaid_hours: 0, paid_hours: 9_000 };
    assert_eq!(desk.db.purge(at(EXPIRES + 2), terms).await.unwrap().orders, 1);
    let logs_unread = vec![Height(11)];
    let advance = ChainUpdate { blocks: vec![between()], logs_unread, ..blocks_of_none() };
    desk.advance_at(EXPIRES + 4, advance).await;
    desk.place(&crate::NewOrder { placed: at(EXPIRES + 6), ..pooled(2) }).await;
    desk.mine_at(12, LATER).await;
    desk.deliver_all().await;
    let purged = desk.db.purge(at(LATER), terms).await.unwrap();
    assert_eq!((purged.orders, purged.given_up), (1, 0));
    desk
}

async fn reusable(desk: &TestDb) -> Vec<String> {
    let found = desk.db.reusable(ETH, at(LATER), 0, 9).await.unwrap();
    found.iter().map(|pay_to| pay_to.as_str().to_owned()).collect()
}

pub async fn address_given_after_unread_logs_is_given_again(db: Db) {
    let desk = unread_between(db).await;
    let pool = [1, 2].map(|n| pay_to(&format!("demo-pool-{n}"))).to_vec();
    let standing = desk.db.pool(pool, at(LATER)).await.unwrap();
    assert_eq!((reusable(&desk).await, standing.reusable), (vec!["demo-pool-2".to_owned()], 1));
    let again = |n, address| {
        let order = pooled_again(n, address, 100 + u16::try_from(n).unwrap(), at(LATER + 24));
        crate::NewOrder { placed: at(LATER), ..order }
    };
    assert_eq!(desk.db.place(again(5, 1)).await, Err(crate::PlaceError::PayToTaken));
    desk.place(&again(6, 2)).await;
    desk.db.logs_read(ETH.chain(), between(), vec![].into(), at(LATER)).await.unwrap();
    assert_eq!(reusable(&desk).await, ["demo-pool-1"], "it was not paid there");
    desk.place(&again(7, 1)).await;
}

/// Returns the addresses that are given again, with unread logs in a block of this hour.
/// The offer of the one there is ended at [`EXPIRES`], and its order is gone.
async fn given_again_with_unread_logs_at(db: Db, hours: u64) -> Vec<String> {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.deliver_all().await;
    desk.mine_at(9, HOUR).await;
    desk.mine_at(10, EXPIRES + 2).await;
    desk.db.purge(at(EXPIRES + 2), AT_ONCE).await.unwrap();
    let unread = block_at(0, 11, hours);
    let logs_unread = vec![Height(11)];
    desk.advance_at(LATER, ChainUpdate { blocks: vec![unread], logs_unread, ..blocks_of_none() })
        .await;
    desk.mine_at(12, LATER).await;
    reusable(&desk).await
}

pub async fn address_that_had_rested_before_unread_logs_is_given_again(db: Db) {
    assert_eq!(given_again_with_unread_logs_at(db, EXPIRES + 7 * 24 + 1).await, ["demo-pool-1"]);
}

pub async fn address_in_its_last_hour_of_rest_may_be_paid_unread(db: Db) {
    let given = given_again_with_unread_logs_at(db, EXPIRES + 7 * 24).await;
    assert_eq!(given, Vec::<String>::new());
}

/// No node will ever have it: it stops neither the pool nor the alarm for ever.
pub async fn block_nobody_gives_is_given_up_with_its_addresses(db: Db) {
    let desk = unread_between(db).await;
    let purge = |hours| desk.db.purge(at(hours), AT_ONCE);
    assert_eq!(purge(LATER).await.unwrap().given_up, 1, "nobody who is left was paid there");
    assert!(unread(&desk).await.is_empty());
    assert_eq!(reusable(&desk).await, ["demo-pool-2"], "the other may have been paid there");
    // The next one is told from it, and may come within a week.
    let logs_unread = vec![Height(13)];
    let advance =
        ChainUpdate { blocks: vec![block_at(0, 13, LATER)], logs_unread, ..blocks_of_none() };
    desk.advance_at(LATER, advance).await;
    assert_eq!(reusable(&desk).await, ["demo-pool-2"], "it had rested before");
    assert_eq!(purge(LATER + 7 * 24).await.unwrap().given_up, 0);
    assert_eq!(unread(&desk).await, [13]);
}

pub async fn block_that_may_have_paid_a_kept_order_is_not_given_up(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    read_without_logs(&desk, 10..=12).await;
    desk.deliver_all().await;
    desk.mine_at(13, LATER).await;
    let terms = RetentionPolicy { unpaid_hours: 0, paid_hours: 200 };
    assert_eq!(desk.db.purge(at(LATER), terms).await.unwrap().given_up, 0);
    assert_eq!(unread(&desk).await, [10]);
    assert_eq!(desk.db.purge(at(LATER), AT_ONCE).await.unwrap().given_up, 1);
}

/// Money that the transactions show counts at once, and not again when the logs are there.
pub async fn transfer_in_logs_read_late_counts_once(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let paid = payment("t1", &order, Some(block(10)));
    let logs_unread = vec![Height(10)];
    desk.advance(ChainUpdate { logs_unread, ..blocks(10..=12, vec![paid.clone()]) }).await;
    assert_eq!(desk.word(&order).await, "settled");
    let more = transfer("t2:1", order.invoice.pay_to(), 5, Some(block(10)));
    read_logs(&desk, 10, vec![paid, more]).await;
    assert_eq!(desk.word(&order).await, "over");
    assert_eq!(desk.record(&order).await.transfers.len(), 2);
}

/// Nodes told that the transaction had succeeded.
/// The receipts, once they are there, say that it did not.
pub async fn transfer_that_read_logs_disprove_is_gone(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let paid = payment("t1", &order, Some(block(10)));
    let logs_unread = vec![Height(10)];
    desk.advance(ChainUpdate { logs_unread, ..blocks(10..=12, vec![paid]) }).await;
    read_logs(&desk, 10, vec![]).await;
    assert!(desk.record(&order).await.transfers.is_empty());
    desk.mine_at(13, HOUR).await;
    assert_eq!(desk.word(&order).await, "reversed");
}
