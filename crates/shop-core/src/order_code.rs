//! The order code: the order code with which a buyer comes back to an order.

mod check;

use crate::{base32, entropy::Entropy};
use zeroize::{Zeroize, Zeroizing};

/// Characters of an order code without its check characters: 26 x 5 = 130 bits.
const LENGTH: usize = 26;

/// A buyer's order code: 130 random bits.
/// It is written as 26 Crockford base32 characters and two check characters of the same alphabet.
/// Whoever has it can read the order; it is entered by POST and never stands in a URL.
///
/// Codes of earlier builds have one check character, which can be a sign; they stay good. Their length
/// tells them apart, so that no slip in a new code can pass for an old one.
///
/// It lies in one place and is wiped there: a value that is moved would leave a copy wherever it was.
///
/// ```
/// use shop_core::entropy::Seeded;
/// use shop_core::order_code::{OrderCode, OrderCodeError};
///
/// let code = OrderCode::random(&Seeded::new(1)); // a real shop takes the system's randomness
/// let shown = code.reveal();
/// assert_eq!(shown.len(), 34); // seven groups of four, six dashes
///
/// let typed = shown.to_lowercase().replace('-', " ");
/// assert!(OrderCode::parse(&typed) == Ok(code));
/// assert_eq!(OrderCode::parse("K7Q2-9FXD").err(), Some(OrderCodeError::Length(8)));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct OrderCode(Box<[u8; LENGTH]>);

/// Error for typed text that is no order code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderCodeError {
    /// Too few or too many characters.
    #[error("an order code has 28 characters, not {0}")]
    Length(usize),
    /// A character that no order code has.
    #[error("an order code has no character {0:?}")]
    Character(char),
    /// The last characters do not fit the others: something is mistyped.
    #[error("the order code is mistyped")]
    Check,
}

impl OrderCode {
    /// Creates a random order code.
    pub fn random(source: &dyn Entropy) -> Self {
        let mut order_code = Self(Box::default());
        source.fill(&mut *order_code.0);
        order_code.0.iter_mut().for_each(|byte| *byte &= 31);
        order_code
    }

    /// Creates the code of a secret that was derived: the low five bits of its first 26 bytes.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        let mut order_code = Self(Box::default());
        let values = order_code.0.iter_mut().zip(secret);
        values.for_each(|(value, byte)| *value = byte & 31);
        order_code
    }

    /// Reads what a person typed, in any case, with spaces and dashes anywhere.
    /// It takes `O` for `0`, `I` or `L` for `1`.
    ///
    /// # Errors
    /// [`OrderCodeError`], which never repeats the text.
    pub fn parse(typed: &str) -> Result<Self, OrderCodeError> {
        // Room for all of them at once: what grows leaves copies behind.
        let mut characters = Zeroizing::new(Vec::with_capacity(64));
        characters.extend(typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(64));
        let (digits, check) = match characters.split_at_checked(LENGTH) {
            Some(parts) if (1..=2).contains(&parts.1.len()) => parts,
            _ => return Err(OrderCodeError::Length(characters.len())),
        };
        let mut order_code = Self(Box::default());
        for (value, digit) in order_code.0.iter_mut().zip(digits) {
            *value = base32::value(*digit).ok_or(OrderCodeError::Character(*digit))?;
        }
        let fits = match check {
            [former] => check::is_former(&order_code.0, *former),
            today => {
                let value =
                    |typed: &char| base32::value(*typed).ok_or(OrderCodeError::Character(*typed));
                let typed = today.iter().map(value).collect::<Result<Vec<_>, _>>()?;
                typed == check::of(&order_code.0)
            }
        };
        if fits { Ok(order_code) } else { Err(OrderCodeError::Check) }
    }

    /// Returns the five-bit values, from which shop-seal derives keys.
    #[must_use]
    pub fn secret(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// Returns the text to show once: seven groups of four.
    /// In `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`, the last two characters are the check.
    #[must_use]
    pub fn reveal(&self) -> String {
        let mut text = String::with_capacity(LENGTH + 2 + 6);
        let check = check::of(&self.0);
        for (i, value) in self.0.iter().chain(&check).enumerate() {
            if i > 0 && i % 4 == 0 {
                text.push('-');
            }
            text.push(base32::digit(*value));
        }
        text
    }
}

impl Drop for OrderCode {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Text without the secret.
impl std::fmt::Debug for OrderCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OrderCode(..)")
    }
}

#[cfg(test)]
mod tests;
