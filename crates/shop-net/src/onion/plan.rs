//! What the supervisor tells the tor role to do.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{OnionKey, limits::Limits};
use crate::outbound::Target;

/// The tor role's whole task. Sent in [`crate::link::Message::Plan`]; no `Debug`, it holds the key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TorPlan {
    /// Where Tor keeps what must survive (guards, vanguards); made if missing, 0700.
    pub state_dir: PathBuf,
    /// Where Tor keeps what it can fetch again.
    pub cache_dir: PathBuf,
    /// The shop's key. It stays in memory: no key file is written.
    pub key: OnionKey,
    /// The allow-list; only targets through Tor are used.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// Limits of the onion door.
    #[serde(default)]
    pub limits: Limits,
    /// What Tor's queues may use together, in bytes.
    #[serde(default = "default_memory")]
    pub memory_bytes: u64,
    /// A private Tor network, for tests; absent: the real one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_network: Option<TestNetwork>,
}

/// 256 MiB: enough for 200 circuits, and far from the library's third of the machine.
#[must_use]
pub const fn default_memory() -> u64 {
    256 << 20
}

/// A private Tor network on loopback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestNetwork {
    /// Its directory authorities.
    pub authorities: Vec<TestAuthority>,
}

/// One directory authority of a private Tor network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestAuthority {
    /// The directory identity, 40 hexadecimal digits.
    pub v3ident: String,
    /// The relay's RSA identity, 40 hexadecimal digits.
    pub rsa: String,
    /// The relay's Ed25519 identity, 64 hexadecimal digits.
    pub ed: String,
    /// The relay's port on 127.0.0.1.
    pub orport: u16,
}
