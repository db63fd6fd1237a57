//! Pages that are the same for everyone.

use super::see_other;
use crate::{guard, language::Reader, refusal::Refusal, shop::ShopWeb, storefront::Storefront};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use shop_core::kind::Kind;
use std::sync::Arc;

/// Answers with what the storefront has at this path.
pub(crate) async fn show(State(shop): State<Arc<ShopWeb>>, request: Request) -> Response {
    let front = shop.front();
    let reader = guard::reader(&front, request.extensions());
    let path = request.uri().path();
    match *request.method() {
        Method::GET | Method::HEAD => {
            let look = request.uri().query().unwrap_or_default();
            shown(&front, reader, path, look, request.headers())
        }
        Method::POST if front.fixed(reader, path, "").is_none() => {
            Refusal::Kind(Kind::NotFound).into_response()
        }
        _ => {
            let mut response = Refusal::Method.into_response();
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET,HEAD"));
            response
        }
    }
}

/// Answers somebody who only looks. `look` is the part behind the question mark.
pub(crate) fn shown(
    front: &Storefront,
    reader: Reader,
    path: &str,
    look: &str,
    headers: &HeaderMap,
) -> Response {
    match front.fixed(reader, path, look) {
        Some(fixed) => fixed.answer(headers),
        // `/fr-CA`, typed by hand: its pages begin with `/fr-CA/`.
        None if !reader.is_own() && path == reader.prefix => see_other(reader, "/", []),
        None => Refusal::Kind(Kind::NotFound).into_response(),
    }
}
