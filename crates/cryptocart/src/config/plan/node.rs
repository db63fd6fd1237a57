//! URL of a chain's node.

use shop_net::outbound::{Target, TargetError};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Advice on how to write a node's URL.
pub(super) const HINT: &str =
    "write http://127.0.0.1:8545 for a node on this machine, or https://.. or http://..onion";
/// Advice on how to write a node that speaks the protocol of its chain.
pub(super) const PEER_HINT: &str =
    "write 127.0.0.1 for a node on this machine, or a host name or an onion address";

/// URL of a node's JSON-RPC, as written in the settings.
/// One that exists can be dialled: others are refused here, for `check` and `serve` alike.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct NodeUrl {
    host: String,
    port: u16,
    tls: bool,
    pub(crate) path: String,
    /// True if the settings say that the seller runs it.
    pub(crate) own: bool,
}

impl NodeUrl {
    /// Reads `http://host[:port][/path]` or `https://..`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (tls, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            _ => return Err("the address of a node starts with http:// or https://".into()),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err("a user name in a node's address is not supported".into());
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !authority.ends_with(']') => {
                (host, port.parse().map_err(|_| "the port is not a number".to_owned())?)
            }
            _ => (authority, if tls { 443 } else { 80 }),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let shaped = !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:".contains(&b));
        if !shaped || path.bytes().any(|b| b <= b' ' || b == b'#') {
            return Err("not a valid node address".into());
        }
        let node = Self { host, port, tls, path: format!("/{path}"), own: false };
        node.refuse_clear_text()?;
        node.target("node").map_err(|error| error.to_string())?;
        Ok(node)
    }

    /// Reads a node that speaks the protocol of its chain: `host` or `host:port`.
    /// Such a node needs no TLS: it is believed nothing that does not follow from the chain's work.
    pub(crate) fn parse_peer(text: &str, default: u16) -> Result<Self, String> {
        let has_port = text.rsplit_once(':').is_some_and(|(host, _)| !host.contains(':'))
            || text.contains("]:");
        let (host, port) = match text.rsplit_once(':').filter(|_| has_port) {
            Some((host, port)) => {
                (host, port.parse().map_err(|_| "the port is not a number".to_owned())?)
            }
            None => (text, default),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let is_shaped = !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:".contains(&b));
        if !is_shaped {
            return Err("not a valid node address".into());
        }
        let node = Self { host, port, tls: false, path: "/".into(), own: false };
        node.target("node").map_err(|error| error.to_string())?;
        Ok(node)
    }

    /// Returns the place the shop dials for this node, under this name.
    ///
    /// # Errors
    /// The purpose is no name. (That the host can be dialled was checked when it was parsed.)
    pub(crate) fn target(&self, purpose: &str) -> Result<Target, TargetError> {
        let new = if self.is_loopback() { Target::on_loopback } else { Target::through_tor };
        new(purpose, &self.host, self.port, self.tls)
    }

    /// Returns the place an attestor dials for a carrier at this address: over the clear net,
    /// where it is not a fake one on this machine.
    ///
    /// # Errors
    /// As [`NodeUrl::target`], and a carrier without TLS.
    pub(crate) fn carrier_target(&self, purpose: &str) -> Result<Target, TargetError> {
        if self.is_loopback() {
            return self.target(purpose);
        }
        Target::at_carrier(purpose, &self.host, self.port)
    }

    /// Returns true if the node runs on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback_ip().is_some()
    }

    /// Returns the node for the seller's eyes: without the path, which often holds a key.
    pub(crate) fn name(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.authority())
    }

    /// Returns its host, in small letters.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Returns the value of the `Host` header.
    pub(crate) fn authority(&self) -> String {
        let default = if self.tls { 443 } else { 80 };
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == default { host } else { format!("{host}:{}", self.port) }
    }

    /// Returns true if a majority that counts both would count one node twice.
    /// Elsewhere a host is one node, whatever its port and path: one operator answers there. On this
    /// machine each port is one.
    pub(crate) fn is_same_node(&self, other: &Self) -> bool {
        match (self.loopback_ip(), other.loopback_ip()) {
            (Some(one), Some(two)) => self.port == other.port && one == two,
            (None, None) => self.host == other.host,
            _ => false,
        }
    }

    /// Returns its address on this machine; the two that `localhost` may mean are one.
    fn loopback_ip(&self) -> Option<IpAddr> {
        let ip = match self.host.as_str() {
            "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
            host => host.parse().ok()?,
        };
        let ip = if ip == Ipv6Addr::LOCALHOST { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { ip };
        ip.is_loopback().then_some(ip)
    }

    /// Refuses clear text to a far node: an exit relay could read and change it.
    fn refuse_clear_text(&self) -> Result<(), String> {
        if self.tls || self.is_loopback() || self.host.ends_with(".onion") {
            return Ok(());
        }
        Err("a node needs https:// unless it is on this machine or an onion address".into())
    }
}

