//! Tests of payments that arrive.

use super::sample::*;
use crate::{Assessed, Backlog, Db, DbError, ForgetError};
use shop_core::{
    entropy::Entropy,
    invoice::{Invoice, SellerNotice, State},
    money::{Amount, AssetId},
    order_status::{EventKind, RetentionPolicy},
    pay_to::{Matching, Offer, PayTo},
    view::{ChainUpdate, Confirmations, Height},
};
use std::sync::Arc;

pub async fn a_payment_settles_as_blocks_follow(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    let due = order.invoice.due();
    desk.place(&order).await;
    desk.advance(blocks(9..=9, vec![])).await;
    let waiting =
        ChainUpdate { unmined: vec![payment("t1", &order, None)], ..blocks(9..=9, vec![]) };
    desk.advance(waiting).await;
    assert_eq!(desk.state(&order).await, State::Seen { paid: due });
    desk.advance(blocks(10..=10, vec![payment("t1", &order, Some(block(10)))])).await;
    let have = Confirmations(1);
    assert_eq!(desk.state(&order).await, State::Confirming { paid: due, have });
    assert!(desk.taken().await.is_empty());
    desk.advance(blocks(11..=12, vec![])).await;
    assert_eq!(desk.state(&order).await, State::Settled { paid: due });
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
    assert_eq!(desk.db.outbox(10).await.unwrap().len(), 2);
    let record = desk.record(&order).await;
    assert_eq!(record.transfers, [payment("t1", &order, Some(block(10)))]);
    assert_eq!(record.tip, Some(Height(12)));
}

pub async fn the_same_advance_again_changes_nothing(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    let other = named(2, 7);
    desk.place(&order).await;
    desk.place(&other).await;
    let first = ChainUpdate {
        unmined: vec![payment("t2", &other, None)],
        ..blocks(10..=12, vec![payment("t1", &order, Some(block(10)))])
    };
    let second = reorg(10..=13, vec![payment("t2", &other, Some(block_on(1, 11)))]);
    for advance in [first, second] {
        desk.advance(advance.clone()).await;
        let before = (desk.record(&order).await, desk.record(&other).await);
        let mails = desk.db.outbox(99).await.unwrap();
        let chain = desk.db.chain(ETH.chain()).await.unwrap();
        assert!(!desk.taken().await.is_empty());
        let again = desk.advance(advance).await;
        assert_eq!((again.changed, again.mails), (0, 0));
        assert!(before == (desk.record(&order).await, desk.record(&other).await));
        assert!(mails == desk.db.outbox(99).await.unwrap());
        assert_eq!(chain, desk.db.chain(ETH.chain()).await.unwrap());
        assert!(desk.taken().await.is_empty());
    }
}

pub async fn two_equal_orders_at_one_wallet_are_told_apart(db: Db) {
    let desk = TestDb::new(db);
    let first = named(1, 7);
    let second = named(2, 8);
    desk.place(&first).await;
    desk.place(&second).await;
    desk.advance(blocks(10..=12, vec![payment("t1", &second, Some(block(10)))])).await;
    assert_eq!(desk.word(&first).await, "awaiting");
    assert_eq!(desk.word(&second).await, "settled");
    assert_eq!(desk.taken().await, [(second.id, SellerNotice::Paid)]);
}

/// Two outputs of Monero with one key have one id, and can be spent once.
pub async fn transfer_told_again_higher_up_counts_where_it_stands(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let due = order.invoice.due().units();
    let told = |units, height| transfer("t1", order.invoice.pay_to(), units, Some(block(height)));
    desk.advance(blocks(1..=3, vec![told(due, 2)])).await;
    for (height, units) in [(4, 1), (5, 2 * due)] {
        desk.advance(blocks(height..=height, vec![told(units, height)])).await;
        let seen = desk.record(&order).await.transfers;
        assert_eq!(seen, [told(due, 2)], "{units}");
    }
    // Once the first is gone, the other is there.
    let other = transfer("t1", order.invoice.pay_to(), due + 7, Some(block_on(1, 5)));
    desk.advance(reorg(2..=5, vec![other.clone()])).await;
    assert_eq!(desk.record(&order).await.transfers, [other]);
}

