//! Task of the tor role, as the supervisor sends it.

mod arti;
mod socket;

pub use arti::{ArtiPlan, TestAuthority, TestNetwork, default_memory};
pub use socket::{Front, SocketPlan};

use std::io;

use serde::{Deserialize, Serialize};

use super::{OnionAddress, limits::Limits};
use crate::{
    isolate::{Confinement, Paths},
    outbound::Target,
};

/// The tor role's whole task.
/// Sent in [`crate::link::Message::Plan`]; no `Debug`, it may hold the key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TorPlan {
    /// The allow-list; only targets through Tor are used.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// Limits of the onion door.
    #[serde(default)]
    pub limits: Limits,
    /// The Tor implementation, and what it needs.
    pub backend: BackendPlan,
}

/// The Tor implementation that the role uses.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackendPlan {
    /// Arti, in the role itself.
    Arti(ArtiPlan),
    /// C tor, in processes of its own.
    Socket(SocketPlan),
}

impl TorPlan {
    /// Returns the shop's address.
    #[must_use]
    pub fn address(&self) -> OnionAddress {
        match &self.backend {
            BackendPlan::Arti(plan) => plan.key.address(),
            BackendPlan::Socket(plan) => plan.address.clone(),
        }
    }

    /// Makes the role's folders, for nobody else, and returns the files it may use.
    ///
    /// # Errors
    /// A folder cannot be made.
    pub fn prepare_folders(&self) -> io::Result<Paths> {
        match &self.backend {
            BackendPlan::Arti(plan) => plan.prepare_folders(),
            BackendPlan::Socket(plan) => Ok(plan.paths()),
        }
    }

    /// Returns the confinement of a role with this task.
    #[must_use]
    pub const fn confinement(&self) -> Confinement {
        match self.backend {
            BackendPlan::Arti(_) => Confinement::Tor,
            BackendPlan::Socket(_) => Confinement::TorSocket,
        }
    }
}
