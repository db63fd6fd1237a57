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

/// One line on standard error: warnings and failures.
pub(crate) fn warn(text: impl AsRef<str>) {
    let mut out = std::io::stderr().lock();
    drop(writeln!(out, "{}", text.as_ref()));
}
