//! Chains that change their mind.

use super::sample::*;
use crate::Db;
use shop_core::{
    invoice::SellerNotice,
    view::{ChainUpdate, Height},
};

pub async fn a_reorg_before_settlement_sends_the_order_back(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.advance(blocks(9..=11, vec![payment("t1", &order, Some(block(10)))])).await;
    assert_eq!(desk.word(&order).await, "confirming");
    desk.advance(reorg(10..=12, vec![])).await;
    assert_eq!(desk.word(&order).await, "awaiting");
    assert!(desk.taken().await.is_empty());
    let chain = desk.db.chain(ETH.chain()).await.unwrap();
    assert_eq!(chain, [block(9), block_on(1, 10), block_on(1, 11), block_on(1, 12)]);
}

pub async fn a_reorg_after_settlement_is_told_and_so_is_the_return(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])).await;
    desk.advance(reorg(10..=13, vec![])).await;
    assert_eq!(desk.word(&order).await, "reversed");
    let again = payment("t1", &order, Some(block_on(1, 14)));
    let blocks = |heights: std::ops::RangeInclusive<u64>, mined| ChainUpdate {
        reorg_from: None,
        ..reorg(heights, mined)
    };
    desk.advance(blocks(14..=14, vec![again])).await;
    assert_eq!(desk.word(&order).await, "confirming", "one block is not enough");
    desk.advance(blocks(15..=16, vec![])).await;
    assert_eq!(desk.word(&order).await, "settled");
    let news = [SellerNotice::Paid, SellerNotice::Reversed, SellerNotice::Paid]
        .map(|news| (order.id, news));
    assert_eq!(desk.taken().await, news);
    assert_eq!(desk.db.outbox(99).await.unwrap().len(), 4);
}

pub async fn a_reorg_half_read_is_not_news(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])).await;
    desk.advance(ChainUpdate { blocks_behind: 3, ..reorg(10..=10, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "settled");
    let moved = payment("t1", &order, Some(block_on(1, 11)));
    desk.advance(ChainUpdate { reorg_from: None, ..reorg(11..=13, vec![moved]) }).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
    // Half read, and then it is really gone: told when everything is read, without any block of
    // its own.
    let gone = reorg(11..=11, vec![]);
    let gone = ChainUpdate { blocks: vec![block_on(2, 11)], blocks_behind: 2, ..gone };
    desk.advance(gone).await;
    assert!(desk.record(&order).await.facts.on_chain.is_checked, "nobody knows yet");
    desk.advance(ChainUpdate {
        reorg_from: None,
        blocks: vec![block_on(2, 12), block_on(2, 13)],
        ..reorg(12..=13, vec![])
    })
    .await;
    assert_eq!(desk.word(&order).await, "reversed");
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Reversed)]);
}

pub async fn a_contradicting_block_is_a_reorg_whoever_forgot_to_say_so(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(11)))])).await;
    desk.advance(ChainUpdate { reorg_from: None, ..reorg(11..=13, vec![]) }).await;
    assert!(desk.record(&order).await.transfers.is_empty());
    assert_eq!(desk.word(&order).await, "awaiting");
    let branch = [block(10), block_on(1, 11), block_on(1, 12), block_on(1, 13)];
    assert_eq!(desk.db.chain(ETH.chain()).await.unwrap(), branch);
}

/// The same reorganisation that drops the block has the payment in a later one.
pub async fn a_payment_that_moves_to_a_later_block_is_not_called_reversed(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])).await;
    desk.advance(reorg(10..=13, vec![payment("t1", &order, Some(block_on(1, 12)))])).await;
    assert_eq!(desk.word(&order).await, "confirming");
    let news = [SellerNotice::Paid, SellerNotice::Reconfirming].map(|news| (order.id, news));
    assert_eq!(desk.taken().await, news);
    let other = vec![block_on(2, 12), block_on(2, 13)];
    desk.advance(ChainUpdate { blocks: other, ..reorg(12..=13, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "reversed");
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Reversed)]);
}

pub async fn a_payment_half_read_gives_nothing_back(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let order = tees(1, 1);
    desk.place(&order).await;
    desk.advance(blocks(10..=11, vec![payment("t1", &order, Some(block(11)))])).await;
    desk.advance(ChainUpdate { blocks_behind: 1, ..reorg(11..=11, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "confirming");
    assert_eq!(desk.level(&tee()).await.on_hand, 0, "it may stand in the block not read yet");
    let moved = payment("t1", &order, Some(block_on(1, 12)));
    desk.advance(ChainUpdate { reorg_from: None, ..reorg(12..=12, vec![moved]) }).await;
    assert_eq!(
        desk.reservation_status(&order).await,
        shop_core::stock::ReservationStatus::Allocated
    );
}

/// A node that syncs again tells a low tip, and blocks that contradict what was read.
pub async fn shorter_branch_takes_nothing_back(db: Db) {
    let desk = TestDb::new(db);
    let settled = pooled(1);
    let open = pooled(2);
    desk.place(&settled).await;
    desk.place(&open).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &settled, Some(block(10)))])).await;
    let before = desk.db.chain(ETH.chain()).await.unwrap();
    for shorter in [
        reorg(10..=11, vec![]),
        reorg(1..=1, vec![]),
        ChainUpdate { blocks: vec![], ..reorg(10..=10, vec![]) },
    ] {
        let judged = desk.advance_at(EXPIRES + 30, shorter).await;
        assert!(judged.refused && judged.changed == 0);
        assert_eq!(desk.word(&settled).await, "settled");
        assert_eq!(desk.word(&open).await, "awaiting", "it may be paid on the other branch");
        assert!(desk.record(&settled).await.facts.on_chain.is_checked);
        assert!(!desk.record(&open).await.facts.on_chain.is_checked);
    }
    assert_eq!(desk.db.chain(ETH.chain()).await.unwrap(), before);
    assert_eq!(desk.taken().await, [(settled.id, SellerNotice::Paid)]);
}

