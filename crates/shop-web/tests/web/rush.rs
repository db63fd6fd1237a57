//! Tests of many buyers at once, and of too fast ones.

use crate::{
    shop::{ONION, TestShop},
    visitor::Visitor,
};
use shop_web::{ClientInfo, Ended, Ingress, serve_connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn over_tor(shop: &TestShop, circuit: u64) -> Visitor<'_> {
    let visit = ClientInfo { door: Ingress::Onion, circuit };
    Visitor { visit, host: ONION.into(), ..Visitor::of(shop) }
}

#[tokio::test]
async fn form_sent_faster_than_anybody_types_comes_back_filled_in() {
    let shop = TestShop::new();
    let mut visitor = over_tor(&shop, 1);
    visitor.takes_a_tee().await;
    let mut filled = visitor.filled().await;
    filled[0] = ("token", visitor.get("/checkout").await.token());
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    shop.clock.advance(4);
    let refused = visitor.post("/checkout", &fields).await;
    assert_eq!(refused.status, 422);
    refused.shows("That was very quick");
    refused.shows("Ada Byron");
    assert!(shop.db.orders().await.unwrap().is_empty());
    shop.clock.advance(1);
    assert_eq!(
        visitor.post("/checkout", &fields).await.status,
        303,
        "the same form, a second later"
    );
}

#[tokio::test]
async fn in_a_rush_checkouts_wait_their_turn_and_keep_their_cart() {
    let shop = TestShop::new();
    shop.payments.most_open.store(10_000, std::sync::atomic::Ordering::SeqCst);
    for _ in 0..60 {
        Visitor::of(&shop).orders_a_tee().await.shows("Keep this code");
    }
    let mut early = over_tor(&shop, 9_000);
    early.takes_a_tee().await;
    early.get("/checkout").await.shows("Where should we ship it?");
    for _ in 0..20 {
        Visitor::of(&shop).orders_a_tee().await.shows("Keep this code");
    }
    let mut late = over_tor(&shop, 9_001);
    late.takes_a_tee().await;
    let waits = late.get("/checkout").await;
    waits.shows("One moment, please");
    assert!(waits.header("refresh").unwrap().ends_with("url=/checkout"));
    crate::lint::answer(&waits);
    // maint/check-web looks at it here: no other door has a queue.
    insta::assert_snapshot!("queue", crate::snapshots::redacted(&waits.text()));
    shop.clock.advance(30);
    late.get("/checkout").await.shows("One moment, please");
    shop.clock.advance(71);
    late.get("/checkout").await.shows("Where should we ship it?");
    late.get("/cart").await.shows("Plain Tee");
    let mut own = Visitor::of(&shop);
    own.takes_a_tee().await;
    own.get("/checkout").await.shows("Where should we ship it?");
}

/// Places so many orders in this hour that checkouts wait.
async fn rush(shop: &TestShop, orders: u32) {
    shop.payments.most_open.store(10_000, std::sync::atomic::Ordering::SeqCst);
    for _ in 0..orders {
        Visitor::of(shop).orders_a_tee().await.shows("Keep this code");
    }
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(n, v)| (*n, v.as_str())).collect()
}

#[tokio::test]
async fn a_form_of_the_cart_is_none_of_the_checkout() {
    let shop = TestShop::new();
    let mut visitor = over_tor(&shop, 1);
    let token = visitor.takes_a_tee().await.token();
    let mut filled = visitor.filled().await;
    let good = std::mem::replace(&mut filled[0].1, token);
    let refused = visitor.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(refused.status, 422);
    refused.shows("Ada Byron");
    filled[0].1 = good;
    visitor.follow("/checkout", &borrowed(&filled)).await.shows("Keep this code");
}

#[tokio::test]
async fn one_wait_is_one_order_however_often_the_cart_comes_back() {
    let shop = TestShop::new();
    let mut hoarder = over_tor(&shop, 1);
    hoarder.takes_a_tee().await;
    let spare = hoarder.filled().await;
    rush(&shop, 80).await;
    // The spare form was good when it was given out; it is still good for one order.
    hoarder.get("/checkout").await.shows("One moment, please");
    shop.clock.advance(101);
    let filled = hoarder.filled().await;
    let waited = hoarder.cookies.clone();
    hoarder.follow("/checkout", &borrowed(&filled)).await.shows("Keep this code");
    hoarder.visit.circuit = 2;
    hoarder.cookies = waited.clone();
    shop.clock.advance(60);
    assert_eq!(hoarder.get("/checkout").await.location(), "/order?sent-before");
    // Of the forms it hoarded, none is good for another order.
    hoarder.cookies = waited;
    assert_eq!(hoarder.post("/checkout", &borrowed(&spare)).await.location(), "/order?sent-before");
    assert_eq!(shop.db.orders().await.unwrap().len(), 81);
}

