//! How much of the shop one circuit, and all of them, may use.

use serde::{Deserialize, Serialize};

/// The limits of the onion door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Streams one circuit may have open; one more ends the circuit.
    pub streams_per_circuit: u32,
    /// Circuits open at once; more are not answered.
    pub circuits: u32,
    /// Streams open at once over all circuits; one more ends its circuit.
    pub connections: u32,
    /// New circuits answered a second, in the long run.
    pub circuits_per_second: u32,
    /// New circuits answered at once after a quiet while.
    pub circuits_burst: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            streams_per_circuit: 16,
            circuits: 200,
            connections: 512,
            circuits_per_second: 10,
            circuits_burst: 100,
        }
    }
}