pub async fn a_transfer_waiting_to_be_mined_is_one_transfer(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let unmined = vec![payment("t1", &order, None)];
    desk.advance(ChainUpdate { unmined: unmined.clone(), ..blocks(9..=9, vec![]) }).await;
    let mined = payment("t1", &order, Some(block(10)));
    // A node may go on listing as waiting what it has in a block.
    desk.advance(ChainUpdate { unmined: unmined.clone(), ..blocks(10..=10, vec![mined.clone()]) })
        .await;
    assert_eq!(desk.record(&order).await.transfers, std::slice::from_ref(&mined));
    desk.advance(ChainUpdate { unmined, ..blocks(11..=11, vec![]) }).await;
    assert_eq!(desk.record(&order).await.transfers, [mined]);
}

pub async fn a_double_spend_takes_back_what_was_only_seen(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let unmined = vec![payment("t1", &order, None)];
    desk.advance(ChainUpdate { unmined, ..blocks(9..=9, vec![]) }).await;
    assert_eq!(desk.word(&order).await, "seen");
    desk.advance(blocks(10..=10, vec![])).await;
    assert_eq!(desk.word(&order).await, "awaiting");
    assert!(desk.taken().await.is_empty());
}

pub async fn too_little_and_too_much_are_told_apart(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    let to = order.invoice.pay_to().clone();
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![transfer("t1", &to, PRICE - 1, Some(block(10)))])).await;
    assert_eq!(desk.state(&order).await, State::Underpaid { paid: Amount::new(ETH, PRICE - 1) });
    desk.advance(blocks(13..=15, vec![transfer("t2", &to, 5, Some(block(13)))])).await;
    assert_eq!(desk.state(&order).await, State::Overpaid { paid: Amount::new(ETH, PRICE + 4) });
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
}

pub async fn too_little_is_told_once_when_the_offer_has_ended(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    let given_back = pooled(2);
    let part = |id, order: &crate::NewOrder| {
        transfer(id, order.invoice.pay_to(), PRICE - 9, Some(block(10)))
    };
    desk.place(&order).await;
    desk.place(&given_back).await;
    desk.advance(blocks(10..=12, vec![part("t1", &order), part("t2", &given_back)])).await;
    desk.db.add_event(given_back.id, EventKind::Refunded, None).await.unwrap();
    desk.mine_at(13, EXPIRES).await;
    assert!(desk.taken().await.is_empty(), "the rest may still come");
    assert!(desk.owed().await.is_empty());
    // The rest may stand in a block not read yet.
    desk.advance_at(EXPIRES + 1, ChainUpdate { blocks_behind: 1, ..blocks(14..=14, vec![]) }).await;
    assert!(desk.taken().await.is_empty());
    assert_eq!(desk.mine_at(15, EXPIRES + 1).await.mails, 1);
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Short)]);
    assert_eq!(desk.owed().await, [order.id]);
    assert_eq!(desk.mine_at(16, EXPIRES + 2).await.mails, 0);
    // The rest comes after all: the seller decides, as with all late money.
    let late = block_at(0, 17, EXPIRES + 2);
    let rest = transfer("t3", order.invoice.pay_to(), 9, Some(late));
    let after = vec![late, block(18), block(19)];
    let advance = ChainUpdate { blocks: after, ..blocks(17..=17, vec![rest]) };
    desk.advance_at(EXPIRES + 2, advance).await;
    assert_eq!(desk.word(&order).await, "late");
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
    assert!(desk.owed().await.is_empty());
}

pub async fn a_clock_that_is_ahead_ends_no_offer(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    let other = long(2, HOUR + 49);
    desk.place(&order).await;
    desk.place(&other).await;
    desk.advance_at(99 * HOUR, blocks(1..=1, vec![])).await;
    let words = [desk.word(&order).await, desk.word(&other).await];
    assert_eq!(words, ["expired", "awaiting"], "48 hours beyond the block are believed");
    desk.mine_at(2, HOUR + 50).await;
    assert_eq!(desk.word(&other).await, "expired");
}

