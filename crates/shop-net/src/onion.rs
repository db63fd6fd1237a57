//! The onion service: its key, its address, its limits, and the backend that runs it.

pub mod arti;
pub mod backend;
mod bridge;
mod client_key;
mod key;
pub mod limits;
mod plan;
mod role;
pub mod socket;
pub mod torrc;

pub use crate::onion_address::{NotAnOnion, OnionAddress};
pub use bridge::{Bridge, BridgeError};
pub use client_key::{ClientKey, NotAClientKey};
pub use key::{NotAnOnionKey, OnionKey};
pub use plan::{
    ArtiPlan, BackendPlan, Front, SocketPlan, TestAuthority, TestNetwork, TorPlan, default_memory,
};
pub use role::{TorRoleError, run};

/// Returns the first number for a circuit of this run.
/// Numbers of an earlier run are not given again while the shop remembers them.
fn first_circuit() -> u64 {
    u64::from(std::process::id()) << 32
}
