//! The program's voice on the terminal. Everything a command prints goes through here.

use std::io::Write;

/// One line on standard output. A closed pipe is no error: nobody reads on.
pub(crate) fn line(text: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush()));
}

/// Text as it is on standard output.
pub(crate) fn raw(text: &str) {
    let mut out = std::io::stdout().lock();
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

/// A count in words: `1 order`, `2 orders`.
pub(crate) fn many(count: impl std::fmt::Display, one: &str, more: &str) -> String {
    let count = count.to_string();
    let word = if count == "1" { one } else { more };
    format!("{count} {word}")
}

/// How many things a line names.
const MOST_NAMED: usize = 5;

/// The first of a list, and how many more there are.
pub(crate) fn some_of<S: AsRef<str>>(names: &[S]) -> String {
    let first: Vec<&str> = names.iter().take(MOST_NAMED).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", first.join(", "))
}

/// One line on standard error: warnings and failures.
pub(crate) fn warn(text: impl AsRef<str>) {
    let mut out = std::io::stderr().lock();
    drop(writeln!(out, "{}", text.as_ref()));
}
