//! The service as a site: checks, limits, headers, and its pages behind them.

use super::{page::Page, request::ServiceRequest};
use crate::{
    client::ClientInfo,
    guard::{self, Head},
    headers::{self, SandboxPermissions},
    hosts::Hosts,
    language::Language,
    limits::{Ask, Limits},
    pages::is_urlencoded,
    payments::BoxFuture,
    refusal::Refusal,
    site::{Answering, Site},
    strikes::Strikes,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header},
    response::Response,
};
use shop_core::{kind::Kind, time::Clock};
use std::sync::Arc;

/// Pages of a service.
pub trait ServicePages: Send + Sync + 'static {
    /// Answers a request that passed the checks.
    fn answer<'a>(&'a self, request: &'a ServiceRequest) -> BoxFuture<'a, ServiceAnswer>;
}

/// Answer of a service.
#[derive(Debug)]
pub enum ServiceAnswer {
    /// Page, with an HTTP status.
    Page(u16, Page),
    /// JSON, with an HTTP status.
    Json(u16, String),
    /// Plain text, shown or saved as it is.
    Text(String),
    /// Somewhere else, to be looked at by GET: what follows a form.
    Go(String),
    /// Nothing is there, or it failed: the page says so by its kind alone.
    Failed(Kind),
}

/// Service that answers visitors. A clone is cheap.
#[derive(Clone)]
pub struct ServiceSite(Arc<Inner>);

struct Inner {
    name: String,
    hosts: Hosts,
    clock: Arc<dyn Clock>,
    limits: Limits,
    strikes: Strikes,
    pages: Box<dyn ServicePages>,
}

impl ServiceSite {
    /// Creates a site. `name` is on each page, `hosts` are the names it answers to.
    pub fn new(
        name: &str,
        hosts: Hosts,
        clock: Arc<dyn Clock>,
        pages: Box<dyn ServicePages>,
    ) -> Self {
        Self(Arc::new(Inner {
            name: name.to_owned(),
            hosts,
            clock,
            limits: Limits::default(),
            strikes: Strikes::default(),
            pages,
        }))
    }
}

impl Site for ServiceSite {
    fn count_connection(&self, visit: ClientInfo) {
        if !self.0.limits.allow(visit, Ask::Connection, self.0.clock.uptime()) {
            self.strike(visit);
        }
    }

    fn strike(&self, visit: ClientInfo) {
        self.0.strikes.strike(visit, self.0.clock.uptime());
    }

    fn is_out(&self, visit: ClientInfo) -> bool {
        self.0.strikes.is_blocked(visit, self.0.clock.uptime())
    }

    fn at_once<B>(&self, _: &Request<B>, _: ClientInfo) -> Option<Response> {
        None
    }

    fn routed(&self, request: Request<Body>) -> Answering {
        let site = self.clone();
        Answering::Routed(Box::pin(async move { site.answer(request).await }))
    }
}

impl ServiceSite {
    async fn answer(&self, request: Request<Body>) -> Response {
        let visit = ClientInfo::of(request.extensions());
        let is_head = *request.method() == Method::HEAD;
        let mut response = match self.page(request, visit).await {
            Ok(response) => response,
            Err(refusal) => {
                if refusal != Refusal::Kind(Kind::Denied) {
                    self.strike(visit);
                }
                guard::bare(refusal, Language::English)
            }
        };
        headers::freeze(response.headers_mut(), SandboxPermissions::None);
        if is_head { guard::without_body(response) } else { response }
    }

    async fn page(&self, request: Request<Body>, visit: ClientInfo) -> Result<Response, Refusal> {
        let head = Head {
            method: request.method(),
            uri: request.uri(),
            path: request.uri().path(),
            headers: request.headers(),
            visit,
        };
        let host = head.check(&self.0.hosts)?;
        let is_file = request.uri().path() == "/service.css";
        let ask = if is_file { Ask::File } else { Ask::Page };
        if !self.0.limits.allow(visit, ask, self.0.clock.uptime()) {
            return Err(Refusal::RateLimited);
        }
        // A program sends JSON. A page of another site cannot, without asking first by OPTIONS, which
        // is refused (Fetch, CORS-safelisted request headers).
        if !is_json(request.headers()) {
            head.check_post(host)?;
            if *request.method() == Method::POST && !is_urlencoded(request.headers()) {
                return Err(Kind::BadInput.into());
            }
        }
        if is_file {
            return Ok(whole(200, "text/css; charset=utf-8", include_str!("service.css").into()));
        }
        let request = ServiceRequest::read(request).await?;
        self.written(self.0.pages.answer(&request).await)
    }

