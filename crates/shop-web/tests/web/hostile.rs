//! Whatever is sent, the answer is a page of ours and never "something went wrong here".

use crate::{
    headers::FROZEN,
    shop::TestShop,
    visitor::{Answer, Visitor},
};
use axum::{body::Body, http::Method};
use proptest::{prelude::*, test_runner::TestRunner};

#[track_caller]
fn sane(answer: &Answer) {
    assert!(answer.status.as_u16() < 500, "{}", answer.status);
    for (name, value) in &FROZEN[1..] {
        assert_eq!(answer.header(name), Some(*value));
    }
    for name in ["server", "date", "etag", "last-modified", "via", "expires", "x-powered-by"] {
        assert!(answer.header(name).is_none(), "{name}");
    }
    assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")));
}

/// Returns every text, without the two characters that cannot stand in a header.
fn header_text() -> impl Strategy<Value = String> {
    "[ -~]{0,80}"
}

#[test]
fn any_path_cookie_and_form_is_answered() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let shop = runtime.block_on(async { TestShop::new() });
    let cookie = runtime.block_on(async {
        let mut visitor = Visitor::of(&shop);
        visitor.pays_next().await;
        visitor.takes_a_tee().await;
        visitor.cookies
    });
    let paths = prop_oneof![
        "/[ -~]{0,40}".prop_map(
            |path| path.replace([' ', '"', '<', '>', '\\', '^', '`', '{', '|', '}', '#'], "")
        ),
        prop::sample::select(vec![
            "/cart",
            "/cart/change",
            "/checkout",
            "/order",
            "/order/enter",
            "/order/kept",
            "/order/check",
            "/order/claim",
            "/order/leave",
            "/order/receipt",
            "/order/receipt.txt",
            "/order/qr.png",
            "/order/watch",
            "/product/plain-tee",
            "/",
        ])
        .prop_map(str::to_owned),
    ];
    let names = prop::sample::select(vec![
        "id",
        "option",
        "quantity",
        "remove",
        "currency",
        "token",
        "ticket",
        "txid",
        "recipient",
        "street",
        "city",
        "sealed",
        "email",
        "contact",
        "note",
        "x",
    ]);
    let forms = prop::collection::vec((names, ".{0,60}"), 0..12);
    let case = (paths, any::<bool>(), forms, any::<bool>(), header_text(), any::<bool>());
    let mut runner = TestRunner::new(ProptestConfig { cases: 400, ..ProptestConfig::default() });
    runner
        .run(&case, |(path, is_post, form, with_cookies, noise, raw)| {
            let answer = runtime.block_on(async {
                let mut visitor = Visitor::of(&shop);
                if with_cookies {
                    visitor.cookies = cookie.clone();
                } else {
                    visitor.cookies.insert("__Host-cart".into(), noise.replace([';', ','], ""));
                    visitor.cookies.insert("__Host-order".into(), noise.replace(';', "."));
                }
                let method = if is_post { Method::POST } else { Method::GET };
                let request = visitor
                    .request(method, &path)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("sec-fetch-site", "same-origin")
                    .header("accept-encoding", &noise)
                    .header("x-noise", &noise);
                let fields: Vec<(&str, &str)> =
                    form.iter().map(|(n, v)| (*n, v.as_str())).collect();
                let body = if raw { noise.clone() } else { crate::visitor::encoded(&fields) };
                visitor.send(request.body(Body::from(body)).unwrap()).await
            });
            sane(&answer);
            Ok(())
        })
        .unwrap();
    assert_eq!(runtime.block_on(shop.db.orders()).unwrap().len(), 1);
}

#[test]
fn any_words_in_the_checkout_form_come_back_harmless() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let shop = runtime.block_on(async { TestShop::new() });
    let mut runner = TestRunner::new(ProptestConfig { cases: 200, ..ProptestConfig::default() });
    runner
        .run(&(".{0,80}", ".{0,80}", "[<>\"'&/a-z =]{0,60}"), |(recipient, note, email)| {
            runtime.block_on(async {
                let mut visitor = Visitor::of(&shop);
                visitor.takes_a_tee().await;
                let token = visitor.get("/checkout").await.token();
                let fields = [
                    ("token", token.as_str()),
                    ("recipient", &recipient),
                    ("note", &note),
                    ("email", &email),
                ];
                let page = visitor.post("/checkout", &fields).await;
                sane(&page);
                crate::lint::answer(&page);
            });
            Ok(())
        })
        .unwrap();
}
