//! What is the same for everyone.

use crate::{refusal::Refusal, shop::ShopWeb};
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
    let found = front.fixed(request.uri().path());
    match (request.method(), found) {
        (&Method::GET | &Method::HEAD, Some(fixed)) => fixed.answer(request.headers()),
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
