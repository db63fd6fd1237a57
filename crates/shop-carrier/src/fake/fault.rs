//! Ways in which a carrier fails.

use crate::carrier::CarrierError;
use serde::{Deserialize, Serialize};

/// A way to fail the next request about a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Too many requests were sent, it says.
    Throttled,
    /// The token is not valid any more. A new one is.
    TokenEnded,
    /// The account is refused, with any token.
    AccountRefused,
    /// HTTP status 503.
    Unavailable,
    /// A page of a gateway, for people, with status 200.
    GatewayPage,
    /// Two megabytes.
    Huge,
    /// Ten thousand things inside one another.
    Deep,
    /// A document that unpacks to gigabytes.
    EntityBomb,
    /// Half an answer.
    CutOff,
    /// An answer about another parcel.
    OtherParcel,
    /// Nothing, for ever.
    Silent,
}

impl Fault {
    /// Returns the error that a client must report; none where it can get over it.
    #[must_use]
    pub const fn error(self) -> Option<CarrierError> {
        match self {
            Self::TokenEnded => None,
            Self::Throttled => Some(CarrierError::Throttled { retry_after: None }),
            Self::AccountRefused => Some(CarrierError::AccountRefused),
            Self::Unavailable => Some(CarrierError::Unavailable(503)),
            Self::GatewayPage | Self::Deep | Self::EntityBomb | Self::CutOff => {
                Some(CarrierError::Malformed)
            }
            Self::Huge => Some(CarrierError::TooLarge),
            Self::OtherParcel => Some(CarrierError::WrongParcel),
            Self::Silent => Some(CarrierError::NoAnswer),
        }
    }
}
