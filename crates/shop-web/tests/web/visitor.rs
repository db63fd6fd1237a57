//! A browser: keeps cookies, sends what browsers send, and finds tokens in forms.

use crate::shop::{PREVIEW, TestShop};
use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use shop_web::{ClientInfo, Ingress};
use std::collections::BTreeMap;
use tower::ServiceExt;

pub(crate) struct Visitor<'a> {
    pub(crate) shop: &'a TestShop,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) visit: ClientInfo,
    pub(crate) host: String,
    /// Prefix of every path this visitor asks for.
    pub(crate) prefix: &'static str,
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("text")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("ASCII"))
    }

    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}", String::from_utf8_lossy(&self.bytes));
        self.header("location").expect("a place to go")
    }

    /// Returns the token of the first form that has one.
    pub(crate) fn token(&self) -> String {
        self.hidden("token")
    }

    /// Returns the value of the first hidden field of this name.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let (_, rest) =
            text.split_once(&format!("name=\"{name}\" value=\"")).expect("a hidden field");
        rest.split('"').next().expect("a value").to_owned()
    }

    #[track_caller]
    pub(crate) fn shows(&self, wanted: &str) {
        // A space that does not break is a space.
        let text = self.text().replace('\u{a0}', " ");
        assert!(text.contains(&wanted.replace('\u{a0}', " ")), "no {wanted:?} in\n{text}");
    }
}

impl<'a> Visitor<'a> {
    pub(crate) fn of(shop: &'a TestShop) -> Self {
        let visit = ClientInfo { door: Ingress::Preview, circuit: 0 };
        Self { shop, cookies: BTreeMap::new(), visit, host: PREVIEW.into(), prefix: "" }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let path = format!("{}{path}", self.prefix);
        let mut request = Request::builder().method(method).uri(path).extension(self.visit);
        request = request.header(header::HOST, &self.host);
        if !self.cookies.is_empty() {
            let all: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request = request.header(header::COOKIE, all.join("; "));
        }
        request
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.shop.router.clone().oneshot(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes().to_vec();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("ASCII");
            let attributes = "Path=/; Secure; HttpOnly; SameSite=Strict";
            assert!(text.ends_with(attributes) && text.starts_with("__Host-"), "{text}");
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                assert!(text.len() < 4_096);
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Answer { status: head.status, headers: head.headers, bytes }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).body(Body::empty()).expect("a request");
        self.send(request).await
    }

    /// Sends a form, from a page of the shop.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.form(path, fields).header("sec-fetch-site", "same-origin");
        let request = request.body(Body::from(encoded(fields))).expect("a request");
        self.send(request).await
    }

    pub(crate) fn form(&self, path: &str, _: &[(&str, &str)]) -> axum::http::request::Builder {
        self.request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    /// Posts and goes where the answer leads.
    pub(crate) async fn follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, fields).await;
        let to = answer.location().strip_prefix(self.prefix).expect("the same language");
        self.get(to).await
    }

    /// Puts a tee in the cart.
    pub(crate) async fn takes_a_tee(&mut self) -> Answer {
        self.follow("/cart", &[("id", "tee"), ("option", "M")]).await
    }

    /// Returns the checkout form, filled in, with a good token.
    pub(crate) async fn filled(&mut self) -> Vec<(&'static str, String)> {
        let token = self.get("/checkout").await.token();
        if self.visit.door != Ingress::Preview {
            // Nobody writes an address faster.
            self.shop.clock.advance(5);
        }
        vec![
            ("token", token),
            ("recipient", "Ada Byron".into()),
            ("street", "12 St James's Sq".into()),
            ("city", "London".into()),
            ("province", "England".into()),
            ("country", "UK".into()),
            ("postcode", "SW1Y 4JH".into()),
            ("note", "Ring <twice>".into()),
        ]
    }

    /// Orders a tee; returns the page that shows the order code.
    pub(crate) async fn orders_a_tee(&mut self) -> Answer {
        self.takes_a_tee().await;
        let filled = self.filled().await;
        let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
        self.follow("/checkout", &fields).await
    }

    /// Orders a tee and writes the order code down; returns the order page, and the order code.
    pub(crate) async fn pays_next(&mut self) -> (Answer, String) {
        let fresh = self.orders_a_tee().await;
        let ticket = ticket(&fresh);
        let page = self.follow("/order/kept", &[("token", &fresh.token())]).await;
        (page, ticket)
    }
}

pub(crate) fn ticket(fresh: &Answer) -> String {
    let text = fresh.text();
    let (_, rest) = text.split_once("copy ticket\">").expect("a ticket");
    rest.split('<').next().expect("a value").to_owned()
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
