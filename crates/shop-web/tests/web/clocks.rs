//! A clock that is set while the shop is open.

use crate::{
    shop::{ONION, START, TestShop},
    visitor::Visitor,
};
use shop_core::time::UnixTime;
use shop_web::{ClientInfo, Ingress};

const DAY: u64 = 86_400;

fn over_tor(shop: &TestShop, circuit: u64) -> Visitor<'_> {
    let visit = ClientInfo { door: Ingress::Onion, circuit };
    Visitor { visit, host: ONION.into(), ..Visitor::of(shop) }
}

/// The clock shows a time before the seller's key was made.
/// An offer by that clock would be over at once.
#[tokio::test]
async fn clock_behind_the_key_takes_no_orders_until_it_is_set() {
    let shop = TestShop::new();
    let mut visitor = over_tor(&shop, 1);
    shop.clock.set(UnixTime(START.0 - 10 * DAY));
    visitor.takes_a_tee().await;
    let refused = visitor.get("/checkout").await;
    assert_eq!(refused.status, 503);
    refused.shows("The shop isn’t taking orders at the moment");
    crate::lint::answer(&refused);
    shop.clock.set(START);
    // A cart lives for a day.
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    shop.clock.set(UnixTime(START.0 - 2 * DAY));
    let stale = visitor.post("/checkout", &fields).await;
    stale.shows("This page was open for too long");
    let token = stale.token();
    shop.clock.advance(5);
    let mut again = fields.clone();
    again[0] = ("token", &token);
    assert_eq!(visitor.post("/checkout", &again).await.status, 503);
    shop.clock.set(START.plus_seconds(20));
    visitor.post("/checkout", &fields).await.location();
    assert_eq!(shop.db.orders().await.unwrap().len(), 1);
}

/// Counts made by a clock that was a day ahead are over when their time is over.
#[tokio::test]
async fn clock_that_was_ahead_keeps_no_circuit_and_no_newcomer_out() {
    let shop = TestShop::new();
    shop.clock.set(START.plus_seconds(DAY));
    for _ in 0..3 {
        over_tor(&shop, 7).orders_a_tee().await.shows("Keep this code");
        shop.clock.advance(10);
    }
    shop.clock.set(START.plus_seconds(45));
    over_tor(&shop, 8).orders_a_tee().await.shows("Keep this code");
    shop.clock.advance(600);
    over_tor(&shop, 7).orders_a_tee().await.shows("Keep this code");
}

/// A form that was given out by a clock that was ahead did not come back too quickly.
#[tokio::test]
async fn form_of_a_clock_that_was_ahead_is_taken() {
    let shop = TestShop::new();
    shop.clock.set(START.plus_seconds(3_600));
    let mut visitor = over_tor(&shop, 1);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    shop.clock.set(START.plus_seconds(5));
    visitor.post("/checkout", &fields).await.location();
}