#[tokio::test]
async fn form_that_lapsed_in_a_rush_waits_and_keeps_its_words() {
    let shop = TestShop::new();
    let mut slow = over_tor(&shop, 1);
    slow.takes_a_tee().await;
    let mut filled = slow.filled().await;
    filled[1].1 = "Grace Hopper".into();
    shop.clock.advance(7_300);
    rush(&shop, 80).await;
    let refused = slow.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(refused.status, 422);
    refused.shows("Nothing you entered is lost");
    refused.shows("Grace Hopper");
    assert_eq!(refused.token(), filled[0].1, "no better token");
    assert_eq!(shop.db.orders().await.unwrap().len(), 80);
    // Who waits comes through with the same words in the end.
    shop.clock.advance(200);
    let again = slow.post("/checkout", &borrowed(&filled)).await;
    again.shows("Please check it and submit it again");
    filled[0].1 = again.token();
    shop.clock.advance(5);
    slow.follow("/checkout", &borrowed(&filled)).await.shows("Keep this code");
}

/// Orders are some seconds apart: the next buyer waits, with the form still filled in.
#[tokio::test]
async fn buyer_past_the_gate_places_the_order_in_a_rush() {
    let shop = TestShop::new();
    let mut one = over_tor(&shop, 1);
    let mut two = over_tor(&shop, 2);
    one.takes_a_tee().await;
    two.takes_a_tee().await;
    let form = one.filled().await;
    let other = two.filled().await;
    rush(&shop, 80).await;
    shop.clock.advance(5);
    one.follow("/checkout", &borrowed(&form)).await.shows("Keep this code");
    let waits = two.post("/checkout", &borrowed(&other)).await;
    assert_eq!(waits.status, 422);
    waits.shows("Nothing you entered is lost");
    waits.shows("Ada Byron");
    shop.clock.advance(5);
    two.follow("/checkout", &borrowed(&other)).await.shows("Keep this code");
}

#[tokio::test]
async fn checkouts_wait_before_the_house_is_full() {
    let shop = TestShop::new();
    for _ in 0..26 {
        Visitor::of(&shop).orders_a_tee().await.shows("Keep this code");
    }
    let mut visitor = over_tor(&shop, 1);
    visitor.takes_a_tee().await;
    visitor.get("/checkout").await.shows("One moment, please");
    shop.clock.advance(6);
    visitor.get("/checkout").await.shows("Where should we ship it?");
}

#[tokio::test]
async fn a_form_that_is_sent_again_and_again_is_one_order_to_the_gate() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let cart = visitor.cookies.clone();
    for leads_to in ["/order?opened"].into_iter().chain(["/order?sent-before"; 99]) {
        visitor.cookies = cart.clone();
        assert_eq!(visitor.post("/checkout", &fields).await.location(), leads_to);
    }
    let mut other = over_tor(&shop, 1);
    other.takes_a_tee().await;
    other.get("/checkout").await.shows("Where should we ship it?");
}

#[tokio::test]
async fn a_connection_that_goes_on_crowding_is_ended_and_told_of() {
    let shop = TestShop::new();
    let (mut ours, theirs) = tokio::io::duplex(1 << 20);
    let visit = ClientInfo { door: Ingress::Onion, circuit: 7 };
    let served = serve_connection(theirs, visit, shop.router.clone());
    let request = format!("GET /cart HTTP/1.1\r\nhost: {ONION}\r\n\r\n");
    let asking = async move {
        for _ in 0..200 {
            if ours.write_all(request.as_bytes()).await.is_err() {
                break;
            }
        }
        let mut all = Vec::new();
        drop(ours.read_to_end(&mut all).await);
        String::from_utf8_lossy(&all).into_owned()
    };
    let (ended, answers) = tokio::join!(served, asking);
    assert!(matches!(ended, Ok(Ended::Crowding)));
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 20, "the burst");
    assert!(answers.matches("HTTP/1.1 429").count() >= 30, "and then a fixed answer, for a while");
}

/// Sends one request on a connection of its own; returns how that ended, and the answer.
async fn once(shop: &TestShop, circuit: u64, request: &str) -> (Result<Ended, ()>, String) {
    let (mut ours, theirs) = tokio::io::duplex(1 << 20);
    let visit = ClientInfo { door: Ingress::Onion, circuit };
    let served = serve_connection(theirs, visit, shop.router.clone());
    let asking = async move {
        drop(ours.write_all(request.as_bytes()).await);
        let mut all = Vec::new();
        drop(ours.read_to_end(&mut all).await);
        String::from_utf8_lossy(&all).into_owned()
    };
    let (ended, answer) = tokio::join!(served, asking);
    (ended.map_err(drop), answer)
}

