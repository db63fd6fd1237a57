//! Routes of the shop.

use crate::{
    clear_web::ClearWebHeaders,
    client::ClientInfo,
    guard::{self, RequestInfo},
    language,
    limits::Ask,
    pages,
    refusal::Refusal,
    route_table::{self, Route},
    shop::ShopWeb,
    site::{Answering, Site},
};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, Uri},
    response::Response,
    routing::{MethodRouter, get, post},
};
use pages::{cached, cart, checkout, order, receipt, search};
use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};
use tower::Service;

/// The shop as a service; a clone is cheap.
///
/// Pages that are the same for everyone (catalogue, pictures, `/pgp.txt`) are answered at once.
/// Everything else goes through the routes, whose layers cost more than sending such an answer does:
/// `route_table` says what that is.
/// The checks are the same for both.
#[derive(Clone)]
pub struct Routes {
    shop: Arc<ShopWeb>,
    routes: Router,
}

/// Builds every route of the shop, behind the checks that all requests share.
pub fn router(shop: Arc<ShopWeb>) -> Routes {
    let routes = routes(Arc::clone(&shop));
    Routes { shop, routes }
}

impl Site for Routes {
    fn count_connection(&self, visit: ClientInfo) {
        if !self.shop.limits.allow(visit, Ask::Connection, self.shop.clock.uptime()) {
            self.strike(visit);
        }
    }

    fn strike(&self, visit: ClientInfo) {
        self.shop.strikes.strike(visit, self.shop.clock.uptime());
    }

    fn is_out(&self, visit: ClientInfo) -> bool {
        self.shop.strikes.is_blocked(visit, self.shop.clock.uptime())
    }

    /// Answers somebody who only looks at what is the same for everyone.
    fn at_once<B>(&self, request: &Request<B>, visit: ClientInfo) -> Option<Response> {
        let method = request.method();
        let uri = request.uri();
        if !matches!(*method, Method::GET | Method::HEAD) {
            return None;
        }
        let front = self.shop.front();
        let (reader, rest) = language::read(front.languages(), uri.path());
        let path = if rest.is_empty() { uri.path() } else { rest };
        if !route_table::is_shared(path) {
            return None;
        }
        let headers = request.headers();
        let asking = RequestInfo { method, uri, path, headers, visit, reader, front: &front };
        let look = uri.query().unwrap_or_default();
        let answer = || cached::shown(&front, reader, path, look, headers);
        let mut response = guard::guarded(&self.shop, &asking, answer);
        if let Some(more) = self.clear_web_headers(visit, uri, headers) {
            more.put_on(response.headers_mut());
        }
        Some(response)
    }

    /// Answers through the routes.
    /// The language is taken off the path before checks and routes see it.
    fn routed(&self, mut request: Request<Body>) -> Answering {
        let shop = Arc::clone(&self.shop);
        let mut routes = self.routes.clone();
        let visit = ClientInfo::of(request.extensions());
        let more = self.clear_web_headers(visit, request.uri(), request.headers());
        Answering::Routed(Box::pin(async move {
            language::find(shop.front().languages(), &mut request);
            let found = async |request| match routes.call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let mut response = guard::guard(&shop, request, found).await;
            if let Some(more) = more {
                more.put_on(response.headers_mut());
            }
            response
        }))
    }
}

impl Routes {
    fn clear_web_headers(
        &self,
        visit: ClientInfo,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Option<ClearWebHeaders> {
        ClearWebHeaders::for_request(&self.shop.hosts.load(), visit, uri, headers)
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

fn routes(shop: Arc<ShopWeb>) -> Router {
    let all = Route::ALL.iter();
    let all = all.fold(Router::new(), |all, route| all.route(route.path(), handler(*route)));
    all.fallback(cached::show)
        .method_not_allowed_fallback(async || Refusal::Method)
        .with_state(shop)
}

fn handler(route: Route) -> MethodRouter<Arc<ShopWeb>> {
    match route {
        Route::Search => get(search::show),
        Route::Cart => get(cart::show).post(cart::add),
        Route::CartChange => post(cart::update),
        Route::Checkout => get(checkout::show).post(checkout::place),
        Route::Order => get(order::show),
        Route::OrderWatch => get(order::watch),
        Route::OrderQr => get(order::pay::qr),
        Route::OrderEnter => get(cached::show).post(order::code::enter),
        Route::OrderKept => post(order::code::kept),
        Route::OrderStatement => get(order::statement::show).post(order::statement::keep),
        Route::OrderStatementTxt => get(order::statement::text),
        Route::OrderStatementQr => get(order::statement::qr),
        Route::OrderExchange => post(order::exchange::claim),
        Route::OrderRelease => post(order::escrow::release::release),
        Route::OrderCheck => post(order::claim::check),
        Route::OrderClaim => post(order::claim::claim),
        Route::OrderLeave => post(order::code::leave),
        Route::OrderCancel => get(order::cancel::show).post(order::cancel::cancel),
        Route::OrderRefund => post(order::refund::keep),
        Route::OrderForget => get(order::forget::show).post(order::forget::forget),
        Route::OrderDownload => post(order::digital::begin),
        Route::OrderFile => get(order::digital::file),
        Route::OrderReceipt => get(receipt::show),
        Route::OrderReceiptTxt => get(receipt::text),
    }
}