/// Without the path, which often holds an access key.
impl std::fmt::Debug for NodeUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NodeUrl(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(url: &str) -> NodeUrl {
        NodeUrl::parse(url).unwrap()
    }

    #[test]
    fn nodes_are_told_apart_by_where_they_are() {
        let far = node("https://rpc.example/v3/key");
        assert_eq!((far.port, far.tls, far.path.as_str()), (443, true, "/v3/key"));
        assert!(!far.is_loopback());
        assert!(node("http://localhost:8545").is_loopback());
        assert!(node("http://[::1]:8545/").is_loopback());
        assert!(!format!("{far:?} {}", far.name()).contains("key"));
        assert_eq!(node("http://[::1]:8545").authority(), "[::1]:8545");
        assert_eq!(node("HTTPS://RPC.example:443").name(), "https://rpc.example");
    }

    #[test]
    fn peer_is_a_host_with_or_without_a_port() {
        let peer = |text| NodeUrl::parse_peer(text, 8333);
        let onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
        for (text, host, port) in [
            ("seed.example", "seed.example", 8333),
            ("Seed.example:9333", "seed.example", 9333),
            (onion, onion, 8333),
            ("127.0.0.1", "127.0.0.1", 8333),
            ("127.0.0.1:18444", "127.0.0.1", 18444),
            ("::1", "::1", 8333),
            ("[::1]:18444", "::1", 18444),
        ] {
            let peer = peer(text).unwrap();
            assert_eq!((peer.host.as_str(), peer.port, peer.tls), (host, port, false));
        }
        for text in ["", "1.2.3.4", "https://seed.example", "seed.example:x", "a b", "seed"] {
            assert!(peer(text).is_err(), "{text}");
        }
        assert!(peer(onion).unwrap().target("p").is_ok());
    }

    /// Nodes that `check` accepts are dialled by `serve`: both ask [`NodeUrl::parse`].
    #[test]
    fn node_that_cannot_be_dialled_is_refused_when_parsed() {
        for (url, wanted) in [
            ("https://1.2.3.4:8545", "not an IP address"),
            ("https://[2001:db8::1]/", "not an IP address"),
            ("https://0x7f.1/", "not an IP address"),
            ("https://rpc", "not a host name"),
            ("https://rpc.example.", "not a host name"),
            ("https://rpc..example", "not a host name"),
            ("https://node.localhost", "this machine"),
            ("http://short.onion", "onion address"),
            ("http://127.0.0.1:0", "port"),
            ("https://rpc.example:0/key", "port"),
            ("https://rpc.example:70000", "not a number"),
            ("http://rpc.example", "needs https://"),
            ("ws://127.0.0.1:8545", "starts with http"),
        ] {
            match NodeUrl::parse(url) {
                Err(refused) => assert!(refused.contains(wanted), "{url}: {refused}"),
                Ok(_) => panic!("{url} is accepted"),
            }
        }
    }

    #[test]
    fn one_node_written_twice_is_recognised() {
        for (one, two, same) in [
            ("https://rpc.example", "https://RPC.example:443/", true),
            ("https://rpc.example/v3/one", "https://rpc.example/v3/two", true),
            ("https://rpc.example", "https://rpc.example:8545", true),
            ("https://rpc.example", "https://eth.example", false),
            ("http://127.0.0.1:8545", "http://localhost:8545/", true),
            ("http://127.0.0.1:8545", "http://[::1]:8545/x", true),
            ("http://127.0.0.1:8545", "http://127.0.0.1:8546", false),
            ("http://127.0.0.1:8545", "http://127.0.0.2:8545", false),
            ("http://127.0.0.1:443", "https://rpc.example", false),
        ] {
            assert_eq!(node(one).is_same_node(&node(two)), same, "{one} {two}");
            assert_eq!(node(two).is_same_node(&node(one)), same, "{two} {one}");
        }
    }
}
