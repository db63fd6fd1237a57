//! The key that is the shop's address, in C tor's file format.

use serde::{Deserialize, Serialize};
use shop_core::entropy::Entropy;
use zeroize::Zeroizing;

use super::OnionAddress;

/// The identity key of an onion service: the 96 bytes of C tor's `hs_ed25519_secret_key`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OnionKey(Zeroizing<[u8; 96]>);

/// Why bytes are not an onion key.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "this is not C tor's hs_ed25519_secret_key: 96 bytes that start with \"== ed25519v1-secret: type0 ==\""
)]
pub struct NotAnOnionKey;

impl OnionKey {
    /// A new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let _ = entropy;
        todo!()
    }

    /// Reads the content of C tor's `hs_ed25519_secret_key`.
    ///
    /// # Errors
    /// It is something else.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotAnOnionKey> {
        let _ = bytes;
        todo!()
    }

    /// The content of C tor's `hs_ed25519_secret_key`.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 96] {
        &self.0
    }

    /// The address this key makes.
    #[must_use]
    pub fn address(&self) -> OnionAddress {
        todo!()
    }
}

impl TryFrom<String> for OnionKey {
    type Error = NotAnOnionKey;

    fn try_from(text: String) -> Result<Self, NotAnOnionKey> {
        let _ = text;
        todo!()
    }
}

impl From<OnionKey> for String {
    fn from(key: OnionKey) -> Self {
        let _ = key;
        todo!()
    }
}
