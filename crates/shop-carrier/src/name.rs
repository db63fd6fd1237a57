//! Carriers that can be asked.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A carrier, whether or not anybody has a key of its API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CarrierName {
    /// Canada Post.
    CanadaPost,
    /// United States Postal Service.
    Usps,
}

/// A name that is none of [`CarrierName::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no carrier has this name: write canada-post or usps")]
pub struct UnknownCarrier;

impl CarrierName {
    /// All carriers.
    pub const ALL: [Self; 2] = [Self::CanadaPost, Self::Usps];

    /// Returns the short code that goes into the commitment to a parcel. It never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CanadaPost => "cpc",
            Self::Usps => "usps",
        }
    }

    /// Returns the name that is typed, as in `--carrier canada-post`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CanadaPost => "canada-post",
            Self::Usps => "usps",
        }
    }

    /// Returns the name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::CanadaPost => "Canada Post",
            Self::Usps => "USPS",
        }
    }
}

impl FromStr for CarrierName {
    type Err = UnknownCarrier;

    fn from_str(text: &str) -> Result<Self, UnknownCarrier> {
        let is_meant = |name: &Self| text.eq_ignore_ascii_case(name.as_str());
        Self::ALL.into_iter().find(is_meant).ok_or(UnknownCarrier)
    }
}

impl std::fmt::Display for CarrierName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
