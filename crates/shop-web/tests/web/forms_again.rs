//! Tests of a checkout form that comes again.
//!
//! It comes after a crash, with other words, too late, or from the browser's history.

use crate::{
    shop::{START, TestShop, Wanted},
    visitor::{Answer, Visitor, ticket},
};
use shop_core::order_status::RetentionPolicy;
use shop_core::time::{Clock, SetClock};
use shop_db::Db;
use std::sync::Arc;

type Filled = Vec<(&'static str, String)>;

/// Opens a shop on this file at a moment: opening it again is what a crash and a start do.
fn opened(db: &Db, now: u64) -> TestShop {
    let clock = Arc::new(SetClock::new(START.plus_seconds(now)));
    TestShop::with(Wanted { db: db.clone(), clock, ..Wanted::default() })
}

/// Sends a form from the browser that has these cookies.
async fn send(shop: &TestShop, cart: &Visitor<'_>, filled: &Filled) -> (Answer, String) {
    let mut visitor = Visitor { cookies: cart.cookies.clone(), ..Visitor::of(shop) };
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let answer = visitor.post("/checkout", &fields).await;
    if answer.status != 303 {
        return (answer, String::new());
    }
    let page = visitor.get(answer.location()).await;
    let code = ticket(&page);
    (page, code)
}

async fn orders(db: &Db) -> usize {
    db.orders().await.unwrap().len()
}

#[tokio::test]
async fn form_sent_again_after_a_restart_shows_its_order() {
    let db = Db::in_memory().unwrap();
    let shop = opened(&db, 0);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let (first, code) = send(&shop, &visitor, &filled).await;
    assert!(!first.text().contains("You have already placed this order"));
    for prices in ["51990000", "60000000"] {
        let catalog = crate::shop::CATALOG.replace("51990000", prices);
        let clock = Arc::new(SetClock::new(START.plus_seconds(600)));
        let wanted = Wanted { db: db.clone(), clock, catalog, ..Wanted::default() };
        let restarted = TestShop::with(wanted);
        let (again, same) = send(&restarted, &visitor, &filled).await;
        again.shows("You have already placed this order");
        assert_eq!(same, code, "at {prices}");
    }
    assert_eq!(orders(&db).await, 1);
}

/// A shop that takes no orders, or sells the goods no more, shows the order all the same.
#[tokio::test]
async fn form_sent_again_to_a_closed_shop_shows_its_order() {
    let db = Db::in_memory().unwrap();
    let shop = opened(&db, 0);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let (_, code) = send(&shop, &visitor, &filled).await;
    shop.web.take_orders(false);
    assert_eq!(send(&shop, &visitor, &filled).await.1, code);
    let catalog = crate::shop::CATALOG.replace("\"tee\":", "\"shirt\":");
    let other = TestShop::with(Wanted { db: db.clone(), catalog, ..Wanted::default() });
    assert_eq!(send(&other, &visitor, &filled).await.1, code);
}

#[tokio::test]
async fn form_sent_again_with_other_words_says_what_counts() {
    let db = Db::in_memory().unwrap();
    let shop = opened(&db, 0);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let (_, code) = send(&shop, &visitor, &filled).await;
    for (field, words) in [("street", "99 Other Road"), ("recipient", ""), ("lower", "0")] {
        let mut changed = filled.clone();
        changed.retain(|(name, _)| *name != field);
        changed.push((field, words.into()));
        let (again, same) = send(&shop, &visitor, &changed).await;
        again.shows("the changes are not part of the order");
        assert_eq!(same, code, "{field}");
    }
    assert_eq!(orders(&db).await, 1);
}

#[tokio::test]
async fn lapsed_form_places_nothing_and_keeps_its_words() {
    let db = Db::in_memory().unwrap();
    let shop = opened(&db, 0);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    send(&shop, &visitor, &filled).await;
    let hours = |hours: u64| START.plus_seconds(hours * 3_600).coarse();
    let terms = RetentionPolicy { unpaid_hours: 24, paid_hours: 720 };
    // To the last moment at which the form is taken, its order is found.
    db.purge(START.plus_seconds(7_200).coarse(), terms).await.unwrap();
    let restarted = opened(&db, 7_200);
    assert_eq!(send(&restarted, &visitor, &filled).await.0.status, 200);
    db.purge(hours(4), terms).await.unwrap();
    let later = opened(&db, 4 * 3_600);
    let (stale, _) = send(&later, &visitor, &filled).await;
    assert_eq!(stale.status, 422);
    stale.shows("This page was open for too long");
    stale.shows("value=\"Ada Byron\"");
    assert_eq!(orders(&db).await, 1);
}

#[tokio::test]
async fn form_from_the_history_finds_its_own_order() {
    let db = Db::in_memory().unwrap();
    let shop = opened(&db, 0);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let first = visitor.filled().await;
    let fields: Vec<(&str, &str)> = first.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let code = ticket(&visitor.follow("/checkout", &fields).await);
    assert_eq!(visitor.post("/checkout", &fields).await.location(), "/order", "it is open");
    // A second order, and another cart is begun: the first form opens the first order, and takes
    // nothing away.
    visitor.orders_a_tee().await;
    visitor.takes_a_tee().await;
    let again = visitor.follow("/checkout", &fields).await;
    assert_eq!(ticket(&again), code);
    assert!(visitor.cookies.contains_key("__Host-cart"), "it is another order's");
    assert_eq!(orders(&db).await, 2);
}

/// The answer was lost, and the buyer goes back to the checkout, or to the shop for more.
/// The page is asked for again and has another form.
#[tokio::test]
async fn going_back_after_a_lost_answer_leads_to_the_order() {
    let db = Db::in_memory().unwrap();
    let shop = opened(&db, 0);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let first = visitor.filled().await;
    let second = visitor.filled().await;
    let (_, code) = send(&shop, &visitor, &first).await;
    let restarted = opened(&db, 300);
    assert_eq!(send(&restarted, &visitor, &second).await.1, code, "a form of another tab");
    for more in [false, true] {
        let mut back = Visitor { cookies: visitor.cookies.clone(), ..Visitor::of(&restarted) };
        if more {
            back.takes_a_tee().await;
        }
        let answer = back.get("/checkout").await;
        assert_eq!(answer.location(), "/order?sent-before");
        assert_eq!(ticket(&back.get("/order?sent-before").await), code);
        assert!(!back.cookies.contains_key("__Host-cart"), "the next cart is another");
        back.orders_a_tee().await.shows("Keep this code");
    }
    assert_eq!(orders(&db).await, 3);
}

/// A form that lies in the history does not betray who closed the order in this browser.
#[tokio::test]
async fn form_does_not_open_an_order_that_was_closed() {
    let db = Db::in_memory().unwrap();
    let shop = opened(&db, 0);
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let fresh = visitor.follow("/checkout", &fields).await;
    let page = visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    visitor.post("/order/leave", &[("token", &page.token())]).await;
    assert_eq!(visitor.post("/checkout", &fields).await.status, 422);
    visitor.takes_a_tee().await;
    let other = visitor.post("/checkout", &fields).await;
    assert_eq!(other.status, 422, "nor beside another cart");
    assert!(!other.text().contains(&ticket(&fresh)));
}

/// Two processes are one shop to the database: nothing in memory tells one of the other.
#[tokio::test]
async fn racing_sendings_to_two_processes_place_one_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let one = Db::open(&path).unwrap();
    let two = Db::open(&path).unwrap();
    let first = opened(&one, 0);
    let second = opened(&two, 0);
    second.payments.next.store(500, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(first.clock.now(), START);
    for _ in 0..8 {
        let mut visitor = Visitor::of(&first);
        visitor.takes_a_tee().await;
        let filled = visitor.filled().await;
        let before = orders(&one).await;
        let (a, b) =
            tokio::join!(send(&first, &visitor, &filled), send(&second, &visitor, &filled));
        assert_eq!(a.1, b.1);
        assert_eq!(orders(&one).await, before + 1);
    }
}