#[tokio::test]
async fn who_is_refused_on_one_connection_after_another_is_ended() {
    let long = format!("GET /{} HTTP/1.1\r\n", "x".repeat(3_000));
    let wide = format!("GET / HTTP/1.1\r\nhost: {ONION}\r\nx: {}\r\n", "y".repeat(9_000));
    for (status, head) in [
        ("421", "GET / HTTP/1.1\r\nhost: other.onion\r\n".to_owned()),
        ("403", format!("GET / HTTP/1.1\r\nhost: {ONION}\r\nx-tor2web: 1\r\n")),
        ("414", format!("{long}host: {ONION}\r\n")),
        ("431", wide),
        ("400", "GARBAGE\r\n".to_owned()),
    ] {
        let shop = TestShop::new();
        let request = format!("{head}connection: close\r\n\r\n");
        let refused = format!("HTTP/1.1 {status} ");
        let fine = "HTTP/1.1 200 ";
        for n in 0..30 {
            let (ended, answer) = once(&shop, 1, &request).await;
            assert!(answer.starts_with(&refused), "{n} {answer}");
            assert_ne!(ended, Ok(Ended::Crowding), "{status} {n}");
        }
        let (ended, answer) = once(&shop, 1, &request).await;
        assert!(answer.starts_with(&refused));
        assert_eq!(ended, Ok(Ended::Crowding), "{status}");
        let good = format!("GET / HTTP/1.1\r\nhost: {ONION}\r\nconnection: close\r\n\r\n");
        assert_eq!(once(&shop, 1, &good).await, (Ok(Ended::Crowding), String::new()));
        assert!(once(&shop, 2, &good).await.1.starts_with(fine), "another circuit");
        shop.clock.advance(10);
        assert!(once(&shop, 1, &good).await.1.starts_with(fine), "accidents are forgotten");
    }
}

#[tokio::test]
async fn who_opens_connection_after_connection_is_ended() {
    let shop = TestShop::new();
    // Of pictures and style sheets more may be asked for than of anything else.
    let path = shop.paths.iter().find(|path| path.starts_with("/s/")).unwrap();
    let good = format!("GET {path} HTTP/1.1\r\nhost: {ONION}\r\nconnection: close\r\n\r\n");
    let mut ended = Vec::new();
    for n in 0..700 {
        if n % 20 == 0 {
            shop.clock.advance(1);
        }
        ended.push(once(&shop, 1, &good).await.0);
    }
    let first = ended.iter().position(|ended| *ended == Ok(Ended::Crowding));
    assert!(first.is_some_and(|first| first > 400), "{first:?}");
    assert!(ended.iter().take(400).all(|ended| *ended == Ok(Ended::Quietly)));
}

/// T-DOS1, in the shop: a thousand connections on which nothing moves, and one that asks.
#[tokio::test(start_paused = true)]
async fn a_thousand_slow_connections_do_not_keep_an_answer_waiting() {
    let shop = TestShop::new();
    let mut held = Vec::new();
    let mut slow = tokio::task::JoinSet::new();
    for n in 0..1_000 {
        let (mut ours, theirs) = tokio::io::duplex(1_024);
        let sent = match n % 3 {
            0 => "GET / HTTP/1.1\r\nhost: sho".to_owned(),
            1 => format!("GET / HTTP/1.1\r\nhost: {ONION}\r\n\r\n"),
            _ => format!(
                "POST /cart HTTP/1.1\r\nhost: {ONION}\r\nsec-fetch-site: same-origin\r\n\
                 content-type: application/x-www-form-urlencoded\r\ncontent-length: 9\r\n\r\nid="
            ),
        };
        ours.write_all(sent.as_bytes()).await.unwrap();
        let visit = ClientInfo { door: Ingress::Onion, circuit: n };
        slow.spawn(serve_connection(theirs, visit, shop.router.clone()));
        held.push(ours);
    }
    let started = tokio::time::Instant::now();
    let good = format!("GET / HTTP/1.1\r\nhost: {ONION}\r\nconnection: close\r\n\r\n");
    let (_, answer) = once(&shop, 2_000, &good).await;
    assert!(answer.starts_with("HTTP/1.1 200 "));
    assert!(started.elapsed() < std::time::Duration::from_secs(2));
    // A head is waited for 15 seconds, a form 5, and somebody who reads an answer a minute.
    assert_eq!(slow.join_all().await.len(), held.len());
    assert!(started.elapsed() <= std::time::Duration::from_secs(66));
}
