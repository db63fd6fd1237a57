//! Placing, listing, mailing.

use super::sample::*;
use crate::{Db, DbError, NewOrder, PlaceError, PlacedOrders};
use shop_core::{money::Amount, order_status::RetentionPolicy};

pub async fn an_order_is_whole_once_it_is_placed(db: Db) {
    let order = pooled(1);
    db.place(order.clone()).await.unwrap();
    let record = db.order(&order.lookup).await.unwrap().unwrap();
    assert!(record.id == order.id && record.buyer_copy == order.buyer_copy);
    assert!(record.invoice == order.invoice && record.facts.placed == order.placed);
    assert!(record.transfers.is_empty() && record.claims.is_empty() && record.tip.is_none());
    let mails = db.outbox(10).await.unwrap();
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].message_id == order.mail.message_id
            && mails[0].sealed() == Some(&order.mail.bytes[..])
    );
    assert!(db.order(&[7; 32]).await.unwrap().is_none());
}

pub async fn a_pool_pay_to_is_an_orders_alone_once(db: Db) {
    let desk = TestDb::new(db);
    let first = pooled(1);
    let mut second = pooled(2);
    second.invoice = first.invoice.clone();
    desk.place(&first).await;
    assert_eq!(desk.db.place(second.clone()).await, Err(PlaceError::PayToTaken));
    desk.deliver_all().await;
    let terms = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };
    assert_eq!(desk.db.purge(at(EXPIRES + 1), terms).await.unwrap().orders, 1);
    assert_eq!(desk.db.place(second).await, Err(PlaceError::PayToTaken));
    assert!(is_given(&desk.db, &first).await);
}

pub async fn an_amount_names_one_order_among_those_there_are(db: Db) {
    let desk = TestDb::new(db);
    desk.place(&named(1, 7)).await;
    assert_eq!(desk.db.place(named(2, 7)).await, Err(PlaceError::PayToTaken));
    // Another price and fewer steps come to the same amount.
    let price = PRICE + 4 * ETH.step();
    assert_eq!(desk.db.place(named_at(2, price, 3)).await, Err(PlaceError::PayToTaken));
    desk.place(&named(3, 8)).await;
    assert_eq!(desk.db.given(vec![wallet()]).await.unwrap(), [false]);
    desk.deliver_all().await;
    let terms = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };
    assert_eq!(desk.db.purge(at(EXPIRES + 1), terms).await.unwrap().orders, 2);
    desk.place(&named(2, 7)).await;
}

pub async fn a_free_name_shares_its_digits_with_no_order(db: Db) {
    let desk = TestDb::new(db);
    let price = Amount::new(ETH, PRICE);
    let free = || async { desk.db.free_name(&wallet(), price, 0).await.unwrap().unwrap().naming };
    assert_eq!(free().await, 1);
    desk.place(&named(1, 1)).await;
    // An order of another price, which ends in the digits of the next name.
    desk.place(&named_at(2, PRICE * 2, 2)).await;
    assert_eq!(free().await, 3);
    let elsewhere = desk.db.free_name(&pay_to("demo-other"), price, 0).await.unwrap();
    assert_eq!(elsewhere.unwrap().naming, 1);
}

pub async fn a_pay_to_is_not_both_of_the_pool_and_a_wallet(db: Db) {
    let desk = TestDb::new(db);
    let mut pool_at_wallet = pooled(1);
    pool_at_wallet.invoice = {
        let due = pool_at_wallet.invoice.due();
        let matching = shop_core::pay_to::Matching::PayTo;
        let offer = shop_core::pay_to::Offer { pay_to: wallet(), due, matching };
        let needs = shop_core::view::Confirmations(NEEDS);
        shop_core::invoice::Invoice::open(offer, needs, at(EXPIRES)).unwrap()
    };
    desk.place(&named(2, 7)).await;
    assert_eq!(desk.db.place(pool_at_wallet.clone()).await, Err(PlaceError::PayToTaken));
    desk.deliver_all().await;
    let terms = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };
    desk.db.purge(at(EXPIRES + 1), terms).await.unwrap();
    desk.place(&pool_at_wallet).await;
    assert_eq!(desk.db.place(named(3, 8)).await, Err(PlaceError::PayToTaken));
}

pub async fn a_number_or_a_ticket_is_not_given_twice(db: Db) {
    let first = pooled(1);
    db.place(first.clone()).await.unwrap();
    let mut same_id = pooled(2);
    same_id.id = first.id;
    assert_eq!(db.place(same_id).await, Err(PlaceError::IdTaken));
    let mut same_ticket = pooled(3);
    same_ticket.lookup = first.lookup;
    assert_eq!(db.place(same_ticket).await, Err(PlaceError::IdTaken));
}

pub async fn only_so_many_orders_wait_for_money(db: Db) {
    let desk = TestDb::new(db);
    let limited = |n| crate::NewOrder { most_open: 2, ..pooled(n) };
    desk.place(&limited(1)).await;
    desk.place(&limited(2)).await;
    assert_eq!(desk.db.place(limited(3)).await, Err(PlaceError::TooManyOpen));
    desk.advance(blocks(1..=1, vec![payment("t1", &limited(1), Some(block(1)))])).await;
    desk.place(&limited(3)).await;
    assert_eq!(desk.db.place(limited(4)).await, Err(PlaceError::TooManyOpen));
    // Who places and cancels again and again uses up addresses as others do, and no faster.
    desk.db.cancel(&limited(3).lookup, at(HOUR), limited(9).mail).await.unwrap();
    assert_eq!(desk.db.place(limited(4)).await, Err(PlaceError::TooManyOpen));
    let later = crate::NewOrder { placed: at(EXPIRES + 1), ..limited(4) };
    desk.place(&later).await;
}

