//! Begin of every role's process: its plan, its link, its log, its runtime.

use crate::{
    error::{CliError, IoContext},
    terminal,
};
use shop_core::kind::Kind;
use shop_net::link::{Link, LinkError};

/// Reads the plan of a role, which comes first over its link.
pub(crate) fn read_plan<T: serde::de::DeserializeOwned>() -> Result<T, CliError> {
    shop_net::link::read_plan().map_err(|error| match error {
        // The supervisor is gone before it told this process anything.
        LinkError::Closed => {
            CliError::new(Kind::Unavailable, "the parent process closed the connection")
        }
        _ => by_hand(),
    })
}

/// Returns the link of a role: its standard input.
pub(crate) fn link() -> Result<Link, CliError> {
    Link::from_stdin().map_err(|_| by_hand())
}

/// Returns the error of a role that nobody but a supervisor may start.
pub(crate) fn by_hand() -> CliError {
    CliError::input("roles are started by cryptocart serve, not by hand")
        .hint("run: cryptocart serve")
}

/// Runs this on a runtime, and does not wait for what it leaves on threads.
pub(crate) fn block_on(work: impl Future<Output = Result<(), CliError>>) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .io_context(|| "starting".into())?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    done
}

/// Logs warnings and errors alone, without the time of day.
/// A log must not match visits to moments.
pub(crate) fn log_to_stderr(filter: &str) -> Result<(), CliError> {
    terminal::never_wait().io_context(|| "starting".into())?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| terminal::LogWriter)
        .with_target(false)
        .without_time()
        .init();
    Ok(())
}
