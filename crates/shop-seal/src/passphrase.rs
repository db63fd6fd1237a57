//! Bytes sealed under a passphrase, for files a person keeps.

use crate::aead::{self, Secret};
use argon2::{Algorithm, Argon2, Params, Version};
use shop_core::{
    entropy::{self, Entropy},
    kind::{HasKind, Kind},
};
use zeroize::Zeroizing;

/// First bytes of a sealed file, and its layout's version.
/// Then 16 bytes of salt, nonce, ciphertext and tag. The cost belongs to the version, so a file
/// cannot ask for gigabytes.
const MAGIC: &[u8] = b"cryptocart sealed\n";
/// The newest layout: Argon2id with 64 MiB, 3 passes and 1 lane; XChaCha20-Poly1305.
const VERSION: u8 = 1;
/// Memory, in KiB.
const MEMORY: u32 = 64 << 10;
/// Passes over the memory.
const PASSES: u32 = 3;
/// Bytes of salt.
const SALT: usize = 16;

/// Errors of sealing or opening bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseError {
    /// The bytes do not begin as ours do.
    #[error("this file is not encrypted with a passphrase")]
    NotSealed,
    /// A newer program wrote it.
    #[error("this file needs a newer cryptocart (its format is {0})")]
    Newer(u8),
    /// The passphrase does not open it, or it is damaged; the cipher cannot tell.
    #[error("the passphrase is wrong, or the file is damaged")]
    Wrong,
    /// The passphrase cannot be used.
    #[error("a passphrase must not be empty")]
    Empty,
}

impl HasKind for PassphraseError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotSealed | Self::Newer(_) | Self::Empty => Kind::BadInput,
            Self::Wrong => Kind::Denied,
        }
    }
}

/// Seals bytes under a passphrase. Takes 64 MiB and some tenths of a second.
///
/// # Errors
/// [`PassphraseError::Empty`].
pub fn seal(
    passphrase: &str,
    plain: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, PassphraseError> {
    if passphrase.is_empty() {
        return Err(PassphraseError::Empty);
    }
    let salt = entropy::bytes::<SALT>(entropy);
    let header = [MAGIC, &[VERSION], &salt].concat();
    let sealed = aead::seal(&stretch(passphrase, &salt), &header, plain, entropy);
    Ok([header, sealed].concat())
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// [`PassphraseError`].
pub fn open(passphrase: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
    let rest = sealed.strip_prefix(MAGIC).ok_or(PassphraseError::NotSealed)?;
    let (version, rest) = rest.split_first().ok_or(PassphraseError::NotSealed)?;
    if *version != VERSION {
        return Err(PassphraseError::Newer(*version));
    }
    let (salt, rest) = rest.split_first_chunk::<SALT>().ok_or(PassphraseError::NotSealed)?;
    let header = [MAGIC, &[VERSION], salt].concat();
    aead::open(&stretch(passphrase, salt), &header, rest).ok_or(PassphraseError::Wrong)
}

fn stretch(passphrase: &str, salt: &[u8; SALT]) -> Secret {
    let mut key = Secret::default();
    let params = Params::new(MEMORY, PASSES, 1, Some(key.len())).expect("these are in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut *key)
        .expect("salt and length are in range; the length of the passphrase is far under 4 GiB");
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::entropy::Seeded;

    #[test]
    fn the_passphrase_opens_it_and_no_other() {
        let sealed = seal("correct horse", b"secret", &Seeded::new(1)).unwrap();
        assert_eq!(**open("correct horse", &sealed).unwrap(), *b"secret");
        assert_eq!(open("correct horsf", &sealed), Err(PassphraseError::Wrong));
        assert_eq!(seal("", b"secret", &Seeded::new(1)), Err(PassphraseError::Empty));
    }

    #[test]
    fn damage_anywhere_is_noticed() {
        let sealed = seal("correct horse", b"secret", &Seeded::new(1)).unwrap();
        // One place in each part: magic, version, salt, nonce, ciphertext, tag.
        for at in [0, MAGIC.len(), MAGIC.len() + 1, MAGIC.len() + 17, sealed.len() - 17] {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(open("correct horse", &damaged).is_err(), "{at}");
        }
        for length in [0, 5, MAGIC.len(), MAGIC.len() + 1, MAGIC.len() + 10, sealed.len() - 1] {
            assert!(open("correct horse", &sealed[..length]).is_err(), "{length}");
        }
    }

    /// These bytes are stored: if this fails, files that exist cannot be opened.
    #[test]
    fn the_layout_does_not_change() {
        let golden = data_encoding::HEXLOWER.decode(GOLDEN.as_bytes()).unwrap();
        assert_eq!(**open("correct horse", &golden).unwrap(), *b"secret");
        assert_eq!(seal("correct horse", b"secret", &Seeded::new(1)).unwrap(), golden);
    }

    const GOLDEN: &str = "63727970746f63617274207365616c65640a0147abb94d0ec8d0ac56bf7f2d27bcdfa12f1680e379\
         4eaa1933d886e260474755ea444a0901548a5eb121203921f2c4810623a182bc96d11a0a77f08802\
         81";
}
