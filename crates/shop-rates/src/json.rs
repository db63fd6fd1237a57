//! JSON whose numbers keep their text, so that no price goes through a float.

use crate::source_error::SourceError;
use std::collections::BTreeMap;

/// A value of JSON (RFC 8259). A name that comes twice in an object is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// `null`, `true` or `false`.
    Word,
    /// A number as it is written.
    Number(&'a str),
    Text(String),
    List(Vec<Self>),
    Object(BTreeMap<String, Self>),
}

/// Greatest depth of an answer.
const DEPTH: usize = 8;

impl<'a> Value<'a> {
    /// Parses a whole document.
    ///
    /// # Errors
    /// [`SourceError::NotJson`].
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, SourceError> {
        let text = std::str::from_utf8(bytes).map_err(|_| SourceError::NotJson)?;
        let mut reader = Reader { rest: text };
        let value = reader.value(DEPTH).ok_or(SourceError::NotJson)?;
        reader.skip_blanks();
        if reader.rest.is_empty() { Ok(value) } else { Err(SourceError::NotJson) }
    }

    /// Returns the fields of an object.
    pub(crate) fn fields(&self) -> Result<&BTreeMap<String, Self>, SourceError> {
        match self {
            Self::Object(fields) => Ok(fields),
            _ => Err(SourceError::Malformed),
        }
    }

    /// Returns a field of an object.
    pub(crate) fn field(&self, name: &str) -> Result<&Self, SourceError> {
        self.fields()?.get(name).ok_or(SourceError::Malformed)
    }

    /// Returns the items of a list.
    pub(crate) fn items(&self) -> Result<&[Self], SourceError> {
        match self {
            Self::List(items) => Ok(items),
            _ => Err(SourceError::Malformed),
        }
    }

    /// Returns a text.
    pub(crate) fn text(&self) -> Result<&str, SourceError> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(SourceError::Malformed),
        }
    }

    /// Returns the text of a number.
    pub(crate) const fn number(&self) -> Result<&'a str, SourceError> {
        match self {
            Self::Number(number) => Ok(*number),
            _ => Err(SourceError::Malformed),
        }
    }
}

/// Rest of a document.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        let depth = depth.checked_sub(1)?;
        self.skip_blanks();
        match self.rest.bytes().next()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => self.text().map(Value::Text),
            b'-' | b'0'..=b'9' => self.number(),
            _ => ["null", "true", "false"]
                .into_iter()
                .any(|word| self.take(word))
                .then_some(Value::Word),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value<'a>> {
        let mut fields = BTreeMap::new();
        self.take("{").then_some(())?;
        if self.take_token("}") {
            return Some(Value::Object(fields));
        }
        loop {
            self.skip_blanks();
            let name = self.text()?;
            self.take_token(":").then_some(())?;
            let value = self.value(depth)?;
            if fields.insert(name, value).is_some() {
                return None;
            }
            if self.take_token("}") {
                return Some(Value::Object(fields));
            }
            self.take_token(",").then_some(())?;
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value<'a>> {
        let mut items = Vec::new();
        self.take("[").then_some(())?;
        if self.take_token("]") {
            return Some(Value::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.take_token("]") {
                return Some(Value::List(items));
            }
            self.take_token(",").then_some(())?;
        }
    }

    fn text(&mut self) -> Option<String> {
        self.take("\"").then_some(())?;
        let mut text = String::new();
        loop {
            match self.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escaped()?),
                character if character < ' ' => return None,
                character => text.push(character),
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            character @ ('"' | '\\' | '/') => character,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (digits, rest) = self.rest.split_at_checked(4)?;
                digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(())?;
                self.rest = rest;
                // Halves of a pair are in no name that is looked for.
                let code = u32::from_str_radix(digits, 16).ok()?;
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return None,
        })
    }

    fn number(&mut self) -> Option<Value<'a>> {
        let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
        let end = self.rest.bytes().position(|byte| !is_part(byte)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        is_number(number).then_some(Value::Number(number))
    }

    fn next(&mut self) -> Option<char> {
        let mut rest = self.rest.chars();
        let next = rest.next()?;
        self.rest = rest.as_str();
        Some(next)
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn take_token(&mut self, token: &str) -> bool {
        self.skip_blanks();
        self.take(token)
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }
}

/// Checks the grammar of a number.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_whole = is_digits(whole) && (whole == "0" || !whole.starts_with('0'));
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    is_whole && fraction.is_none_or(is_digits) && exponent.is_none_or(is_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_text() {
        let value = Value::parse(br#" {"a":{"b":[1.50, -2e-7,"x\u00e9\"",true,null]}} "#).unwrap();
        let items = value.field("a").unwrap().field("b").unwrap().items().unwrap().to_vec();
        assert_eq!(items[0].number(), Ok("1.50"));
        assert_eq!(items[1].number(), Ok("-2e-7"));
        assert_eq!(items[2].text(), Ok("x\u{e9}\""));
        assert_eq!((&items[3], &items[4]), (&Value::Word, &Value::Word));
        assert_eq!(Value::parse(b"[]").unwrap().items(), Ok(&[][..]));
        assert!(Value::parse(b"{ }").unwrap().fields().unwrap().is_empty());
    }

    #[test]
    fn anything_but_one_document_is_refused() {
        for text in [
            "",
            "<html>",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{a:1}",
            "[01]",
            "[1.]",
            "[.5]",
            "[1e]",
            "[+1]",
            "[--1]",
            "[NaN]",
            "nul",
            "[1] 2",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\u{1}\"",
            "{\"a\":1,\"a\":2}",
            "[[[[[[[[1]]]]]]]]",
        ] {
            assert_eq!(Value::parse(text.as_bytes()), Err(SourceError::NotJson), "{text}");
        }
        assert_eq!(Value::parse(b"\"\xff\""), Err(SourceError::NotJson));
        let deep = "[".repeat(1 << 20);
        assert_eq!(Value::parse(deep.as_bytes()), Err(SourceError::NotJson));
    }
}
