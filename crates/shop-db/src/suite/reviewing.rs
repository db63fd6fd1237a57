//! Payments that buyers named and the seller decides about.

use super::sample::*;
use crate::{
    ClaimError, Db, ForgetError, NewOrder, ReviewError,
    claim::{
        ClaimRefusal::{AlreadyCounted, OfOthers, Rejected},
        ClaimState::{Accepted, Found, Refused, ToReview},
    },
};
use shop_core::{
    invoice::SellerNotice,
    money::Amount,
    order_status::RetentionPolicy,
    view::{BlockAt, Transfer},
};

const TERMS: RetentionPolicy = RetentionPolicy { unpaid_hours: 1, paid_hours: 100 };

/// Returns a transfer of an amount in decimal text to the wallet, in this block.
fn came_in(id: &str, eth: &str, block: Option<BlockAt>) -> Transfer {
    let amount = Amount::parse(ETH, eth).unwrap();
    transfer(id, &wallet(), amount.units(), block)
}

fn came(id: &str, eth: &str) -> Transfer {
    came_in(id, eth, Some(block(10)))
}

/// Opens a shop that has read some blocks, with an order of 0.05 ETH named by 0.05001234.
async fn with_order(db: Db) -> (TestDb, NewOrder) {
    let desk = TestDb::new(db);
    let order = named(1, 1_234);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![])).await;
    (desk, order)
}

pub async fn a_wrong_amount_with_an_orders_digits_is_that_orders(db: Db) {
    let (desk, order) = with_order(db).await;
    let other = named(2, 5_678);
    desk.place(&other).await;
    let mined = ["0.04001234", "0.07005678", "0.5", "0.050012", "0.05"];
    let mined = mined
        .into_iter()
        .enumerate()
        .map(|(n, eth)| came_in(&format!("t{n}"), eth, Some(block(13))));
    desk.advance(blocks(13..=15, mined.collect())).await;
    assert_eq!([desk.word(&order).await, desk.word(&other).await], ["short", "over"]);
    assert_eq!(desk.record(&order).await.transfers.len(), 1);
    // The rest names the order as well.
    let rest = desk.record(&order).await.invoice.asked();
    let rest = transfer("t9", &wallet(), rest.units(), Some(block(16)));
    desk.advance(blocks(16..=18, vec![rest])).await;
    assert_eq!(desk.word(&order).await, "settled");
}

/// Its amount is stored as the greatest there is, which has these digits too.
pub async fn digits_name_an_order_whose_amount_does_not_fit(db: Db) {
    let desk = TestDb::new(db);
    let steps = |many: u128| many * ETH.step();
    let order = named_at(1, steps(10_000_000_000_000_000_000), 5_807);
    desk.place(&order).await;
    let more = order.invoice.due().units() + steps(10_000_000);
    let paid = transfer("t1", &wallet(), more, Some(block(1)));
    desk.advance(blocks(1..=3, vec![paid])).await;
    assert_eq!(desk.word(&order).await, "over");
}

pub async fn digits_of_two_orders_name_neither_and_the_exact_amount_does(db: Db) {
    let (desk, order) = with_order(db).await;
    let twin = named_at(2, 2 * PRICE, 1_234);
    desk.place(&twin).await;
    desk.advance(blocks(13..=15, vec![came_in("t1", "0.04001234", Some(block(13)))])).await;
    assert_eq!([desk.word(&order).await, desk.word(&twin).await], ["awaiting", "awaiting"]);
    desk.advance(blocks(16..=18, vec![payment("t2", &twin, Some(block(16)))])).await;
    assert_eq!([desk.word(&order).await, desk.word(&twin).await], ["awaiting", "settled"]);
    let claim = desk.claim(&order, "t1", Ok(vec![came("t1", "0.04001234")])).await;
    assert_eq!(claim, ToReview);
}

pub async fn a_claim_of_what_an_exchange_cut_settles_by_itself(db: Db) {
    let (desk, order) = with_order(db).await;
    assert_eq!(desk.claim(&order, "aa", Ok(vec![came("aa", "0.050012")])).await, Found);
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
}

