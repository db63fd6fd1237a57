//! Streams sealed to the seller: of any length, through little memory.

use crate::{SealCert, SealCertError, openpgp};
use shop_core::{
    entropy::Entropy,
    kind::{HasKind, Kind},
    time::CoarseTime,
};
use std::io::{self, Read, Write};

/// Errors of sealing a stream. What was written until then is of no use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// The certificate cannot be used (any more).
    #[error("the seller's certificate cannot be used: {0}")]
    Cert(#[from] SealCertError),
    /// Reading the plaintext or writing the message failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The OpenPGP library refused.
    #[error("encryption failed")]
    Failed,
}

impl HasKind for StreamError {
    fn kind(&self) -> Kind {
        match self {
            Self::Cert(error) => error.kind(),
            Self::Io(_) => Kind::Unavailable,
            Self::Failed => Kind::Bug,
        }
    }
}

impl From<pgp::errors::Error> for StreamError {
    fn from(error: pgp::errors::Error) -> Self {
        match error {
            pgp::errors::Error::IO { source, .. } => Self::Io(source),
            _ => Self::Failed,
        }
    }
}

/// Seals a stream to the seller, as one binary OpenPGP message that `gpg --decrypt` opens.
///
/// The message names no recipient and is not padded: its length is that of the plaintext and some
/// bytes more. At most one megabyte of the plaintext is in memory at once.
///
/// # Errors
/// [`StreamError`].
pub fn seal(
    cert: &SealCert,
    plain: impl Read,
    sealed: impl Write,
    today: CoarseTime,
    entropy: &dyn Entropy,
) -> Result<(), StreamError> {
    Ok(openpgp::encrypt_stream(cert.encryption_key(today)?, plain, sealed, entropy)?)
}
