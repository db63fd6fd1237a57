//! Under which names the shop answers.

/// The values of the `Host` header that are ours, by door. Anything else is misdirected: a request
/// that reached us under another name comes through a proxy, or probes for who we are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    /// `<56 characters>.onion`.
    pub onion: Option<String>,
    /// `127.0.0.1:8080`, `localhost:8080`.
    pub preview: Vec<String>,
}
