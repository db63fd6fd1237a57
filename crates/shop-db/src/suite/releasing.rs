//! Digital goods that wait for the seller's word.

use super::sample::*;
use crate::{
    Db, NewOrder, PaymentPolicy,
    claim::{ClaimRefusal, ClaimState},
};
use shop_core::{
    invoice::{NotCounted, SellerNotice},
    order_status::{EventKind, HandOut, RetentionPolicy},
    view::Transfer,
};
use std::{collections::BTreeMap, sync::Arc};

/// Returns a shop that hands goods out on the chain's word, or waits for its seller's.
fn releasing(desk: &TestDb, releases: bool) -> TestDb {
    let pool = Arc::default();
    desk.with_policy(PaymentPolicy { ignore_below: FLOOR, pool, releases })
}

fn digital(n: u64) -> NewOrder {
    NewOrder { digital: true, ..gifts(n, 1) }
}

pub async fn goods_that_wait_for_the_seller_are_handed_out_when_accepted(db: Db) {
    let desk = releasing(&TestDb::new(db), false);
    desk.list_gifts(&["ONE", "TWO"]).await;
    let order = digital(1);
    let sent = digital(2);
    let shirt = pooled(3);
    for order in [&order, &sent, &shirt] {
        desk.place(order).await;
    }
    desk.settle(1, &[&order, &sent, &shirt]).await;
    let news: BTreeMap<_, _> = desk.taken().await.into_iter().collect();
    assert_eq!(news[&order.id], SellerNotice::ToRelease);
    assert_eq!(news[&shirt.id], SellerNotice::Paid, "nothing of it is handed out");
    desk.db.give_codes().await.unwrap();
    let record = desk.record(&order).await;
    assert!(record.given.is_empty() && record.status(NOW).hand_out == HandOut::AwaitsSeller);
    let listed = desk.db.orders().await.unwrap();
    let waits = |order: &NewOrder| {
        listed.iter().any(|o| o.id == order.id && o.status(NOW).is_release_due())
    };
    assert!(waits(&order) && waits(&sent) && !waits(&shirt));
    assert_eq!(desk.db.accept(order.id, None).await.unwrap().payment, None);
    desk.db.add_event(sent.id, EventKind::Sent, None).await.unwrap();
    desk.db.give_codes().await.unwrap();
    assert_eq!((desk.codes(&order).await.len(), desk.codes(&sent).await.len()), (1, 1));
    assert!(desk.record(&order).await.status(NOW).hand_out.is_open());
    let nothing = desk.db.accept(order.id, None).await.err();
    assert_eq!(nothing, Some(crate::ReviewError::NothingWaits));
}

pub async fn accepted_payment_releases_goods_when_it_counts(db: Db) {
    let desk = releasing(&TestDb::new(db), false);
    desk.list_gifts(&["ONE"]).await;
    let order = digital(1);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![])).await;
    desk.db.accept(order.id, Some("aa".into())).await.unwrap();
    assert!(!desk.db.orders().await.unwrap()[0].facts.released, "it may not count");
    let came = payment("aa", &order, Some(block(10)));
    desk.judge_claim(&order, "aa", Ok(vec![came])).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert!(
        desk.record(&order).await.status(NOW).hand_out.is_open(),
        "no second word is asked for"
    );
    assert_eq!(desk.codes(&order).await, ["ONE"]);
}

/// The seller hears why, and what is paid later waits for a word as before.
pub async fn accepted_payment_that_does_not_count_is_told_and_undone(db: Db) {
    let desk = releasing(&TestDb::new(db), false);
    desk.list_gifts(&["ONE", "TWO"]).await;
    let order = digital(1);
    let other = pooled(9);
    desk.place(&order).await;
    desk.place(&other).await;
    let counted = payment("cc", &other, Some(block(10)));
    desk.advance(blocks(10..=12, vec![counted.clone()])).await;
    drop(desk.taken().await);
    let elsewhere = Transfer { pay_to: order.invoice.pay_to().clone(), ..counted };
    let cases = [
        ("aa", Err(ClaimRefusal::NotOurs), NotCounted::NotOurs),
        ("dd", Err(ClaimRefusal::OtherAsset), NotCounted::OtherAsset),
        ("bb", Err(ClaimRefusal::Failed), NotCounted::Failed),
        ("cc", Ok(vec![elsewhere]), NotCounted::Elsewhere),
    ];
    for (txid, found, why) in cases {
        let claimed = desk.db.accept(order.id, Some(txid.into())).await.unwrap().payment.unwrap();
        desk.judge_claim(&order, &claimed, found).await;
        let refused = desk.db.claim_state(order.id, &claimed).await.unwrap().unwrap();
        let ClaimState::Refused(refusal) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.of_accepted(), why);
        assert_eq!(desk.taken().await, [(order.id, SellerNotice::NotCounted(why))]);
        let listed = desk.db.orders().await.unwrap();
        assert!(listed.iter().all(|listed| listed.id != order.id || !listed.facts.released));
    }
    assert_eq!(desk.word(&order).await, "awaiting");
    desk.settle(20, &[&order]).await;
    assert_eq!(desk.record(&order).await.status(NOW).hand_out, HandOut::AwaitsSeller);
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::ToRelease)]);
}

pub async fn goods_that_wait_are_released_when_the_settings_suffice(db: Db) {
    let desk = releasing(&TestDb::new(db), false);
    desk.list_gifts(&["ONE"]).await;
    desk.place(&digital(1)).await;
    desk.settle(1, &[&digital(1)]).await;
    assert!(desk.codes(&digital(1)).await.is_empty());
    let terms = RetentionPolicy { unpaid_hours: 1, paid_hours: 10 };
    desk.mine_at(9, HOUR + 40).await;
    desk.deliver_all().await;
    assert_eq!(desk.db.purge(at(HOUR + 40), terms).await.unwrap().orders, 0, "four times as long");
    let desk = releasing(&desk, true);
    desk.db.give_codes().await.unwrap();
    assert_eq!(desk.codes(&digital(1)).await, ["ONE"]);
    desk.deliver_all().await;
    assert_eq!(desk.db.purge(at(HOUR + 40), terms).await.unwrap().orders, 1);
}

pub async fn goods_once_released_stay_so_when_the_settings_change(db: Db) {
    let desk = releasing(&TestDb::new(db), true);
    desk.list_gifts(&["ONE"]).await;
    desk.place(&digital(1)).await;
    desk.settle(1, &[&digital(1)]).await;
    assert_eq!(desk.taken().await, [(digital(1).id, SellerNotice::Paid)]);
    let desk = releasing(&desk, false);
    assert!(desk.record(&digital(1)).await.status(NOW).hand_out.is_open());
}
