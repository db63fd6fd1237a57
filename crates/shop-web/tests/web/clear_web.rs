//! The clear web: the shop's own name behind a reverse proxy.

use crate::{
    headers::{HTML, exactly},
    shop::{CLEAR, ONION, TestShop},
    visitor::{Visitor, encoded},
};
use axum::{
    body::Body,
    http::{Method, Request},
};
use shop_web::{ClientInfo, Ingress};

const STRICT: (&str, &str) = ("strict-transport-security", "max-age=31536000");

fn visitor(shop: &TestShop, key: u64) -> Visitor<'_> {
    let visit = ClientInfo { door: Ingress::Clear, circuit: key };
    Visitor { visit, host: CLEAR.into(), ..Visitor::of(shop) }
}

#[tokio::test]
async fn pages_name_their_onion_address_and_ask_for_tls() {
    let shop = TestShop::new();
    let mut visitor = visitor(&shop, 1);
    for path in ["/policy", "/cart", "/search?q=mug", "/fr-CA/cart", "/fr-CA/policy"] {
        let onion = format!("http://{ONION}{path}");
        let answer = visitor.get(path).await;
        exactly(&answer, 200, &[HTML, STRICT, ("onion-location", &onion)]);
    }
    let onion = format!("http://{ONION}/nowhere");
    exactly(&visitor.get("/nowhere").await, 404, &[HTML, STRICT, ("onion-location", &onion)]);
    exactly(&visitor.get("/checkout").await, 303, &[("location", "/cart"), STRICT]);
    let picture = shop.paths.iter().find(|path| path.starts_with("/i/")).unwrap();
    let kept = ("cache-control", "max-age=31536000, immutable");
    exactly(&visitor.get(picture).await, 200, &[("content-type", "image/webp"), kept, STRICT]);
    let long = visitor.get(&format!("/{}", "x".repeat(2_100))).await;
    exactly(&long, 414, &[HTML, STRICT]);
}

#[tokio::test]
async fn onion_visitors_see_nothing_of_the_clear_web() {
    let shop = TestShop::new();
    let visit = ClientInfo { door: Ingress::Onion, circuit: 1 };
    let mut visitor = Visitor { visit, host: ONION.into(), ..Visitor::of(&shop) };
    for path in ["/", "/policy", "/cart", "/nowhere", "/order/enter"] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.header("onion-location"), None, "{path}");
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
        assert!(!answer.text().contains(CLEAR), "{path}");
    }
}

#[tokio::test]
async fn shop_without_an_onion_address_names_none() {
    let shop = TestShop::new();
    let hosts = shop_web::Hosts { clear: Some(CLEAR.into()), ..shop_web::Hosts::default() };
    shop.web.answer_to(hosts);
    exactly(&visitor(&shop, 1).get("/policy").await, 200, &[HTML, STRICT]);
}

#[tokio::test]
async fn other_names_are_misdirected_and_learn_nothing() {
    let shop = TestShop::new();
    let mut visitor = visitor(&shop, 1);
    let port = format!("{CLEAR}:443");
    for hosts in [&[][..], &[ONION], &["192.0.2.1"], &["127.0.0.1:8080"], &[&port], &[CLEAR, CLEAR]]
    {
        let mut request = Request::get("/").extension(visitor.visit);
        for host in hosts {
            request = request.header("host", *host);
        }
        let answer = visitor.send(request.body(Body::empty()).unwrap()).await;
        exactly(&answer, 421, &[HTML]);
        assert!(!answer.text().contains("Fox"), "{hosts:?}");
    }
    // The name is for this door alone.
    for door in [Ingress::Onion, Ingress::Preview] {
        visitor.visit.door = door;
        exactly(&visitor.get("/").await, 421, &[HTML]);
    }
}

/// A proxy that tells the shop who the visitor is serves nobody, so that its owner notices.
#[tokio::test]
async fn requests_that_tell_the_visitors_address_are_refused() {
    let shop = TestShop::new();
    let mut visitor = visitor(&shop, 1);
    for name in ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host", "x-client-ip"] {
        let request = visitor.request(Method::GET, "/").header(name, "192.0.2.7");
        let answer = visitor.send(request.body(Body::empty()).unwrap()).await;
        exactly(&answer, 421, &[HTML]);
    }
}

#[tokio::test]
async fn order_is_placed_with_forms_of_the_https_origin() {
    let shop = TestShop::new();
    let mut visitor = visitor(&shop, 1);
    for (origin, status) in [
        (format!("https://{CLEAR}"), 303),
        (format!("http://{CLEAR}"), 403),
        (format!("http://{ONION}"), 403),
        ("null".to_owned(), 403),
    ] {
        let form = visitor.form("/cart", &[]).header("origin", origin);
        let form = form.body(Body::from(encoded(&[("id", "mug")]))).unwrap();
        assert_eq!(visitor.send(form).await.status, status);
    }
    visitor.pays_next().await;
    assert_eq!(visitor.get("/order").await.status, 200);
    assert_eq!(shop.db.orders().await.unwrap().len(), 1);
}

/// The proxy that ends the TLS reads them; at the onion address they open nothing.
#[tokio::test]
async fn cookies_of_one_door_open_nothing_at_the_other() {
    let shop = TestShop::new();
    let mut clear = visitor(&shop, 1);
    clear.pays_next().await;
    clear.takes_a_tee().await;
    assert_eq!(clear.get("/order").await.status, 200);
    let visit = ClientInfo { door: Ingress::Onion, circuit: 1 };
    let cookies = clear.cookies.clone();
    let mut onion = Visitor { visit, host: ONION.into(), cookies, ..Visitor::of(&shop) };
    assert_eq!(onion.get("/order").await.location(), "/order/enter");
    onion.get("/cart").await.shows("Your cart is empty");
    onion.pays_next().await;
    clear.cookies = onion.cookies.clone();
    assert_eq!(clear.get("/order").await.location(), "/order/enter");
}

#[tokio::test]
async fn limits_and_strikes_of_one_address_leave_others_alone() {
    let shop = TestShop::new();
    let mut greedy = visitor(&shop, 1);
    for _ in 0..20 {
        assert_eq!(greedy.get("/").await.status, 200);
    }
    for _ in 0..40 {
        assert_eq!(greedy.get("/").await.status, 429);
    }
    assert_eq!(visitor(&shop, 2).get("/").await.status, 200);
    let visit = ClientInfo { door: Ingress::Onion, circuit: 1 };
    let mut onion = Visitor { visit, host: ONION.into(), ..Visitor::of(&shop) };
    assert_eq!(onion.get("/").await.status, 200, "a circuit with the same number");
}
