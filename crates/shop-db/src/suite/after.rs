//! Tests of changes to an order apart from its payment.

use super::sample::*;
use crate::{
    BuyerCopyUpdate, CancelError, Db, EventError, ForgetError, NewMail, OrderEvent,
    ReplaceCopyError,
};
use shop_core::{
    money::Amount,
    order_status::{Debt, EventKind, RetentionPolicy},
    stock::{ReservationStatus, StockLevel},
};

fn mail(name: &str) -> NewMail {
    NewMail { message_id: format!("{name}@test"), bytes: b"sealed".to_vec() }
}

pub async fn the_sellers_words_are_kept_with_the_order(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    let letter = Some(b"sealed letter".to_vec());
    desk.db.add_event(order.id, EventKind::Sent, letter.clone()).await.unwrap();
    desk.db.add_event(order.id, EventKind::Refunded, None).await.unwrap();
    let record = desk.record(&order).await;
    let wanted = [
        OrderEvent { kind: EventKind::Sent, letter },
        OrderEvent { kind: EventKind::Refunded, letter: None },
    ];
    assert!(record.events == wanted && record.facts.events.refunded && !record.facts.cancelled);
    let listed = desk.db.orders().await.unwrap().remove(0);
    assert_eq!(listed.events, [EventKind::Sent, EventKind::Refunded]);
    assert_eq!(listed.inbox_key, order.inbox_key);
    let unknown = pooled(2).id;
    let refused = desk.db.add_event(unknown, EventKind::Note, None).await;
    assert_eq!(refused, Err(EventError::NoSuchOrder));
    for _ in 2..32 {
        desk.db.add_event(order.id, EventKind::Note, None).await.unwrap();
    }
    let refused = desk.db.add_event(order.id, EventKind::Note, None).await;
    assert_eq!(refused, Err(EventError::TooMany));
    desk.deliver_all().await;
    let at_once = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };
    assert_eq!(desk.db.purge(at(EXPIRES + 1), at_once).await.unwrap().orders, 1);
}

pub async fn marks_are_refused_where_no_money_was_seen(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    let short = pooled(2);
    desk.place(&order).await;
    desk.place(&short).await;
    for kind in [EventKind::Sent, EventKind::Delivered, EventKind::Refunded] {
        let refused = desk.db.add_event(order.id, kind, None).await;
        assert_eq!(refused, Err(EventError::Unseen), "{}", kind.word());
    }
    desk.db.add_event(order.id, EventKind::Note, None).await.unwrap();
    desk.db.force_event(order.id, EventKind::Sent, None).await.unwrap();
    let events = desk.record(&order).await.events;
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Note, EventKind::Sent]);
    desk.mine_at(10, EXPIRES + 1).await;
    let refused = desk.db.add_event(short.id, EventKind::Refunded, None).await;
    assert_eq!(refused, Err(EventError::Unseen), "the offer ended unpaid");
    let little = transfer("t", short.invoice.pay_to(), 5, Some(block(11)));
    desk.advance(blocks(11..=11, vec![little])).await;
    desk.db.add_event(short.id, EventKind::Refunded, None).await.unwrap();
}

/// More than due came: the order stays paid, and the seller owes the difference alone.
pub async fn a_difference_is_given_back_where_there_is_one(db: Db) {
    let desk = TestDb::new(db);
    let over = pooled(1);
    let exact = pooled(2);
    desk.place(&over).await;
    desk.place(&exact).await;
    let paid = |id, order: &crate::NewOrder, more: u128| {
        transfer(id, order.invoice.pay_to(), PRICE + more, Some(block(10)))
    };
    let all = vec![paid("t1", &over, 4), paid("t2", &exact, 0)];
    desk.advance(blocks(10..=12, all)).await;
    let listed = async |order: &crate::NewOrder| {
        let mut all = desk.db.orders().await.unwrap().into_iter();
        all.find(|listed| listed.id == order.id).unwrap()
    };
    assert_eq!(debt(&listed(&over).await), Debt::Difference(Amount::new(ETH, 4)));
    assert_eq!(debt(&listed(&exact).await), Debt::None);
    let refused = desk.db.add_event(exact.id, EventKind::Difference, None).await;
    assert_eq!(refused, Err(EventError::NothingOver));
    desk.db.add_event(over.id, EventKind::Difference, None).await.unwrap();
    let given = listed(&over).await;
    assert!(debt(&given) == Debt::None && !given.facts.events.refunded);
    assert!(!desk.record(&over).await.facts.events.refunded, "what was bought stays open");
    assert_eq!(desk.db.undo_event(over.id).await, Ok(EventKind::Difference));
    assert!(matches!(debt(&listed(&over).await), Debt::Difference(_)));
}

