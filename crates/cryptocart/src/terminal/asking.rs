//! Questions to the person at the terminal.

use crate::{
    error::{CliError, IoContext},
    files,
};
use std::{
    io::{self, BufRead, IsTerminal},
    path::Path,
};
use zeroize::Zeroizing;

/// Largest file with a secret line, in bytes.
const LARGEST: u64 = 4_096;

/// Asks for a yes. `undone` says what has not been done yet, and `flag` answers in advance.
///
/// # Errors
/// The answer is another one, or nobody can be asked.
pub(crate) fn agree(question: &str, undone: &str, flag: &str) -> Result<(), CliError> {
    if !io::stdin().is_terminal() {
        let what = format!("there is no terminal to ask on, and {undone}");
        return Err(CliError::input(what).hint(format!("add {flag} to go on without a question")));
    }
    super::progress(&format!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).io_context(|| "reading the answer".into())?;
    if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(CliError::input(undone)) }
}

/// Reads a secret line without showing it, or the first line of a file.
///
/// `flag` is the option that names the file.
///
/// # Errors
/// There is no terminal, or the file cannot be read.
pub(crate) fn secret_line(
    file: Option<&Path>,
    prompt: &str,
    flag: &str,
) -> Result<Zeroizing<String>, CliError> {
    if let Some(file) = file {
        let text = Zeroizing::new(files::read_text(file, LARGEST)?);
        return Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()));
    }
    if !io::stdin().is_terminal() {
        let what = "there is no terminal to ask on";
        return Err(CliError::misconfigured(what).hint(format!("name a file with it: {flag}")));
    }
    rpassword::prompt_password(prompt).map(Zeroizing::new).io_context(|| "reading a line".into())
}
