//! The seller's public certificate.

mod file;
mod read;
mod recipients;

pub use recipients::Recipient;

use crate::openpgp::KeyRef;
use pgp::{composed::SignedPublicKey, types::KeyDetails};
use read::Usable;
use shop_core::{
    kind::{HasKind, Kind},
    time::CoarseTime,
};
use std::sync::Arc;

/// The seller's public OpenPGP certificate, to which every order is sealed. Cheap to clone.
///
/// ```
/// use shop_core::{entropy::Seeded, time::CoarseTime};
/// use shop_seal::{SealCert, SealCertError, keygen};
///
/// let today = CoarseTime::from_hours(498_000);
/// let key = keygen::throw_away("Seller <seller@localhost>", today, &Seeded::new(1))?;
///
/// let cert = SealCert::parse(&key.public_armored)?;
/// assert!(cert.check(today).is_ok());
/// assert_eq!(cert.fingerprint().len(), 40);
///
/// // A secret key never belongs on the server.
/// let refused = SealCert::parse(&key.secret_armored);
/// assert_eq!(refused.err(), Some(SealCertError::SecretKey));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SealCert(Arc<Inner>);

/// Longest file of a certificate that is read, in bytes: signatures of others can be many.
pub const LARGEST_FILE: usize = 1 << 20;

struct Inner {
    cert: SignedPublicKey,
    armored: String,
    /// Its encryption keys, newest first; never empty.
    usable: Vec<Usable>,
}

/// Hours by which the clock that made a key may be ahead of ours.
const AHEAD_HOURS: u64 = 24;

/// Errors of a file as a certificate to seal orders to. The texts are for the seller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealCertError {
    /// Not one public key block.
    #[error("this is not an OpenPGP public key (gpg --armor --output seller.asc --export NAME)")]
    NotACert,
    /// It is larger than [`LARGEST_FILE`].
    #[error(
        "the key is larger than 1 MiB; export it without the signatures of others (gpg --armor \
         --export-options export-minimal --output seller.asc --export NAME)"
    )]
    TooLarge,
    /// A secret key is in it.
    #[error(
        "there is a SECRET key in this file: it must never be on the server. Export the public \
         key alone (gpg --armor --output seller.asc --export NAME), and delete this file"
    )]
    SecretKey,
    /// More than one certificate, so it is not clear who shall read the orders.
    #[error("there is more than one key in this file; export only the seller's")]
    Several,
    /// Not version 4: gpg 2.2 could not read what is sealed to it.
    #[error("only version 4 keys can be used; gpg --quick-gen-key NAME creates one")]
    Version,
    /// Its own signature on itself is missing or wrong.
    #[error("the key has no valid self-signature, or it is damaged")]
    Unsigned,
    /// No encryption key.
    #[error("the key has no encryption subkey; gpg --quick-add-key FINGERPRINT adds one")]
    NoEncryptionKey,
    /// It has one, of a kind that cannot be used or is too weak.
    #[error(
        "this kind of key is not supported: {0}. Use RSA with at least 2048 bits, or Curve25519 \
         (gpg --quick-gen-key NAME creates one)"
    )]
    Unsupported(Unsupported),
    /// Revoked by its owner.
    #[error("the key is revoked")]
    Revoked,
    /// The key has expired.
    #[error("the key has expired; set a new date (gpg --quick-set-expire) and export it again")]
    Expired,
    /// The key is made in the future, by this machine's clock.
    #[error("the key was created after this machine's current time; set the clock")]
    NotYet,
}

/// A kind of key that orders cannot be sealed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsupported {
    /// An elliptic curve that the library cannot compute with, such as brainpool.
    #[error("its elliptic curve (such as brainpool) is not supported")]
    Curve,
    /// RSA of less than 2048 bits.
    #[error("RSA with less than 2048 bits is too weak")]
    ShortRsa,
    /// ElGamal, DSA, or an algorithm that is not known.
    #[error("its algorithm (such as ElGamal) is not supported")]
    Algorithm,
}

impl HasKind for SealCertError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