pub async fn what_was_said_last_is_taken_back(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    let other = pooled(2);
    desk.place(&order).await;
    desk.place(&other).await;
    desk.settle(10, &[&order, &other]).await;
    let letter = Some(b"sealed letter".to_vec());
    desk.db.add_event(order.id, EventKind::Sent, letter).await.unwrap();
    desk.db.add_event(order.id, EventKind::Refunded, None).await.unwrap();
    desk.db.add_event(other.id, EventKind::Sent, None).await.unwrap();
    assert_eq!(desk.db.undo_event(order.id).await, Ok(EventKind::Refunded));
    let record = desk.record(&order).await;
    assert!(!record.facts.events.refunded && record.events.len() == 1);
    assert_eq!(desk.db.undo_event(order.id).await, Ok(EventKind::Sent));
    assert!(desk.record(&order).await.events.is_empty());
    assert_eq!(desk.db.undo_event(order.id).await, Err(EventError::NothingSaid));
    assert_eq!(desk.record(&other).await.events.len(), 1, "another order's story stands");
    assert_eq!(desk.db.undo_event(pooled(3).id).await, Err(EventError::NoSuchOrder));
}

pub async fn an_order_is_cancelled_while_no_money_was_seen(db: Db) {
    let desk = TestDb::with_tees(db, 10).await;
    let order = tees(1, 2);
    let paid = tees(2, 1);
    desk.place(&order).await;
    desk.place(&paid).await;
    assert_eq!(desk.level(&tee()).await.reserved, 2);
    desk.db.cancel(&order.lookup, NOW, mail("cancel")).await.unwrap();
    let record = desk.record(&order).await;
    assert!(record.facts.cancelled && record.invoice.state().word() == "expired");
    assert_eq!(desk.level(&tee()).await, StockLevel::new(10));
    let mails = desk.db.outbox(9).await.unwrap();
    assert_eq!(mails.last().unwrap().message_id, "cancel@test");
    let again = desk.db.cancel(&order.lookup, NOW, mail("again")).await;
    assert_eq!(again, Err(CancelError::Ended));
    desk.advance(blocks(10..=10, vec![payment("t", &paid, Some(block(10)))])).await;
    let late = desk.db.cancel(&paid.lookup, NOW, mail("late")).await;
    assert_eq!(late, Err(CancelError::MoneySeen));
    assert_eq!(desk.db.cancel(&[9; 32], NOW, mail("no")).await, Err(CancelError::NoSuchOrder));
    assert_eq!(desk.db.outbox(9).await.unwrap().len(), mails.len());
}

pub async fn money_after_a_cancellation_is_late(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let order = tees(1, 1);
    desk.place(&order).await;
    desk.db.cancel(&order.lookup, NOW, mail("cancel")).await.unwrap();
    desk.settle(10, &[&order]).await;
    assert_eq!(desk.word(&order).await, "late");
    assert_eq!(desk.reservation_status(&order).await, ReservationStatus::Allocated);
    assert!(desk.record(&order).await.facts.cancelled);
}

pub async fn a_closed_order_is_forgotten_and_an_open_one_is_not(db: Db) {
    let desk = TestDb::with_tees(db, 10).await;
    let unpaid = tees(1, 1);
    let short = tees(2, 1);
    let paid = tees(3, 1);
    for order in [&unpaid, &short, &paid] {
        desk.place(order).await;
    }
    let little = transfer("t2", short.invoice.pay_to(), 5, Some(block(10)));
    let all = payment("t3", &paid, Some(block(10)));
    desk.advance(blocks(10..=12, vec![little, all])).await;
    let forget = |order: &crate::NewOrder| {
        let db = desk.db.clone();
        let lookup = order.lookup;
        async move { db.forget(&lookup, NOW).await }
    };
    assert_eq!(forget(&unpaid).await, Err(ForgetError::Payable));
    assert_eq!(forget(&short).await, Err(ForgetError::Unsettled));
    assert_eq!(forget(&paid).await, Err(ForgetError::Undelivered));
    desk.deliver_all().await;
    assert!(forget(&paid).await.is_ok());
    assert_eq!(forget(&paid).await, Err(ForgetError::NoSuchOrder));
    assert_eq!(desk.level(&tee()).await.on_hand, 9, "it was paid");
    desk.db.cancel(&unpaid.lookup, NOW, mail("cancel")).await.unwrap();
    assert_eq!(forget(&unpaid).await, Err(ForgetError::Undelivered));
    desk.deliver_all().await;
    assert!(forget(&unpaid).await.is_ok());
    assert_eq!(desk.db.orders().await.unwrap().len(), 1);
    assert!(is_given(&desk.db, &paid).await);
}

