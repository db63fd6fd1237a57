//! Recognises a sealed mail of a shop among foreign bytes.

use super::SealedMail;
use crate::openpgp::{BEGIN, END};

/// Longest sealed mail that is taken, in bytes; ours have 256 KiB at most.
const LONGEST: usize = 384 << 10;

/// Headers of a sealed mail, in small letters.
const HEADERS: [&[u8]; 7] =
    [b"message-id", b"from", b"to", b"subject", b"date", b"mime-version", b"content-type"];

/// Headers that mail programs write for themselves into a mailbox.
const BOOKKEEPING: [&[u8]; 6] =
    [b"status", b"x-status", b"content-length", b"lines", b"x-label", b"x-keywords"];

/// First of the two parts of RFC 3156.
const VERSION_PART: &str = "Content-Type: application/pgp-encrypted\n\nVersion: 1\n";

/// Beginning of the second one.
const SEALED_PART: &str = "Content-Type: application/octet-stream";

impl SealedMail {
    /// Reads a mail that must be one of a shop's: sealed, whole, and nothing else.
    ///
    /// Whoever sends it may be anybody, so a mail is taken only if it cannot do harm where it is shown:
    /// printable ASCII, none but the headers that a shop writes, and one encrypted part
    /// (RFC 3156). To whom it is sealed cannot be told. None if it is anything else.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let is_text = |byte: &u8| matches!(byte, b'\n' | b' '..=b'~');
        if bytes.len() > LONGEST || !bytes.iter().all(is_text) {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let (head, body) = text.split_once("\n\n")?;
        let head = Head::parse(head)?;
        is_one_sealed_part(body, head.border)
            .then(|| Self { message_id: head.message_id.to_owned(), bytes: bytes.to_vec() })
    }

    /// Reads an entry of a mailbox: the mail as the shop wrote it.
    /// The `From ` line, the quoting of a mailbox, ends of lines, and headers that mail programs add
    /// for themselves are taken off. None if it is anything else than a sealed mail, as in
    /// [`SealedMail::parse`].
    pub(crate) fn from_entry(entry: &[u8]) -> Option<Self> {
        let mut bytes = Vec::with_capacity(entry.len());
        let mut lines = entry.split(|byte| *byte == b'\n');
        lines.next().filter(|line| line.starts_with(b"From "))?;
        let mut in_head = true;
        let mut is_dropped = false;
        for line in lines {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            in_head &= !line.is_empty();
            if in_head {
                let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
                is_dropped = if is_folded { is_dropped } else { is_bookkeeping(line) };
                if is_dropped {
                    continue;
                }
            }
            bytes.extend_from_slice(unquoted(line));
            bytes.push(b'\n');
        }
        while bytes.ends_with(b"\n\n") {
            bytes.pop();
        }
        Self::parse(&bytes)
    }
}

/// The headers of a sealed mail that matter.
struct Head<'a> {
    message_id: &'a str,
    border: &'a str,
}

impl<'a> Head<'a> {
    fn parse(head: &'a str) -> Option<Self> {
        let mut message_id = None;
        let mut content_type = None;
        let mut border = None;
        let mut seen = Vec::new();
        for line in head.lines() {
            if line.starts_with(' ') {
                // The one header that is folded; a border stands in its last line.
                border = (seen.last() == Some(&"content-type".to_owned()))
                    .then(|| boundary(line))
                    .flatten();
                continue;
            }
            let (name, value) = line.split_once(": ")?;
            let name = name.to_ascii_lowercase();
            if !HEADERS.contains(&name.as_bytes()) || seen.contains(&name) {
                return None;
            }
            match name.as_str() {
                "message-id" => message_id = Some(value).filter(|id| is_message_id(id)),
                "content-type" => {
                    content_type = value.starts_with("multipart/encrypted;").then_some(());
                    border = boundary(value);
                }
                _ => {}
            }
            seen.push(name);
        }
        content_type?;
        Some(Self { message_id: message_id?, border: border? })
    }
}

fn is_bookkeeping(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default().to_ascii_lowercase();
    BOOKKEEPING.contains(&name.as_slice())
}

/// Takes off the `>` that a mailbox puts before a line `From `.
fn unquoted(line: &[u8]) -> &[u8] {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    let is_quoted = quotes > 0 && line.get(quotes..).is_some_and(|rest| rest.starts_with(b"From "));
    line.get(usize::from(is_quoted)..).unwrap_or_default()
}

fn is_message_id(id: &str) -> bool {
    let word = id.strip_prefix('<').and_then(|rest| rest.strip_suffix("@localhost>"));
    word.is_some_and(|word| {
        (16..=64).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

fn boundary(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("boundary=\"")?;
    let (border, _) = rest.split_once('"')?;
    (!border.is_empty() && border.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .then_some(border)
}

/// Checks that a body is the two parts of RFC 3156, and nothing else.
/// The second is one armored message.
fn is_one_sealed_part(body: &str, border: &str) -> bool {
    let open = format!("\n--{border}\n");
    let mut parts = body.split(open.as_str());
    let before =
        parts.next().is_some_and(|text| !text.split('\n').any(|line| line.starts_with("--")));
    let version = parts.next().is_some_and(|part| part == VERSION_PART);
    let sealed = parts.next().and_then(|part| {
        let (head, armored) = part.split_once("\n\n")?;
        let armored = armored.strip_suffix(&format!("\n--{border}--\n"))?;
        let is_armor = armored.starts_with(BEGIN)
            && armored.ends_with(END)
            && armored.matches("-----").count() == 4;
        (head.starts_with(SEALED_PART) && is_armor).then_some(())
    });
    before && version && sealed.is_some() && parts.next().is_none()
}

#[cfg(test)]
mod tests;
