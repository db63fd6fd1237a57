//! Refusals: what the shop says when it does not do what was asked.
//!
//! Invariant: what a visitor reads depends on the refusal alone, never on the error behind it.

use crate::language::{Language, Sentence, Words};
use axum::{
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shop_core::kind::{HasKind, Kind};

/// A request that is not answered. Its page is put in by the guard, which knows the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// An error of this kind, answered by the one table of kinds.
    Kind(Kind),
    /// A request that is not HTTP as we speak it.
    BadRequest,
    /// A method this place does not know.
    Method,
    /// A body larger than any form of ours.
    TooLarge,
    /// An address longer than any of ours.
    LongAddress,
    /// Headers longer, or more, than a browser sends.
    LongHead,
    /// A form that is too old, or was not made for this visitor.
    Stale,
    /// A host that is not one of our names.
    Misdirected,
    /// A request through a proxy that reads along.
    Proxy,
    /// A circuit that asks too much.
    RateLimited,
    /// The shop takes no orders for now.
    Closed,
    /// The shop takes no orders in this currency for now: it cannot see payments in it.
    Unseen,
    /// The shop has not reached the payment network yet, and takes no orders before.
    ChainUnread,
}

impl Refusal {
    /// Every refusal that has a page in the shop's theme.
    pub(crate) const DRESSED: [Self; 17] = [
        Self::Kind(Kind::BadInput),
        Self::Kind(Kind::NotFound),
        Self::Kind(Kind::Expired),
        Self::Kind(Kind::Unpaid),
        Self::Kind(Kind::Busy),
        Self::Kind(Kind::Unavailable),
        Self::Kind(Kind::Denied),
        Self::Kind(Kind::Misconfigured),
        Self::Kind(Kind::Bug),
        Self::Method,
        Self::TooLarge,
        Self::LongAddress,
        Self::LongHead,
        Self::Stale,
        Self::Closed,
        Self::Unseen,
        Self::ChainUnread,
    ];

    /// Makes a refusal from an error.
    /// Only its class is logged, and only where the seller can do something.
    pub(crate) fn from_error<E: HasKind + std::fmt::Display>(error: E) -> Self {
        let kind = error.kind();
        match kind {
            Kind::Bug | Kind::Misconfigured => tracing::error!(%error, "a request failed"),
            Kind::Unavailable => tracing::warn!(%error, "a request failed"),
            _ => {}
        }
        Self::Kind(kind)
    }

    /// Returns the status of the answer.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Kind(kind) => StatusCode::from_u16(kind.http_status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::LongAddress => StatusCode::URI_TOO_LONG,
            Self::LongHead => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Stale | Self::Proxy => StatusCode::FORBIDDEN,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Closed | Self::Unseen | Self::ChainUnread => StatusCode::SERVICE_UNAVAILABLE,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// Returns what happened, and what to do next.
    pub(crate) const fn words(self) -> (Sentence, Sentence) {
        match self {
            Self::Kind(Kind::NotFound) => {
                (Sentence::new("refused-gone"), Sentence::new("refused-gone-what"))
            }
            Self::Kind(Kind::BadInput) | Self::BadRequest => {
                (Sentence::new("refused-unread"), Sentence::new("refused-unread-what"))
            }
            Self::Kind(Kind::Expired) => {
                (Sentence::new("refused-expired"), Sentence::new("refused-expired-what"))
            }
            Self::Kind(Kind::Unpaid) => {
                (Sentence::new("refused-unpaid"), Sentence::new("refused-unpaid-what"))
            }
            Self::Kind(Kind::Busy) => {
                (Sentence::new("refused-busy"), Sentence::new("refused-busy-what"))
            }
            Self::Kind(Kind::Unavailable) => {
                (Sentence::new("refused-down"), Sentence::new("refused-down-what"))
            }
            Self::Kind(Kind::Denied) => {
                (Sentence::new("refused-denied"), Sentence::new("refused-denied-what"))
            }
            Self::Kind(Kind::Misconfigured | Kind::Bug) => {
                (Sentence::new("refused-bug"), Sentence::new("refused-bug-what"))
            }
            Self::Method => (Sentence::new("refused-method"), Sentence::new("refused-method-what")),
            Self::TooLarge => (Sentence::new("refused-large"), Sentence::new("refused-large-what")),
            Self::LongAddress => {
                (Sentence::new("refused-address"), Sentence::new("refused-address-what"))
            }
            Self::LongHead => (Sentence::new("refused-head"), Sentence::new("refused-head-what")),
            Self::Stale => (Sentence::new("refused-stale"), Sentence::new("refused-stale-what")),
            Self::Misdirected => {
                (Sentence::new("refused-name"), Sentence::new("refused-name-what"))
            }
            Self::Proxy => (Sentence::new("refused-proxy"), Sentence::new("refused-proxy-what")),
            Self::Closed => (Sentence::new("refused-closed"), Sentence::new("refused-closed-what")),
            Self::Unseen => (Sentence::new("refused-unseen"), Sentence::new("refused-unseen-what")),
            Self::ChainUnread => {
                (Sentence::new("refused-unread-chain"), Sentence::new("refused-unread-chain-what"))
            }
            Self::RateLimited => {
                (Sentence::new("refused-crowding"), Sentence::new("refused-crowding-what"))
            }
        }
    }

    /// Returns two ways to go on from here: address and text.
    pub(crate) const fn ways(self) -> [(&'static str, Sentence); 2] {
        match self {
            Self::Kind(Kind::Busy | Kind::Unavailable)
            | Self::Stale
            | Self::Closed
            | Self::Unseen
            | Self::ChainUnread => {
                [("/cart", Sentence::new("back-to-cart")), ("/", Sentence::new("back-to-shop"))]
            }
            Self::Kind(Kind::Unpaid) => {
                [("/order", Sentence::new("your-order")), ("/", Sentence::new("back-to-shop"))]
            }
            _ => [
                ("/product", Sentence::new("see-all-products")),
                ("/cart", Sentence::new("your-cart")),
            ],
        }
    }

    /// Renders the page of a refusal that says nothing about which shop this is.
    /// It goes to those who reached us by a wrong name, or ask too much for us to spend effort on.
    pub(crate) fn bare_page(self, language: Language) -> String {
        // Who came by a wrong name must not learn from `/fr-CA/` in which languages this shop is.
        let language = match self {
            Self::Misdirected | Self::Proxy => Language::English,
            _ => language,
        };
        let (heading, what) = self.words();
        let words = Words::in_language(language);
        let heading = words.say(&heading);
        let what = words.say(&what);
        format!(
            "<!doctype html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\">\
             <title>{heading}</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"></head>\
             <body><main><h1>{heading}</h1><p>{what}</p></main></body></html>\n",
            language.tag(),
            language.direction()
        )
    }
}

impl From<Kind> for Refusal {
    fn from(kind: Kind) -> Self {
        Self::Kind(kind)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self);
        response
    }
}
