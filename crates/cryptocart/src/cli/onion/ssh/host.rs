//! The machine whose SSH is set up: its files, and the programs that are run there.

use crate::error::{CliError, IoContext};
use shop_core::kind::Kind;
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Runs a program with its arguments.
/// Returns what it printed; if it failed, what it said about that.
type Run = dyn Fn(&str, &[&str]) -> Result<String, String>;

/// A machine. Tests have one of their own, in a folder.
pub(super) struct Host {
    root: PathBuf,
    run: Box<Run>,
    process: u32,
}

impl Host {
    /// Returns this machine, which root alone may change.
    pub(super) fn as_root() -> Result<Self, CliError> {
        if !nix::unistd::geteuid().is_root() {
            return Err(CliError::new(
                Kind::Denied,
                "only root may change how this machine is reached",
            )
            .hint("put sudo before the command"));
        }
        Ok(Self { root: "/".into(), run: Box::new(run), process: std::process::id() })
    }

    #[cfg(test)]
    pub(super) fn for_test(root: &std::path::Path, process: u32, run: Box<Run>) -> Self {
        Self { root: root.to_owned(), run, process }
    }

    /// Returns where a file of the machine is; `path` is absolute.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Returns the process that asks.
    pub(super) fn process(&self) -> u32 {
        self.process
    }

    /// Runs a program of the machine; returns what it printed.
    pub(super) fn run(&self, program: &str, words: &[&str]) -> Result<String, CliError> {
        (self.run)(program, words).map_err(|said| {
            let what = format!("{program} {}: {}", words.join(" "), said.trim());
            CliError::new(Kind::Unavailable, what)
        })
    }

    /// Returns true if systemd runs the unit.
    pub(super) fn is_active(&self, unit: &str) -> bool {
        (self.run)("systemctl", &["is-active", "--quiet", unit]).is_ok()
    }

    /// Has a unit read its files again, at once.
    /// The unit that opens the port is ordered before those of SSH and the firewall. In its order
    /// systemd would let the reload wait for that unit's end, and that unit waits for the reload.
    pub(super) fn reload(&self, unit: &str) -> Result<(), CliError> {
        self.run("systemctl", &["--job-mode=ignore-dependencies", "reload", unit]).map(drop)
    }

    /// Reads a file of the machine.
    pub(super) fn read(&self, path: &str) -> Result<String, CliError> {
        let text = fs::read(self.path(path)).io_context(|| format!("reading {path}"))?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Returns the user and group of that name, by number.
    pub(super) fn user(&self, name: &str) -> Result<Option<(u32, u32)>, CliError> {
        let users = self.read("/etc/passwd")?;
        let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let found = fields.filter_map(|fields| match fields.as_slice() {
            [found, _, user, group, ..] if *found == name => {
                Some((user.parse().ok()?, group.parse().ok()?))
            }
            _ => None,
        });
        Ok(found.into_iter().next())
    }
}

fn run(program: &str, words: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    // Words of the environment could change what the programs do.
    command.args(words).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C");
    let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(if said.trim().is_empty() { output.status.to_string() } else { said })
}
