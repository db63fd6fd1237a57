//! Opening sealed mail with the seller's secret key: at the seller's desk and in tests, never on
//! the server.

use crate::mail::Letter;
use shop_core::kind::{HasKind, Kind};

/// The seller's secret key.
pub struct SealKey {
    _closed: (),
}

/// Why a mail could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Not an armored secret key block.
    #[error("this is not an armored OpenPGP secret key block")]
    NotAKey,
    /// Not a mail this program sealed.
    #[error("this is not a sealed order")]
    NotSealed,
    /// It is sealed to another key, or damaged.
    #[error("this key does not open it")]
    WrongKey,
}

impl HasKind for OpenError {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

impl SealKey {
    /// Reads an armored secret key block; the passphrase is empty for a key without one.
    ///
    /// # Errors
    /// [`OpenError::NotAKey`].
    pub fn parse(_armored: &str, _passphrase: &str) -> Result<Self, OpenError> {
        Err(OpenError::NotAKey)
    }

    /// Opens a sealed mail.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(&self, _mail: &[u8]) -> Result<Letter, OpenError> {
        Err(OpenError::NotSealed)
    }
}
