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
    /// Threads, the network and its own folder, for a role that becomes a transport's program.
    Transport,
}
