//! Roles that are confined.

/// Role that is confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confinement {
    /// Files of the shop, Unix streams, no network.
    Shop,
    /// Files of the Tor library, TCP.
    Tor,
    /// Folders of sockets, Unix streams, no network: for a tor role that works with C tor.
    TorSocket,
    /// No file and no socket.
    Pictures,
    /// A transport, which is a program of somebody else: threads, the network, and its own folder.
    /// It becomes that program afterwards.
    Transport,
}
