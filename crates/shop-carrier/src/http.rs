//! Requests to a carrier's server, and what its refusals mean.

use crate::{carrier::CarrierError, secret::Secret};
use http_body_util::Full;
use hyper::{
    Method, Request,
    body::Bytes,
    header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, HOST, HeaderName, HeaderValue},
};
use shop_http::{Connection, Dial, Fault, Patience};
use std::{sync::Arc, time::Duration};

/// Server of a carrier's API.
#[derive(Clone)]
pub struct Server {
    /// Dialer of streams to it, TLS included where it is wanted.
    pub dial: Arc<dyn Dial>,
    /// Value of the `Host` header.
    pub host: String,
}

/// An answer of any status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

/// The most that an honest answer about one parcel has.
const MOST: u64 = 1 << 20;

/// A request while it is put together.
#[derive(Clone)]
pub(crate) struct Question {
    method: Method,
    path: String,
    headers: Vec<(HeaderName, Secret)>,
    body: Secret,
}

impl Question {
    pub(crate) fn get(path: String, accept: &str) -> Self {
        let question = Self {
            method: Method::GET,
            path,
            headers: Vec::new(),
            body: Secret::new(String::new()),
        };
        question.header(ACCEPT, accept.to_owned())
    }

    /// A form to be posted.
    pub(crate) fn post(path: String, form: String) -> Self {
        let question =
            Self { method: Method::POST, path, headers: Vec::new(), body: Secret::new(form) };
        let kind = "application/x-www-form-urlencoded".to_owned();
        let json = "application/json".to_owned();
        question.header(hyper::header::CONTENT_TYPE, kind).header(ACCEPT, json)
    }

    pub(crate) fn header(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, Secret::new(value)));
        self
    }

    fn build(&self, host: &str) -> Option<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(&self.path)
            .header(HOST, host)
            .header(ACCEPT_ENCODING, "gzip")
            .header(CONNECTION, "close");
        for (name, value) in &self.headers {
            let mut value = HeaderValue::from_str(value.expose()).ok()?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        request.body(Full::new(Bytes::from(self.body.expose().to_owned()))).ok()
    }
}

impl Server {
    /// Sends one request on a stream of its own.
    pub(crate) async fn ask(&self, question: &Question) -> Result<Answer, CarrierError> {
        // A key with a line break in it, say.
        let request = question.build(&self.host).ok_or(CarrierError::AccountRefused)?;
        let patience = Patience::default();
        let mut connection = Connection::open(&*self.dial, &patience).await?;
        let mut body = Vec::new();
        let mut keep = |bytes: &[u8]| {
            body.extend_from_slice(bytes);
            Ok::<(), CarrierError>(())
        };
        match connection.exchange(request, &patience, MOST, &mut keep).await {
            Ok(()) => Ok(Answer { status: 200, retry_after: None, body }),
            Err(Fault::Unanswered) => Err(CarrierError::NoAnswer),
            Err(Fault::Trouble(error)) => Err(error),
            Err(Fault::Refused(refusal)) => Ok(Answer {
                status: refusal.status,
                retry_after: refusal.retry_after,
                body: refusal.body,
            }),
        }
    }
}

impl Answer {
    /// Returns the meaning of a status other than 200.
    pub(crate) fn refusal(&self) -> CarrierError {
        let retry_after = self.retry_after;
        match self.status {
            401 | 403 => CarrierError::AccountRefused,
            429 => CarrierError::Throttled { retry_after },
            503 if retry_after.is_some() => CarrierError::Throttled { retry_after },
            408 | 500.. => CarrierError::Unavailable(self.status),
            _ => CarrierError::Refused(self.status),
        }
    }
}
