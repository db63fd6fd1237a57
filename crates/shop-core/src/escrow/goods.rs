//! Part 2 of a statement: what was ordered and where it goes.

use super::Hash;
use crate::{closed_debug, text};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Goods of an order, its destination, and the two salts that tie them to the terms.
///
/// For the arbiter of a dispute alone. `Terms::order` commits to it: the Keccak-256 hash of the salt,
/// the hash of the destination with the postal salt, and the SHA-256 of the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Goods {
    salt: Hash,
    postal_salt: Hash,
    country: String,
    postal_code: String,
    text: String,
}

closed_debug!(Goods);

/// Reason why there are no such goods. Nothing of them is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GoodsError {
    /// The country is neither empty nor two letters.
    #[error("a country is two letters, such as CA")]
    Country,
    /// The postal code is too long, or has other characters.
    #[error("a postal code is at most 16 letters, digits and dashes")]
    PostalCode,
    /// The text is empty.
    #[error("there is no text of the goods")]
    Empty,
    /// The text is too long.
    #[error("the text of the goods is longer than {} characters", Goods::LONGEST)]
    TooLong,
}

impl Goods {
    /// First words of the line with the buyer's mark, the last one of the text.
    pub const BUYER_MARK: &'static str = "Buyer's mark: ";
    /// Most bytes of the text.
    pub const LONGEST: usize = 16_384;
    /// Most characters of a line of the text, so that no mail program breaks it.
    const LINE: usize = 60;
    /// Most bytes of a postal code.
    const LONGEST_POSTAL_CODE: usize = 16;

    /// Creates them, in the one spelling that is hashed.
    ///
    /// Letters of country and postal code become capitals, and blanks in them go. The text gets lines
    /// of at most 60 characters, single blanks, and no empty line.
    ///
    /// # Errors
    /// [`GoodsError`].
    pub fn new(
        salt: Hash,
        postal_salt: Hash,
        country: &str,
        postal_code: &str,
        goods: &str,
    ) -> Result<Self, GoodsError> {
        let country = compact(country);
        let is_country = country.is_empty()
            || country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        if !is_country {
            return Err(GoodsError::Country);
        }
        let postal_code = compact(postal_code);
        let is_postal_code = postal_code.len() <= Self::LONGEST_POSTAL_CODE
            && postal_code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !is_postal_code {
            return Err(GoodsError::PostalCode);
        }
        if goods.len() > Self::LONGEST {
            return Err(GoodsError::TooLong);
        }
        // Twice: an invisible joiner at a line end is gone when the text is read back.
        let text = wrapped(&wrapped(goods, Self::LINE), Self::LINE);
        match text.len() {
            0 => Err(GoodsError::Empty),
            length if length > Self::LONGEST => Err(GoodsError::TooLong),
            _ => Ok(Self { salt, postal_salt, country, postal_code, text }),
        }
    }

    /// Returns the salt of the order.
    #[must_use]
    pub const fn salt(&self) -> Hash {
        self.salt
    }

    /// Returns the salt of the destination.
    #[must_use]
    pub const fn postal_salt(&self) -> Hash {
        self.postal_salt
    }

    /// Returns the country: two capitals, or nothing.
    #[must_use]
    pub fn country(&self) -> &str {
        &self.country
    }

    /// Returns the postal code: capitals, digits and dashes, or nothing.
    #[must_use]
    pub fn postal_code(&self) -> &str {
        &self.postal_code
    }

    /// Returns the buyer's mark, if the text ends with one. Only the buyer's proof fits it.
    #[must_use]
    pub fn buyer_mark(&self) -> Option<&str> {
        self.text.lines().next_back()?.strip_prefix(Self::BUYER_MARK)
    }

    /// Returns the text of what was ordered, as it is hashed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Zeroize for Goods {
    fn zeroize(&mut self) {
        self.salt.0.zeroize();
        self.postal_salt.0.zeroize();
        self.country.zeroize();
        self.postal_code.zeroize();
        self.text.zeroize();
    }
}

impl Drop for Goods {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl ZeroizeOnDrop for Goods {}

/// Returns capitals without blanks.
fn compact(text: &str) -> String {
    let mut compact = String::with_capacity(text.len());
    compact.extend(text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()));
    compact
}

/// Returns the lines of a text, cleaned and broken at blanks, long words anywhere.
fn wrapped(goods: &str, width: usize) -> String {
    // Twice the length: each character may get a line end, and no buffer may grow and leave a copy.
    let mut out = String::with_capacity(goods.len() * 2 + 1);
    for line in goods.lines() {
        let mut line = text::line(line);
        let mut used = 0;
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if used > 0 && used + 1 + length <= width {
                out.push(' ');
                out.push_str(word);
                used += 1 + length;
                continue;
            }
            used = 0;
            for (n, c) in word.chars().enumerate() {
                if n % width == 0 && !out.is_empty() {
                    out.push('\n');
                    used = 0;
                }
                out.push(c);
                used += 1;
            }
        }
        line.zeroize();
    }
    out
}

#[cfg(test)]
mod tests;
