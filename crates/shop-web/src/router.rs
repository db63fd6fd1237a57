//! Which request goes where.

use crate::{guard, language, pages, refusal::Refusal, shop::ShopWeb};
use axum::{
    Router, middleware,
    routing::{get, post},
};
use pages::{cart, checkout, fixed, order, receipt, search};
use std::sync::Arc;

/// Every route of the shop, behind the checks that all requests share. What is the same for
/// everyone (the catalogue, pictures, pages, `/pgp.txt`) is found by its path in the storefront.
pub fn router(shop: Arc<ShopWeb>) -> Router {
    // The language is taken off the path before the routes see it, so it stands around a router of
    // its own.
    Router::new()
        .fallback_service(routes(Arc::clone(&shop)))
        .layer(middleware::from_fn_with_state(shop, language::find))
}

fn routes(shop: Arc<ShopWeb>) -> Router {
    Router::new()
        .route("/search", get(search::show))
        .route("/cart", get(cart::show).post(cart::add))
        .route("/cart/change", post(cart::change))
        .route("/cart/currency", post(cart::currency))
        .route("/cart/destination", post(cart::destination))
        .route("/cart/shipping", post(cart::shipping))
        .route("/cart/discount", post(cart::discount))
        .route("/checkout", get(checkout::show).post(checkout::place))
        .route("/order", get(order::show))
        .route("/order/watch", get(order::watch))
        .route("/order/qr.png", get(order::pay::qr))
        .route("/order/enter", get(fixed::show).post(order::ticket::enter))
        .route("/order/kept", post(order::ticket::kept))
        .route("/order/check", post(order::claim::check))
        .route("/order/claim", post(order::claim::claim))
        .route("/order/leave", post(order::ticket::leave))
        .route("/order/cancel", get(order::cancel::show).post(order::cancel::cancel))
        .route("/order/refund", post(order::refund::keep))
        .route("/order/forget", get(order::forget::show).post(order::forget::forget))
        .route("/order/download", post(order::digital::begin))
        .route("/order/file/{line}", get(order::digital::file))
        .route("/order/receipt", get(receipt::show))
        .route("/order/receipt.txt", get(receipt::text))
        .fallback(fixed::show)
        .method_not_allowed_fallback(async || Refusal::Method)
        .layer(middleware::from_fn_with_state(Arc::clone(&shop), guard::guard))
        .with_state(shop)
}
