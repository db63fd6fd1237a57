//! Many at once, and too fast.

use crate::{
    shop::{ONION, TestShop},
    visitor::Visitor,
};
use shop_web::{Door, Ended, Visit, serve_connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn over_tor(shop: &TestShop, circuit: u64) -> Visitor<'_> {
    let visit = Visit { door: Door::Onion, circuit };
    Visitor { visit, host: ONION.into(), ..Visitor::of(shop) }
}

#[tokio::test]
async fn a_form_that_nobody_can_have_filled_in_comes_back_with_its_words() {
    let shop = TestShop::new();
    let mut visitor = over_tor(&shop, 1);
    visitor.takes_a_tee().await;
    let mut filled = visitor.filled().await;
    filled[0] = ("token", visitor.get("/checkout").await.token());
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    shop.clock.advance(4);
    let refused = visitor.post("/checkout", &fields).await;
    assert_eq!(refused.status, 422);
    refused.shows("faster than an address");
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
    shop.till.most_open.store(10_000, std::sync::atomic::Ordering::SeqCst);
    for _ in 0..60 {
        Visitor::of(&shop).orders_a_tee().await.shows("Keep this code");
    }
    let mut early = over_tor(&shop, 9_000);
    early.takes_a_tee().await;
    early.get("/checkout").await.shows("Where should it go?");
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
    late.get("/checkout").await.shows("Where should it go?");
    late.get("/cart").await.shows("Plain Tee");
    let mut own = Visitor::of(&shop);
    own.takes_a_tee().await;
    own.get("/checkout").await.shows("Where should it go?");
}

#[tokio::test]
async fn a_form_that_is_sent_again_and_again_is_one_order_to_the_gate() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let cart = visitor.cookies.clone();
    for _ in 0..100 {
        visitor.cookies = cart.clone();
        assert_eq!(visitor.post("/checkout", &fields).await.location(), "/order?opened");
    }
    let mut other = over_tor(&shop, 1);
    other.takes_a_tee().await;
    other.get("/checkout").await.shows("Where should it go?");
}

#[tokio::test]
async fn a_connection_that_goes_on_crowding_is_ended_and_told_of() {
    let shop = TestShop::new();
    let (mut ours, theirs) = tokio::io::duplex(1 << 20);
    let visit = Visit { door: Door::Onion, circuit: 7 };
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
