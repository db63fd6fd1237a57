//! The trait that every carrier implements, and what can go wrong.

use crate::{name::CarrierName, number::Number, snapshot::Snapshot};
use shop_http::{BoxFuture, HttpError};
use std::time::Duration;

/// A carrier that can be asked about one parcel at a time.
///
/// Implementors keep to [`Carrier::limits`] themselves: a call waits until it may ask.
pub trait Carrier: Send + Sync {
    /// Returns which carrier it is.
    fn name(&self) -> CarrierName;

    /// Returns how often it may be asked.
    fn limits(&self) -> Limits;

    /// Asks for a parcel. A number the carrier does not know is a snapshot too.
    ///
    /// # Errors
    /// [`CarrierError`]. An error never means that a parcel is not delivered.
    fn fetch<'a>(&'a self, number: &'a Number) -> BoxFuture<'a, Result<Snapshot, CarrierError>>;
}

/// Rate at which a carrier may be asked with one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time between two requests.
    pub spacing: Duration,
    /// Time without any request after the carrier has said that there were too many.
    pub pause: Duration,
}

impl Limits {
    /// Twenty requests a minute, and a minute of pause.
    pub const POSTAL: Self =
        Self { spacing: Duration::from_millis(3_100), pause: Duration::from_secs(60) };

    /// No limit, for a carrier in the same process.
    pub const NONE: Self = Self { spacing: Duration::ZERO, pause: Duration::ZERO };
}

/// Reason why a carrier said nothing about a parcel. It names neither parcel nor key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CarrierError {
    /// A stream to the carrier could not be opened.
    #[error("the carrier cannot be reached: check this server's network")]
    Unreachable,
    /// The carrier did not answer in time, or broke off.
    #[error("the carrier did not answer: it is asked again later")]
    NoAnswer,
    /// The carrier's systems are out of order.
    #[error("the carrier's systems answered with HTTP status {0}: it is asked again later")]
    Unavailable(u16),
    /// The carrier asks for fewer requests.
    #[error("the carrier asks for fewer requests: it is asked again after a pause")]
    Throttled {
        /// Time it asks to be left alone, where it says so.
        retry_after: Option<Duration>,
    },
    /// The carrier refuses the key.
    #[error("the carrier refuses this account: check its API key and its membership")]
    AccountRefused,
    /// The carrier refuses the request for another reason.
    #[error("the carrier refused the request with HTTP status {0}: this program may be too old")]
    Refused(u16),
    /// The answer is larger than any honest one.
    #[error("the carrier's answer is too large to be read")]
    TooLarge,
    /// The answer is not of a form that is known.
    #[error("the carrier's answer cannot be read: this program may be too old")]
    Malformed,
    /// The answer is about another parcel.
    #[error("the carrier answered about another parcel")]
    WrongParcel,
    /// The number belongs to another carrier.
    #[error("the parcel number belongs to another carrier: nobody was asked")]
    OtherCarrier,
}

impl From<HttpError> for CarrierError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Unreachable => Self::Unreachable,
            HttpError::Disconnected | HttpError::Timeout => Self::NoAnswer,
            HttpError::TooLarge => Self::TooLarge,
            HttpError::Malformed => Self::Malformed,
        }
    }
}
