//! Checks that every request goes through, before its page and after it.

use crate::{
    client::ClientInfo,
    csrf, headers,
    headers::SandboxPermissions,
    hosts::Hosts,
    language::{Language, Reader},
    limits::Ask,
    refusal::Refusal,
    shop::ShopWeb,
    storefront::Storefront,
};
use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Uri, header},
    response::{IntoResponse, Response},
};
use shop_core::kind::Kind;

const TOR2WEB: HeaderName = HeaderName::from_static("x-tor2web");
/// Longest address, headers in bytes, and headers in number.
pub(crate) const LONGEST_ADDRESS: usize = 2 * 1024;
const LONGEST_HEAD: usize = 8 * 1024;
const MOST_HEADERS: usize = 40;

/// A request, as the checks see it.
pub(crate) struct RequestInfo<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    /// The path without its language.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) visit: ClientInfo,
    pub(crate) reader: Reader,
    /// Storefront the shop shows.
    pub(crate) front: &'a Storefront,
}

/// Checks a request, lets it through, and freezes the headers of whatever is answered.
pub(crate) async fn guard<F>(
    shop: &ShopWeb,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let is_head = request.method() == Method::HEAD;
    let wanted = request.headers().get(header::ACCEPT_ENCODING).cloned();
    let extensions = request.extensions();
    let front = shop.front();
    let reader = reader(&front, extensions);
    let asking = RequestInfo {
        method: request.method(),
        uri: request.uri(),
        path: request.uri().path(),
        headers: request.headers(),
        visit: ClientInfo::of(extensions),
        reader,
        front: &front,
    };
    let visit = asking.visit;
    let admitted = admit(shop, &asking);
    drop(front);
    let response = match admitted {
        Ok(()) => next(request).await,
        Err(refusal) => refused(shop, visit, refusal),
    };
    finished(shop, response, wanted.as_ref(), reader, is_head)
}

/// Guards what is answered at once, without routes.
pub(crate) fn guarded(
    shop: &ShopWeb,
    asking: &RequestInfo<'_>,
    answer: impl FnOnce() -> Response,
) -> Response {
    let response = match admit(shop, asking) {
        Ok(()) => answer(),
        Err(refusal) => refused(shop, asking.visit, refusal),
    };
    let wanted = asking.headers.get(header::ACCEPT_ENCODING);
    finished(shop, response, wanted, asking.reader, *asking.method == Method::HEAD)
}

/// Answers with a refusal, and counts it against its circuit.
/// The form of another site is not counted: that one is sent by its reader, who does not know.
fn refused(shop: &ShopWeb, visit: ClientInfo, refusal: Refusal) -> Response {
    if refusal != Refusal::Kind(Kind::Denied) {
        shop.strikes.strike(visit, shop.clock.uptime());
    }
    refusal.into_response()
}

fn finished(
    shop: &ShopWeb,
    response: Response,
    wanted: Option<&HeaderValue>,
    reader: Reader,
    is_head: bool,
) -> Response {
    let mut response = dress(shop, response, wanted, reader);
    let leave = response.extensions().get::<SandboxPermissions>().copied().unwrap_or_default();
    headers::freeze(response.headers_mut(), leave);
    if is_head { without_body(response) } else { response }
}

/// Returns the reader, by the language in the request's path.
pub(crate) fn reader(front: &Storefront, extensions: &Extensions) -> Reader {
    extensions.get().copied().unwrap_or_else(|| front.own_reader())
}

/// Checks whether the request may go on.
/// Before the name is known to be ours, no answer shows whose shop this is.
fn admit(shop: &ShopWeb, asking: &RequestInfo<'_>) -> Result<(), Refusal> {
    let RequestInfo { method, uri, path, headers, visit, reader, front } = *asking;
    let head = Head { method, uri, path, headers, visit };
    let hosts = shop.hosts.load();
    let host = head.check(&hosts)?;
    let file = reader.is_own() && front.is_file(path);
    let ask = if file { Ask::File } else { Ask::Page };
    if !shop.limits.allow(visit, ask, shop.clock.uptime()) {
        return Err(Refusal::RateLimited);
    }
    head.check_post(host)
}

/// Head of a request, whoever answers it.
pub(crate) struct Head<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    /// The path without its language.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) visit: ClientInfo,
}

impl<'a> Head<'a> {
    /// Checks the form of the request. Returns the name by which it calls us.
    pub(crate) fn check(&self, hosts: &Hosts) -> Result<&'a str, Refusal> {
        let Self { uri, path, headers, visit, .. } = *self;
        if headers.contains_key(TOR2WEB) {
            return Err(Refusal::Proxy);
        }
        let host = hosts.called(visit.door, uri, headers).ok_or(Refusal::Misdirected)?;
        let length: usize = headers.iter().map(|(n, v)| n.as_str().len() + v.len() + 4).sum();
        if headers.len() > MOST_HEADERS || length > LONGEST_HEAD {
            return Err(Refusal::LongHead);
        }
        let address = path.len() + uri.query().map_or(0, str::len);
        if address > LONGEST_ADDRESS {
            return Err(Refusal::LongAddress);
        }
        Ok(host)
    }

    /// Checks that a POST comes from a page of ours.
    /// No other method than POST changes anything: the router has none.
    pub(crate) fn check_post(&self, host: &str) -> Result<(), Refusal> {
        if *self.method == Method::POST && !csrf::is_own(self.headers, self.visit.door, host) {
            return Err(Kind::Denied.into());
        }
        Ok(())
    }
}

/// Gives a refusal its page.
fn dress(
    shop: &ShopWeb,
    response: Response,
    wanted: Option<&HeaderValue>,
    reader: Reader,
) -> Response {
    let Some(refusal) = response.extensions().get::<Refusal>().copied() else { return response };
    let mut request = HeaderMap::new();
    if let Some(wanted) = wanted {
        request.insert(header::ACCEPT_ENCODING, wanted.clone());
    }
    let mut dressed = match shop.front().refusal(reader, refusal) {
        Some(page) => page.answer(&request),
        None => bare(refusal, reader.language),
    };
    // Cookies that were to be cleared, and the methods that are allowed.
    for name in [header::SET_COOKIE, header::ALLOW] {
        for value in response.headers().get_all(&name) {
            dressed.headers_mut().append(name.clone(), value.clone());
        }
    }
    dressed
}

/// Returns a refusal's page without a word about the shop.
pub(crate) fn bare(refusal: Refusal, language: Language) -> Response {
    let mut response = Response::new(Body::from(refusal.bare_page(language)));
    *response.status_mut() = refusal.status();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response
}

/// Answers HEAD: everything but the body, its length included (RFC 9110, 9.3.2).
pub(crate) fn without_body(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        head.headers.entry(header::CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
    Response::from_parts(head, Body::empty())
}