/// Whoever types the id of somebody's half an ether first is not paid.
pub async fn a_claim_of_a_strangers_payment_waits_for_the_seller(db: Db) {
    let (desk, order) = with_order(db).await;
    assert_eq!(desk.claim(&order, "aa", Ok(vec![came("aa", "0.5")])).await, ToReview);
    assert_eq!(desk.word(&order).await, "awaiting");
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::ToReview)]);
    let record = desk.record(&order).await;
    assert!(record.is_to_review() && record.transfers.is_empty());
    assert_eq!(record.claims[0].came, Amount::parse(ETH, "0.5").ok());
    let listed = desk.db.orders().await.unwrap();
    assert!(listed[0].reviews == record.claims);
    assert_eq!(desk.db.claim(&order.lookup, "aa").await, Err(ClaimError::AlreadyClaimed));
    // The seller says that it is this buyer's: it counts when it is looked up once more.
    assert_eq!(desk.db.accept(order.id, None).await.unwrap().payment.as_deref(), Some("aa"));
    assert_eq!(desk.record(&order).await.claims[0].state, Accepted);
    assert!(desk.db.pending_claims(ETH.chain()).await.unwrap()[0].accepted);
    desk.judge_claim(&order, "aa", Ok(vec![came("aa", "0.5")])).await;
    assert_eq!(desk.word(&order).await, "over");
    assert!(!desk.record(&order).await.is_to_review());
    let again = desk.db.accept(order.id, Some("AA".into())).await;
    assert_eq!(again.err(), Some(ReviewError::Counted));
}

/// Two shops on one wallet: what names an order of the other one is not for the taking.
pub async fn a_claim_of_another_shops_payment_is_refused(db: Db) {
    let (desk, order) = with_order(db).await;
    let theirs = came("aa", "0.05004321");
    assert_eq!(desk.claim(&order, "aa", Ok(vec![theirs])).await, Refused(OfOthers));
    assert_eq!(desk.word(&order).await, "awaiting");
    assert!(desk.taken().await.is_empty(), "the seller is not asked about each");
}

pub async fn a_transfer_two_orders_claim_waits_in_both_and_counts_for_one(db: Db) {
    let (desk, order) = with_order(db).await;
    let thief = named(2, 5_678);
    desk.place(&thief).await;
    for order in [&thief, &order] {
        assert_eq!(desk.claim(order, "aa", Ok(vec![came("aa", "0.06")])).await, ToReview);
    }
    desk.db.accept(order.id, None).await.unwrap();
    desk.judge_claim(&order, "aa", Ok(vec![came("aa", "0.06")])).await;
    assert_eq!([desk.word(&order).await, desk.word(&thief).await], ["over", "awaiting"]);
    // A slip of a number gives nobody the same money twice.
    desk.db.accept(thief.id, None).await.unwrap();
    desk.judge_claim(&thief, "aa", Ok(vec![came("aa", "0.06")])).await;
    assert_eq!(desk.record(&thief).await.claims[0].state, Refused(AlreadyCounted));
    assert_eq!([desk.word(&order).await, desk.word(&thief).await], ["over", "awaiting"]);
}

pub async fn a_claim_that_fits_two_open_orders_waits_for_the_seller(db: Db) {
    let (desk, order) = with_order(db).await;
    let near = named(2, 1_256);
    desk.place(&near).await;
    assert_eq!(desk.claim(&order, "aa", Ok(vec![came("aa", "0.050012")])).await, ToReview);
    // With the other one paid by its own amount there is no doubt any more.
    desk.advance(blocks(13..=15, vec![payment("t1", &near, Some(block(13)))])).await;
    assert_eq!(desk.claim(&order, "bb", Ok(vec![came("bb", "0.050012")])).await, Found);
}

pub async fn a_payment_nobody_claimed_is_accepted_by_its_id(db: Db) {
    let (desk, order) = with_order(db).await;
    assert_eq!(desk.db.accept(order.id, None).await.err(), Some(ReviewError::NothingWaits));
    let typed = desk.db.accept(order.id, Some("no id".into())).await;
    assert_eq!(typed.err(), Some(ReviewError::NotATxid));
    desk.db.accept(order.id, Some("BB".into())).await.unwrap();
    assert_eq!(desk.db.claim(&order.lookup, "bb").await, Err(ClaimError::AlreadyClaimed));
    // An exchange took its fee off; its digits are somebody else's, and the seller knows better.
    desk.judge_claim(&order, "bb", Ok(vec![came("bb", "0.05009876")])).await;
    assert_eq!(desk.word(&order).await, "settled");
    let nobody = named(9, 9).id;
    assert_eq!(desk.db.accept(nobody, None).await.err(), Some(ReviewError::NoSuchOrder));
    assert_eq!(desk.db.reject(nobody, None).await.err(), Some(ReviewError::NoSuchOrder));
}

