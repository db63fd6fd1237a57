//! This program, to be started again as one of its roles.

mod allocator;

use crate::config::{credentials, overrides};
use shop_net::service_manager;
use std::{os::unix::process::CommandExt as _, process::Command};

/// The kernel's own way to the file this process runs.
/// It still leads there when the file was replaced or removed, as an upgrade does. A role is always of
/// the same version, then, as the process that starts it, and the two speak the same protocol; a new
/// version is used from the next `serve` on.
const RUNNING: &str = "/proc/self/exe";

/// Name of a role in a list of processes, which would else be that of [`RUNNING`].
const NAME: &str = "cryptocart";

/// Role of a child process of the supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Role {
    /// Pages, database, sealing; no network.
    Shop,
    /// Tor and nothing else.
    Tor,
    /// Reads pictures: a child of any process that needs some made, `serve` or not.
    Pictures,
    /// Pages and work of an attestor; no network.
    Attest,
    /// Pages of an arbiter; no network.
    Arbitrate,
    /// Looks the shop over and brings its database up to date, before it is opened.
    Prepare,
    /// Becomes a transport, which is another program.
    Transport,
}

impl Role {
    /// Returns the role's word on a command line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Tor => "tor",
            Self::Pictures => "pictures",
            Self::Attest => "attest",
            Self::Arbitrate => "arbitrate",
            Self::Prepare => "prepare",
            Self::Transport => "transport",
        }
    }

    /// Returns true if the role reads the shop's settings.
    const fn reads_settings(self) -> bool {
        matches!(self, Self::Shop | Self::Prepare)
    }
}

/// Returns the command that runs `role`.
/// It is told nothing of the service manager, and of its credentials and of the settings in the
/// environment only where it reads them.
pub(crate) fn command(role: Role) -> Command {
    let mut command = Command::new(RUNNING);
    command.arg0(NAME).args(["role", role.word()]);
    for name in service_manager::VARIABLES {
        command.env_remove(name);
    }
    if role != Role::Prepare {
        command.env_remove(credentials::FOLDER);
    }
    if !role.reads_settings() {
        for name in overrides::VARIABLES {
            command.env_remove(name);
        }
    }
    allocator::keep_little(&mut command);
    command
}

/// Names this process as the program.
pub(crate) fn set_name() {
    // Without it the process only looks odd in a list.
    let _ = nix::sys::prctl::set_name(c"cryptocart");
}

/// Returns true if the program's file was replaced or removed since this start.
pub(crate) fn is_replaced() -> bool {
    let is_gone = |path: std::path::PathBuf| path.to_string_lossy().ends_with(" (deleted)");
    std::fs::read_link(RUNNING).is_ok_and(is_gone)
}
