//! What is the same for everyone.

use crate::{refusal::Refusal, shop::ShopWeb};
use axum::{
    extract::{Request, State},
    http::Method,
    response::{IntoResponse, Response},
};
use shop_core::kind::Kind;
use std::sync::Arc;

/// What the storefront has at this path.
pub(crate) async fn show(State(shop): State<Arc<ShopWeb>>, request: Request) -> Response {
    match shop.front().fixed(request.uri().path()) {
        None => Refusal::Kind(Kind::NotFound).into_response(),
        Some(_) if *request.method() == Method::POST => Refusal::Method.into_response(),
        Some(fixed) => fixed.answer(request.headers()),
    }
}
