//! `cryptocart role`: a process that a supervisor starts.

use crate::{
    attest,
    error::CliError,
    pictures,
    program::{self, Role},
    serve::{self, preparing},
    system::System,
};
use std::path::Path;

/// Runs one of the roles, until it is done, or the supervisor says stop or is gone. The shop's folder and
/// `after_loss` are for [`Role::Prepare`] alone.
pub(super) fn run(
    role: Role,
    dir: &Path,
    after_loss: bool,
    system: &System,
) -> Result<(), CliError> {
    program::set_name();
    match role {
        Role::Shop => serve::run_shop(system),
        Role::Tor => serve::run_tor(),
        Role::Pictures => pictures::role::run(),
        Role::Attest => attest::run_role(system),
        Role::Prepare => preparing::run(dir, after_loss, system),
    }
}
