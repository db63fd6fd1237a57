//! What is the same for everyone.

use super::written::WrittenStyle;
use crate::{gzip::gzip, headers, negotiate};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use flate2::read::GzDecoder;
use std::io::Read;

/// A ready answer: made once, sent often.
pub(crate) struct Fixed {
    status: StatusCode,
    media_type: HeaderValue,
    immutable: bool,
    /// Another policy than that of all pages.
    policy: Option<HeaderValue>,
    body: Content,
}

/// What is sent.
enum Content {
    /// As it is.
    Plain(Bytes),
    /// Compressed. It is kept in this form alone, because ten thousand pages would not fit in memory
    /// twice, and nearly every browser takes it; for others it is unpacked.
    Gzip(Bytes),
}

impl Fixed {
    /// A page.
    pub(crate) fn page(status: StatusCode, html: String) -> Self {
        Self::compressed(status, "text/html; charset=utf-8", html.into_bytes())
    }

    /// A page in which pictures are written, and perhaps the style sheet.
    pub(crate) fn written_in(html: String, style: Option<&WrittenStyle>) -> Self {
        let policy = headers::written_in(style.map(|style| style.hash.as_str()));
        Self { policy: Some(policy), ..Self::page(StatusCode::OK, html) }
    }

    /// Text that is not a page.
    pub(crate) fn text(text: String) -> Self {
        Self::compressed(StatusCode::OK, "text/plain; charset=utf-8", text.into_bytes())
    }

    /// The style sheet.
    pub(crate) fn style(css: String) -> Self {
        let all = Self::compressed(StatusCode::OK, "text/css; charset=utf-8", css.into_bytes());
        Self { immutable: true, ..all }
    }

    /// A picture, which is compressed as it is.
    pub(crate) fn picture(media_type: &'static str, bytes: Bytes) -> Self {
        Self {
            status: StatusCode::OK,
            media_type: HeaderValue::from_static(media_type),
            immutable: true,
            policy: None,
            body: Content::Plain(bytes),
        }
    }

    fn compressed(status: StatusCode, media_type: &'static str, plain: Vec<u8>) -> Self {
        let body = match gzip(&plain) {
            Some(gzip) => Content::Gzip(gzip.into()),
            None => Content::Plain(plain.into()),
        };
        let media_type = HeaderValue::from_static(media_type);
        Self { status, media_type, immutable: false, policy: None, body }
    }

    /// Whether this is a file that pages bring along, rather than a page.
    pub(crate) const fn is_file(&self) -> bool {
        self.immutable
    }

    /// The answer, in the encoding the browser takes.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Response {
        let (body, gzip) = match &self.body {
            Content::Plain(bytes) => (bytes.clone(), false),
            Content::Gzip(bytes) if negotiate::takes_gzip(request) => (bytes.clone(), true),
            Content::Gzip(bytes) => (unpacked(bytes), false),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let mut headers = headers::frozen(self.media_type.clone(), self.immutable, gzip);
        if let Some(policy) = &self.policy {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        }
        *response.headers_mut() = headers;
        response
    }
}

/// Made by us, so it unpacks.
fn unpacked(gzip: &[u8]) -> Bytes {
    let mut plain = Vec::new();
    drop(GzDecoder::new(gzip).read_to_end(&mut plain));
    plain.into()
}
