//! A version 3 onion address.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A version 3 onion address, small letters, with `.onion`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OnionAddress(String);

/// Why a text is not an onion address.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("this is not a version 3 onion address: 56 letters and digits, then .onion")]
pub struct NotAnOnion;

impl OnionAddress {
    /// The address as it is typed into Tor Browser: 56 characters and `.onion`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OnionAddress {
    type Err = NotAnOnion;

    fn from_str(text: &str) -> Result<Self, NotAnOnion> {
        let _ = text;
        todo!()
    }
}

impl TryFrom<String> for OnionAddress {
    type Error = NotAnOnion;

    fn try_from(text: String) -> Result<Self, NotAnOnion> {
        text.parse()
    }
}

impl From<OnionAddress> for String {
    fn from(address: OnionAddress) -> Self {
        address.0
    }
}

impl fmt::Display for OnionAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Hidden: what is printed with `{:?}` ends up in logs.
impl fmt::Debug for OnionAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnionAddress(..)")
    }
}
