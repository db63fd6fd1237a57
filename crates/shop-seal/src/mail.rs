//! Letters to the seller, as sealed mail.

use crate::cert::{SealCert, SealCertError};
use shop_core::{
    entropy::Entropy,
    kind::{HasKind, Kind},
    time::CoarseTime,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A message to the buyer that the seller relays by hand.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Relay {
    /// The buyer's email.
    pub to: String,
    /// What the buyer sees as sender.
    pub from: String,
    /// Its subject, one line.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// What the seller reads.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Letter {
    /// The real subject, one line; outside the seal there is only `...`.
    pub subject: String,
    /// The text.
    pub body: String,
    /// A message to the buyer, enclosed.
    pub relay: Option<Relay>,
}

/// A letter sealed to the seller: a complete mail that says nothing outside its seal.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedMail {
    /// The random Message-ID, with its angle brackets.
    pub message_id: String,
    /// The whole message, lines ending in LF; exactly as long as one of a few sizes.
    pub bytes: Vec<u8>,
}

/// Why a letter could not be sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The certificate cannot be used (any more).
    #[error("the seller's certificate cannot be used: {0}")]
    Cert(#[from] SealCertError),
    /// More text than the largest size takes.
    #[error("the letter is too long to seal")]
    TooLong,
    /// The OpenPGP library refused.
    #[error("sealing failed")]
    Failed,
}

impl HasKind for SealError {
    fn kind(&self) -> Kind {
        match self {
            Self::Cert(error) => error.kind(),
            Self::TooLong => Kind::BadInput,
            Self::Failed => Kind::Bug,
        }
    }
}

/// Seals a letter to the seller.
///
/// # Errors
/// [`SealError`]; nothing has been kept then.
pub fn seal(
    _cert: &SealCert,
    _letter: &Letter,
    _today: CoarseTime,
    _entropy: &dyn Entropy,
) -> Result<SealedMail, SealError> {
    Err(SealError::Failed)
}
