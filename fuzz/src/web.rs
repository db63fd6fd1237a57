//! Requests: the head, the form, the cookies. Whatever comes, the answer is a page of ours.

use crate::{
    shop::{PREVIEW, TestShop},
    visitor::Visitor,
};
use axum::{body::Body, http::Method};
use shop_core::{entropy::Seeded, time::UnixTime};
use shop_seal::CookieKey;
use shop_web::{Ingress, ClientInfo, serve_connection};
use std::{cell::RefCell, collections::BTreeMap};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    runtime::{Builder, Runtime},
};

/// After so many inputs the shop is made anew, so that its rows and limits start over.
const INPUTS: u32 = 4_000;

struct Web {
    runtime: Runtime,
    shop: TestShop,
    /// Cookies of a buyer who has ordered and has something in the cart again.
    cookies: BTreeMap<String, String>,
    checkout_token: String,
    order_token: String,
    inputs: u32,
}

impl Web {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (shop, cookies, checkout_token, order_token) = runtime.block_on(async {
            let shop = TestShop::new();
            let mut visitor = Visitor::of(&shop);
            let (order, _) = visitor.pays_next().await;
            visitor.takes_a_tee().await;
            let checkout_token = visitor.get("/checkout").await.token();
            let cookies = visitor.cookies;
            (shop, cookies, checkout_token, order.token())
        });
        Self { runtime, shop, cookies, checkout_token, order_token, inputs: 0 }
    }
}

thread_local! {
    static WEB: RefCell<Option<Web>> = const { RefCell::new(None) };
}

fn with_web(work: impl FnOnce(&mut Web)) {
    WEB.with(|web| {
        let mut web = web.borrow_mut();
        if web.as_ref().is_some_and(|web| web.inputs >= INPUTS) {
            *web = None;
        }
        let web = web.get_or_insert_with(Web::new);
        web.inputs += 1;
        work(web);
    });
}

/// Sends bytes as a whole connection.
pub fn http_head(bytes: &[u8]) {
    with_web(|web| {
        let router = web.shop.router.clone();
        let visit = ClientInfo { door: Ingress::Preview, circuit: u64::from(web.inputs) };
        let answer = web.runtime.block_on(async {
            let (mut near, far) = tokio::io::duplex(1 << 20);
            near.write_all(bytes.get(..1 << 16).unwrap_or(bytes)).await.expect("room");
            near.shutdown().await.expect("an end");
            let mut answer = Vec::new();
            // Read while it is written: pages asked for at once are more than a pipe holds.
            let served = serve_connection(far, visit, router);
            let (_, read) = tokio::join!(served, near.read_to_end(&mut answer));
            read.expect("an answer");
            answer
        });
        if answer.is_empty() {
            return;
        }
        assert!(answer.starts_with(b"HTTP/1."), "not HTTP");
        let status = answer.get(9..12).expect("a status");
        assert!(status < b"500".as_slice() || status == b"503" || status == b"505", "{status:?}");
        let head = answer.split(|byte| *byte == b'\n').take_while(|line| line.len() > 1);
        for line in head {
            let line = line.to_ascii_lowercase();
            assert!(!line.starts_with(b"server:") && !line.starts_with(b"date:"));
        }
    });
}

const FORMS: [&str; 12] = [
    "/cart",
    "/cart/change",
    "/checkout",
    "/order/enter",
    "/order/kept",
    "/order/check",
    "/order/claim",
    "/order/leave",
    "/order/cancel",
    "/order/refund",
    "/order/forget",
    "/order/download",
];

/// Sends a form: the first byte says which, the rest is its body.
/// A form that needs a token has one.
pub fn form(bytes: &[u8]) {
    let Some((which, body)) = bytes.split_first() else { return };
    let path = FORMS[usize::from(*which) % FORMS.len()];
    with_web(|web| {
        let token = if path == "/checkout" { &web.checkout_token } else { &web.order_token };
        let mut body = body.to_vec();
        body.extend_from_slice(format!("&token={token}").as_bytes());
        send(web, Method::POST, path, web.cookies.clone(), body);
    });
}

/// Opens pages with a cookie of these bytes.
/// They are taken as they are, or sealed by the shop's own key.
pub fn cookie(bytes: &[u8]) {
    let Some((how, rest)) = bytes.split_first() else { return };
    let name = if how & 1 == 0 { "__Host-cart" } else { "__Host-order" };
    let value = if how & 2 == 0 {
        let text = rest.iter().copied().filter(|byte| (0x21..0x7f).contains(byte) && *byte != b';');
        String::from_utf8(text.collect()).expect("ASCII")
    } else {
        // The key of the test shop.
        CookieKey::from_bytes([7; 32]).seal(name, rest, UnixTime(u64::MAX), &Seeded::new(5))
    };
    with_web(|web| {
        let cookies = BTreeMap::from([(name.to_owned(), value)]);
        for path in ["/cart", "/checkout", "/order"] {
            send(web, Method::GET, path, cookies.clone(), Vec::new());
        }
    });
}

fn send(web: &Web, method: Method, path: &str, cookies: BTreeMap<String, String>, body: Vec<u8>) {
    let answer = web.runtime.block_on(async {
        let mut visitor = Visitor::of(&web.shop);
        visitor.visit = ClientInfo { door: Ingress::Preview, circuit: u64::from(web.inputs) };
        visitor.host = PREVIEW.into();
        visitor.cookies = cookies;
        let request = visitor
            .request(method, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let request = request.body(Body::from(body)).ok()?;
        Some(visitor.send(request).await)
    });
    let Some(answer) = answer else { return };
    let status = answer.status.as_u16();
    assert!(status < 500 || status == 503, "{path}: {status}");
}
