//! Reports of the tor role about itself, for the seller's terminal.

use serde::{Deserialize, Serialize};

use crate::onion_address::OnionAddress;

/// One thing that became true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The role runs and has its plan.
    Started,
    /// Tor is on its way in.
    Bootstrap {
        /// Progress, out of 100.
        percent: u8,
        /// Current step, in plain words.
        what: String,
    },
    /// The shop's address. Known before anybody can reach it.
    Address {
        /// The address.
        onion: OnionAddress,
    },
    /// Tor is connected, and the address is made known. It cannot be reached yet.
    Announcing,
    /// The shop can be reached at its address.
    Reachable,
    /// Nothing moves for now; the role keeps trying.
    Waiting {
        /// Reason, in plain words.
        reason: String,
    },
    /// The shop role serves pages.
    Open,
}