/// It counts for the other order as soon as it is looked up.
pub async fn payment_accepted_for_another_order_is_not_claimed(db: Db) {
    let (desk, order) = with_order(db).await;
    let other = named(2, 5_678);
    desk.place(&other).await;
    desk.db.accept(order.id, Some("bb".into())).await.unwrap();
    assert_eq!(desk.db.claim(&other.lookup, "bb").await, Err(ClaimError::AlreadyClaimed));
}

/// The other order is unpaid then. A payment that names an order exactly stays with it.
pub async fn accepted_payment_moves_from_the_order_its_digits_named(db: Db) {
    let (desk, order) = with_order(db).await;
    let other = named(2, 5_678);
    desk.place(&other).await;
    let mined = came_in("aa", "0.04005678", Some(block(13)));
    desk.advance(blocks(13..=15, vec![mined.clone()])).await;
    assert_eq!(desk.word(&other).await, "short");
    let claim = desk.claim(&order, "aa", Ok(vec![mined.clone()])).await;
    assert_eq!(claim, Refused(AlreadyCounted));
    desk.db.accept(order.id, Some("aa".into())).await.unwrap();
    desk.judge_claim(&order, "aa", Ok(vec![mined.clone()])).await;
    assert_eq!([desk.word(&order).await, desk.word(&other).await], ["short", "awaiting"]);
    // What names an order exactly stays with it, whatever is accepted.
    let exact = payment("bb", &other, Some(block(16)));
    desk.advance(blocks(16..=18, vec![exact.clone()])).await;
    desk.db.accept(order.id, Some("bb".into())).await.unwrap();
    desk.judge_claim(&order, "bb", Ok(vec![exact])).await;
    assert_eq!([desk.word(&order).await, desk.word(&other).await], ["short", "settled"]);
}

pub async fn a_rejected_claim_is_not_made_again(db: Db) {
    let (desk, order) = with_order(db).await;
    for (id, eth) in [("aa", "0.5"), ("bb", "0.6")] {
        assert_eq!(desk.claim(&order, id, Ok(vec![came(id, eth)])).await, ToReview);
    }
    let several = Some(ReviewError::Several(vec!["aa".into(), "bb".into()]));
    assert_eq!(desk.db.accept(order.id, None).await.err(), several);
    assert_eq!(desk.db.reject(order.id, Some("AA".into())).await, Ok(1));
    assert_eq!(desk.record(&order).await.claims[0].state, Refused(Rejected));
    assert_eq!(desk.db.claim(&order.lookup, "aa").await, Err(ClaimError::AlreadyClaimed));
    let again = desk.db.reject(order.id, Some("aa".into())).await;
    assert_eq!(again, Err(ReviewError::NothingWaits));
    assert_eq!(desk.db.reject(order.id, None).await, Ok(1));
    assert!(!desk.record(&order).await.is_to_review());
    // The seller may change their mind.
    desk.db.accept(order.id, Some("aa".into())).await.unwrap();
    desk.judge_claim(&order, "aa", Ok(vec![came("aa", "0.5")])).await;
    assert_eq!(desk.word(&order).await, "over");
}

pub async fn claim_to_review_keeps_its_order_until_decided(db: Db) {
    let (desk, order) = with_order(db).await;
    let other = named(2, 5_678);
    desk.place(&other).await;
    for order in [&order, &other] {
        assert_eq!(desk.claim(order, "aa", Ok(vec![came("aa", "0.5")])).await, ToReview);
    }
    let late = EXPIRES + TERMS.unpaid_hours + 1;
    desk.mine_at(13, HOUR + 4 * TERMS.paid_hours).await;
    desk.deliver_all().await;
    assert_eq!(desk.word(&order).await, "expired");
    assert_eq!(desk.db.forget(&order.lookup, at(late)).await, Err(ForgetError::Unsettled));
    assert_eq!(desk.db.purge(at(late), TERMS).await.unwrap().orders, 0);
    assert_eq!(desk.db.reject(other.id, None).await, Ok(1));
    assert_eq!(desk.db.purge(at(late), TERMS).await.unwrap().orders, 1, "it has ended unpaid");
    let four_times = HOUR + 4 * TERMS.paid_hours;
    assert_eq!(desk.db.purge(at(four_times), TERMS).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(four_times + 1), TERMS).await.unwrap().orders, 1);
}

pub async fn a_review_that_cannot_be_sealed_is_told_when_it_can_be(db: Db) {
    let (desk, order) = with_order(db).await;
    desk.letters.fail(true);
    assert_eq!(desk.claim(&order, "aa", Ok(vec![came("aa", "0.5")])).await, ToReview);
    assert!(desk.taken().await.is_empty());
    desk.letters.fail(false);
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::ToReview)]);
}
