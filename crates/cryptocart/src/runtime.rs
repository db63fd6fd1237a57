//! Runtime of a short command.

use crate::error::{CliError, IoContext};

/// Runs a short command's work on a runtime of its own.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .io_context(|| "starting".to_owned())?
        .block_on(work)
}