    fn written(&self, answer: ServiceAnswer) -> Result<Response, Refusal> {
        Ok(match answer {
            ServiceAnswer::Page(status, page) => {
                let html = page.render(&self.0.name).ok_or(Refusal::Kind(Kind::Bug))?;
                whole(status, "text/html; charset=utf-8", html)
            }
            ServiceAnswer::Json(status, json) => whole(status, "application/json", json),
            ServiceAnswer::Text(text) => whole(200, "text/plain; charset=utf-8", text),
            ServiceAnswer::Go(path) => {
                let mut response = whole(303, "text/plain; charset=utf-8", String::new());
                let path = HeaderValue::try_from(path).map_err(|_| Refusal::Kind(Kind::Bug))?;
                response.headers_mut().insert(header::LOCATION, path);
                response
            }
            ServiceAnswer::Failed(kind) => guard::bare(Refusal::Kind(kind), Language::English),
        })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let is_one = types.next().is_some_and(|one| one.as_bytes() == b"application/json");
    is_one && types.next().is_none()
}

/// Returns an answer with a body.
fn whole(status: u16, media_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Ingress;
    use http_body_util::BodyExt as _;
    use shop_core::time::{UnixTime, Uptime};

    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> UnixTime {
            UnixTime(1_800_000_000)
        }

        fn uptime(&self) -> Uptime {
            Uptime(9)
        }
    }

    /// Pages that show what was sent.
    struct Mirror;

    impl ServicePages for Mirror {
        fn answer<'a>(&'a self, request: &'a ServiceRequest) -> BoxFuture<'a, ServiceAnswer> {
            Box::pin(async move {
                match request.path.as_str() {
                    "/go" => ServiceAnswer::Go("/there".into()),
                    "/bug" => ServiceAnswer::Failed(Kind::Bug),
                    _ if request.is_post => {
                        let said = request.field("word");
                        ServiceAnswer::Page(200, Page::new("Heard").text(said.as_str()))
                    }
                    _ => ServiceAnswer::Page(200, Page::new("Mirror")),
                }
            })
        }
    }

    fn site() -> ServiceSite {
        let hosts = Hosts { onion: Some("x.onion".into()), ..Hosts::default() };
        ServiceSite::new("mirror", hosts, Arc::new(Stopped), Box::new(Mirror))
    }

    fn request(method: &str, path: &str, body: &str) -> Request<Body> {
        let request = Request::builder().method(method).uri(path).header("host", "x.onion");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let mut request =
            request.header("origin", "http://x.onion").body(Body::from(body.to_owned())).unwrap();
        request.extensions_mut().insert(ClientInfo { door: Ingress::Onion, circuit: 1 });
        request
    }

    async fn body(response: Response) -> String {
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn every_answer_has_the_frozen_headers() {
        let site = site();
        for path in ["/", "/service.css", "/go", "/bug"] {
            let response = site.answer(request("GET", path, "")).await;
            let headers = response.headers();
            let policy = headers.get("content-security-policy").unwrap().to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
            assert_eq!(headers.get("cache-control").unwrap(), "no-store", "{path}");
        }
    }

    #[tokio::test]
    async fn strange_hosts_methods_and_origins_are_refused() {
        let site = site();
        let mut strange = request("GET", "/", "");
        strange.headers_mut().insert("host", HeaderValue::from_static("y.onion"));
        assert_eq!(site.answer(strange).await.status(), 421);
        assert_eq!(site.answer(request("PUT", "/", "")).await.status(), 405);
        let mut foreign = request("POST", "/", "word=1");
        foreign.headers_mut().insert("origin", HeaderValue::from_static("http://y.onion"));
        assert_eq!(site.answer(foreign).await.status(), 403);
        let heard = site.answer(request("POST", "/", "word=a+b%26")).await;
        assert!(body(heard).await.contains("<p>a b&amp;</p>"));
    }

    #[tokio::test]
    async fn programs_need_no_origin_for_json_and_forms_do() {
        let site = site();
        let post = |kind: &'static str| {
            let mut request = request("POST", "/", "word=1");
            request.headers_mut().remove("origin");
            request.headers_mut().insert("content-type", HeaderValue::from_static(kind));
            site.answer(request)
        };
        assert_eq!(post("application/json").await.status(), 200);
        assert_eq!(post("application/x-www-form-urlencoded").await.status(), 403);
        assert_eq!(post("text/plain").await.status(), 403);
    }

    #[tokio::test]
    async fn text_from_a_page_of_its_own_is_no_form() {
        let mut text = request("POST", "/", "word=1");
        text.headers_mut().insert("content-type", HeaderValue::from_static("text/plain"));
        assert_eq!(site().answer(text).await.status(), 422);
    }

    #[tokio::test]
    async fn body_that_is_too_large_is_refused() {
        let large = "a".repeat(super::super::request::LONGEST_BODY + 1);
        assert_eq!(site().answer(request("POST", "/", &large)).await.status(), 413);
    }

    #[tokio::test]
    async fn circuit_that_asks_too_much_is_slowed_and_then_out() {
        let site = site();
        let visit = ClientInfo { door: Ingress::Onion, circuit: 1 };
        let mut slowed = 0;
        for _ in 0..80 {
            slowed += usize::from(site.answer(request("GET", "/", "")).await.status() == 429);
        }
        assert_eq!(slowed, 60);
        assert!(site.is_out(visit));
    }
}
