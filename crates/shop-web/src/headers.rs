//! The frozen header set: the same on every answer, whatever its status.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use std::sync::LazyLock;

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
    ($style:literal, $pictures:literal, $rest:literal) => {
        concat!(
            "default-src 'none'; style-src 'self'",
            $style,
            "; img-src 'self'",
            $pictures,
            "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; ",
            "sandbox allow-forms allow-same-origin",
            $rest
        )
    };
}

/// The policy of a page in which pictures are written, and perhaps a style sheet, of which this is
/// the hash (CSP 3, 2.3.1).
///
/// *Architecture Invariant:* no such page holds a word of a buyer's.
pub(crate) fn written_in(style: Option<&str>) -> HeaderValue {
    let pictures = HeaderValue::from_static(policy!("", " data:", ""));
    let both = |style| format!(policy!(" 'sha256-{}'", " data:", ""), style);
    style.and_then(|style| both(style).try_into().ok()).unwrap_or(pictures)
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
const IMMUTABLE: HeaderValue = HeaderValue::from_static("max-age=31536000, immutable");

/// What stands on every answer that is the same for everyone, by whether it may be kept and whether
/// it is compressed. Copied whole: to put a dozen headers on each answer takes longer than to send it.
static SETS: LazyLock<[[HeaderMap; 2]; 2]> = LazyLock::new(|| {
    let set = |immutable, gzip| {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        if immutable {
            headers.insert(header::CACHE_CONTROL, IMMUTABLE);
        }
        if gzip {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        freeze(&mut headers, Leave::None);
        headers
    };
    [[set(false, false), set(false, true)], [set(true, false), set(true, true)]]
});

/// The headers of an answer that is the same for everyone, frozen already.
pub(crate) fn frozen(media_type: HeaderValue, immutable: bool, gzip: bool) -> HeaderMap {
    let [[page, packed_page], [file, packed_file]] = &*SETS;
    let mut headers = match (immutable, gzip) {
        (false, false) => page,
        (false, true) => packed_page,
        (true, false) => file,
        (true, true) => packed_file,
    }
    .clone();
    headers.insert(header::CONTENT_TYPE, media_type);
    headers
}

/// Puts the frozen set on an answer, unless it is there. An answer that says nothing about caching is
/// not stored.
pub(crate) fn freeze(headers: &mut HeaderMap, leave: Leave) {
    if headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        return;
    }
    let policy = match leave {
        Leave::None => policy!("", "", ""),
        Leave::Downloads => policy!("", "", " allow-downloads"),
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
