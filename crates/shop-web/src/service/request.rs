//! Request to a service, after all checks.

use crate::refusal::Refusal;
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use zeroize::Zeroizing;

/// Longest body in bytes: a statement, and some pages of words.
pub(super) const LONGEST_BODY: usize = 256 * 1024;

/// Request to a service.
/// What was sent is wiped when it is dropped, and is not shown by `Debug`.
pub struct ServiceRequest {
    /// True for POST; GET and HEAD change nothing.
    pub is_post: bool,
    /// Path, as it was asked for.
    pub path: String,
    /// Media type of the body, in lower case and without parameters.
    pub media_type: String,
    body: Zeroizing<Vec<u8>>,
}

impl ServiceRequest {
    /// Creates a request, for tests of pages.
    #[must_use]
    pub fn new(is_post: bool, path: &str, media_type: &str, body: Vec<u8>) -> Self {
        Self {
            is_post,
            path: path.to_owned(),
            media_type: media_type.to_owned(),
            body: Zeroizing::new(body),
        }
    }

    /// Reads the body.
    pub(super) async fn read(request: Request<Body>) -> Result<Self, Refusal> {
        let is_post = *request.method() == Method::POST;
        if !is_post && !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Refusal::Method);
        }
        let path = request.uri().path().to_owned();
        let media_type = request.headers().get(header::CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let media_type = media_type.to_ascii_lowercase();
        let body = Limited::new(request.into_body(), LONGEST_BODY).collect().await;
        let body = body.map_err(|error| match error.is::<LengthLimitError>() {
            true => Refusal::TooLarge,
            false => Refusal::BadRequest,
        })?;
        let body = Zeroizing::new(body.to_bytes().to_vec());
        Ok(Self { is_post, path, media_type, body })
    }

    /// Returns what was sent, as it was sent.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns a field of a form; empty if it was not sent.
    #[must_use]
    pub fn field(&self, name: &str) -> Zeroizing<String> {
        let mut fields = form_urlencoded::parse(&self.body);
        let found = fields.find(|(field, _)| field == name);
        Zeroizing::new(found.map(|(_, value)| value.into_owned()).unwrap_or_default())
    }
}
