//! Where a node of a chain answers.

use std::net::IpAddr;

/// What to write instead.
pub(super) const HINT: &str =
    "write http://127.0.0.1:8545 for a node on this machine, or https://.. or http://..onion";

/// A node's JSON-RPC, as written in the settings.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct NodeUrl {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: bool,
    pub(crate) path: String,
}

impl NodeUrl {
    /// Reads `http://host[:port][/path]` or `https://..`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (tls, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            _ => return Err("a node begins with http:// or https://".into()),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err("a user name in a node's address is not supported".into());
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !authority.ends_with(']') => {
                (host, port.parse().map_err(|_| "its port is no number".to_owned())?)
            }
            _ => (authority, if tls { 443 } else { 80 }),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let shaped = !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:".contains(&b));
        if !shaped || path.bytes().any(|b| b <= b' ' || b == b'#') {
            return Err("this is no address of a node".into());
        }
        let node = Self { host, port, tls, path: format!("/{path}") };
        node.refuse_clear_text()?;
        Ok(node)
    }

    /// Whether it runs on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.ip().is_some_and(|ip| ip.is_loopback())
    }

    /// What goes into the `Host` header.
    pub(crate) fn authority(&self) -> String {
        let default = if self.tls { 443 } else { 80 };
        if self.port == default {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// An exit relay could read and change what goes to a far node in the clear.
    fn refuse_clear_text(&self) -> Result<(), String> {
        if self.tls || self.is_loopback() || self.host.ends_with(".onion") {
            return Ok(());
        }
        Err("a node that is not on this machine and not an onion needs https://".into())
    }
}

/// Without the path, which often holds an access key.
impl std::fmt::Debug for NodeUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NodeUrl(..)")
    }
}