pub async fn a_refused_order_leaves_nothing_behind(db: Db) {
    let refused = crate::NewOrder { most_open: 0, ..pooled(1) };
    assert_eq!(db.place(refused.clone()).await, Err(PlaceError::TooManyOpen));
    assert!(db.order(&refused.lookup).await.unwrap().is_none());
    assert!(db.outbox(10).await.unwrap().is_empty());
    assert!(!is_given(&db, &refused).await);
    // The mail is the last thing written: if it cannot be, the order is undone with it.
    db.place(pooled(2)).await.unwrap();
    let mut same_mail = pooled(3);
    same_mail.mail = pooled(2).mail;
    assert!(matches!(db.place(same_mail.clone()).await, Err(PlaceError::Db(DbError::Engine(_)))));
    assert!(db.order(&same_mail.lookup).await.unwrap().is_none());
    assert!(!is_given(&db, &same_mail).await);
}

pub async fn orders_are_listed_newest_first(db: Db) {
    for (n, hours) in [(1, HOUR), (2, HOUR + 2), (3, HOUR + 1), (4, HOUR + 2)] {
        db.place(crate::NewOrder { placed: at(hours), ..pooled(n) }).await.unwrap();
    }
    let ids: Vec<_> = db.orders().await.unwrap().into_iter().map(|order| order.id).collect();
    assert_eq!(ids, [4, 2, 3, 1].map(|n| pooled(n).id));
}

pub async fn a_mail_stays_in_the_outbox_until_it_is_delivered(db: Db) {
    for n in 1..=3 {
        db.place(pooled(n)).await.unwrap();
    }
    let mails = db.outbox(2).await.unwrap();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].message_id, pooled(1).mail.message_id);
    let all = db.outbox(10).await.unwrap();
    let commits = db.commits();
    db.delivered(all.into_iter().map(|mail| mail.id).collect()).await.unwrap();
    assert_eq!(db.commits() - commits, 1);
    assert!(db.outbox(10).await.unwrap().is_empty());
    db.place(pooled(4)).await.unwrap();
    let last = mails[1].id + 1;
    db.delivered(vec![last]).await.unwrap();
    assert_eq!(db.outbox(10).await.unwrap().len(), 1, "a number is not used again");
}

pub async fn a_closed_database_says_so(db: Db) {
    let other = db.clone();
    db.place(pooled(1)).await.unwrap();
    db.close().await;
    assert_eq!(other.place(pooled(2)).await, Err(PlaceError::Db(DbError::Closed)));
    assert_eq!(other.order(&pooled(1).lookup).await.unwrap_err(), DbError::Closed);
}

/// The same form, or the same cart, is sent again, whatever else of the order differs.
pub async fn a_form_places_one_order(db: Db) {
    let mut first = pooled(1);
    let other = pooled(2);
    first.forms.extend(pooled(3).forms);
    db.place(first.clone()).await.unwrap();
    for form in &first.forms {
        assert!(db.form_code(&form.name).await.unwrap() == Some(form.code.clone()));
        let mut again = other.clone();
        again.forms.push(crate::NewForm { name: form.name, ..other.forms[0].clone() });
        assert_eq!(db.place(again).await, Err(PlaceError::FormPlaced));
        assert!(db.order(&other.lookup).await.unwrap().is_none() && !is_given(&db, &other).await);
        assert!(db.form_code(&form.name).await.unwrap() == Some(form.code.clone()));
        assert!(db.form_code(&other.forms[0].name).await.unwrap().is_none());
    }
    db.place(other).await.unwrap();
}

pub async fn a_form_goes_when_it_lapses_or_its_order_goes(db: Db) {
    let desk = TestDb::new(db);
    let short = pooled(1);
    let mut long = pooled(2);
    long.forms[0].lapses = at(EXPIRES + 99);
    desk.place(&short).await;
    desk.place(&long).await;
    desk.deliver_all().await;
    let terms = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };
    let mut kept = Vec::new();
    for hours in [HOUR + 2, HOUR + 3, EXPIRES + 1] {
        desk.db.purge(at(hours), terms).await.unwrap();
        for order in [&short, &long] {
            kept.push(desk.db.form_code(&order.forms[0].name).await.unwrap().is_some());
        }
    }
    assert_eq!(kept, [true, true, false, true, false, false]);
}

pub async fn placed_orders_are_told_to_who_asks(db: Db) {
    db.place(pooled(1)).await.unwrap();
    let mut placed = db.placed_orders();
    assert_eq!(*placed.borrow(), PlacedOrders::default(), "nobody asked before");
    let orders: Vec<NewOrder> = (2..12).map(pooled).collect();
    for order in &orders {
        db.clone().place(order.clone()).await.unwrap();
    }
    let told = placed.borrow_and_update().clone();
    assert_eq!(told.count, 10);
    let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
    assert_eq!(told.latest, ids[10 - PlacedOrders::MOST..]);
    assert!(db.place(orders[0].clone()).await.is_err());
    assert!(!placed.has_changed().unwrap(), "a refused order is not placed");
}