pub async fn branch_grown_to_the_height_read_takes_back(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])).await;
    desk.advance(reorg(10..=11, vec![])).await;
    desk.advance(reorg(10..=12, vec![])).await;
    assert_eq!(desk.word(&order).await, "reversed");
    assert!(!desk.record(&order).await.facts.on_chain.is_checked);
    assert_eq!(
        desk.taken().await,
        [SellerNotice::Paid, SellerNotice::Reversed].map(|news| (order.id, news))
    );
}

/// The blocks of the other branch come in steps: until the last one, nobody is told anything.
pub async fn half_read_reorg_calls_no_payment_shallow(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])).await;
    desk.advance(ChainUpdate { blocks_behind: 1, ..reorg(11..=11, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert!(desk.record(&order).await.facts.on_chain.is_checked, "it lies less deep for now");
    desk.advance(ChainUpdate { reorg_from: None, ..reorg(12..=12, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert!(!desk.record(&order).await.facts.on_chain.is_checked);
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
}

pub async fn contested_payment_is_checked_until_nodes_agree(db: Db) {
    let desk = TestDb::new(db);
    let below = pooled(1);
    let above = pooled(2);
    desk.place(&below).await;
    desk.place(&above).await;
    let paid = vec![payment("t1", &below, Some(block(10))), payment("t2", &above, Some(block(11)))];
    desk.advance(blocks(10..=14, paid)).await;
    let contested = ChainUpdate { contested_from: Some(Height(11)), ..blocks_of_none() };
    desk.advance(contested).await;
    let listed = desk.db.orders().await.unwrap();
    for order in [&below, &above] {
        let is_above = order.id == above.id;
        assert_eq!(desk.record(order).await.facts.on_chain.is_checked, is_above);
        let line = listed.iter().find(|line| line.id == order.id).unwrap();
        assert_eq!(line.facts.on_chain.is_checked, is_above);
        assert_eq!(desk.record(order).await.status(NOW).hand_out.is_open(), !is_above);
        assert_eq!(desk.word(order).await, "settled");
    }
    desk.advance(blocks_of_none()).await;
    assert!(desk.record(&above).await.status(NOW).hand_out.is_open());
}

/// A code that was given cannot be taken back.
pub async fn codes_wait_while_a_payment_is_contested(db: Db) {
    let desk = TestDb::new(db);
    let order = gifts(1, 1);
    desk.list_gifts(&["one", "two"]).await;
    desk.place(&order).await;
    desk.advance(blocks(10..=11, vec![payment("t1", &order, Some(block(10)))])).await;
    let last = ChainUpdate { contested_from: Some(Height(10)), ..blocks(12..=12, vec![]) };
    desk.advance(last).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert!(desk.codes(&order).await.is_empty());
    desk.advance(blocks_of_none()).await;
    assert_eq!(desk.codes(&order).await, ["one"]);
    desk.advance(blocks_of_none()).await;
    assert_eq!(desk.codes(&order).await, ["one"], "once");
}

/// Some of the nodes have not the block yet, which clears up nothing.
/// A code that is given cannot be taken back.
pub async fn contested_payment_stays_so_while_nodes_tell_nothing(db: Db) {
    let desk = TestDb::new(db);
    let order = gifts(1, 1);
    desk.list_gifts(&["one", "two"]).await;
    desk.place(&order).await;
    desk.advance(blocks(10..=11, vec![payment("t1", &order, Some(block(10)))])).await;
    let last = ChainUpdate { contested_from: Some(Height(10)), ..blocks(12..=12, vec![]) };
    desk.advance(last).await;
    desk.advance(ChainUpdate { branch_unknown: true, ..blocks_of_none() }).await;
    assert!(
        desk.record(&order).await.facts.on_chain.is_checked && desk.codes(&order).await.is_empty()
    );
    desk.advance(ChainUpdate { blocks_behind: 5, ..reorg(10..=12, vec![]) }).await;
    desk.advance(ChainUpdate { branch_unknown: true, ..blocks_of_none() }).await;
    assert_eq!(desk.word(&order).await, "settled", "it may stand in a block not read yet");
    desk.advance(blocks_of_none()).await;
    assert_eq!(desk.word(&order).await, "reversed");
    assert!(desk.codes(&order).await.is_empty());
}

/// The payment was settled while nodes told two branches, and stands on the one read now.
pub async fn codes_held_back_are_given_when_a_branch_is_read_in_parts(db: Db) {
    let desk = TestDb::new(db);
    let order = gifts(1, 1);
    desk.list_gifts(&["one", "two"]).await;
    desk.place(&order).await;
    desk.advance(blocks(10..=11, vec![payment("t1", &order, Some(block(10)))])).await;
    let last = ChainUpdate { contested_from: Some(Height(10)), ..blocks(12..=12, vec![]) };
    desk.advance(last).await;
    desk.advance(ChainUpdate { blocks_behind: 5, ..reorg(10..=10, vec![]) }).await;
    assert!(
        desk.record(&order).await.facts.on_chain.is_checked && desk.codes(&order).await.is_empty()
    );
    let rest = (11..=15).map(|height| block_on(1, height)).collect();
    let mined = vec![payment("t1", &order, Some(block_on(1, 11)))];
    desk.advance(ChainUpdate { blocks: rest, mined, ..blocks_of_none() }).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.codes(&order).await, ["one"]);
}
