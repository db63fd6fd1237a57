//! The allow-list: where the shop may connect to, each place under the name of its purpose.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::link::Link;

/// Who makes the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// The tor role. The name is resolved at the far end of a circuit, never here.
    Tor,
    /// The supervisor, to this machine alone.
    Loopback,
}

/// One place the shop may connect to. Only places that may be dialled exist as a `Target`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    purpose: String,
    host: String,
    port: u16,
    tls: bool,
    via: Via,
}

/// Why a place cannot be on the list.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TargetError {
    /// The name of a purpose.
    #[error("a purpose is named with small letters, digits and dashes")]
    Purpose,
}

impl Target {
    /// A place reached through Tor.
    ///
    /// # Errors
    /// The host is a numeric address, this machine, or no name at all.
    pub fn through_tor(
        purpose: &str,
        host: &str,
        port: u16,
        tls: bool,
    ) -> Result<Self, TargetError> {
        let _ = (purpose, host, port, tls);
        todo!()
    }

    /// A place on this machine, because the seller's settings say so.
    ///
    /// # Errors
    /// The host is not a loopback address or `localhost`.
    pub fn on_loopback(
        purpose: &str,
        host: &str,
        port: u16,
        tls: bool,
    ) -> Result<Self, TargetError> {
        let _ = (purpose, host, port, tls);
        todo!()
    }

    /// The name the shop dials it by.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// The host's name.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether the shop role speaks TLS with it.
    #[must_use]
    pub const fn tls(&self) -> bool {
        self.tls
    }

    /// Who connects.
    #[must_use]
    pub const fn via(&self) -> Via {
        self.via
    }
}

/// In the supervisor: answers the shop's dials to this machine, and takes its reports.
#[derive(Clone)]
pub struct LoopbackDoor {
    targets: Arc<Vec<Target>>,
}

impl LoopbackDoor {
    /// A door to those of `targets` that are on this machine.
    #[must_use]
    pub fn new(targets: Vec<Target>) -> Self {
        Self { targets: Arc::new(targets) }
    }

    /// Answers one [`crate::link::Message::Dial`]: connects `fd` to the target of `purpose` and copies until
    /// both are done. Anything not on the list just closes `fd`.
    pub async fn answer(&self, purpose: &str, fd: std::os::fd::OwnedFd) {
        let _ = (&self.targets, purpose, fd);
        todo!()
    }
}

const _: Option<Link> = None;
