//! Parcel numbers, checked by their own digits before anybody is asked.

mod check_digit;
mod s10;

use crate::name::CarrierName;
use check_digit::{is_mod10, is_mod10_behind};

/// A parcel number of one carrier, in canonical form: digits and capital letters alone.
///
/// It prints nothing of itself. Seven of a Canada Post number's digits are the sender's account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    carrier: CarrierName,
    text: String,
}

/// Reason why a text is not a parcel number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Nothing was written.
    #[error("the parcel number is empty: copy it from the label or the receipt")]
    Empty,
    /// A sign that no number has.
    #[error("the parcel number has a sign that is no digit and no letter: copy it again")]
    Sign,
    /// A length that no number of this carrier has.
    #[error("{0} has no parcel numbers of this length: copy all of it, and check the carrier")]
    Length(&'static str),
    /// A digit or letter is wrong or missing.
    #[error("a digit of the parcel number is wrong: its check digit does not fit. Copy it again")]
    CheckDigit,
    /// A delivery notice card's number.
    #[error(
        "this is the number of a delivery notice card, which names no parcel for ever: \
         write the tracking number of 16 digits"
    )]
    NoticeCard,
    /// The last two letters are no country.
    #[error("the last two letters of the parcel number are no country: copy it again")]
    Country,
}

/// Digits before a USPS number of 20 digits in its long form.
const SERVICE: &str = "91";
/// Digits of a USPS number in its short form.
const SHORT: usize = 20;

/// More signs than any number has with blanks between all of them.
const LONGEST: usize = 128;

impl Number {
    /// Reads a number as people type or copy it; blanks and dashes do not count.
    ///
    /// # Errors
    /// [`NumberError`].
    pub fn parse(carrier: CarrierName, text: &str) -> Result<Self, NumberError> {
        let text = without_blanks(text)?;
        let text = match carrier {
            CarrierName::CanadaPost => canada_post(&text)?,
            CarrierName::Usps => usps(&text)?,
        };
        Ok(Self { carrier, text })
    }

    /// Returns the carrier.
    #[must_use]
    pub const fn carrier(&self) -> CarrierName {
        self.carrier
    }

    /// Returns the number in canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the longest form of the number: that by which a registry knows its parcel.
    ///
    /// A USPS number of 20 digits whose check digit counts the `91` of the label before it is the same
    /// parcel's as the one of 22 digits with it.
    #[must_use]
    pub fn registry_form(&self) -> String {
        let is_short = self.carrier == CarrierName::Usps
            && self.text.len() == SHORT
            && is_mod10_behind(SERVICE, &self.text);
        if is_short { format!("{SERVICE}{}", self.text) } else { self.text.clone() }
    }

    /// Returns true if both name one parcel, each in its own form.
    #[must_use]
    pub fn is_same_parcel(&self, other: &Self) -> bool {
        self.carrier == other.carrier && self.registry_form() == other.registry_form()
    }

    /// Returns true if the same number may be given to another parcel after a year.
    #[must_use]
    pub fn is_reused(&self) -> bool {
        self.text.len() == s10::LENGTH
    }
}

impl std::fmt::Debug for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Number({}, ..)", self.carrier)
    }
}

fn without_blanks(text: &str) -> Result<String, NumberError> {
    if text.len() > LONGEST {
        return Err(NumberError::Sign);
    }
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '.');
    let text: String = text.chars().filter(|c| !is_blank(*c)).collect();
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(NumberError::Sign);
    }
    Ok(text.to_ascii_uppercase())
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Checks a Canada Post number: 16 digits, 12 digits, or S10.
/// No check digit of the old numbers with 12 digits is known, so none is checked.
fn canada_post(text: &str) -> Result<String, NumberError> {
    const LENGTH: NumberError = NumberError::Length("Canada Post");
    match (text.len(), is_digits(text)) {
        (16, true) if is_mod10(text) => Ok(text.to_owned()),
        (16, true) => Err(NumberError::CheckDigit),
        (12, true) => Ok(text.to_owned()),
        (15, true) => Err(NumberError::NoticeCard),
        (s10::LENGTH, false) => s10::check(text).map(|()| text.to_owned()),
        _ => Err(LENGTH),
    }
}

/// Checks a USPS number: 20, 22 or 26 digits, or S10.
/// A label's bar code has the destination before it, `420` and a ZIP code, which is left out.
fn usps(text: &str) -> Result<String, NumberError> {
    const LENGTH: NumberError = NumberError::Length("USPS");
    if text.len() == s10::LENGTH && !is_digits(text) {
        return s10::check(text).map(|()| text.to_owned());
    }
    if !is_digits(text) {
        return Err(LENGTH);
    }
    // The number alone, or behind `420` and a ZIP code of five or nine digits.
    let ways = [(text.len(), text), behind(text, 8), behind(text, 12)];
    let numbers = ways.into_iter().filter(|(length, _)| matches!(length, 20 | 22 | 26));
    let mut has_length = false;
    for (length, number) in numbers {
        has_length = true;
        let is_modern = number.starts_with('9') && is_mod10(number);
        let is_old = length == SHORT && (is_mod10(number) || is_mod10_behind(SERVICE, number));
        if is_modern || is_old {
            return Ok(number.to_owned());
        }
    }
    Err(if has_length { NumberError::CheckDigit } else { LENGTH })
}

/// Returns the length and text of what follows the first `skip` digits of a routed bar code.
fn behind(text: &str, skip: usize) -> (usize, &str) {
    let rest = text.strip_prefix("420").and_then(|_| text.get(skip..)).unwrap_or_default();
    (rest.len(), rest)
}

#[cfg(test)]
mod tests;
