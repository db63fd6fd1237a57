//! Frozen header set: the same on every answer, whatever its status.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Permission of a page beyond the usual, as an extension of its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SandboxPermissions {
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

/// Returns the policy of a page with pictures written into it, and perhaps a style sheet.
/// `style` is the hash of the style sheet (CSP 3, 2.3.1).
///
/// *Architecture Invariant:* no such page holds a word of a buyer's.
pub(crate) fn written_in(style: Option<&str>) -> HeaderValue {
    let pictures = HeaderValue::from_static(policy!("", " data:", ""));
    let both = |style| format!(policy!(" 'sha256-{}'", " data:", ""), style);
    style.and_then(|style| both(style).try_into().ok()).unwrap_or(pictures)
}

/// Headers that never change.
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

/// Cache policy for what is named by its own content.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("max-age=31536000, immutable");

/// Headers of an answer that is the same for everyone, frozen already.
/// They are copied whole: to put a dozen headers on each answer takes longer than to send it.
pub(crate) struct Ready {
    plain: HeaderMap,
    gzip: HeaderMap,
}

/// Headers by media type: those of one type are the same for ten thousand pages.
static READY: Mutex<BTreeMap<(&str, bool), Arc<Ready>>> = Mutex::new(BTreeMap::new());

impl Ready {
    /// Returns those of a media type; `immutable` is for what is named by its own content.
    pub(crate) fn of(media_type: &'static str, immutable: bool) -> Arc<Self> {
        let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Arc::new(Self::make(media_type, immutable.then_some(IMMUTABLE), None));
        Arc::clone(ready.entry((media_type, immutable)).or_insert_with(made))
    }

    /// Returns those of a page with a policy of its own.
    pub(crate) fn with_policy(media_type: &'static str, policy: HeaderValue) -> Arc<Self> {
        Arc::new(Self::make(media_type, None, Some(policy)))
    }

    fn make(
        media_type: &'static str,
        kept: Option<HeaderValue>,
        policy: Option<HeaderValue>,
    ) -> Self {
        let mut plain = HeaderMap::new();
        plain.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        if let Some(kept) = kept {
            plain.insert(header::CACHE_CONTROL, kept);
        }
        freeze(&mut plain, SandboxPermissions::None);
        if let Some(policy) = policy {
            plain.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        let mut gzip = plain.clone();
        gzip.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        Self { plain, gzip }
    }

    /// Copies those of the answer in this encoding.
    pub(crate) fn copied(&self, gzip: bool) -> HeaderMap {
        if gzip { self.gzip.clone() } else { self.plain.clone() }
    }
}

/// Puts the frozen set on an answer, unless it is there.
/// An answer that says nothing about caching is not stored.
pub(crate) fn freeze(headers: &mut HeaderMap, leave: SandboxPermissions) {
    if headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        return;
    }
    let policy = match leave {
        SandboxPermissions::None => policy!("", "", ""),
        SandboxPermissions::Downloads => policy!("", "", " allow-downloads"),
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
