//! Reads a mailbox as the seller has it at home: other mail may be in it, and mutt's edits.

use super::{
    entry,
    scan::{Line, Lines},
};
use crate::openpgp::{BEGIN, END};
use std::io::{self, Read};

/// Longest armored message that is read; ours end at 256 KiB.
const LONGEST: usize = 1 << 20;

/// A message of a mailbox.
#[derive(Debug, PartialEq, Eq)]
pub struct FoundMail {
    /// Day of its `Date` header, `2026-11-22`, if it has a good one.
    pub day: Option<String>,
    /// Kind of the message, as far as its outside tells.
    pub found: Found,
}

/// Kind of a message, as far as its outside tells.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// An encrypted mail (RFC 3156): its armored OpenPGP message.
    Sealed(Vec<u8>),
    /// An encrypted mail without its end: it is being written, or its writer was stopped.
    Incomplete,
    /// Any other mail.
    Other,
}

/// A file that is not empty and does not begin as a mailbox does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it does not begin with a \"From \" line, as a mailbox of mutt does")]
pub struct NotAMailbox;

/// The messages of a mailbox, one after the other. The file is never in memory as a whole.
///
/// A message begins at a line `From `: the first of the file, or after a blank line, or of ours.
/// Lines may end in CR LF.
pub struct Reader<R> {
    lines: Lines<R>,
    line: Line,
    has_line: bool,
    position: u64,
}

impl<R: Read> Reader<R> {
    /// Begins to read, and checks that it is a mailbox. An empty file is one.
    ///
    /// # Errors
    /// Those of the file; [`NotAMailbox`] within, if it is none.
    pub fn new(file: R) -> io::Result<Self> {
        let lines = Lines::new(file);
        let mut reader = Self { lines, line: Line::default(), has_line: false, position: 0 };
        while reader.advance()? {
            if reader.line.text.starts_with(b"From ") {
                return Ok(reader);
            }
            let is_blank = trimmed(&reader.line.text).is_empty();
            if !is_blank && b"From ".starts_with(&reader.line.text) {
                // The first mail has just begun to be written.
                reader.has_line = false;
                return Ok(reader);
            }
            if !is_blank {
                return Err(io::Error::new(io::ErrorKind::InvalidData, NotAMailbox));
            }
        }
        Ok(reader)
    }

    /// Returns the bytes that were read.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    fn advance(&mut self) -> io::Result<bool> {
        self.has_line = self.lines.next(&mut self.line)?;
        self.position = self.line.at;
        Ok(self.has_line)
    }

    /// Reads one message; the current line is its `From ` line.
    fn message(&mut self) -> io::Result<FoundMail> {
        let mut headers = Headers::default();
        let mut block = Block::default();
        let mut in_headers = true;
        let mut after_blank = false;
        while self.advance()? {
            let line = trimmed(&self.line.text);
            if line.starts_with(b"From ") && (after_blank || line.starts_with(entry::FROM)) {
                break;
            }
            after_blank = line.is_empty();
            if in_headers {
                in_headers = !after_blank;
                headers.add(line);
            } else if headers.is_encrypted {
                block.add(line);
            }
        }
        Ok(FoundMail { day: headers.day, found: block.found(headers.is_encrypted) })
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = io::Result<FoundMail>;

    fn next(&mut self) -> Option<Self::Item> {
        self.has_line.then(|| {
            // A file that fails once is not read on.
            self.message().inspect_err(|_| self.has_line = false)
        })
    }
}

/// The headers that are of use. Mail programs spell and fold them in their own ways.
#[derive(Default)]
struct Headers {
    in_content_type: bool,
    is_encrypted: bool,
    day: Option<String>,
}

impl Headers {
    fn add(&mut self, line: &[u8]) {
        let lower = line.to_ascii_lowercase();
        if !lower.starts_with(b" ") && !lower.starts_with(b"\t") {
            self.in_content_type = lower.starts_with(b"content-type:");
        }
        if self.in_content_type {
            let kind = b"multipart/encrypted".as_slice();
            self.is_encrypted |= lower.windows(kind.len()).any(|words| words == kind);
        }
        if let Some(date) = lower.strip_prefix(b"date:") {
            self.day = self.day.take().or_else(|| day(date));
        }
    }
}

/// The armored message in a body.
#[derive(Default)]
struct Block {
    armored: Vec<u8>,
    is_whole: bool,
    is_too_long: bool,
}

impl Block {
    fn add(&mut self, line: &[u8]) {
        let begins = self.armored.is_empty() && line == BEGIN.trim_end().as_bytes();
        if self.is_whole || (self.armored.is_empty() && !begins) {
            return;
        }
        if self.armored.len() + line.len() >= LONGEST {
            self.is_too_long = true;
            return;
        }
        self.armored.extend_from_slice(line);
        self.armored.push(b'\n');
        self.is_whole = line == END.trim_end().as_bytes();
    }

    fn found(self, is_encrypted: bool) -> Found {
        match self {
            _ if !is_encrypted => Found::Other,
            Self { is_too_long: true, .. } => Found::Other,
            Self { is_whole: true, armored, .. } => Found::Sealed(armored),
            _ => Found::Incomplete,
        }
    }
}

/// Returns a line without blanks and a CR at its end.
fn trimmed(line: &[u8]) -> &[u8] {
    line.trim_ascii_end()
}

/// Reads the day of `Sun, 22 Nov 2026 00:00:00 +0000`, in small letters.
fn day(date: &[u8]) -> Option<String> {
    const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
    let date = std::str::from_utf8(date).ok()?;
    let mut words = date.split_once(',').map_or(date, |(_, rest)| rest).split_ascii_whitespace();
    let day: u8 = words.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let month = words.next()?;
    let month = MONTHS.split(' ').position(|name| name == month)? + 1;
    let year: u16 = words.next()?.parse().ok()?;
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests;
