//! Retention.

use super::sample::*;
use crate::{Db, Terms};
use shop_core::view::Advance;

const TERMS: Terms = Terms { unpaid_hours: 24, paid_hours: 100 };

pub async fn orders_go_when_their_time_is_over(db: Db) {
    let (desk, unpaid, paid) = (Desk::new(db), pooled(1), pooled(2));
    desk.place(&unpaid).await;
    desk.place(&paid).await;
    desk.advance(blocks(1..=3, vec![payment("t1", &paid, Some(block(1)))])).await;
    desk.deliver_all().await;
    assert_eq!(desk.db.purge(at(EXPIRES + 24), TERMS).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(EXPIRES + 25), TERMS).await.unwrap().orders, 1);
    assert!(desk.db.order(&unpaid.lookup).await.unwrap().is_none());
    assert_eq!(desk.db.purge(at(HOUR + 100), TERMS).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(HOUR + 101), TERMS).await.unwrap().orders, 1);
    assert!(desk.db.orders().await.unwrap().is_empty());
    assert!(is_given(&desk.db, &paid).await);
}

pub async fn money_on_its_way_keeps_an_order(db: Db) {
    let (desk, short, seen) = (Desk::new(db), pooled(1), pooled(2));
    desk.place(&short).await;
    desk.place(&seen).await;
    let mined = vec![transfer("t1", short.invoice.pay_to(), 5, Some(block(1)))];
    let unmined = vec![payment("t2", &seen, None)];
    desk.advance(Advance { unmined, ..blocks(1..=1, mined) }).await;
    desk.deliver_all().await;
    let short_terms = Terms { unpaid_hours: 24, paid_hours: 0 };
    assert_eq!(desk.db.purge(at(EXPIRES + 24), short_terms).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(HOUR + 100), TERMS).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(HOUR + 101), TERMS).await.unwrap().orders, 2);
}

pub async fn an_order_with_a_mail_to_deliver_stays(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    assert_eq!(desk.db.purge(at(99 * HOUR), TERMS).await.unwrap().orders, 0);
    assert_eq!(desk.record(&order).await.id, order.id);
    desk.deliver_all().await;
    assert_eq!(desk.db.purge(at(99 * HOUR), TERMS).await.unwrap().orders, 1);
}

pub async fn forgetting_twice_is_forgetting_once(db: Db) {
    let (desk, order) = (Desk::new(db), pooled(1));
    desk.place(&order).await;
    desk.deliver_all().await;
    let forever = Terms { unpaid_hours: u64::MAX, paid_hours: u64::MAX };
    assert_eq!(desk.db.purge(at(99 * HOUR), forever).await.unwrap().orders, 0);
    assert_eq!(desk.db.purge(at(99 * HOUR), TERMS).await.unwrap().orders, 1);
    assert_eq!(desk.db.purge(at(99 * HOUR), TERMS).await.unwrap().orders, 0);
}
