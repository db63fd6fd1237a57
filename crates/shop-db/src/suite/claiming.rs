//! Buyers naming their payments.

use super::sample::*;
use crate::{
    ClaimError, Db,
    claim::{
        ClaimRefusal::{AlreadyCounted, NotFound, NotOurs, TooOld},
        ClaimState::{Found, Pending, Refused},
    },
};
use shop_core::{
    invoice::SellerNotice,
    order_status::RetentionPolicy,
    view::{BlockAt, ChainUpdate, Transfer},
};

/// Returns a transfer of the price without the steps that name an order.
/// An exchange has cut them off.
fn untagged(id: &str, block: Option<BlockAt>) -> Transfer {
    transfer(id, &wallet(), PRICE, block)
}

async fn with_order(db: Db) -> (TestDb, crate::NewOrder) {
    let desk = TestDb::new(db);
    let order = named(1, 7);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![untagged("aa", Some(block(10)))])).await;
    assert_eq!(desk.word(&order).await, "awaiting");
    (desk, order)
}

pub async fn a_claimed_transfer_counts(db: Db) {
    let (desk, order) = with_order(db).await;
    desk.db.claim(&order.lookup, " AA ").await.unwrap();
    let pending = desk.db.pending_claims(ETH.chain()).await.unwrap();
    assert!(pending.len() == 1 && pending[0].order == order.id && pending[0].txid == "aa");
    assert_eq!(pending[0].pay_to, wallet());
    assert_eq!(desk.record(&order).await.claims[0].state, Pending);
    desk.judge_claim(&order, "aa", Ok(vec![untagged("aa", Some(block(10)))])).await;
    assert_eq!(desk.record(&order).await.claims[0].state, Found);
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
    assert!(desk.db.pending_claims(ETH.chain()).await.unwrap().is_empty());
}

pub async fn a_claim_is_looked_up_once(db: Db) {
    let (desk, order) = with_order(db).await;
    let found = Ok(vec![untagged("aa", Some(block(10)))]);
    assert_eq!(desk.claim(&order, "aa", found.clone()).await, Found);
    assert_eq!(desk.db.claim(&order.lookup, "aa").await, Err(ClaimError::AlreadyClaimed));
    desk.judge_claim(&order, "aa", Err(NotFound)).await;
    desk.judge_claim(&order, "never claimed", found).await;
    let claims = desk.record(&order).await.claims;
    assert!(claims.len() == 1 && claims[0].state == Found);
    assert_eq!(desk.taken().await.len(), 1);
}

pub async fn a_transfer_that_names_another_order_is_refused(db: Db) {
    let (desk, order) = with_order(db).await;
    let other = named(2, 1_234);
    desk.place(&other).await;
    // Not read by the watcher yet: the digits decide before the claim does.
    let theirs = payment("bb", &other, Some(block(13)));
    let claim = desk.claim(&order, "bb", Ok(vec![theirs.clone()])).await;
    assert_eq!(claim, Refused(AlreadyCounted));
    desk.advance(blocks(13..=15, vec![theirs.clone()])).await;
    assert_eq!(desk.word(&other).await, "settled");
    assert_eq!(desk.claim(&order, "bb", Ok(vec![theirs])).await, Refused(AlreadyCounted));
    assert_eq!(desk.word(&order).await, "awaiting");
}

pub async fn a_claimed_transfer_counts_for_one_order(db: Db) {
    let (desk, order) = with_order(db).await;
    let other = named(2, 1_234);
    desk.place(&other).await;
    desk.db.claim(&order.lookup, "aa").await.unwrap();
    desk.db.claim(&other.lookup, "AA").await.unwrap();
    let found = vec![untagged("aa", Some(block(10)))];
    desk.judge_claim(&order, "aa", Ok(found.clone())).await;
    desk.judge_claim(&other, "aa", Ok(found.clone())).await;
    assert_eq!(desk.record(&other).await.claims[0].state, Refused(AlreadyCounted));
    assert_eq!(desk.db.claim(&other.lookup, "AA").await, Err(ClaimError::AlreadyClaimed));
    // The same transaction under another spelling is the same transfer.
    assert_eq!(desk.claim(&other, "0xaa", Ok(found)).await, Refused(AlreadyCounted));
    assert_eq!(desk.word(&other).await, "awaiting");
}

pub async fn a_transfer_older_than_the_order_is_refused(db: Db) {
    let (desk, order) = with_order(db).await;
    let old = untagged("bb", Some(block_at(0, 5, HOUR - 3)));
    assert_eq!(desk.claim(&order, "bb", Ok(vec![old])).await, Refused(TooOld));
    let skewed = untagged("cc", Some(block_at(0, 6, HOUR - 2)));
    assert_eq!(desk.claim(&order, "cc", Ok(vec![skewed])).await, Found);
}

pub async fn a_transfer_of_a_purged_order_is_refused(db: Db) {
    let (desk, order) = with_order(db).await;
    let other = crate::NewOrder { placed: at(HOUR + 1), ..named(2, 1_234) };
    desk.place(&other).await;
    let theirs = vec![payment("bb", &order, Some(block(13)))];
    desk.advance(blocks(13..=15, theirs.clone())).await;
    desk.deliver_all().await;
    let terms = RetentionPolicy { unpaid_hours: 0, paid_hours: 5 };
    assert_eq!(desk.db.purge(at(HOUR + 6), terms).await.unwrap().orders, 1);
    assert!(desk.db.order(&order.lookup).await.unwrap().is_none());
    assert_eq!(desk.claim(&other, "bb", Ok(theirs)).await, Refused(AlreadyCounted));
}

