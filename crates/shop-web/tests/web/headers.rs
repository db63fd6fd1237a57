//! The frozen header set, on every status (T-WEB1), and who is turned away at the door.

use crate::{
    shop::{ONION, PREVIEW, TestShop},
    visitor::{Answer, Visitor, encoded},
};
use axum::{
    body::Body,
    http::{Method, Request},
};
use shop_web::{ClientInfo, Ingress};

pub(crate) const FROZEN: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; sandbox allow-forms allow-same-origin",
    ),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    (
        "permissions-policy",
        "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), display-capture=(), \
         fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), \
         payment=(), publickey-credentials-get=(), usb=()",
    ),
];

/// Checks for exactly the frozen set, what goes with the body, and `more`.
#[track_caller]
pub(crate) fn exactly(answer: &Answer, status: u16, more: &[(&str, &str)]) {
    assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(&answer.bytes));
    let mut found: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "content-length")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let mut wanted: Vec<(String, String)> = FROZEN
        .iter()
        .chain(more)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    if !more.iter().any(|(name, _)| *name == "cache-control") {
        wanted.push(("cache-control".to_owned(), "no-store".to_owned()));
    }
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

pub(crate) const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

#[tokio::test]
async fn every_status_carries_exactly_the_frozen_headers() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    exactly(&visitor.get("/policy").await, 200, &[HTML]);
    exactly(&visitor.get("/cart").await, 200, &[HTML]);
    exactly(&visitor.get("/checkout").await, 303, &[("location", "/cart")]);
    exactly(&visitor.get("/nowhere").await, 404, &[HTML]);
    exactly(&visitor.post("/", &[]).await, 405, &[HTML, ("allow", "GET,HEAD")]);
    exactly(&visitor.post("/order", &[]).await, 405, &[HTML, ("allow", "GET,HEAD")]);
    exactly(&visitor.post("/cart", &[]).await, 422, &[HTML]);
    exactly(&visitor.post("/order/kept", &[]).await, 403, &[HTML]);
    let long = "x".repeat(17_000);
    exactly(&visitor.post("/cart", &[("id", &long)]).await, 413, &[HTML]);
    exactly(&visitor.get(&format!("/{}", "x".repeat(2_100))).await, 414, &[HTML]);
    let many =
        (0..41).fold(visitor.request(Method::GET, "/"), |r, i| r.header(format!("x-{i}"), "y"));
    exactly(&visitor.send(many.body(Body::empty()).unwrap()).await, 431, &[HTML]);
    let wide = visitor.request(Method::GET, "/").header("x-wide", "y".repeat(8_200));
    exactly(&visitor.send(wide.body(Body::empty()).unwrap()).await, 431, &[HTML]);
    let foreign = Request::get("/").header("host", "evil.onion").body(Body::empty()).unwrap();
    exactly(&visitor.send(foreign).await, 421, &[HTML]);
    let proxied = visitor.request(Method::GET, "/").header("x-tor2web", "1");
    exactly(&visitor.send(proxied.body(Body::empty()).unwrap()).await, 403, &[HTML]);
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "BREW"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        for (path, allow) in
            [("/", "GET,HEAD"), ("/cart", "GET,HEAD,POST"), ("/nowhere", "GET,HEAD")]
        {
            let request = visitor.request(method.clone(), path).body(Body::empty()).unwrap();
            exactly(&visitor.send(request).await, 405, &[HTML, ("allow", allow)]);
        }
    }
    shop.payments.exhausted.store(true, std::sync::atomic::Ordering::SeqCst);
    visitor.takes_a_tee().await;
    let filled = visitor.filled().await;
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    exactly(&visitor.post("/checkout", &fields).await, 429, &[HTML]);
    let picture = visitor.shop.paths.iter().find(|p| p.starts_with("/i/")).unwrap();
    let kept = [("content-type", "image/webp"), ("cache-control", "max-age=31536000, immutable")];
    exactly(&visitor.get(picture).await, 200, &kept);
}

#[tokio::test]
async fn a_database_that_is_gone_is_a_page_too() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    shop.db.clone().close().await;
    let page = visitor.get("/order").await;
    exactly(&page, 503, &[HTML]);
    page.shows("Nothing was lost");
    crate::lint::answer(&page);
}

