//! `cryptocart role`: a process that a supervisor starts.

use crate::{
    arbitrate, attest,
    error::CliError,
    pictures,
    program::{self, Role},
    serve::{self, preparing},
    system::System,
    transport,
};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// Arguments of the roles that have some; the others are told on their link.
#[derive(Debug, clap::Args)]
pub(super) struct RoleArguments {
    /// The shop's folder, for the one that prepares it; the transport's own, for a transport.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// As in `serve`, for the one that prepares the shop.
    #[arg(long)]
    after_loss: bool,
    /// The transport's program and its arguments.
    #[arg(last = true)]
    program: Vec<OsString>,
}

/// Runs one of the roles, until it is done, or the supervisor says stop or is gone.
pub(super) fn run(role: Role, arguments: &RoleArguments, system: &System) -> Result<(), CliError> {
    program::set_name();
    let RoleArguments { dir, after_loss, program } = arguments;
    let dir = dir.as_deref().unwrap_or(Path::new(""));
    match role {
        Role::Shop => serve::run_shop(system),
        Role::Tor => serve::run_tor(),
        Role::Pictures => pictures::role::run(),
        Role::Attest => attest::run_role(system),
        Role::Arbitrate => arbitrate::run_role(system),
        Role::Prepare => preparing::run(dir, *after_loss, system),
        Role::Transport => transport::run(dir, program),
    }
}
