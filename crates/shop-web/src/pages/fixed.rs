//! What is the same for everyone.

use super::see_other;
use crate::{guard, refusal::Refusal, shop::ShopWeb};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use shop_core::kind::Kind;
use std::sync::Arc;

/// What the storefront has at this path.
pub(crate) async fn show(State(shop): State<Arc<ShopWeb>>, request: Request) -> Response {
    let front = shop.front();
    let reader = guard::reader(&shop, request.extensions());
    let path = request.uri().path();
    let found = front.fixed(reader, path, request.uri().query().unwrap_or_default());
    match (request.method(), found) {
        (&Method::GET | &Method::HEAD, Some(fixed)) => fixed.answer(request.headers()),
        // `/fr-CA`, typed by hand: its pages begin with `/fr-CA/`.
        (&Method::GET | &Method::HEAD, None) if !reader.is_own() && path == reader.prefix => {
            see_other(reader, "/", [])
        }
        (&Method::GET | &Method::HEAD | &Method::POST, None) => {
            Refusal::Kind(Kind::NotFound).into_response()
        }
        _ => {
            let mut response = Refusal::Method.into_response();
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET,HEAD"));
            response
        }
    }
}
