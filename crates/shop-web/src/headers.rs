//! The frozen header set: the same on every answer, whatever its status.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// What a page may do beyond the usual, as an extension of its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Leave {
    /// Nothing.
    #[default]
    None,
    /// Offer a file to save (the receipt).
    Downloads,
}

macro_rules! policy {
    ($rest:literal) => {
        HeaderValue::from_static(concat!(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; ",
            "base-uri 'none'; frame-ancestors 'none'; sandbox allow-forms allow-same-origin",
            $rest
        ))
    };
}

/// What never changes.
const ALWAYS: [(HeaderName, HeaderValue); 7] = [
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        HeaderValue::from_static("require-corp"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), display-capture=(), \
             fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), \
             payment=(), publickey-credentials-get=(), usb=()",
        ),
    ),
];

/// For what is named by its own content.
pub(crate) const IMMUTABLE: HeaderValue = HeaderValue::from_static("max-age=31536000, immutable");

/// Puts the frozen set on an answer. An answer that says nothing about caching is not stored.
pub(crate) fn freeze(headers: &mut HeaderMap, leave: Leave) {
    let policy = match leave {
        Leave::None => policy!(""),
        Leave::Downloads => policy!(" allow-downloads"),
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
