//! Recognises the beginning of a message that was sealed another time.
//!
//! A notice is sealed when it is written, so after a crash its ciphertext is another. Its headers are
//! the same but for the day, because the Message-ID and the border are.

use super::entry::FROM;

/// Returns true if a tail of the file is a beginning of this entry, sealed at another time.
/// The headers decide, as far as they are there; the line before the message must be whole.
/// Zeros at the end are what a power cut left.
pub(super) fn is_start(tail: &[u8], entry: &[u8]) -> bool {
    let written = tail.len() - tail.iter().rev().take_while(|byte| **byte == 0).count();
    let mut theirs = tail.get(..written).unwrap_or_default().split_inclusive(|byte| *byte == b'\n');
    let ours = entry.split_inclusive(|byte| *byte == b'\n').take_while(|line| *line != b"\n");
    for (number, ours) in ours.enumerate() {
        let Some(theirs) = theirs.next() else { return number > 0 };
        if is_of_a_day(ours) && is_same_but_day(theirs, ours) {
            continue;
        }
        if theirs != ours {
            return number > 0 && !theirs.ends_with(b"\n") && is_part(theirs, ours);
        }
    }
    true
}

fn is_of_a_day(line: &[u8]) -> bool {
    line.starts_with(FROM) || line.starts_with(DATE)
}

const DATE: &[u8] = b"Date: ";

/// Returns true if two lines of a day are the same but for it.
fn is_same_but_day(theirs: &[u8], ours: &[u8]) -> bool {
    let label = if ours.starts_with(FROM) { FROM } else { DATE };
    theirs.starts_with(label) && theirs.ends_with(b"\n") && theirs.len() == ours.len()
}

/// Returns true if a line that breaks off is a part of this one.
fn is_part(theirs: &[u8], ours: &[u8]) -> bool {
    ours.starts_with(theirs) || is_of_a_day(ours) && theirs.starts_with(DATE)
}
