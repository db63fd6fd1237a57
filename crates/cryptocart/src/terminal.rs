//! The program's voice on the terminal. Everything a command prints goes through here.

mod asking;
mod queue;

pub(crate) use asking::{agree, secret_line};
use queue::Queue;
use std::{
    io::{self, IsTerminal, Write},
    sync::OnceLock,
    time::Duration,
};

/// Longest wait at the end for lines nobody reads.
const LAST_LINES: Duration = Duration::from_millis(250);

/// Standard output and error of a process that must not wait for whoever reads them.
static QUEUES: OnceLock<(Queue, Queue)> = OnceLock::new();

/// Lets no line wait from now on: one that cannot be written soon is dropped and counted.
/// It is for `serve` and its roles, which must work on while their terminal is stopped or a pipe is
/// full.
///
/// Starts threads, so it comes after what a process may only do with one.
pub(crate) fn never_wait() -> io::Result<()> {
    let out = Queue::new("stdout", io::stdout())?;
    let errors = Queue::new("stderr", io::stderr())?;
    if QUEUES.set((out, errors)).is_ok() {
        // The usual hook writes to standard error itself.
        std::panic::set_hook(Box::new(|panic| warn(panic.to_string())));
    }
    Ok(())
}

/// Waits a moment for what is not written yet; the last thing a process does.
pub(crate) fn flush() {
    if let Some((out, errors)) = QUEUES.get() {
        out.flush(LAST_LINES);
        errors.flush(LAST_LINES);
    }
}

/// Prints one line on standard output. A closed pipe is no error: nobody reads on.
pub(crate) fn line(text: impl AsRef<str>) {
    raw(&format!("{}\n", text.as_ref()));
}

/// Prints text as it is on standard output.
pub(crate) fn raw(text: &str) {
    if let Some((out, _)) = QUEUES.get() {
        return out.give(text.as_bytes().to_vec());
    }
    let mut out = io::stdout().lock();
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

/// Prints one line on standard error: warnings and failures.
pub(crate) fn warn(text: impl AsRef<str>) {
    // An error here has nobody to be told to.
    drop(LogWriter.write_all(format!("{}\n", text.as_ref()).as_bytes()));
}

/// Shows on standard error how far a command is, in place of what was shown before.
/// It is for a terminal; an empty text takes the line away.
pub(crate) fn progress(text: &str) {
    drop(LogWriter.write_all(format!("\r\x1b[K{text}").as_bytes()));
}

/// Prints a document for programs on standard output, on several lines.
pub(crate) fn json(document: &serde_json::Value) {
    line(escaped(&serde_json::to_string_pretty(document).unwrap_or_default()));
}

/// Escapes what a terminal obeys in the texts of JSON, and what it may hold as it is.
/// They are control characters beyond ASCII, and those that turn the direction of a text.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}');
        if turns || (c.is_control() && c != '\n') {
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Erases a line that is rewritten in place; the next text begins its row.
const ERASE: &[u8] = b"\r\x1b[K";

/// Standard error as a log writes to it: whole lines at each call.
pub(crate) struct LogWriter;

impl Write for LogWriter {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        match QUEUES.get() {
            // The line may be one of another process.
            Some((_, errors)) if io::stderr().is_terminal() => {
                errors.give([ERASE, lines].concat());
            }
            Some((_, errors)) => errors.give(lines.to_vec()),
            None => io::stderr().lock().write_all(lines)?,
        }
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns a count in words: `1 order`, `2 orders`.
pub(crate) fn many(count: impl std::fmt::Display, one: &str, more: &str) -> String {
    let count = count.to_string();
    let word = if count == "1" { one } else { more };
    format!("{count} {word}")
}

/// Number of things a line names.
const MOST_NAMED: usize = 5;

/// Returns the first of a list, and how many more there are.
pub(crate) fn some_of<S: AsRef<str>>(names: &[S]) -> String {
    let first: Vec<&str> = names.iter().take(MOST_NAMED).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", first.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_commands_no_terminal_and_reads_back() {
        let document = serde_json::json!({ "note": "a\u{1b}[2J\u{9b}2J\u{202e}b\u{7f}\né" });
        let text = escaped(&serde_json::to_string_pretty(&document).unwrap());
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text}");
        assert!(!text.contains('\u{202e}') && text.contains('é'), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
    }
}
