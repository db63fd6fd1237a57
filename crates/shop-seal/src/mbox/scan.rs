//! Looks for messages in an mbox, in one pass, without holding the file in memory.

use super::known::{Contents, digest, header};
use crate::mail::SealedMail;
use std::{
    collections::HashMap,
    io::{self, BufRead, BufReader, Read},
};

/// Result of a search.
pub(super) struct Found {
    /// The messages.
    pub(super) contents: Contents,
    /// End of the file, which may be half of a message; none if the file is empty.
    pub(super) tail: Option<Tail>,
}

/// The end of the file.
pub(super) struct Tail {
    /// Position at which the last message begins, or would begin.
    pub(super) at: u64,
    /// Bytes from there to the end.
    pub(super) length: u64,
}

/// Longest part of a line that is read; ours are shorter.
const LOOKED_AT: usize = 256;

/// A message that is looked for.
struct Wanted<'a> {
    id: String,
    last_line: &'a [u8],
}

/// Reads the file from where it stands to its end.
pub(super) fn find(file: impl Read, mails: &[SealedMail]) -> io::Result<Found> {
    let wanted: HashMap<Vec<u8>, Wanted<'_>> = mails.iter().map(wanted).collect();
    let mut contents = Contents::default();
    let mut lines = Lines::new(file);
    let mut start = 0;
    let mut in_headers = false;
    let mut after_blank = true;
    let mut it: Option<&Wanted<'_>> = None;
    let mut line = Line::default();
    while lines.next(&mut line)? {
        if line.text.starts_with(b"From ") {
            (in_headers, it) = (true, None);
            if after_blank {
                start = line.at;
            }
        }
        // A mail program that rewrites the file may spell and order headers in its own way.
        let text = if in_headers { line.text.to_ascii_lowercase() } else { Vec::new() };
        if text.starts_with(b"message-id:") {
            contents.named.insert(digest(&text));
            it = wanted.get(&text).or(it);
        }
        in_headers &= !line.text.is_empty();
        // Only the writer of the message knew its border, so this line is its end.
        if let Some(found) = it
            && !in_headers
            && line.is_ended
            && line.text == found.last_line
        {
            contents.whole.insert(found.id.clone());
        }
        after_blank = line.text.is_empty();
    }
    let tail = (lines.at > 0).then(|| Tail { at: start, length: lines.at - start });
    Ok(Found { contents, tail })
}

fn wanted(mail: &SealedMail) -> (Vec<u8>, Wanted<'_>) {
    let id = mail.message_id.to_ascii_lowercase();
    (header(&id).into_bytes(), Wanted { id, last_line: last_line(&mail.bytes) })
}

fn last_line(message: &[u8]) -> &[u8] {
    let mut lines = message.split(|byte| *byte == b'\n').rev();
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    line.get(..LOOKED_AT).unwrap_or(line)
}

/// One line, cut off after [`LOOKED_AT`] bytes.
#[derive(Default)]
pub(super) struct Line {
    pub(super) at: u64,
    pub(super) text: Vec<u8>,
    is_ended: bool,
}

pub(super) struct Lines<R> {
    reader: BufReader<R>,
    at: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(file: R) -> Self {
        Self { reader: BufReader::new(file), at: 0 }
    }

    /// Reads the next line, and returns false at the end of the file.
    pub(super) fn next(&mut self, line: &mut Line) -> io::Result<bool> {
        line.at = self.at;
        line.text.clear();
        line.is_ended = false;
        while !line.is_ended {
            let bytes = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let until = bytes.iter().position(|byte| *byte == b'\n');
            let text = bytes.get(..until.unwrap_or(bytes.len())).unwrap_or_default();
            let wanted = LOOKED_AT.saturating_sub(line.text.len()).min(text.len());
            line.text.extend_from_slice(text.get(..wanted).unwrap_or_default());
            line.is_ended = until.is_some();
            let used = text.len() + usize::from(line.is_ended);
            self.reader.consume(used);
            self.at += used as u64;
            if used == 0 {
                break;
            }
        }
        Ok(self.at > line.at)
    }
}
