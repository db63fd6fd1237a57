//! Reasons why a source told no price.

use crate::price::PriceError;
use shop_http::HttpError;
use std::time::Duration;

/// Reason why a source told no price. It names no pair and repeats no word of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// No stream could be opened.
    #[error("cannot be reached")]
    Unreachable,
    /// No whole answer came in time.
    #[error("did not answer in time, or broke off")]
    NoAnswer,
    /// The source refuses whoever asks. Many refuse exits of Tor.
    #[error("refuses visitors by Tor (HTTP status {0}): use another source if it goes on")]
    Blocked(u16),
    /// The source asks for fewer requests.
    #[error("asks for fewer requests")]
    Throttled {
        /// Time it asks to be left alone, where it says so.
        retry_after: Option<Duration>,
    },
    /// The source answered with another status than 200. Redirects are not followed.
    #[error("answered with HTTP status {0}")]
    Status(u16),
    /// The answer is larger than any honest one.
    #[error("sent an answer that is too large")]
    TooLarge,
    /// The answer is no JSON: a page for people, say.
    #[error("sent something else than prices: a page for people, perhaps")]
    NotJson,
    /// The answer is JSON of another form.
    #[error("sent prices in a form that this program does not know")]
    Malformed,
    /// The source says that it does not do what was asked.
    #[error("refused the request")]
    Refused,
    /// The answer has none of the pairs that were asked for.
    #[error("told no price of what was asked for")]
    OtherPair,
    /// A price is zero.
    #[error("told a price of zero")]
    Zero,
    /// A price is not a price.
    #[error("told a price that cannot be true: {0}")]
    Price(#[from] PriceError),
    /// Offers to buy and to sell are too far apart to have a middle.
    #[error("told offers that are too far apart: hardly anybody trades there")]
    Thin,
}

impl From<HttpError> for SourceError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Unreachable => Self::Unreachable,
            HttpError::Disconnected | HttpError::Timeout => Self::NoAnswer,
            HttpError::TooLarge => Self::TooLarge,
            HttpError::Malformed => Self::NotJson,
        }
    }
}

impl SourceError {
    /// Returns the meaning of an HTTP status other than 200.
    pub(crate) const fn from_status(status: u16, retry_after: Option<Duration>) -> Self {
        match status {
            401 | 403 | 451 => Self::Blocked(status),
            429 => Self::Throttled { retry_after },
            503 if retry_after.is_some() => Self::Throttled { retry_after },
            _ => Self::Status(status),
        }
    }

    /// Returns how long the source asks to be left alone.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after } => *retry_after,
            _ => None,
        }
    }
}
