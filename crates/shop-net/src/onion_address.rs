//! A version 3 onion address.

use std::{fmt, str::FromStr};

use safelog::DisplayRedacted as _;
use serde::{Deserialize, Serialize};
use tor_hscrypto::pk::{HsId, HsIdKey};

/// A version 3 onion address, small letters, with `.onion`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OnionAddress(String);

/// Error for a text that is not an onion address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a version 3 onion address: 56 letters and digits, then .onion")]
pub struct NotAnOnion;

impl OnionAddress {
    /// Returns the address as it is typed into Tor Browser: 56 characters and `.onion`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn of(id: HsId) -> Self {
        Self(id.display_unredacted().to_string())
    }
}

/// Strict parsing of exactly one service's address.
/// Nothing may stand before it, its checksum must be right, and its key a point of the curve.
/// Capital letters are taken, because DNS names may have them.
impl FromStr for OnionAddress {
    type Err = NotAnOnion;

    fn from_str(text: &str) -> Result<Self, NotAnOnion> {
        let address = text.to_ascii_lowercase();
        let id: HsId = address.parse().map_err(|_| NotAnOnion)?;
        HsIdKey::try_from(id).map_err(|_| NotAnOnion)?;
        // The library reads past what follows the version byte; we do not.
        if Self::of(id).0 == address { Ok(Self(address)) } else { Err(NotAnOnion) }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification (rend-spec-v3, section 6).
    const EXAMPLE: &str = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";

    #[test]
    fn the_specifications_example_is_an_address() {
        let address: OnionAddress = EXAMPLE.parse().unwrap();
        assert_eq!(address.to_string(), EXAMPLE);
        assert_eq!(EXAMPLE.to_uppercase().parse(), Ok(address.clone()));
        assert_eq!(format!("{address:?}"), "OnionAddress(..)");
    }

    #[test]
    fn anything_else_is_not() {
        let bare = EXAMPLE.trim_end_matches(".onion");
        let wrong = [
            String::new(),
            ".onion".into(),
            bare.into(),
            format!("www.{EXAMPLE}"),
            format!("{EXAMPLE}."),
            format!(" {EXAMPLE}"),
            format!("{bare}aaaaaaaa.onion"),
            "expyuzz4wqqyqhjn.onion".into(),
        ];
        for text in wrong {
            assert_eq!(text.parse::<OnionAddress>(), Err(NotAnOnion), "{text}");
        }
    }

    #[test]
    fn one_wrong_character_anywhere_is_noticed() {
        for place in 0..56 {
            let mut text = EXAMPLE.as_bytes().to_vec();
            text[place] = if text[place] == b'a' { b'b' } else { b'a' };
            let text = String::from_utf8(text).unwrap();
            assert_eq!(text.parse::<OnionAddress>(), Err(NotAnOnion), "at {place}");
        }
    }
}
