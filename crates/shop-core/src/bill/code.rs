//! Discount codes that buyers type. They are stored only as a hash.

use crate::entropy::{self, Entropy};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Most characters of a code, when what does not count is dropped.
pub const LONGEST_CODE: usize = 64;
/// A code of fewer characters is found by trying.
const STRONG: usize = 10;
/// Digits and letters that are not taken for each other.
const LETTERS: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that are looked at; who types more has not got it from the seller.
const MOST_TYPED: usize = 256;
/// Normalising settles in two rounds or three.
const ROUNDS: usize = 8;
/// Characters of a random code: 16 of 30 are 78 bits.
const RANDOM: usize = 16;

/// A code as it is compared, without spaces and dashes.
/// Compatible forms are made one (NFKC), and letters upper case.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct DiscountCode(String);

/// A code's salted hash, made by shop-seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiscountCodeHash(pub [u8; 32]);

impl DiscountCode {
    /// Parses a typed code; None if nothing is left of it, or too much.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let mut code: String = typed.chars().take(MOST_TYPED).collect();
        // Until nothing changes: upper case, or a dash that is gone, can make forms that NFKC
        // writes otherwise.
        for _ in 0..ROUNDS {
            let next = Zeroizing::new(normal(&code));
            if *next == code {
                break;
            }
            code.zeroize();
            code.push_str(&next);
        }
        let code = Self(code);
        (1..=LONGEST_CODE).contains(&code.0.chars().count()).then_some(code)
    }

    /// Generates a strong code of 78 random bits.
    pub fn random(source: &dyn Entropy) -> Self {
        let mut code = String::new();
        while code.len() < RANDOM {
            let [byte] = entropy::bytes::<1>(source);
            // 240 is the largest multiple of 30 in a byte: no letter is likelier than another.
            if let Some(letter) =
                LETTERS.get(usize::from(byte) % LETTERS.len()).filter(|_| byte < 240)
            {
                code.push(char::from(*letter));
            }
        }
        Self(code)
    }

    /// Returns the text that is hashed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text to show once, in groups of four.
    #[must_use]
    pub fn reveal(&self) -> String {
        let characters: Vec<char> = self.0.chars().collect();
        let groups: Vec<String> =
            characters.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join("-")
    }

    /// Returns true if trying words and numbers would find the code soon.
    /// A weak code is short, or has letters alone, or digits alone.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        let digits = self.0.chars().filter(char::is_ascii_digit).count();
        let all = self.0.chars().count();
        all < STRONG || digits == 0 || digits == all
    }
}

/// Text without the code.
impl std::fmt::Debug for DiscountCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DiscountCode(..)")
    }
}

impl DiscountCodeHash {
    /// Compares two hashes in a time that does not tell where they differ.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        let differences = self.0.iter().zip(other.0).fold(0, |sum, (a, b)| sum | (a ^ b));
        std::hint::black_box(differences) == 0
    }
}

fn normal(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_uppercase)
        .nfkc()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_dash(*c))
        .collect()
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Seeded;
    use proptest::prelude::*;

    #[test]
    fn what_people_type_differently_is_one_code() {
        let code = DiscountCode::parse("Summer-Sale 26").unwrap();
        for typed in ["summersale26", " SUMMER SALE\t26 ", "ＳＵＭＭＥＲ‐ｓａｌｅ２６"]
        {
            assert!(DiscountCode::parse(typed).unwrap() == code, "{typed}");
        }
        // The macron's compatible form begins with a space; without it, it joins the A.
        let macron = DiscountCode::parse("A\u{af}").unwrap();
        assert!(DiscountCode::parse(macron.as_str()).unwrap() == macron);
        assert!(DiscountCode::parse(" - ").is_none());
        assert!(DiscountCode::parse(&"x".repeat(65)).is_none());
        assert_eq!(format!("{code:?}"), "DiscountCode(..)");
    }

    #[test]
    fn only_the_same_hash_is_the_same() {
        let hash = DiscountCodeHash([7; 32]);
        assert!(hash.same(&DiscountCodeHash([7; 32])));
        for at in 0..32 {
            let mut other = hash;
            other.0[at] ^= 0x80;
            assert!(!hash.same(&other));
            // A second difference of the same kind does not make up for the first.
            other.0[(at + 1) % 32] ^= 0x80;
            assert!(!hash.same(&other));
        }
    }

    #[test]
    fn words_and_numbers_are_weak() {
        for weak in ["SALE10", "SUMMERSALEOFTHEYEAR", "20261224202612"] {
            assert!(DiscountCode::parse(weak).unwrap().is_weak(), "{weak}");
        }
        assert!(DiscountCode::parse("SALE4SALE").unwrap().is_weak(), "nine characters");
        assert!(!DiscountCode::parse("SALE4SALES").unwrap().is_weak(), "ten");
    }

    /// Counts from 0 to 255, over and over.
    struct Counting(std::sync::atomic::AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill_with(|| self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        }
    }

    #[test]
    fn letters_of_a_random_code_are_equally_likely() {
        let bytes = Counting(0.into());
        // 30 codes of 16: each letter twice for each of the eight bytes that mean it.
        let codes: String =
            (0..30).map(|_| DiscountCode::random(&bytes).as_str().to_owned()).collect();
        for letter in LETTERS {
            let count = codes.bytes().filter(|byte| byte == letter).count();
            assert_eq!(count, 16, "{}", char::from(*letter));
        }
    }

    proptest! {
        #[test]
        fn a_random_code_is_strong_and_reads_back(seed in any::<u64>()) {
            let code = DiscountCode::random(&Seeded::new(seed));
            prop_assert_eq!(code.as_str().len(), RANDOM);
            prop_assert!(DiscountCode::parse(&code.reveal().to_lowercase()).unwrap() == code);
        }

        #[test]
        fn any_text_is_answered(typed in any::<String>()) {
            if let Some(code) = DiscountCode::parse(&typed) {
                prop_assert!(DiscountCode::parse(code.as_str()).unwrap() == code);
            }
        }
    }
}
