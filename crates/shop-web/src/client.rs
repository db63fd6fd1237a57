//! A visitor as the shop knows one: the way in, and the circuit.

use axum::http::Extensions;

/// Way in which a visitor came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ingress {
    /// The onion service.
    Onion,
    /// The preview on the seller's own machine.
    Preview,
}

/// Known facts of a visitor: nothing but the way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientInfo {
    /// Way in.
    pub door: Ingress,
    /// The Tor circuit, as a number without meaning: all that limits can hold on to.
    pub circuit: u64,
}

impl ClientInfo {
    /// Returns the visit of a request.
    /// A caller without a visit is a test or a benchmark on this machine.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self { door: Ingress::Preview, circuit: 0 })
    }
}
