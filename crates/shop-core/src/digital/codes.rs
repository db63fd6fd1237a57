//! One-off codes: lists of them, and those given to an order.

use crate::{stock::StockKey, text};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Most codes in a list.
pub const MOST_CODES: usize = 20_000;
/// Characters of the longest code.
pub const LONGEST_CODE: usize = 200;

/// Errors of a list of codes. The code itself is in no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeListError {
    /// It cannot be shown as it stands: control or hiding characters, white space that folds.
    #[error("line {0} has characters that cannot be displayed")]
    Unshowable(usize),
    /// Too long a line.
    #[error("line {0} has more than {LONGEST_CODE} characters")]
    TooLong(usize),
    /// A code that would be given twice.
    #[error("line {line} repeats line {first}")]
    Twice {
        /// The later line.
        line: usize,
        /// The earlier one.
        first: usize,
    },
    /// Too many lines.
    #[error("more than {MOST_CODES} codes; put the rest in another product with its own list")]
    TooMany,
}

/// Reads a list's codes, one a line, in the order they are given. Blank lines are left out.
///
/// # Errors
/// [`CodeListError`] names the first line that is wrong, counted from 1.
pub fn code_list(text: &str) -> Result<Vec<&str>, CodeListError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines: HashMap<&str, usize> = HashMap::new();
    let mut codes = Vec::new();
    for (number, code) in
        (1..).zip(text.lines().map(str::trim)).filter(|(_, code)| !code.is_empty())
    {
        if code.chars().count() > LONGEST_CODE {
            return Err(CodeListError::TooLong(number));
        }
        if text::line(code) != code {
            return Err(CodeListError::Unshowable(number));
        }
        if let Some(first) = lines.insert(code, number) {
            return Err(CodeListError::Twice { line: number, first });
        }
        if codes.len() >= MOST_CODES {
            return Err(CodeListError::TooMany);
        }
        codes.push(code);
    }
    Ok(codes)
}

/// The layout of what is sealed.
const VERSION: u8 = 1;

/// Codes that were given to an order.
/// On disk they exist only sealed to its order code; wiped when dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedCodes {
    v: u8,
    /// Stock that the codes are sold from.
    #[serde(rename = "k")]
    pub key: StockKey,
    /// The codes.
    #[serde(rename = "c")]
    pub codes: Vec<String>,
}

impl IssuedCodes {
    /// Collects the codes given for one stock.
    #[must_use]
    pub const fn new(key: StockKey, codes: Vec<String>) -> Self {
        Self { v: VERSION, key, codes }
    }

    /// Returns the bytes to seal; the caller wipes them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads what [`IssuedCodes::to_bytes`] wrote.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|given: &Self| given.v == VERSION)
    }
}

impl Drop for IssuedCodes {
    fn drop(&mut self) {
        self.codes.zeroize();
    }
}

impl ZeroizeOnDrop for IssuedCodes {}

crate::closed_debug!(IssuedCodes);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_list_has_one_code_a_line() {
        let list = "\u{feff}AAA-1\r\n\r\n  BBB-2 \nCCC 3";
        assert_eq!(code_list(list), Ok(vec!["AAA-1", "BBB-2", "CCC 3"]));
        assert_eq!(code_list(" \n"), Ok(vec![]));
    }

    #[test]
    fn code_list_errors_name_the_line_and_not_the_code() {
        let twice = code_list("A\n\nB\nA\n").unwrap_err();
        assert_eq!(twice.to_string(), "line 4 repeats line 1");
        assert_eq!(code_list("A\nB\tC"), Err(CodeListError::Unshowable(2)));
        assert_eq!(code_list("A\u{202e}B"), Err(CodeListError::Unshowable(1)));
        assert_eq!(code_list(&"x".repeat(201)), Err(CodeListError::TooLong(1)));
        let many: String = (0..=MOST_CODES).map(|n| format!("{n}\n")).collect();
        assert_eq!(code_list(&many), Err(CodeListError::TooMany));
    }

    #[test]
    fn what_was_given_reads_back_and_prints_nothing() {
        let given = IssuedCodes::new(StockKey::product("gift"), vec!["AAA-1".into()]);
        assert!(IssuedCodes::from_bytes(&given.to_bytes()).unwrap() == given);
        assert_eq!(format!("{given:?}"), "IssuedCodes(..)");
        // These bytes are stored: they must open for ever.
        assert_eq!(given.to_bytes(), br#"{"v":1,"k":"gift","c":["AAA-1"]}"#);
        assert!(IssuedCodes::from_bytes(br#"{"v":2,"k":"gift","c":[]}"#).is_none());
    }

    proptest! {
        #[test]
        fn any_list_is_read_or_refused(text in any::<String>()) {
            if let Ok(codes) = code_list(&text) {
                prop_assert!(codes.iter().all(|code| !code.is_empty() && text::line(code) == *code));
            }
        }
    }
}
