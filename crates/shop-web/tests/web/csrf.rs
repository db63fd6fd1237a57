//! Tests of every form, sent by everybody who should not.

use crate::{
    shop::{ONION, TestShop},
    visitor::{Visitor, encoded},
};
use axum::{body::Body, http::Method};
use shop_web::{ClientInfo, Ingress};

/// Every POST of the shop, and whether it needs a form token.
const FORMS: [(&str, bool); 15] = [
    ("/cart", false),
    ("/cart/change", true),
    ("/checkout", true),
    ("/order/enter", false),
    ("/order/kept", true),
    ("/order/statement", true),
    ("/order/exchange", true),
    ("/order/release", true),
    ("/order/check", true),
    ("/order/claim", true),
    ("/order/cancel", true),
    ("/order/refund", true),
    ("/order/forget", true),
    ("/order/leave", true),
    ("/order/download", true),
];

fn fields(token: Option<&str>) -> Vec<(&str, &str)> {
    let mut fields = vec![
        ("id", "mug"),
        ("quantity", "2"),
        ("currency", "BTC"),
        ("recipient", "Ada"),
        ("street", "1 A"),
        ("city", "B"),
        ("province", "C"),
        ("country", "D"),
        ("postcode", "E"),
        ("ticket", "x"),
        ("txid", "0xaa"),
        ("refund", "mine"),
        ("kept", "yes"),
        ("release", "secret"),
    ];
    fields.extend(token.map(|token| ("token", token)));
    fields
}

/// Returns everything a forged request could have changed.
async fn state(shop: &TestShop) -> (usize, usize, usize, u32) {
    let eth = shop_core::money::AssetId::ETH;
    (
        shop.db.orders().await.unwrap().len(),
        shop.db.outbox(99).await.unwrap().len(),
        shop.db.pending_claims(eth.chain()).await.unwrap().len(),
        shop.payments.nudges.load(std::sync::atomic::Ordering::SeqCst),
    )
}

#[tokio::test]
async fn nobody_else_can_send_our_forms() {
    let shop = TestShop::new();
    // A visitor with an open order and, beside it, a cart.
    let mut victim = Visitor::of(&shop);
    let (order, _) = victim.pays_next().await;
    let order_token = order.token();
    victim.post("/cart", &[("id", "mug")]).await;
    let cart_token = victim.get("/cart").await.token();
    let mut thief = Visitor::of(&shop);
    let thief_order = thief.pays_next().await.0.token();
    thief.post("/cart", &[("id", "mug")]).await;
    let thief_cart = thief.get("/cart").await.token();
    let before = (state(&shop).await, victim.cookies.clone());

    for (path, needs_token) in FORMS {
        let is_order = path.starts_with("/order");
        let (own, other) =
            if is_order { (&order_token, &thief_order) } else { (&cart_token, &thief_cart) };
        let swapped = if is_order { &cart_token } else { &order_token };
        let good = fields(Some(own));
        for headers in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "http://evil.onion")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
        ] {
            let mut request = victim.form(path, &good);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = victim.send(request.body(Body::from(encoded(&good))).unwrap()).await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
        }
        let request = victim.request(Method::GET, &format!("{path}?{}", encoded(&good)));
        victim.send(request.body(Body::empty()).unwrap()).await;
        if needs_token {
            for token in [None, Some(""), Some("x"), Some(other.as_str()), Some(swapped.as_str())] {
                let answer = victim.post(path, &fields(token)).await;
                let wanted = if path == "/checkout" { 422 } else { 403 };
                assert_eq!(answer.status, wanted, "{path} {token:?}");
            }
        }
        assert_eq!((state(&shop).await, victim.cookies.clone()), before, "{path}");
    }

    // The same tokens, two hours later.
    shop.clock.advance(7_201);
    for (path, _) in FORMS.iter().filter(|(path, needs)| *needs && !path.starts_with("/order")) {
        let answer = victim.post(path, &fields(Some(&cart_token))).await;
        assert!([403, 422].contains(&answer.status.as_u16()), "{path}");
    }
    assert_eq!((state(&shop).await, victim.cookies.clone()), before);
}

#[tokio::test]
async fn a_form_whose_words_were_typed_too_slowly_gives_them_back() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    shop.clock.advance(7_201);
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let page = visitor.post("/checkout", &fields).await;
    assert_eq!(page.status, 422);
    page.shows("open for too long");
    page.shows("Ada Byron");
    let token = page.token();
    let mut again = fields.clone();
    again[0].1 = &token;
    visitor.follow("/checkout", &again).await.shows("Keep this code");
}

#[tokio::test]
async fn the_forms_work_for_browsers_that_send_origin_alone() {
    let shop = TestShop::new();
    let visit = ClientInfo { door: Ingress::Onion, circuit: 1 };
    let mut visitor = Visitor { visit, host: ONION.into(), ..Visitor::of(&shop) };
    let fields = [("id", "mug")];
    let request = visitor.form("/cart", &fields).header("origin", format!("http://{ONION}"));
    let answer = visitor.send(request.body(Body::from(encoded(&fields))).unwrap()).await;
    assert_eq!(answer.location(), "/cart?kept");
}
