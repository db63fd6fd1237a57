//! The key that is the shop's address, in C tor's file format.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use shop_core::{
    entropy::Entropy,
    kind::{HasKind, Kind},
};
use tor_hscrypto::pk::{HsIdKey, HsIdKeypair};
use tor_llcrypto::pk::ed25519::{ExpandedKeypair, Keypair};
use zeroize::Zeroizing;

use super::OnionAddress;

/// First bytes of C tor's file; 32 bytes.
const HEADER: &[u8; 32] = b"== ed25519v1-secret: type0 ==\0\0\0";

/// The identity key of an onion service: the 96 bytes of C tor's `hs_ed25519_secret_key`.
///
/// Wiped when dropped; has no `Debug`. It is `Serialize` (as base64) only because a plan carries it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OnionKey(Zeroizing<[u8; 96]>);

/// Error for bytes that are not an onion key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not the secret key of an onion service: C tor's hs_ed25519_secret_key has 96 bytes \
     and starts with \"== ed25519v1-secret: type0 ==\""
)]
pub struct NotAnOnionKey;

impl HasKind for NotAnOnionKey {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

impl OnionKey {
    /// Generates a new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(seed.as_mut());
        let pair = ExpandedKeypair::from(&Keypair::from_bytes(&seed));
        let mut bytes = Zeroizing::new([0; 96]);
        let (header, secret) = bytes.split_at_mut(HEADER.len());
        header.copy_from_slice(HEADER);
        secret.copy_from_slice(Zeroizing::new(pair.to_secret_key_bytes()).as_ref());
        Self(bytes)
    }

    /// Reads the content of C tor's `hs_ed25519_secret_key`.
    ///
    /// # Errors
    /// It is something else.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotAnOnionKey> {
        let bytes: Zeroizing<[u8; 96]> =
            Zeroizing::new(bytes.try_into().map_err(|_| NotAnOnionKey)?);
        // A secret of zeros makes an address, and anybody can take it.
        let empty = bytes.iter().skip(HEADER.len()).take(32).all(|byte| *byte == 0);
        if !bytes.starts_with(HEADER) || empty {
            return Err(NotAnOnionKey);
        }
        Ok(Self(bytes))
    }

    /// Returns the content of C tor's `hs_ed25519_secret_key`.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 96] {
        &self.0
    }

    /// Returns the address this key makes.
    #[must_use]
    pub fn address(&self) -> OnionAddress {
        OnionAddress::of(HsIdKey::from(&self.pair()).id())
    }

    pub(super) fn pair(&self) -> HsIdKeypair {
        let mut secret = Zeroizing::new([0; 64]);
        secret.copy_from_slice(self.0.split_at(HEADER.len()).1);
        ExpandedKeypair::from_secret_key_bytes(*secret)
            .expect("any 32 bytes are a number to reduce")
            .into()
    }
}

impl TryFrom<String> for OnionKey {
    type Error = NotAnOnionKey;

    fn try_from(text: String) -> Result<Self, NotAnOnionKey> {
        let text = Zeroizing::new(text);
        let bytes = BASE64.decode(text.as_bytes()).map_err(|_| NotAnOnionKey)?;
        Self::parse(&Zeroizing::new(bytes))
    }
}

impl From<OnionKey> for String {
    fn from(key: OnionKey) -> Self {
        BASE64.encode(key.0.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use shop_core::entropy::Seeded;

    use super::*;

    #[test]
    fn a_key_survives_being_written_and_read() {
        let key = OnionKey::generate(&Seeded::new(7));
        let again = OnionKey::parse(key.as_bytes()).unwrap();
        assert_eq!(again.address(), key.address());
        assert_eq!(again.as_bytes(), key.as_bytes());
        let text = serde_json::to_string(&key).unwrap();
        assert_eq!(serde_json::from_str::<OnionKey>(&text).unwrap().address(), key.address());
    }

    #[test]
    fn two_keys_have_two_addresses() {
        let entropy = Seeded::new(7);
        let one = OnionKey::generate(&entropy);
        let other = OnionKey::generate(&entropy);
        assert_ne!(one.address(), other.address());
    }

    #[test]
    fn what_is_not_a_key_file_is_refused() {
        let good = *OnionKey::generate(&Seeded::new(7)).as_bytes();
        let mut public = good;
        public[..32].copy_from_slice(b"== ed25519v1-public: type0 ==\0\0\0");
        let mut zeros = good;
        zeros[32..64].fill(0);
        for bytes in [&[][..], &good[..95], &[&good[..], b"\n"].concat(), &public, &zeros] {
            assert_eq!(OnionKey::parse(bytes).map(drop), Err(NotAnOnionKey));
        }
        assert!(serde_json::from_str::<OnionKey>("\"!\"").is_err());
    }
}
