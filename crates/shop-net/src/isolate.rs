//! Taking the network away from this process.

use shop_core::kind::{HasKind, Kind};

/// Why the network could not be taken away.
#[derive(Debug, thiserror::Error)]
pub enum IsolateError {
    /// The system does not let this user make a network namespace.
    #[error("{0}")]
    Refused(String),
}

impl HasKind for IsolateError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

/// Moves this process into a network namespace with nothing in it.
///
/// Must run before the process has threads, so before a tokio runtime; and before [`harden`].
///
/// # Errors
/// The system does not allow it; the process is then as it was.
pub fn empty_network() -> Result<(), IsolateError> {
    todo!()
}

/// No core dumps, no reading by other processes of this user, no gaining of privileges.
///
/// # Errors
/// The system refuses, which Linux does not.
pub fn harden() -> std::io::Result<()> {
    todo!()
}
