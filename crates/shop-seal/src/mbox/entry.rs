//! Form of a message in an mbox (*mboxrd*, which loses nothing).
//! It stands after a `From ` line, with `From ` quoted in its text, and before a blank line.

use crate::mail::SealedMail;

/// The sender in the line before our messages.
pub(super) const FROM: &[u8] = b"From cryptocart@localhost ";

/// Returns all bytes that a delivery appends.
pub(super) fn entry(mail: &SealedMail) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.bytes.len() + 128);
    out.extend_from_slice(FROM);
    out.extend_from_slice(day(&mail.bytes).unwrap_or(NO_DAY.into()).as_bytes());
    out.push(b'\n');
    for line in mail.bytes.split_inclusive(|byte| *byte == b'\n') {
        if is_quoted(line) {
            out.push(b'>');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    out.push(b'\n');
    out
}

/// Returns the messages of an mbox, unquoted, without their `From ` lines.
#[must_use]
pub fn messages(mbox: &[u8]) -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    for line in mbox.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"From ") {
            messages.push(Vec::new());
        } else if let Some(message) = messages.last_mut() {
            let quoted = line.first() == Some(&b'>') && is_quoted(line);
            message.extend_from_slice(line.get(usize::from(quoted)..).unwrap_or_default());
        }
    }
    for message in &mut messages {
        if message.ends_with(b"\n\n") {
            message.pop();
        }
    }
    messages
}

/// Returns true if a line begins with `From `, perhaps quoted before.
fn is_quoted(line: &[u8]) -> bool {
    let unquoted = line.iter().position(|byte| *byte != b'>').and_then(|at| line.get(at..));
    unquoted.is_some_and(|line| line.starts_with(b"From "))
}

/// Date for a message without one, which we do not write.
const NO_DAY: &str = "Thu Jan  1 00:00:00 1970";

/// Returns the message's own `Date` (`Sun, 22 Nov 2026 ...`) in the order of `asctime`.
fn day(message: &[u8]) -> Option<String> {
    let headers = message.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    let date = headers.into_iter().find_map(|line| line.strip_prefix(b"Date: "))?;
    let mut words = std::str::from_utf8(date).ok()?.split_ascii_whitespace();
    let weekday = words.next()?;
    let day = words.next()?;
    let month = words.next()?;
    let year = words.next()?;
    let day: u8 = day.parse().ok()?;
    Some(format!("{} {month} {day:>2} 00:00:00 {year}", weekday.trim_end_matches(',')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mail(bytes: &[u8]) -> SealedMail {
        SealedMail { message_id: "<x@localhost>".into(), bytes: bytes.to_vec() }
    }

    #[test]
    fn the_line_before_a_message_has_its_day() {
        let text = entry(&mail(b"Date: Sun, 22 Nov 2026 00:00:00 +0000\n\nhello\n"));
        let text = String::from_utf8(text).unwrap();
        assert!(text.starts_with("From cryptocart@localhost Sun Nov 22 00:00:00 2026\nDate"));
        let early = entry(&mail(b"Date: Tue, 01 Dec 2026 00:00:00 +0000\n\nhello\n"));
        assert!(String::from_utf8(early).unwrap().contains("Tue Dec  1 00:00:00 2026\n"));
    }

    #[test]
    fn from_lines_are_quoted() {
        let text = entry(&mail(b"A: b\n\nFrom x\n>From y\nFrom: z\n"));
        let text = String::from_utf8(text).unwrap();
        assert!(text.ends_with("A: b\n\n>From x\n>>From y\nFrom: z\n\n"), "{text}");
    }

    proptest! {
        #[test]
        fn messages_read_back(lines in prop::collection::vec("(>{0,2}From )?[a-z>]{0,5}", 1..20)) {
            let message = lines.join("\n") + "\n";
            let mbox = [entry(&mail(message.as_bytes())), entry(&mail(b"A: b\n"))].concat();
            prop_assert_eq!(messages(&mbox), [message.into_bytes(), b"A: b\n".to_vec()]);
        }

        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = messages(&bytes);
            let _ = entry(&mail(&bytes));
        }
    }
}
