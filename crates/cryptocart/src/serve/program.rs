//! This program, to be started again as one of its roles.

use super::{Role, allocator};
use crate::error::{CliError, WhileIo};
use tokio::process::Command;

/// The command that runs `role`.
pub(super) fn command(role: Role) -> Result<Command, CliError> {
    let program = std::env::current_exe().doing_io(|| "finding this program".into())?;
    let mut command = Command::new(program);
    command.arg("role").arg(role.word());
    allocator::keep_little(command.as_std_mut());
    Ok(command)
}