/// Returns order `n`, whose offer ends in this hour.
fn long(n: u64, expires: u64) -> crate::NewOrder {
    let order = pooled(n);
    let due = order.invoice.due();
    let pay_to = order.invoice.pay_to().clone();
    let offer = Offer { pay_to, due, matching: Matching::PayTo };
    let invoice = Invoice::open(offer, Confirmations(NEEDS), at(expires)).unwrap();
    crate::NewOrder { invoice, ..order }
}

pub async fn an_offer_ends_and_late_money_is_late(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.advance_at(EXPIRES, blocks(1..=1, vec![])).await;
    assert_eq!(desk.word(&order).await, "awaiting");
    desk.advance_at(EXPIRES + 1, blocks(2..=2, vec![])).await;
    assert_eq!(desk.word(&order).await, "expired");
    let late = block_at(0, 3, EXPIRES + 1);
    let advance = ChainUpdate {
        blocks: vec![late, block(4), block(5)],
        ..blocks(3..=3, vec![payment("t1", &order, Some(late))])
    };
    desk.advance_at(EXPIRES + 2, advance).await;
    assert_eq!(desk.word(&order).await, "late");
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
}

pub async fn a_payment_in_an_unread_block_is_not_called_missing(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let behind = ChainUpdate { blocks_behind: 1, ..blocks(1..=1, vec![]) };
    desk.advance_at(EXPIRES + 9, behind).await;
    assert_eq!(desk.word(&order).await, "awaiting");
    desk.advance_at(EXPIRES + 9, blocks(2..=4, vec![payment("t1", &order, Some(block(2)))])).await;
    assert_eq!(desk.word(&order).await, "settled", "it was mined in time");
}

pub async fn old_orders_are_left_alone(db: Db) {
    let desk = TestDb::new(db);
    let paid = pooled(1);
    let expired = pooled(2);
    let open = named(3, 7);
    desk.place(&paid).await;
    desk.place(&expired).await;
    let judged = desk.advance(blocks(1..=3, vec![payment("t1", &paid, Some(block(1)))])).await;
    assert_eq!((judged.judged, judged.changed), (1, 1));
    assert_eq!(desk.advance_at(EXPIRES + 1, blocks(4..=4, vec![])).await.judged, 1);
    let later = crate::NewOrder { placed: at(EXPIRES + 1), ..open };
    desk.place(&later).await;
    let none = Assessed::default();
    assert_eq!(desk.advance_at(EXPIRES, blocks(5..=5, vec![])).await, none);
    let reorg = reorg(4..=6, vec![]);
    assert_eq!(desk.advance_at(EXPIRES, reorg).await, none, "nothing of theirs was dropped");
    assert_eq!(desk.word(&expired).await, "expired");
}

pub async fn one_order_that_does_not_add_up_harms_no_other(db: Db) {
    let desk = TestDb::new(db);
    let broken = pooled(1);
    let whole = pooled(2);
    desk.place(&broken).await;
    desk.place(&whole).await;
    let to = broken.invoice.pay_to().clone();
    let mined = vec![
        transfer("t1", &to, u128::MAX, Some(block(1))),
        transfer("t2", &to, u128::MAX, Some(block(1))),
        payment("t3", &whole, Some(block(1))),
    ];
    let judged = desk.advance(blocks(1..=3, mined)).await;
    assert_eq!((judged.unjudged, judged.changed), (1, 1));
    assert_eq!(desk.word(&broken).await, "awaiting");
    assert_eq!(desk.word(&whole).await, "settled");
}

pub async fn money_for_nobody_is_not_written_down(db: Db) {
    let desk = TestDb::new(db);
    let order = named(1, 7);
    desk.place(&order).await;
    let stranger = pay_to("demo-unused");
    let mined = vec![
        transfer("t1", &stranger, PRICE, Some(block(1))),
        transfer("t2", &wallet(), PRICE, Some(block(1))),
    ];
    assert_eq!(desk.advance(blocks(1..=3, mined)).await, Assessed::default());
    let mut late = pooled(2);
    late.invoice = {
        let due = late.invoice.due();
        let matching = shop_core::pay_to::Matching::PayTo;
        let offer = shop_core::pay_to::Offer { pay_to: stranger, due, matching };
        shop_core::invoice::Invoice::open(offer, Confirmations(NEEDS), at(EXPIRES)).unwrap()
    };
    desk.place(&late).await;
    desk.advance(blocks(4..=5, vec![])).await;
    assert!(desk.record(&late).await.transfers.is_empty());
}

