//! The tor role: between the supervisor's link, the shop's link and a backend.

use shop_core::kind::{HasKind, Kind};

use crate::link::Link;

/// Why the tor role ended by itself. The supervisor starts it again.
#[derive(Debug, thiserror::Error)]
pub enum TorRoleError {
    /// The first message was not a plan this role understands.
    #[error("the tor role was not told what to do")]
    NoPlan,
    /// The Tor library refuses its settings or its folders.
    #[error("Tor cannot start: {0}")]
    Backend(String),
}

impl HasKind for TorRoleError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoPlan => Kind::Bug,
            Self::Backend(_) => Kind::Unavailable,
        }
    }
}

/// The life of the tor role: reads its plan from `link`, opens the onion door, answers dials, and
/// reports, until told to stop or until the supervisor is gone.
///
/// No Tor network is no reason to end: that is reported as [`crate::status::Status::Waiting`] and
/// tried again. The Tor library itself may end the process with `exit(1)` when the network says
/// that it is too old; the supervisor starts the role again and says so to the seller.
///
/// # Errors
/// See [`TorRoleError`].
pub async fn run(link: Link) -> Result<(), TorRoleError> {
    let _ = link;
    todo!()
}