impl SealCert {
    /// Reads one armored public key block, as [`SealCert::from_file`] does.
    ///
    /// # Errors
    /// [`SealCertError`], which says what is wrong with the text.
    pub fn parse(armored: &str) -> Result<Self, SealCertError> {
        Self::from_file(armored.as_bytes())
    }

    /// Reads the file of one certificate, armored or binary.
    /// [`SealCert::check`] says if it is valid at a given time. Photographs and the signatures of
    /// others are left out.
    ///
    /// # Errors
    /// [`SealCertError`], which says what is wrong with the file.
    pub fn from_file(file: &[u8]) -> Result<Self, SealCertError> {
        let cert = read::cert(&file::packets(file)?)?;
        read::check_signed(&cert)?;
        let cert = read::published(cert);
        let usable = read::usable(&cert)?;
        let armored = cert.to_armored_string(None.into()).map_err(|_| SealCertError::NotACert)?;
        Ok(Self(Arc::new(Inner { cert, armored, usable })))
    }

    /// Checks that an order could be sealed to it at this time.
    ///
    /// # Errors
    /// [`SealCertError::Expired`] or [`SealCertError::NotYet`].
    pub fn check(&self, today: CoarseTime) -> Result<(), SealCertError> {
        if today.plus_hours(AHEAD_HOURS) < self.made() {
            return Err(SealCertError::NotYet);
        }
        self.newest(today).map(|_| ())
    }

    /// Returns the hour in which the newest of its encryption keys was made.
    /// Before it this certificate was not there: a clock that shows an earlier hour is wrong.
    #[must_use]
    pub fn made(&self) -> CoarseTime {
        self.0.usable.first().map_or(CoarseTime::from_hours(0), Usable::made)
    }

    /// Returns the hour in which the last encryption key lapses; none if one of them never does.
    #[must_use]
    pub fn lapses(&self) -> Option<CoarseTime> {
        let lapses = self.0.usable.iter().map(Usable::lapses);
        lapses.collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// Returns the fingerprint, 40 upper-case hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("{:X}", self.0.cert.fingerprint())
    }

    /// Returns the public key block, to show to buyers, without Comment or Version lines.
    #[must_use]
    pub fn armored(&self) -> &str {
        &self.0.armored
    }

    /// Returns true for a throw-away key that a shop made for trying things out.
    /// Its secret half was made on the server, without a passphrase. Copies and renamed folders do
    /// not hide it.
    #[must_use]
    pub fn is_throw_away(&self) -> bool {
        read::is_throw_away(&self.0.cert)
    }

    /// Returns the certificate itself.
    pub(crate) fn cert(&self) -> &SignedPublicKey {
        &self.0.cert
    }

    /// Returns the key to encrypt to at this time: the newest that is valid.
    pub(crate) fn encryption_key(&self, today: CoarseTime) -> Result<KeyRef<'_>, SealCertError> {
        let Inner { cert, .. } = &*self.0;
        let Some(at) = self.newest(today)?.subkey else {
            return Ok(KeyRef::Primary(&cert.primary_key));
        };
        let subkey = cert.public_subkeys.get(at).ok_or(SealCertError::NoEncryptionKey)?;
        Ok(KeyRef::Subkey(&subkey.key))
    }

    /// Returns the newest encryption key that is valid.
    /// The seller makes a fresh encryption subkey every few weeks and deletes the secrets of old
    /// ones, so that old orders cannot be opened by anybody any more. Nor by the seller, so a clock
    /// that is behind must not choose an old one: it is not earlier than the newest was made.
    fn newest(&self, today: CoarseTime) -> Result<&Usable, SealCertError> {
        let today = today.max(self.made());
        let mut why = SealCertError::NoEncryptionKey;
        for usable in &self.0.usable {
            match usable.at(today) {
                Ok(()) => return Ok(usable),
                Err(error) => why = error,
            }
        }
        Err(why)
    }
}

/// The fingerprint alone.
impl std::fmt::Debug for SealCert {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealCert({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests;
