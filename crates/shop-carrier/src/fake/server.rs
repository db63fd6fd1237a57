//! The fake carrier's HTTP server, on streams that are passed in.

use super::{
    FakePost, KEY_ID, KEY_SECRET, control,
    fault::Fault,
    post::Fate,
    render::{self, Dialect, Reply},
};
use crate::canada_post;
use data_encoding::BASE64;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    HeaderMap, Method, Request, Response,
    body::{Bytes, Incoming},
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use shop_http::Stream;
use std::convert::Infallible;

/// The most of a request's body that is read.
const MOST: usize = 1 << 20;

impl FakePost {
    /// Answers the requests of one stream, until it ends.
    pub async fn serve(&self, stream: impl Stream + 'static) {
        let service = service_fn(|request| self.respond(request));
        // A client that goes away is no fault of the server.
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }

    async fn respond(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        self.count_request();
        let (head, body) = request.into_parts();
        let body = Limited::new(body, MOST).collect().await;
        let body = body.map(|body| body.to_bytes()).unwrap_or_default();
        let path = head.uri.path();
        let reply = if let Some(rest) = path.strip_prefix("/fake/") {
            control::reply(self, &head.method, rest, &body)
        } else if head.method == Method::POST {
            Some(self.token_reply(path, &head.headers, &body))
        } else {
            self.parcel_reply(path, &head.headers)
        };
        let Some(reply) = reply else { return std::future::pending().await };
        let response = Response::builder()
            .status(reply.status)
            .header(CONTENT_TYPE, reply.media_type)
            .body(Full::new(Bytes::from(reply.body)));
        Ok(response.unwrap_or_default())
    }

    fn token_reply(&self, path: &str, headers: &HeaderMap, body: &[u8]) -> Reply {
        let has = |name: &str, value: &str| {
            headers.get(name).is_some_and(|found| found.as_bytes() == value.as_bytes())
        };
        let by_header = has("x-ibm-client-id", KEY_ID) && has("x-ibm-client-secret", KEY_SECRET);
        let form = String::from_utf8_lossy(body);
        let pairs = [format!("client_id={KEY_ID}"), format!("client_secret={KEY_SECRET}")];
        let by_form = pairs.iter().all(|pair| form.split('&').any(|part| part == pair));
        let is_known = match path {
            _ if path == canada_post::Paths::default().token => by_header,
            _ if path == crate::usps::Paths::default().token => by_form,
            _ => return render::gateway(404, "Not Found"),
        };
        let token = self.token().filter(|_| is_known);
        let Some(token) = token else { return render::gateway(401, "invalid_client") };
        let body = serde_json::json!({
            "access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": "merchant",
        });
        Reply { status: 200, media_type: "application/json", body: body.to_string() }
    }

    /// Answers about a parcel; none for silence.
    fn parcel_reply(&self, path: &str, headers: &HeaderMap) -> Option<Reply> {
        let Some((dialect, number)) = dialect_and_number(path) else {
            return Some(render::gateway(404, "Not Found"));
        };
        if let Some(refused) = self.refuse_key(dialect, headers) {
            return Some(refused);
        }
        match self.fate(number) {
            Fate::Fault(fault) => render::fault(dialect, fault),
            Fate::Parcel(parcel) => {
                Some(render::parcel(dialect, number, parcel.as_ref(), self.now()))
            }
        }
    }

    fn refuse_key(&self, dialect: Dialect, headers: &HeaderMap) -> Option<Reply> {
        let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let wanted = match dialect {
            Dialect::CanadaPostXml => {
                let media = headers.get(ACCEPT).map(|value| value.as_bytes());
                if media != Some(b"application/vnd.cpc.track-v2+xml") {
                    return Some(render::messages(406, "Client", "Not acceptable"));
                }
                let key = BASE64.encode(format!("{KEY_ID}:{KEY_SECRET}").as_bytes());
                self.is_open().then(|| format!("Basic {key}"))
            }
            _ => self.token().map(|token| format!("Bearer {token}")),
        };
        let is_known = wanted.is_some() && given == wanted.as_deref();
        if is_known { None } else { render::fault(dialect, Fault::AccountRefused) }
    }
}

/// Returns whose API a path belongs to, and the parcel it names.
fn dialect_and_number(path: &str) -> Option<(Dialect, &str)> {
    let tracking = canada_post::Paths::default().tracking;
    let json = path.strip_prefix(&format!("{tracking}/pins/"));
    if let Some(number) = json.and_then(|rest| rest.strip_suffix("/details")) {
        return Some((Dialect::CanadaPostJson, number));
    }
    let xml = path.strip_prefix(canada_post::XML_PATH).and_then(|rest| rest.strip_prefix("/pin/"));
    if let Some(number) = xml.and_then(|rest| rest.strip_suffix("/detail")) {
        return Some((Dialect::CanadaPostXml, number));
    }
    let usps = path.strip_prefix(&crate::usps::Paths::default().tracking)?;
    Some((Dialect::Usps, usps.strip_prefix('/')?))
}
