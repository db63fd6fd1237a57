//! What the shop says when it does not do what was asked.
//!
//! Invariant: what a visitor reads depends on the refusal alone, never on the error behind it.

use axum::{
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shop_core::kind::{HasKind, Kind};

/// A request that is not answered. Its page is put in by the guard, which knows the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// By the one table of kinds.
    Kind(Kind),
    /// Not HTTP as we speak it.
    BadRequest,
    /// A method this place does not know.
    Method,
    /// More was sent than any form of ours holds.
    TooLarge,
    /// Longer than any address of ours.
    LongAddress,
    /// More headers than a browser sends.
    LongHead,
    /// A form that is too old, or was not made for this visitor.
    Stale,
    /// Not under one of our names.
    Misdirected,
    /// Through a proxy that reads along.
    Proxy,
    /// This circuit asks too much.
    Crowding,
}

impl Refusal {
    /// Every refusal that has a page in the shop's clothes.
    pub(crate) const DRESSED: [Self; 14] = [
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
    ];

    /// From an error. Only its class is logged, and only where the seller can do something.
    pub(crate) fn from_error<E: HasKind + std::fmt::Display>(error: E) -> Self {
        let kind = error.kind();
        match kind {
            Kind::Bug | Kind::Misconfigured => tracing::error!(%error, "a request failed"),
            Kind::Unavailable => tracing::warn!(%error, "a request failed"),
            _ => {}
        }
        Self::Kind(kind)
    }

    /// The status of the answer.
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
            Self::Crowding => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// What happened, and what to do next.
    pub(crate) const fn words(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Kind(Kind::NotFound) => (
                "There is no such page",
                &[
                    "It may have been renamed, or sold and taken down. Everything we have is in the \
                   list of all products.",
                ],
            ),
            Self::Kind(Kind::BadInput) | Self::BadRequest => (
                "We could not read that",
                &["Something in the request was not as a page of this shop sends it. Please go \
                   back and try again."],
            ),
            Self::Kind(Kind::Expired) => {
                ("Its time is over", &["This is not kept any more. Please start again."])
            }
            Self::Kind(Kind::Unpaid) => {
                ("This waits for a payment", &["Open your order to see what is due."])
            }
            Self::Kind(Kind::Busy) => (
                "The shop is busy",
                &["Too many orders wait for their payment right now. Please try again in an \
                     hour or so. Your cart is kept."],
            ),
            Self::Kind(Kind::Unavailable) => (
                "This does not work right now",
                &[
                    "A part of the shop does not answer. Nothing was lost, and nothing was ordered. \
                   Please try again in some minutes.",
                ],
            ),
            Self::Kind(Kind::Denied) => (
                "This is not allowed",
                &[
                    "The request did not come from a page of this shop, so nothing was done. If you \
                   sent a form here, please use Tor Browser as it comes, and try again.",
                ],
            ),
            Self::Kind(Kind::Misconfigured | Kind::Bug) => (
                "Something went wrong here",
                &["It is our fault, and nothing was ordered. Please try again later."],
            ),
            Self::Method => (
                "This cannot be done here",
                &["The page exists, but not for this kind of request. Please go back and try \
                   again."],
            ),
            Self::TooLarge => (
                "That was too much at once",
                &["The form was longer than the shop takes. Please go back and shorten it."],
            ),
            Self::LongAddress => {
                ("This address is too long", &["No page of this shop has such a long address."])
            }
            Self::LongHead => (
                "The browser sent too much",
                &["There were more headers than this shop reads. Please use Tor Browser as it \
                   comes."],
            ),
            Self::Stale => (
                "This form is too old",
                &["It was open too long, or belongs to a cart or an order that was closed since. \
                   Nothing was done. Please go back, reload the page, and try again."],
            ),
            Self::Misdirected => ("Misdirected", &["This request is for somebody else."]),
            Self::Proxy => (
                "Please use Tor Browser",
                &["You came through a proxy that can read and change everything you do here."],
            ),
            Self::Crowding => {
                ("Slow down, please", &["Too many requests at once. Wait a minute, then reload."])
            }
        }
    }

    /// Where to go from here: address and text.
    pub(crate) const fn ways(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Kind(Kind::Busy | Kind::Unavailable) | Self::Stale => {
                &[("/cart", "Back to the cart"), ("/", "Back to the shop")]
            }
            Self::Kind(Kind::Unpaid) => &[("/order", "Your order")],
            _ => &[("/product", "See all products"), ("/cart", "Your cart")],
        }
    }

    /// The page of a refusal that says nothing about which shop this is: it goes to those who
    /// reached us by a wrong name, or ask too much for us to spend effort on.
    pub(crate) fn bare_page(self) -> String {
        let (heading, sentences) = self.words();
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading}\
             </title></head><body><h1>{heading}</h1><p>{}</p></body></html>\n",
            sentences.join(" ")
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