pub async fn an_order_whose_money_is_owed_is_not_forgotten(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let first = tees(1, 1);
    let second = tees(2, 1);
    desk.place(&first).await;
    desk.place(&second).await;
    desk.settle(10, &[&first]).await;
    desk.settle(13, &[&second]).await;
    desk.deliver_all().await;
    assert_eq!(desk.db.forget(&second.lookup, NOW).await, Err(ForgetError::Owed));
    desk.db.add_event(second.id, EventKind::Refunded, None).await.unwrap();
    assert!(desk.db.forget(&second.lookup, NOW).await.is_ok());
}

pub async fn underpaid_order_can_be_forgotten_once_refunded(db: Db) {
    let desk = TestDb::with_tees(db, 10).await;
    let short = tees(1, 2);
    desk.place(&short).await;
    let little = transfer("t1", short.invoice.pay_to(), 5, Some(block(10)));
    desk.advance(blocks(10..=12, vec![little])).await;
    assert_eq!(desk.db.forget(&short.lookup, NOW).await, Err(ForgetError::Unsettled));
    desk.mine_at(13, EXPIRES + 1).await;
    desk.deliver_all().await;
    assert_eq!(desk.owed().await, [short.id]);
    assert_eq!(desk.db.forget(&short.lookup, NOW).await, Err(ForgetError::Unsettled));
    desk.db.add_event(short.id, EventKind::Refunded, None).await.unwrap();
    assert!(desk.db.forget(&short.lookup, NOW).await.is_ok());
    assert!(desk.db.order(&short.lookup).await.unwrap().is_none());
    let level = desk.level(&tee()).await;
    assert_eq!((level.on_hand, level.reserved), (10, 0), "it took nothing");
}

pub async fn the_box_is_exchanged_together_with_its_mail(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let newer = vec![7; 4096];
    let first = exchange(&order.buyer_copy, &newer, "address");
    desk.db.replace_buyer_copy(&order.lookup, first).await.unwrap();
    assert!(desk.record(&order).await.buyer_copy == newer);
    assert_eq!(desk.db.outbox(9).await.unwrap().len(), 2);
    // A mail that cannot be kept: the box stays as it was.
    let twice = exchange(&newer, &[8; 4096], "address");
    let refused = desk.db.replace_buyer_copy(&order.lookup, twice).await;
    assert!(matches!(refused, Err(ReplaceCopyError::Db(_))));
    assert!(desk.record(&order).await.buyer_copy == newer);
    let refused = desk.db.replace_buyer_copy(&[9; 32], exchange(&newer, &newer, "no")).await;
    assert_eq!(refused, Err(ReplaceCopyError::NoSuchOrder));
}

fn exchange(old: &[u8], new: &[u8], name: &str) -> BuyerCopyUpdate {
    BuyerCopyUpdate { old: old.to_vec(), new: new.to_vec(), mail: mail(name) }
}

pub async fn of_two_boxes_made_from_one_copy_one_is_kept(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    desk.place(&order).await;
    let db = &desk.db;
    let lookup = &order.lookup;
    let keep = |new: u8, name: &'static str| {
        db.replace_buyer_copy(lookup, exchange(&order.buyer_copy, &[new; 4096], name))
    };
    let (one, other) = tokio::join!(keep(7, "one"), keep(8, "other"));
    assert_eq!([one, other], [Ok(()), Err(ReplaceCopyError::Changed)]);
    assert!(desk.record(&order).await.buyer_copy == [7; 4096]);
    let mails = desk.db.outbox(9).await.unwrap();
    assert_eq!(mails.iter().filter(|mail| mail.message_id != "order-1@test").count(), 1);
    // Made from the copy that is there now it is kept.
    desk.db.replace_buyer_copy(lookup, exchange(&[7; 4096], &[8; 4096], "other")).await.unwrap();
    assert!(desk.record(&order).await.buyer_copy == [8; 4096]);
}
