//! Marks of codes that were given.
//! They tell enough to never give a code again, and too little to tell which it was.

use crate::aead::{self, Secret};

/// Key that makes marks of codes.
/// Derived from the bytes [`crate::CookieKey`] is derived from, so that the database alone does not
/// tell which codes of a list are used.
pub struct FingerprintKey(Secret);

/// Names of the derivations; changing one makes codes be given twice.
const KEY_SALT: &str = "cryptocart code mark 1";
const SALT: &str = "cryptocart code mark 2";

/// Record of a code that was given.
pub type CodeFingerprint = [u8; 16];

impl FingerprintKey {
    /// Derives the key from the shop's 32 secret bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(aead::derive(bytes, KEY_SALT, &[b"mark"]))
    }

    /// Returns the mark of a code: the same for the same code, under whatever name it is sold.
    #[must_use]
    pub fn mark(&self, code: &str) -> CodeFingerprint {
        self.derive(SALT, &[code.as_bytes()])
    }

    fn derive(&self, salt: &str, label: &[&[u8]]) -> CodeFingerprint {
        let derived = aead::derive(&*self.0, salt, label);
        let (mark, _) = derived.split_first_chunk::<16>().expect("32 bytes begin with 16");
        *mark
    }
}

/// Text without the key.
impl std::fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FingerprintKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_one_codes_under_one_key() {
        let key = FingerprintKey::from_bytes(&[7; 32]);
        let mark = key.mark("AAA-1");
        assert_eq!(mark, key.mark("AAA-1"));
        for other in [key.mark("AAA-2"), FingerprintKey::from_bytes(&[8; 32]).mark("AAA-1")] {
            assert_ne!(mark, other);
        }
        assert_eq!(format!("{key:?}"), "FingerprintKey(..)");
    }

    /// These bytes are stored: if this fails, codes are given twice.
    #[test]
    fn the_derivations_do_not_change() {
        let key = FingerprintKey::from_bytes(&[7; 32]);
        let hex = |mark: CodeFingerprint| data_encoding::HEXLOWER.encode(&mark);
        assert_eq!(hex(key.mark("AAA-1")), "b8f35810522f3c8bb9ec53090d7314d9");
    }
}
