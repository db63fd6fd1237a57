//! Entries of a mailbox: each message with its `From ` line and the blank line after it.

use super::entry;
use std::io::{self, BufRead, BufReader, Read};

/// Longest entry that is held in memory, in bytes. Ours are shorter than half of it.
pub(super) const LONGEST: usize = 512 << 10;

/// Place of an entry in its file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) at: u64,
    pub(super) length: u64,
}

/// Reads a file to its end, and calls `found` with each entry.
/// Its text is none if it is longer than [`LONGEST`]. All entries together are the whole file: text
/// before the first `From ` line is one, too.
///
/// An entry begins at a line `From `: the first of the file, or after a blank line, or of ours. That
/// is also what [`super::Reader`] takes for the beginning of a message.
///
/// # Errors
/// Those of the file.
pub(super) fn for_each(
    file: impl Read,
    mut found: impl FnMut(Span, Option<&[u8]>),
) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(64 << 10, file);
    let mut span = Span { at: 0, length: 0 };
    let mut text = Vec::new();
    let mut line = Vec::new();
    let mut begins_line = true;
    let mut after_blank = true;
    loop {
        line.clear();
        // A line without an end must not fill the memory; the rest of it comes as another piece.
        let read = reader.by_ref().take(LONGEST as u64).read_until(b'\n', &mut line)?;
        let starts = begins_line
            && line.starts_with(b"From ")
            && (after_blank || line.starts_with(entry::FROM));
        if (starts || read == 0) && span.length > 0 {
            let is_whole = span.length == text.len() as u64;
            found(span, is_whole.then_some(text.as_slice()));
            span = Span { at: span.at + span.length, length: 0 };
            text.clear();
        }
        if read == 0 {
            return Ok(());
        }
        span.length += read as u64;
        if text.len() + read <= LONGEST {
            text.extend_from_slice(&line);
        }
        after_blank = begins_line && line.trim_ascii_end().is_empty();
        begins_line = line.ends_with(b"\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries(file: &[u8]) -> Vec<(Span, bool)> {
        let mut all = Vec::new();
        for_each(file, |span, text| {
            let at = usize::try_from(span.at).unwrap();
            let end = at + usize::try_from(span.length).unwrap();
            assert!(text.is_none_or(|text| text == &file[at..end]));
            all.push((span, text.is_some()));
        })
        .unwrap();
        all
    }

    #[test]
    fn entries_begin_after_blank_lines_and_at_ours() {
        let text =
            b"From a x\nA: b\n\nFrom here\nFrom there\n\nFrom c x\nFrom cryptocart@localhost x\n";
        let at: Vec<u64> = entries(text).iter().map(|(span, _)| span.at).collect();
        assert_eq!(at, [0, 15, 37, 46]);
        assert!(entries(b"").is_empty());
        assert_eq!(entries(b"no mailbox\n").len(), 1);
    }

    #[test]
    fn entry_that_is_too_long_is_counted_and_not_held() {
        let mut text = b"From a x\n\n".to_vec();
        text.resize(LONGEST + 100, b'x');
        text.extend_from_slice(b"From y\n\nFrom b x\n\nshort\n");
        let all = entries(&text);
        let lengths: Vec<u64> = all.iter().map(|(span, _)| span.length).collect();
        assert_eq!(lengths, [LONGEST as u64 + 108, 16]);
        assert_eq!((all[0].1, all[1].1), (false, true));
    }

    proptest! {
        #[test]
        fn entries_are_the_whole_file(lines in prop::collection::vec("(From )?[ab]{0,3}(\r?\n)?", 0..30)) {
            let file = lines.concat();
            let mut end = 0;
            for (span, _) in entries(file.as_bytes()) {
                prop_assert_eq!(span.at, end);
                end += span.length;
            }
            prop_assert_eq!(end, file.len() as u64);
        }
    }
}
