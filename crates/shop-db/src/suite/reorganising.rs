//! Chains that change their mind.

use super::sample::*;
use crate::Db;
use shop_core::{
    invoice::News,
    view::{Advance, Height},
};

pub async fn a_reorg_before_settlement_sends_the_order_back(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    desk.advance(blocks(9..=11, vec![payment("t1", &order, Some(block(10)))])).await;
    assert_eq!(desk.word(&order).await, "confirming");
    desk.advance(reorg(10..=12, vec![])).await;
    assert_eq!(desk.word(&order).await, "awaiting");
    assert!(desk.letters.taken().is_empty());
    let chain = desk.db.chain(ETH).await.unwrap();
    assert_eq!(chain, [block(9), block_on(1, 10), block_on(1, 11), block_on(1, 12)]);
}

pub async fn a_reorg_after_settlement_is_told_and_so_is_the_return(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])).await;
    desk.advance(reorg(10..=13, vec![])).await;
    assert_eq!(desk.word(&order).await, "reversed");
    let again = payment("t1", &order, Some(block_on(1, 14)));
    let blocks = |heights: std::ops::RangeInclusive<u64>, mined| Advance {
        dropped_from: None,
        ..reorg(heights, mined)
    };
    desk.advance(blocks(14..=14, vec![again])).await;
    assert_eq!(desk.word(&order).await, "confirming", "one block is not enough");
    desk.advance(blocks(15..=16, vec![])).await;
    assert_eq!(desk.word(&order).await, "settled");
    let news = [News::Paid, News::Reversed, News::Paid].map(|news| (order.id, news));
    assert_eq!(desk.letters.taken(), news);
    assert_eq!(desk.db.outbox(99).await.unwrap().len(), 4);
}

pub async fn a_reorg_half_read_is_not_news(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])).await;
    desk.advance(Advance { behind: 3, ..reorg(10..=10, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "settled");
    let moved = payment("t1", &order, Some(block_on(1, 11)));
    desk.advance(Advance { dropped_from: None, ..reorg(11..=13, vec![moved]) }).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.letters.taken(), [(order.id, News::Paid)]);
    // Half read, and then it is really gone: told when everything is read, without any block of
    // its own.
    let gone = reorg(11..=11, vec![]);
    let gone = Advance { blocks: vec![block_on(2, 11)], behind: 1, ..gone };
    desk.advance(gone).await;
    desk.advance(Advance {
        dropped_from: None,
        blocks: vec![block_on(2, 12)],
        ..reorg(12..=12, vec![])
    })
    .await;
    assert_eq!(desk.word(&order).await, "reversed");
    assert_eq!(desk.letters.taken(), [(order.id, News::Reversed)]);
}

pub async fn a_contradicting_block_is_a_reorg_whoever_forgot_to_say_so(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(11)))])).await;
    desk.advance(Advance { dropped_from: None, ..reorg(11..=13, vec![]) }).await;
    assert!(desk.record(&order).await.transfers.is_empty());
    assert_eq!(desk.word(&order).await, "awaiting");
    let branch = [block(10), block_on(1, 11), block_on(1, 12), block_on(1, 13)];
    assert_eq!(desk.db.chain(ETH).await.unwrap(), branch);
}

pub async fn what_stood_above_a_shorter_branch_is_gone(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(12)))])).await;
    assert_eq!(desk.word(&order).await, "confirming");
    desk.advance(reorg(11..=11, vec![])).await;
    assert!(desk.record(&order).await.transfers.is_empty());
    assert_eq!(desk.word(&order).await, "awaiting");
}

pub async fn a_shorter_branch_judges_what_lies_less_deep_now(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])).await;
    let shorter = reorg(11..=11, vec![]);
    assert_eq!(desk.advance(shorter).await.judged, 1);
    assert_eq!(desk.word(&order).await, "confirming", "two deep is not paid");
    desk.advance(Advance { dropped_from: None, ..reorg(12..=12, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "settled");
    let news = [News::Paid, News::Shallow, News::Paid].map(|news| (order.id, news));
    assert_eq!(desk.letters.taken(), news);
}

/// The same reorganisation that drops the block has the payment in a later one.
pub async fn a_payment_that_moves_to_a_later_block_is_not_called_reversed(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])).await;
    desk.advance(reorg(10..=13, vec![payment("t1", &order, Some(block_on(1, 12)))])).await;
    assert_eq!(desk.word(&order).await, "confirming");
    let news = [News::Paid, News::Shallow].map(|news| (order.id, news));
    assert_eq!(desk.letters.taken(), news);
    let gone = Advance { blocks: vec![block_on(2, 12)], ..reorg(12..=12, vec![]) };
    desk.advance(gone).await;
    assert_eq!(desk.word(&order).await, "reversed");
    assert_eq!(desk.letters.taken(), [(order.id, News::Reversed)]);
}

pub async fn a_payment_half_read_gives_nothing_back(db: Db) {
    let (desk, order) = (Desk::with_tees(db, 1).await, tees(1, 1));
    desk.place(&order).await;
    desk.advance(blocks(10..=11, vec![payment("t1", &order, Some(block(11)))])).await;
    desk.advance(Advance { behind: 1, ..reorg(11..=11, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "confirming");
    assert_eq!(desk.shelf(&tee()).await.on_hand, 0, "it may stand in the block not read yet");
    let moved = payment("t1", &order, Some(block_on(1, 12)));
    desk.advance(Advance { dropped_from: None, ..reorg(12..=12, vec![moved]) }).await;
    assert_eq!(desk.holding(&order).await, shop_core::stock::Holding::Taken);
}

pub async fn a_drop_of_everything_known_judges_nothing_until_blocks_follow(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])).await;
    let nothing =
        Advance { dropped_from: Some(Height(1)), blocks: vec![], ..blocks(1..=1, vec![]) };
    desk.advance(nothing).await;
    assert_eq!(desk.word(&order).await, "settled");
    desk.advance(Advance { dropped_from: None, ..reorg(10..=10, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "reversed");
}

pub async fn a_new_start_far_below_judges_what_is_not_deep_any_more(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    desk.advance(blocks(10..=300, vec![payment("t1", &order, Some(block(10)))])).await;
    assert_eq!(desk.word(&order).await, "settled");
    // Everything remembered is dropped; the payment lies below what is remembered.
    let nothing =
        Advance { blocks: vec![], dropped_from: Some(Height(40)), ..reorg(1..=1, vec![]) };
    desk.advance(nothing).await;
    assert_eq!(desk.word(&order).await, "settled");
    desk.advance(Advance { dropped_from: None, ..reorg(11..=11, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "confirming", "two deep is not paid");
}