/// No block had it when its order was deleted, and one has it again.
pub async fn transfer_that_was_gone_with_its_order_is_refused(db: Db) {
    let (desk, order) = with_order(db).await;
    desk.claim(&order, "aa", Ok(vec![untagged("aa", Some(block(10)))])).await;
    desk.advance(reorg(10..=13, vec![])).await;
    assert_eq!(desk.word(&order).await, "reversed");
    desk.deliver_all().await;
    let late = EXPIRES + 500;
    let other = crate::NewOrder { placed: at(late - 1), ..named(2, 1_234) };
    desk.place(&other).await;
    desk.advance(ChainUpdate { blocks: vec![block_at(1, 14, late)], ..ChainUpdate::default() })
        .await;
    let terms = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };
    assert_eq!(desk.db.purge(at(late), terms).await.unwrap().orders, 1);
    let again = Ok(vec![untagged("aa", Some(block_at(1, 14, late)))]);
    assert_eq!(desk.claim(&other, "aa", again).await, Refused(AlreadyCounted));
}

pub async fn a_claimed_transfer_stays_with_its_order_through_a_reorg(db: Db) {
    let (desk, order) = with_order(db).await;
    desk.claim(&order, "aa", Ok(vec![untagged("aa", Some(block(10)))])).await;
    desk.advance(reorg(10..=13, vec![])).await;
    assert_eq!(desk.word(&order).await, "reversed");
    assert!(desk.record(&order).await.transfers.is_empty());
    let other = named(2, 1_234);
    desk.place(&other).await;
    let moved = untagged("aa", Some(block_on(1, 14)));
    desk.advance(ChainUpdate { reorg_from: None, ..reorg(14..=16, vec![moved.clone()]) }).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.record(&order).await.transfers, [moved]);
    assert_eq!(desk.word(&other).await, "awaiting");
}

pub async fn a_claim_from_another_branch_is_only_seen(db: Db) {
    let (desk, order) = with_order(db).await;
    let elsewhere = untagged("bb", Some(block_on(1, 12)));
    assert_eq!(desk.claim(&order, "bb", Ok(vec![elsewhere.clone()])).await, Found);
    assert_eq!(desk.word(&order).await, "seen");
    desk.advance(reorg(12..=14, vec![elsewhere])).await;
    assert_eq!(desk.word(&order).await, "settled");
    // And one above the tip, in a block that does not come: the one that comes decides.
    let second = named(2, 1_234);
    let above = transfer("cc", &wallet(), PRICE + 1_200 * ETH.step(), Some(block(15)));
    desk.place(&second).await;
    assert_eq!(desk.claim(&second, "cc", Ok(vec![above])).await, Found);
    assert_eq!(desk.word(&second).await, "confirming");
    desk.advance(ChainUpdate { reorg_from: None, ..reorg(15..=18, vec![]) }).await;
    assert_eq!(desk.word(&second).await, "awaiting");
}

pub async fn a_claim_of_money_for_somebody_else_is_refused(db: Db) {
    let (desk, order) = with_order(db).await;
    let elsewhere = transfer("bb", &pay_to("demo-other"), PRICE, Some(block(12)));
    assert_eq!(desk.claim(&order, "bb", Ok(vec![elsewhere])).await, Refused(NotOurs));
    assert_eq!(desk.claim(&order, "cc", Ok(vec![])).await, Refused(NotOurs));
}

pub async fn an_order_claims_five_times_at_most(db: Db) {
    let (desk, order) = with_order(db).await;
    for txid in ["b1", "b2", "b3", "b4", "b5"] {
        desk.claim(&order, txid, Err(NotFound)).await;
    }
    assert_eq!(desk.db.claim(&order.lookup, "b6").await, Err(ClaimError::TooMany));
}

pub async fn a_refused_claim_may_be_made_again(db: Db) {
    let (desk, order) = with_order(db).await;
    let other = named(2, 1_234);
    desk.place(&other).await;
    assert_eq!(desk.claim(&other, "aa", Err(NotFound)).await, Refused(NotFound));
    let found = Ok(vec![untagged("aa", Some(block(10)))]);
    assert_eq!(desk.claim(&order, "aa", Err(NotFound)).await, Refused(NotFound));
    assert_eq!(desk.claim(&order, "aa", found).await, Found);
    assert_eq!(desk.record(&order).await.claims.len(), 1);
}

pub async fn what_is_no_transaction_id_is_refused(db: Db) {
    let (desk, order) = with_order(db).await;
    for typed in ["", " ", "a b", "a'b", "ä", &"a".repeat(129)] {
        assert_eq!(desk.db.claim(&order.lookup, typed).await, Err(ClaimError::NotATxid));
    }
    assert_eq!(desk.db.claim(&[9; 32], "aa").await, Err(ClaimError::NoSuchOrder));
}
