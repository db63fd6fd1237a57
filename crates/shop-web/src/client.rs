//! A visitor as the shop knows one: the way in, and the circuit.

use axum::http::Extensions;

/// Way in which a visitor came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ingress {
    /// The onion service.
    Onion,
    /// The preview on the seller's own machine.
    Preview,
    /// The clear web: a name with TLS, behind a reverse proxy on the seller's machine.
    Clear,
}

/// Known facts of a visitor: nothing but the way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientInfo {
    /// Way in.
    pub door: Ingress,
    /// The Tor circuit, as a number without meaning: all that limits can hold on to.
    /// On the clear web it stands for the visitor's address, which cannot be found from it.
    pub circuit: u64,
}

impl Ingress {
    /// Returns the scheme of the addresses by which visitors come.
    pub(crate) const fn scheme(self) -> &'static str {
        match self {
            Self::Onion | Self::Preview => "http",
            Self::Clear => "https",
        }
    }
}

impl ClientInfo {
    /// Returns the visit of a request.
    /// A caller without a visit is a test or a benchmark on this machine.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self { door: Ingress::Preview, circuit: 0 })
    }
}