/// The pages a stranger may see first bring their pictures, the very first its style sheet.
#[tokio::test]
async fn a_page_with_something_written_in_says_so_and_no_other_does() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    for prefix in ["", "/fr-CA"] {
        for (path, style, pictures) in [
            ("/", true, true),
            ("/product", false, true),
            ("/category/kitchen", false, true),
            ("/product?sort=name", false, false),
            ("/search?q=mug", false, false),
            ("/product/plain-tee", false, false),
            ("/cart", false, false),
            ("/checkout", false, false),
        ] {
            let answer = visitor.get(&format!("{prefix}{path}")).await;
            let policy = answer.header("content-security-policy").unwrap();
            let hash =
                policy.split("'self' 'sha256-").nth(1).and_then(|rest| rest.split('\'').next());
            assert_eq!(hash.is_some(), style, "{path}: {policy}");
            let hash = hash.map(|hash| format!(" 'sha256-{hash}'")).unwrap_or_default();
            let data = if pictures { " data:" } else { "" };
            let frozen =
                FROZEN[0].1.replace("style-src 'self'", &format!("style-src 'self'{hash}"));
            let frozen = frozen.replace("img-src 'self'", &format!("img-src 'self'{data}"));
            assert_eq!(policy, frozen, "{path}");
        }
    }
}

#[tokio::test]
async fn the_receipt_alone_may_offer_a_file() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    visitor.pays_next().await;
    for path in ["/order", "/order/watch", "/order/qr.png", "/order/cancel", "/order/forget"] {
        assert_eq!(visitor.get(path).await.header("content-security-policy"), Some(FROZEN[0].1));
    }
    let policy = format!("{} allow-downloads", FROZEN[0].1);
    for path in ["/order/receipt", "/order/receipt.txt"] {
        assert_eq!(visitor.get(path).await.header("content-security-policy"), Some(&*policy));
    }
}

#[tokio::test]
async fn only_our_own_name_is_answered_and_every_other_alike() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    let onion = ClientInfo { door: Ingress::Onion, circuit: 1 };
    let preview = ClientInfo { door: Ingress::Preview, circuit: 1 };
    let www = format!("www.{ONION}");
    let port = format!("{ONION}:80");
    let mut answers = Vec::new();
    for (visit, uri, hosts) in [
        (onion, "/", &[PREVIEW][..]),
        (preview, "/", &[ONION]),
        (onion, "/", &[]),
        (onion, "/", &[&www]),
        (onion, "/", &[&port]),
        (onion, "/", &["127.0.0.1"]),
        (onion, "/", &[ONION, ONION]),
        (onion, "http://evil.onion/", &[ONION]),
        (onion, "/nowhere", &["evil.onion"]),
    ] {
        let mut request = Request::get(uri).extension(visit);
        for host in hosts {
            request = request.header("host", *host);
        }
        let answer = visitor.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 421, "{visit:?} {uri} {hosts:?}");
        assert!(!answer.text().contains("Fox"), "it does not say whose shop this is");
        answers.push((answer.headers, answer.bytes));
    }
    let forwarded = Request::get("/").extension(onion).header("host", ONION);
    let forwarded = forwarded.header("x-forwarded-host", ONION).body(Body::empty()).unwrap();
    let answer = visitor.send(forwarded).await;
    answers.push((answer.headers, answer.bytes));
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let request = Request::get("/").extension(onion).header("host", ONION).body(Body::empty());
    assert_eq!(visitor.send(request.unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_circuit_that_crowds_is_told_to_slow_down() {
    let shop = TestShop::new();
    let visit = ClientInfo { door: Ingress::Onion, circuit: 1 };
    let mut visitor = Visitor { visit, host: ONION.into(), ..Visitor::of(&shop) };
    for _ in 0..20 {
        assert_eq!(visitor.get("/").await.status, 200);
    }
    let refused = visitor.get("/").await;
    exactly(&refused, 429, &[HTML]);
    assert_eq!(refused.bytes, visitor.get("/cart").await.bytes);
    let picture = visitor.shop.paths.iter().find(|p| p.starts_with("/i/")).unwrap().clone();
    assert_eq!(visitor.get(&picture).await.status, 200, "pictures are counted apart");
    shop.clock.advance(10);
    assert_eq!(visitor.get("/").await.status, 200);
}

#[tokio::test]
async fn forms_are_urlencoded_and_say_so() {
    let shop = TestShop::new();
    let mut visitor = Visitor::of(&shop);
    for kind in ["multipart/form-data; boundary=x", "application/json", "text/plain"] {
        let request = visitor.request(Method::POST, "/cart").header("content-type", kind);
        let request = request.header("sec-fetch-site", "same-origin");
        let request = request.body(Body::from(encoded(&[("id", "mug")]))).unwrap();
        exactly(&visitor.send(request).await, 422, &[HTML]);
    }
    let twice = visitor.form("/cart", &[]).header("sec-fetch-site", "same-origin");
    let twice = twice.body(Body::from("id=mug&id=tee")).unwrap();
    exactly(&visitor.send(twice).await, 422, &[HTML]);
}
