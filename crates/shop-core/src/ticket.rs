//! The ticket: what a buyer keeps to come back to an order.

use crate::{base32, entropy::Entropy};
use zeroize::{Zeroize, Zeroizing};

/// Characters of a ticket without its check character: 26 x 5 = 130 bits.
const LENGTH: usize = 26;
/// Check symbols for the remainders 32 to 36 (Crockford).
const CHECK: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

/// A buyer's order code: 130 random bits, written as 26 Crockford base32 characters and a check
/// character. Whoever has it can read the order; it is entered by POST and never stands in a URL.
///
/// It lies in one place and is wiped there: a value that is moved would leave a copy wherever it was.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket(Box<[u8; LENGTH]>);

/// Why typed text is no ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// Too few or too many characters.
    #[error("an order code has 27 characters, not {0}")]
    Length(usize),
    /// A character that no ticket has.
    #[error("an order code has no character {0:?}")]
    Character(char),
    /// The last character does not fit the others: something is mistyped.
    #[error("the order code is mistyped")]
    Check,
}

impl Ticket {
    /// A fresh ticket.
    pub fn random(source: &dyn Entropy) -> Self {
        let mut ticket = Self(Box::default());
        source.fill(&mut *ticket.0);
        ticket.0.iter_mut().for_each(|byte| *byte &= 31);
        ticket
    }

    /// Reads what a person typed: any case, with spaces and dashes anywhere, `O` for `0`, `I` or
    /// `L` for `1`.
    ///
    /// # Errors
    /// [`TicketError`], which never repeats the text.
    pub fn parse(typed: &str) -> Result<Self, TicketError> {
        // Room for all of them at once: what grows leaves copies behind.
        let mut characters = Zeroizing::new(Vec::with_capacity(64));
        characters.extend(typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(64));
        let Some((check, digits)) = characters.split_last().filter(|(_, d)| d.len() == LENGTH)
        else {
            return Err(TicketError::Length(characters.len()));
        };
        let mut ticket = Self(Box::default());
        for (value, digit) in ticket.0.iter_mut().zip(digits) {
            *value = base32::value(*digit).ok_or(TicketError::Character(*digit))?;
        }
        let wanted = ticket.check();
        let matches = *check == wanted
            || check.eq_ignore_ascii_case(&wanted)
            || (wanted.is_ascii_alphanumeric()
                && base32::value(*check).is_some_and(|v| base32::digit(v) == wanted));
        if matches { Ok(ticket) } else { Err(TicketError::Check) }
    }

    /// The five-bit values, from which shop-seal derives keys.
    #[must_use]
    pub fn secret(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// The text to show once: groups of five, `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XX`, of which the
    /// last character is the check.
    #[must_use]
    pub fn reveal(&self) -> String {
        let mut text = String::new();
        let digits = self.0.iter().map(|v| base32::digit(*v)).chain([self.check()]);
        for (i, digit) in digits.enumerate() {
            if i > 0 && i % 5 == 0 {
                text.push('-');
            }
            text.push(digit);
        }
        text
    }

    fn check(&self) -> char {
        let remainder = self.0.iter().fold(0u32, |sum, v| (sum * 32 + u32::from(*v)) % 37);
        CHECK.get(remainder as usize).copied().map_or('0', char::from)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Never the secret.
impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Seeded;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_shown_ticket_can_be_typed_back(seed in any::<u64>()) {
            let ticket = Ticket::random(&Seeded::new(seed));
            let shown = ticket.reveal();
            prop_assert_eq!(Ticket::parse(&shown), Ok(ticket.clone()));
            let sloppy = format!("  {} ", shown.to_lowercase().replace('-', " ").replace('0', "o"));
            prop_assert_eq!(Ticket::parse(&sloppy), Ok(ticket));
        }

        #[test]
        fn one_wrong_character_is_noticed(seed in any::<u64>(), at in 0usize..26, by in 1u8..32) {
            let ticket = Ticket::random(&Seeded::new(seed));
            let mut values = *ticket.0;
            values[at] = (values[at] + by) & 31;
            let mut text: String = values.iter().map(|v| base32::digit(*v)).collect();
            text.push(ticket.check());
            prop_assert_eq!(Ticket::parse(&text), Err(TicketError::Check));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,80}") {
            if let Err(error) = Ticket::parse(&text) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let ticket = Ticket::random(&Seeded::new(7));
        assert_eq!(format!("{ticket:?}"), "Ticket(..)");
    }
}
