//! gpg as a child process: what is sealed goes in, the plaintext comes out through a pipe.

use crate::error::{CliError, IoContext};
use shop_core::kind::Kind;
use std::{
    ffi::OsString,
    fs,
    io::{self, Read, Write},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
};
use zeroize::Zeroizing;

/// Longest inside that is read; ours are shorter than 256 KiB.
const LONGEST: u64 = 1 << 20;
/// Longest text of gpg about one mail that is read.
const LONGEST_STATUS: u64 = 1 << 16;

/// The gpg of this machine, which has a secret key.
pub(super) struct Gpg {
    /// Terminal on which gpg's helper may ask for the passphrase.
    tty: Option<OsString>,
}

/// Result of handing a mail to gpg.
pub(super) enum Decrypted {
    /// The inside of the seal.
    Opened(Zeroizing<Vec<u8>>),
    /// No secret key here opens it, or it is damaged.
    OtherKey,
    /// A passphrase was asked for, and after that no key opened it.
    Locked,
}

impl Gpg {
    /// Finds gpg, and checks that it has a secret key.
    pub(super) fn find() -> Result<Self, CliError> {
        let gpg = Self { tty: tty() };
        let mut list = gpg.command();
        list.args(["--list-secret-keys", "--with-colons"]).stdin(Stdio::null());
        let output = list.output().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                CliError::new(Kind::NotFound, "the program gpg is not installed, or not in PATH")
                    .hint("install GnuPG; on Debian: apt install gpg")
            }
            _ => CliError::new(Kind::Unavailable, format!("starting gpg: {error}")),
        })?;
        let listed = String::from_utf8_lossy(&output.stdout);
        if listed.lines().any(|line| line.starts_with("sec:")) {
            return Ok(gpg);
        }
        Err(CliError::new(Kind::Denied, "gpg has no secret key here")
            .hint("run this on the machine that has your secret key, or: gpg --import SECRET-KEY"))
    }

    /// Opens one armored message.
    pub(super) fn decrypt(&self, armored: &[u8]) -> Result<Decrypted, CliError> {
        let mut command = self.command();
        command.args(["--status-fd", "2", "--max-output", &LONGEST.to_string(), "--decrypt"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let doing = || "opening a mail with gpg".to_owned();
        let mut child = command.spawn().io_context(doing)?;
        let done = exchange(&mut child, armored);
        // A child that writes on after all that is read would never end.
        drop(child.kill());
        child.wait().io_context(doing)?;
        let (inside, status) = done.io_context(doing)?;
        // The exit status does not tell: gpg tries each key on a mail that names none, and a try that
        // failed makes it exit with 2 although a later one opened it.
        let has = |word: &str| status.lines().any(|line| is_status(line, word));
        Ok(if has("DECRYPTION_OKAY") && inside.len() as u64 <= LONGEST {
            Decrypted::Opened(inside)
        } else if has("PINENTRY_LAUNCHED") {
            Decrypted::Locked
        } else {
            Decrypted::OtherKey
        })
    }

    /// Opens a message of any length; `read` takes the plaintext as it comes.
    ///
    /// # Errors
    /// That of `read`; or gpg did not open the message to its end, and what `read` made of it is
    /// of no use.
    pub(super) fn decrypt_stream<T>(
        &self,
        sealed: fs::File,
        read: impl FnOnce(ChildStdout) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let doing = || "opening the backup with gpg".to_owned();
        let mut command = self.command();
        command.args(["--status-fd", "2", "--decrypt"]);
        command.stdin(sealed).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().io_context(doing)?;
        let pipes = (child.stdout.take(), child.stderr.take());
        let (Some(stdout), Some(stderr)) = pipes else {
            return Err(CliError::new(Kind::Bug, doing()));
        };
        let mut status = Vec::new();
        let done = thread::scope(|scope| {
            // What gpg says is read to its end, so that it never waits for that.
            let said = scope.spawn(|| {
                let mut stderr = io::BufReader::new(stderr);
                stderr.by_ref().take(LONGEST_STATUS).read_to_end(&mut status)?;
                io::copy(&mut stderr, &mut io::sink())
            });
            let done = read(stdout);
            said.join().unwrap_or(Ok(0)).io_context(doing)?;
            done
        });
        child.wait().io_context(doing)?;
        let status = String::from_utf8_lossy(&status);
        let has = |word: &str| status.lines().any(|line| is_status(line, word));
        if !has("PLAINTEXT") {
            return Err(not_opened(has("PINENTRY_LAUNCHED")));
        }
        if done.is_ok() && !has("DECRYPTION_OKAY") {
            return Err(CliError::input("gpg did not open the file to its end: it is damaged").hint(
                "copy it again, and compare its SHA-256 with the one that cryptocart backup said",
            ));
        }
        done
    }

    fn command(&self) -> Command {
        let mut command = Command::new("gpg");
        command.args(["--batch", "--quiet"]);
        if let Some(tty) = &self.tty {
            command.env("GPG_TTY", tty);
        }
        command
    }
}

/// Says why gpg did not open a message.
fn not_opened(was_asked: bool) -> CliError {
    if was_asked {
        return CliError::new(Kind::Denied, "gpg could not unlock your secret key")
            .hint("the passphrase was wrong, or the question was closed. Try again");
    }
    CliError::new(Kind::Denied, "none of the secret keys here opens the file, or it is no backup")
        .hint(
            "run this where your secret key is; to restore on another machine: gpg --decrypt FILE | \
             ssh SERVER cryptocart restore - FOLDER",
        )
}

/// Writes the message to gpg, and reads the inside of the seal and gpg's status lines.
fn exchange(child: &mut Child, armored: &[u8]) -> io::Result<(Zeroizing<Vec<u8>>, String)> {
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    // Roomy, so that it does not move while it grows.
    let mut inside = Zeroizing::new(Vec::with_capacity(256 << 10));
    let mut status = Vec::new();
    thread::scope(|scope| {
        // All at once: whoever waits for one pipe while gpg waits for another waits for ever.
        scope.spawn(move || drop(stdin.write_all(armored)));
        let said = scope.spawn(|| stderr.take(LONGEST_STATUS).read_to_end(&mut status));
        let read = stdout.take(LONGEST + 1).read_to_end(&mut inside);
        if read.as_ref().is_ok_and(|length| *length as u64 > LONGEST) {
            drop(child.kill());
        }
        said.join().unwrap_or(Ok(0)).and(read)
    })?;
    Ok((inside, String::from_utf8_lossy(&status).into_owned()))
}

fn is_status(line: &str, word: &str) -> bool {
    line.strip_prefix("[GNUPG:] ").and_then(|rest| rest.split(' ').next()) == Some(word)
}

/// Returns the terminal of this process, unless the environment names one.
/// gpg would look for it at its standard input, which is a pipe here.
fn tty() -> Option<OsString> {
    if std::env::var_os("GPG_TTY").is_some() {
        return None;
    }
    let links = (0..=2).filter_map(|fd| fs::read_link(format!("/proc/self/fd/{fd}")).ok());
    let mut ttys =
        links.filter(|path| path.starts_with("/dev/pts") || path.starts_with("/dev/tty"));
    ttys.next().map(OsString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_word_is_read_from_status_lines_alone() {
        assert!(is_status("[GNUPG:] DECRYPTION_OKAY", "DECRYPTION_OKAY"));
        assert!(is_status("[GNUPG:] PINENTRY_LAUNCHED 23 curses", "PINENTRY_LAUNCHED"));
        assert!(!is_status("gpg: DECRYPTION_OKAY", "DECRYPTION_OKAY"));
        assert!(!is_status("[GNUPG:] DECRYPTION_OKAY2", "DECRYPTION_OKAY"));
    }
}
