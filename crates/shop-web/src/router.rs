//! Routes of the shop.

use crate::{
    client::ClientInfo,
    guard::{self, RequestInfo},
    language, pages,
    refusal::Refusal,
    shop::ShopWeb,
};
use axum::{
    Router,
    body::Body,
    http::{Method, Request},
    response::Response,
    routing::{get, post},
};
use pages::{cached, cart, checkout, order, receipt, search};
use std::{
    convert::Infallible,
    future::{Ready, ready},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower::Service;

/// The shop as a service; a clone is cheap.
///
/// Pages that are the same for everyone (catalogue, pictures, `/pgp.txt`) are answered at once.
/// Everything else goes through the routes, whose layers cost more than sending such an answer does.
/// The checks are the same for both.
#[derive(Clone)]
pub struct Routes {
    shop: Arc<ShopWeb>,
    routes: Router,
}

/// Prefixes of paths that go through the routes.
/// Nothing below these is the same for everyone, but for pages whose way through the routes nobody
/// will notice.
const ROUTED: [&str; 4] = ["/search", "/cart", "/checkout", "/order"];

/// Builds every route of the shop, behind the checks that all requests share.
pub fn router(shop: Arc<ShopWeb>) -> Routes {
    let routes = routes(Arc::clone(&shop));
    Routes { shop, routes }
}

impl Routes {
    /// Answers somebody who only looks at what is the same for everyone.
    pub(crate) fn at_once<B>(&self, request: &Request<B>, visit: ClientInfo) -> Option<Response> {
        let method = request.method();
        let uri = request.uri();
        if !matches!(*method, Method::GET | Method::HEAD) {
            return None;
        }
        let front = self.shop.front();
        let (reader, rest) = language::read(front.languages(), uri.path());
        let path = if rest.is_empty() { uri.path() } else { rest };
        if ROUTED.iter().any(|routed| path.starts_with(routed)) {
            return None;
        }
        let headers = request.headers();
        let asking = RequestInfo { method, uri, path, headers, visit, reader, front: &front };
        let look = uri.query().unwrap_or_default();
        let answer = || cached::shown(&front, reader, path, look, headers);
        Some(guard::guarded(&self.shop, &asking, answer))
    }

    /// Returns the shop whose routes they are.
    pub(crate) const fn shop(&self) -> &Arc<ShopWeb> {
        &self.shop
    }

    /// Answers through the routes.
    /// The language is taken off the path before checks and routes see it.
    pub(crate) fn routed(&self, mut request: Request<Body>) -> Answering {
        let shop = Arc::clone(&self.shop);
        let mut routes = self.routes.clone();
        Answering::Routed(Box::pin(async move {
            language::find(shop.front().languages(), &mut request);
            let found = async |request| match routes.call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            guard::guard(&shop, request, found).await
        }))
    }
}

impl Service<Request<Body>> for Routes {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Answering {
        match self.at_once(&request, ClientInfo::of(request.extensions())) {
            Some(response) => response.into(),
            None => self.routed(request),
        }
    }
}

/// Answer that is there or on its way.
pub enum Answering {
    /// Answer that is there.
    AtOnce(Ready<Result<Response, Infallible>>),
    /// Answer that comes through the routes.
    Routed(Pin<Box<dyn Future<Output = Response> + Send>>),
}

impl From<Response> for Answering {
    fn from(response: Response) -> Self {
        Self::AtOnce(ready(Ok(response)))
    }
}

impl Future for Answering {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::AtOnce(answer) => Pin::new(answer).poll(cx),
            Self::Routed(answer) => answer.as_mut().poll(cx).map(Ok),
        }
    }
}

fn routes(shop: Arc<ShopWeb>) -> Router {
    Router::new()
        .route("/search", get(search::show))
        .route("/cart", get(cart::show).post(cart::add))
        .route("/cart/change", post(cart::update))
        // Where the forms of a theme's older cart.html lead.
        .route("/cart/currency", post(cart::update))
        .route("/cart/destination", post(cart::update))
        .route("/cart/shipping", post(cart::update))
        .route("/cart/discount", post(cart::update))
        .route("/checkout", get(checkout::show).post(checkout::place))
        .route("/order", get(order::show))
        .route("/order/watch", get(order::watch))
        .route("/order/qr.png", get(order::pay::qr))
        .route("/order/enter", get(cached::show).post(order::code::enter))
        .route("/order/kept", post(order::code::kept))
        .route("/order/check", post(order::claim::check))
        .route("/order/claim", post(order::claim::claim))
        .route("/order/leave", post(order::code::leave))
        .route("/order/cancel", get(order::cancel::show).post(order::cancel::cancel))
        .route("/order/refund", post(order::refund::keep))
        .route("/order/forget", get(order::forget::show).post(order::forget::forget))
        .route("/order/download", post(order::digital::begin))
        .route("/order/file/{line}", get(order::digital::file))
        .route("/order/receipt", get(receipt::show))
        .route("/order/receipt.txt", get(receipt::text))
        .fallback(cached::show)
        .method_not_allowed_fallback(async || Refusal::Method)
        .with_state(shop)
}
