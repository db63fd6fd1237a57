//! Discount codes as the shop keeps them.

use crate::aead;
use data_encoding::HEXLOWER;
use shop_core::{
    bill::{DiscountCode, DiscountCodeHash},
    entropy::{self, Entropy},
};

/// Salt of one shop's codes, so that two shops' lists cannot be compared.
/// No table of words fits both either. It is no secret: it stands beside the hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeSalt(pub [u8; 16]);

/// Name of this derivation; changing it makes every code that exists a wrong one.
const NAME: &str = "cryptocart discount code 1";

impl CodeSalt {
    /// Creates a random salt.
    pub fn random(source: &dyn Entropy) -> Self {
        Self(entropy::bytes(source))
    }

    /// Returns a code's hash (HKDF-SHA256).
    /// It is quick, because anybody may have codes tried: against who has the list, only a code
    /// that nobody guesses helps.
    #[must_use]
    pub fn hash(&self, code: &DiscountCode) -> DiscountCodeHash {
        DiscountCodeHash(*aead::derive(code.as_str().as_bytes(), NAME, &[&self.0]))
    }

    /// Returns the salt as it stands in a file: 32 hexadecimal digits.
    #[must_use]
    pub fn to_text(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// Reads what [`CodeSalt::to_text`] wrote.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        bytes(text).map(Self)
    }
}

/// Returns a hash as it stands in a file: 64 hexadecimal digits.
#[must_use]
pub fn hash_to_text(hash: &DiscountCodeHash) -> String {
    HEXLOWER.encode(&hash.0)
}

/// Reads what [`hash_to_text`] wrote.
#[must_use]
pub fn hash_from_text(text: &str) -> Option<DiscountCodeHash> {
    bytes(text).map(DiscountCodeHash)
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::entropy::Seeded;

    /// These bytes are stored: if this fails, codes that were given out are wrong ones.
    #[test]
    fn the_hash_does_not_change() {
        let hash = CodeSalt([7; 16]).hash(&DiscountCode::parse("summer sale").unwrap());
        assert_eq!(hash_from_text(&hash_to_text(&hash)), Some(hash));
        assert_eq!(
            hash_to_text(&hash),
            "a5d1a485909896fbb44674ec71277fbfc055dc52d554b3b83169d9082bfb2e66"
        );
    }

    #[test]
    fn salt_and_code_both_count() {
        let dice = Seeded::new(1);
        let one = CodeSalt::random(&dice);
        let two = CodeSalt::random(&dice);
        let a = DiscountCode::parse("AAAA").unwrap();
        let b = DiscountCode::parse("AAAB").unwrap();
        assert_ne!(one.hash(&a), two.hash(&a));
        assert_ne!(one.hash(&a), one.hash(&b));
        assert_eq!(CodeSalt::from_text(&one.to_text()), Some(one));
        assert_eq!(CodeSalt::from_text("00"), None);
        assert_eq!(one.hash(&a), one.hash(&DiscountCode::parse(" a-a aa").unwrap()));
    }
}
