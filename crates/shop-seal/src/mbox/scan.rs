//! Looks for one message in an mbox, without holding the file in memory.

use crate::mail::SealedMail;
use std::io::{self, BufRead, BufReader, Read};

/// What is in the file.
pub(super) enum Found {
    /// The message, to its last line.
    Whole,
    /// Not the whole message. The file ends with this, which may be half of it.
    Tail {
        /// Where the last message begins, or would begin.
        at: u64,
        /// Bytes from there to the end.
        length: u64,
    },
    /// The file is empty.
    Nothing,
}

/// As much of a line as is looked at; ours are shorter.
const LOOKED_AT: usize = 256;

/// Reads the file from where it stands to its end.
pub(super) fn find(file: impl Read, mail: &SealedMail) -> io::Result<Found> {
    let id = format!("message-id: {}", mail.message_id.to_ascii_lowercase()).into_bytes();
    let last_line = last_line(&mail.bytes);
    let mut lines = Lines { reader: BufReader::new(file), at: 0 };
    let (mut start, mut in_headers, mut is_it, mut after_blank) = (0, false, false, true);
    let mut line = Line::default();
    while lines.next(&mut line)? {
        if line.text.starts_with(b"From ") {
            (in_headers, is_it) = (true, false);
            if after_blank {
                start = line.at;
            }
        }
        // A mail program that rewrites the file may spell and order headers in its own way.
        is_it |= in_headers && line.text.to_ascii_lowercase() == id;
        in_headers &= !line.text.is_empty();
        // Only the writer of the message knew its border, so this line is its end.
        if is_it && !in_headers && line.is_ended && line.text == last_line {
            return Ok(Found::Whole);
        }
        after_blank = line.text.is_empty();
    }
    match lines.at {
        0 => Ok(Found::Nothing),
        end => Ok(Found::Tail { at: start, length: end - start }),
    }
}

fn last_line(message: &[u8]) -> &[u8] {
    let mut lines = message.split(|byte| *byte == b'\n').rev();
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    line.get(..LOOKED_AT).unwrap_or(line)
}

/// One line, cut off after [`LOOKED_AT`] bytes.
#[derive(Default)]
struct Line {
    at: u64,
    text: Vec<u8>,
    is_ended: bool,
}

struct Lines<R> {
    reader: BufReader<R>,
    at: u64,
}

impl<R: Read> Lines<R> {
    /// Whether there was another line.
    fn next(&mut self, line: &mut Line) -> io::Result<bool> {
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
