//! Reads back what this crate wrote; it need not understand other mail.

use crate::letter::{Letter, Relay};
use data_encoding::BASE64;
use zeroize::Zeroizing;

/// Returns the letter inside a seal.
pub(crate) fn letter(inside: &[u8]) -> Option<Letter> {
    let entity = Entity::split(std::str::from_utf8(inside).ok()?)?;
    let border = entity.header("Content-Type")?.split_once("boundary=\"")?.1.split_once('"')?.0;
    let parts = parts(entity.body, border)?;
    let subject = unwords(entity.header("Subject")?);
    let mut letter = Letter { subject, body: String::new(), relay: None, json: None };
    let mut parts = parts.into_iter();
    letter.body = Entity::split(parts.next()?)?.text()?;
    for part in parts {
        let entity = Entity::split(part)?;
        match entity.header("Content-Type")? {
            "message/rfc822" => letter.relay = Some(relay(entity.body)?),
            "application/json" => letter.json = Some(entity.text()?),
            _ => {}
        }
    }
    Some(letter)
}

fn relay(message: &str) -> Option<Relay> {
    let entity = Entity::split(message)?;
    Some(Relay {
        to: entity.header("To")?.to_owned(),
        from: entity.header("From")?.to_owned(),
        subject: unwords(entity.header("Subject")?),
        body: entity.text()?,
    })
}

/// Headers and what follows the first blank line.
struct Entity<'a> {
    headers: &'a str,
    body: &'a str,
}

impl<'a> Entity<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (headers, body) = text.split_once("\n\n")?;
        Some(Self { headers, body })
    }

    /// Returns the value of the first header with this name, its folds included.
    fn header(&self, name: &str) -> Option<&'a str> {
        let starts =
            |line: &str| line.split_once(": ").is_some_and(|(n, _)| n.eq_ignore_ascii_case(name));
        let mut at = 0;
        for line in self.headers.split_inclusive('\n') {
            if starts(line) {
                let rest = self.headers.get(at..)?;
                let value = rest.split_once(": ")?.1;
                let folded = |i: &usize| !value.get(i + 1..).unwrap_or("").starts_with(' ');
                let end = value.match_indices('\n').map(|(i, _)| i).find(folded);
                return value.get(..end.unwrap_or(value.len()));
            }
            at += line.len();
        }
        None
    }

    /// Returns a text part, decoded, without its last line end.
    fn text(&self) -> Option<String> {
        let mut text = match self.header("Content-Transfer-Encoding")? {
            "8bit" => self.body.to_owned(),
            "base64" => {
                let folded = Zeroizing::new(self.body.replace('\n', ""));
                String::from_utf8(BASE64.decode(folded.as_bytes()).ok()?).ok()?
            }
            _ => return None,
        };
        if text.ends_with('\n') {
            text.pop();
        }
        Some(text)
    }
}

/// Returns the parts between the border lines.
fn parts<'a>(body: &'a str, border: &str) -> Option<Vec<&'a str>> {
    let open = format!("\n--{border}\n");
    let close = format!("\n--{border}--\n");
    // The line end before the first border is the blank line that ends the headers.
    let body = body.strip_prefix(open.get(1..)?)?;
    let (body, _) = body.split_once(&close)?;
    Some(body.split(&open).collect())
}

/// Undoes `words`.
fn unwords(value: &str) -> String {
    let decoded = |word: &str| {
        let word = word.strip_prefix("=?utf-8?B?")?.strip_suffix("?=")?;
        String::from_utf8(BASE64.decode(word.as_bytes()).ok()?).ok()
    };
    let words: Option<String> = value.split("\n ").map(decoded).collect();
    words.unwrap_or_else(|| value.to_owned())
}
