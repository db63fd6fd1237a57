//! Marks of codes that were given: enough to never give one again, too little to tell which it was.

use crate::aead::{self, Secret};
use shop_core::stock::StockKey;

/// Makes marks. Derived from the bytes [`crate::CookieKey`] is derived from, so that the database
/// alone does not tell which codes of a list are used.
pub struct MarkKey(Secret);

/// Names this derivation; changing it makes codes be given twice.
const SALT: &str = "cryptocart code mark 1";

/// What is kept of a code that was given.
pub type CodeMark = [u8; 16];

impl MarkKey {
    /// From the shop's 32 secret bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(aead::derive(bytes, SALT, &[b"mark"]))
    }

    /// The mark of a code of this thing: the same for the same code.
    #[must_use]
    pub fn mark(&self, key: &StockKey, code: &str) -> CodeMark {
        let label: [&[u8]; 3] = [key.as_str().as_bytes(), b"\n", code.as_bytes()];
        let derived = aead::derive(&*self.0, SALT, &label);
        let (mark, _) = derived.split_first_chunk::<16>().expect("32 bytes begin with 16");
        *mark
    }
}

/// Never the key.
impl std::fmt::Debug for MarkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MarkKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_one_codes_of_one_thing_under_one_key() {
        let (key, gift) = (MarkKey::from_bytes(&[7; 32]), StockKey::product("gift"));
        let mark = key.mark(&gift, "AAA-1");
        assert_eq!(mark, key.mark(&gift, "AAA-1"));
        for other in [
            key.mark(&gift, "AAA-2"),
            key.mark(&StockKey::product("gif"), "tAAA-1"),
            MarkKey::from_bytes(&[8; 32]).mark(&gift, "AAA-1"),
        ] {
            assert_ne!(mark, other);
        }
        assert_eq!(format!("{key:?}"), "MarkKey(..)");
    }

    /// These bytes are stored: if this fails, codes are given twice.
    #[test]
    fn the_derivation_does_not_change() {
        let mark = MarkKey::from_bytes(&[7; 32]).mark(&StockKey::product("gift"), "AAA-1");
        assert_eq!(data_encoding::HEXLOWER.encode(&mark), "d879c127422424023b6dce4de608c9de");
    }
}
