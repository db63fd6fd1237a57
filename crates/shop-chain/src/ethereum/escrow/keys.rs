//! Secret keys. They sign, are wiped when dropped, and print nothing.

use k256::ecdsa::SigningKey;
use shop_core::{
    closed_debug,
    entropy::{self, Entropy},
    escrow::{Account, Hash, Signature},
};
use zeroize::Zeroizing;

/// A secret key of a chain of Ethereum's kind (secp256k1).
#[derive(Clone)]
pub struct Key(SigningKey);

closed_debug!(Key);

/// Error for bytes or text that are no secret key. Nothing of them is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no secret key: it must be 0x and 64 digits of 0-9, a-f, and not zero")]
pub struct KeyError;

impl Key {
    /// Creates a random key.
    #[must_use]
    pub fn random(source: &dyn Entropy) -> Self {
        loop {
            let bytes = Zeroizing::new(entropy::bytes::<32>(source));
            // One of 2^128 is no key.
            if let Ok(key) = Self::from_bytes(&bytes) {
                return key;
            }
        }
    }

    /// Creates a key from its 32 bytes.
    ///
    /// # Errors
    /// [`KeyError`] if they are zero, or not below the order of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        SigningKey::from_bytes(bytes.into()).map(Self).map_err(|_| KeyError)
    }

    /// Reads a key: `0x` and 64 hexadecimal digits. Blanks around it are left out.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let bytes = Hash::parse(text.trim()).map_err(|_| KeyError)?;
        Self::from_bytes(&Zeroizing::new(bytes.0))
    }

    /// Returns the secret bytes, to be sealed or written to a file that others cannot read.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    /// Returns the secret as text: `0x` and 64 digits.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(Hash(*self.to_bytes()).to_string())
    }

    /// Returns the key's address.
    #[must_use]
    pub fn account(&self) -> Account {
        super::signing::account_of_key(self.0.verifying_key())
    }

    /// Signs a digest. The signature is the same each time (RFC 6979), with the lower s.
    #[must_use]
    pub fn sign(&self, digest: Hash) -> Signature {
        super::signing::sign(&self.0, digest)
    }
}