pub async fn another_assets_transfers_are_refused_whole(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let mut foreign = payment("t2", &order, Some(block(1)));
    foreign.pay_to = PayTo::new(AssetId::BTC, "demo-pool-1").unwrap();
    let mined = vec![payment("t1", &order, Some(block(1))), foreign];
    let refused = desk.db.apply_update(ETH.chain(), blocks(1..=3, mined), NOW).await;
    assert_eq!(refused, Err(DbError::Mixed));
    assert!(desk.db.chain(ETH.chain()).await.unwrap().is_empty());
    assert_eq!(desk.word(&order).await, "awaiting");
}

struct Broken;

impl Entropy for Broken {
    fn fill(&self, _: &mut [u8]) {
        panic!("on purpose");
    }
}

pub async fn a_letter_that_fails_undoes_its_advance(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let paid = blocks(1..=3, vec![payment("t1", &order, Some(block(1)))]);
    let broken = desk.db.with_notices(Arc::new(Broken));
    let failed = broken.apply_update(ETH.chain(), paid.clone(), NOW).await;
    assert_eq!(failed, Err(DbError::Broken));
    assert_eq!(desk.word(&order).await, "awaiting");
    assert!(desk.db.chain(ETH.chain()).await.unwrap().is_empty());
    assert_eq!(desk.advance(paid).await.mails, 1);
}

pub async fn a_letter_that_cannot_be_sealed_is_written_when_it_can_be(db: Db) {
    let desk = TestDb::new(db);
    let paid = pooled(1);
    let short = pooled(2);
    desk.place(&paid).await;
    desk.place(&short).await;
    desk.letters.fail(true);
    let little = transfer("t2", short.invoice.pay_to(), 5, Some(block(10)));
    desk.advance(blocks(10..=12, vec![payment("t1", &paid, Some(block(10))), little])).await;
    desk.mine_at(13, EXPIRES + 1).await;
    assert_eq!((desk.word(&paid).await, desk.word(&short).await), ("settled", "short"));
    desk.deliver_all().await;
    for _ in 0..2 {
        assert!(desk.taken().await.is_empty());
        assert_eq!(desk.db.backlog().await.unwrap(), Backlog { mails: 0, notices: 2 });
    }
    // Until the seller has heard of it, nothing may take the order away.
    assert_eq!(desk.db.forget(&paid.lookup, NOW).await, Err(ForgetError::Undelivered));
    let at_once = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };
    assert_eq!(desk.db.purge(at(EXPIRES + 9), at_once).await.unwrap().orders, 0);
    desk.letters.fail(false);
    assert_eq!(
        desk.taken().await,
        [(paid.id, SellerNotice::Paid), (short.id, SellerNotice::Short)]
    );
    assert_eq!(desk.db.outbox(9).await.unwrap().len(), 2);
    assert!(desk.taken().await.is_empty(), "once");
    desk.deliver_all().await;
    assert!(desk.db.forget(&paid.lookup, NOW).await.is_ok());
}

pub async fn news_that_is_out_of_date_is_not_written_any_more(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.letters.fail(true);
    desk.settle(10, &[&order]).await;
    desk.advance(reorg(10..=14, vec![])).await;
    assert_eq!(desk.word(&order).await, "reversed");
    desk.letters.fail(false);
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Reversed)], "it is not paid any more");
}

pub async fn the_last_256_blocks_are_remembered(db: Db) {
    let desk = TestDb::new(db);
    desk.advance(blocks(1..=100, vec![])).await;
    desk.advance(blocks(101..=300, vec![])).await;
    let chain = desk.db.chain(ETH.chain()).await.unwrap();
    assert_eq!(chain, (45..=300).map(block).collect::<Vec<_>>());
    assert!(desk.db.chain(AssetId::BTC.chain()).await.unwrap().is_empty());
}
