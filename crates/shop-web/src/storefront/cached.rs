//! Answer that is the same for everyone.

use super::inline::InlineStyle;
use crate::{
    gzip::gzip,
    headers::{self, Ready},
    negotiate,
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use flate2::read::GzDecoder;
use std::{io::Read, sync::Arc};

/// A ready answer: made once, sent often.
pub(crate) struct CachedResponse {
    status: StatusCode,
    /// True if it is a file that pages bring along, named by its own content.
    file: bool,
    headers: Arc<Ready>,
    body: Content,
}

/// Body of the answer.
enum Content {
    /// Bytes as they are.
    Plain(Bytes),
    /// Compressed bytes.
    /// They are kept in this form alone, because ten thousand pages would not fit in memory twice,
    /// and nearly every browser takes it; for others it is unpacked.
    Gzip(Bytes),
}

/// Media type of pages.
const HTML: &str = "text/html; charset=utf-8";

impl CachedResponse {
    /// Makes a page.
    pub(crate) fn page(status: StatusCode, html: String) -> Self {
        Self { status, ..Self::compressed(Ready::of(HTML, false), html) }
    }

    /// Makes a page in which pictures are written, and perhaps the style sheet.
    pub(crate) fn written_in(html: String, style: Option<&InlineStyle>) -> Self {
        let policy = headers::written_in(style.map(|style| style.hash.as_str()));
        Self::compressed(Ready::with_policy(HTML, policy), html)
    }

    /// Makes a text that is not a page.
    pub(crate) fn text(text: String) -> Self {
        Self::compressed(Ready::of("text/plain; charset=utf-8", false), text)
    }

    /// Makes the style sheet.
    pub(crate) fn style(css: String) -> Self {
        Self { file: true, ..Self::compressed(Ready::of("text/css; charset=utf-8", true), css) }
    }

    /// Makes a picture, which is compressed as it is.
    pub(crate) fn picture(media_type: &'static str, bytes: Bytes) -> Self {
        let headers = Ready::of(media_type, true);
        let body = Content::Plain(bytes);
        Self { status: StatusCode::OK, file: true, headers, body }
    }

    fn compressed(headers: Arc<Ready>, plain: String) -> Self {
        let body = match gzip(plain.as_bytes()) {
            Some(gzip) => Content::Gzip(gzip.into()),
            None => Content::Plain(plain.into()),
        };
        Self { status: StatusCode::OK, file: false, headers, body }
    }

    /// Returns true if this is a file that pages bring along, rather than a page.
    pub(crate) const fn is_file(&self) -> bool {
        self.file
    }

    /// Returns the answer, in the encoding the browser takes.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Response {
        let (body, gzip) = match &self.body {
            Content::Plain(bytes) => (bytes.clone(), false),
            Content::Gzip(bytes) if negotiate::takes_gzip(request) => (bytes.clone(), true),
            Content::Gzip(bytes) => (unpacked(bytes), false),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.copied(gzip);
        response
    }
}

/// Unpacks a body that was made by us, so it unpacks.
fn unpacked(gzip: &[u8]) -> Bytes {
    let mut plain = Vec::new();
    drop(GzDecoder::new(gzip).read_to_end(&mut plain));
    plain.into()
}
