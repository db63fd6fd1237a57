//! Bytes sealed under a passphrase.

use shop_core::{
    entropy::Entropy,
    kind::{HasKind, Kind},
};
use zeroize::Zeroizing;

/// Why bytes were not sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseError {
    /// The passphrase does not open it, or it is damaged.
    #[error("the passphrase is wrong, or the file is damaged")]
    Wrong,
}

impl HasKind for PassphraseError {
    fn kind(&self) -> Kind {
        Kind::Denied
    }
}

/// Seals bytes under a passphrase.
///
/// # Errors
/// [`PassphraseError`].
pub fn seal(
    _passphrase: &str,
    _plain: &[u8],
    _entropy: &dyn Entropy,
) -> Result<Vec<u8>, PassphraseError> {
    Err(PassphraseError::Wrong)
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// [`PassphraseError`].
pub fn open(_passphrase: &str, _sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
    Err(PassphraseError::Wrong)
}
