//! The onion service: its key, its address, its limits, and the backend that runs it.

pub mod arti;
pub mod backend;
mod client_key;
mod key;
pub mod limits;
mod plan;
mod role;

pub use crate::onion_address::{NotAnOnion, OnionAddress};
pub use client_key::{ClientKey, NotAClientKey};
pub use key::{NotAnOnionKey, OnionKey};
pub use plan::{TestAuthority, TestNetwork, TorPlan, default_memory};
pub use role::{TorRoleError, run};
