//! Bridges: relays in no public list, by which Tor is entered where it is blocked or watched.

use std::{fmt, str::FromStr};

use arti_client::config::{BridgeConfigBuilder, BridgeParseError};
use shop_core::kind::{HasKind, Kind};

/// A bridge's line that arti has read.
/// It is a secret between the seller and the bridge's operator: it is in no error and no `Debug`.
#[derive(Clone)]
pub struct Bridge {
    config: BridgeConfigBuilder,
}

impl Bridge {
    /// Reads a line as its operator hands it out.
    ///
    /// It is `[Bridge] [TRANSPORT] ADDRESS:PORT FINGERPRINT [KEY=VALUE ...]`.
    ///
    /// # Errors
    /// See [`BridgeError`].
    pub fn parse(line: &str) -> Result<Self, BridgeError> {
        let config = BridgeConfigBuilder::from_str(line).map_err(|error| from_arti(&error))?;
        config.build().map_err(|_| BridgeError::Inconsistent)?;
        Ok(Self { config })
    }

    /// Returns the name of the bridge's transport; none if it is reached without one.
    #[must_use]
    pub fn transport(&self) -> Option<&str> {
        self.config.get_transport().filter(|name| !name.is_empty())
    }

    /// Returns the ports that Tor itself connects to; none if a transport does.
    #[must_use]
    pub fn ports(&self) -> Vec<u16> {
        if self.transport().is_some() {
            return Vec::new();
        }
        let addresses = self.config.opt_addrs().iter().flatten();
        addresses.filter_map(|address| address.as_socketaddr()).map(|at| at.port()).collect()
    }

    /// Returns the bridge as the library's settings take it.
    pub(super) fn into_config(self) -> BridgeConfigBuilder {
        self.config
    }
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bridge").field("transport", &self.transport()).finish_non_exhaustive()
    }
}

/// Faults of a bridge's line, in words that repeat nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BridgeError {
    /// Nothing is in it.
    #[error("is empty")]
    Empty,
    /// The address is no address with a port.
    #[error("has no address and port where they belong: 192.0.2.10:443")]
    Address,
    /// No fingerprint of 40 hexadecimal digits.
    #[error("has no fingerprint, or one that is not 40 hexadecimal digits")]
    Fingerprint,
    /// A fingerprint stands twice.
    #[error("has two fingerprints of the same kind")]
    TwoFingerprints,
    /// An argument behind the fingerprint is not for a transport.
    #[error("has an argument that is not KEY=VALUE")]
    Argument,
    /// Arguments of a transport, and none is named.
    #[error("has arguments of a transport, but names none before its address")]
    NoTransport,
    /// The parts do not fit together.
    #[error("is not one that the built-in Tor understands")]
    Inconsistent,
}

impl HasKind for BridgeError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

/// Returns the fault without the words of the line, which the library's error repeats.
fn from_arti(error: &BridgeParseError) -> BridgeError {
    match error {
        BridgeParseError::Empty => BridgeError::Empty,
        BridgeParseError::InvalidPtOrAddr { .. }
        | BridgeParseError::InvalidIpAddrOrPt { .. }
        | BridgeParseError::InvalidIPtHostAddr { .. } => BridgeError::Address,
        BridgeParseError::InvalidIdentityOrParameter { .. }
        | BridgeParseError::UnsupportedIdentityType { .. }
        | BridgeParseError::NoRsaIdentity => BridgeError::Fingerprint,
        BridgeParseError::MultipleIdentitiesOfSameType { .. } => BridgeError::TwoFingerprints,
        BridgeParseError::InvalidPtKeyValue { .. }
        | BridgeParseError::InvalidPluggableTransportSetting { .. } => BridgeError::Argument,
        BridgeParseError::DirectParametersNotAllowed => BridgeError::NoTransport,
        _ => BridgeError::Inconsistent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINGERPRINT: &str = "0bac39417268b96b9f514ef763fa6fba1a788956";

    #[test]
    fn lines_are_read_with_their_transport_and_ports() {
        let plain = Bridge::parse(&format!("Bridge 192.0.2.83:8443 {FINGERPRINT}")).unwrap();
        assert_eq!((plain.transport(), plain.ports()), (None, vec![8443]));
        let six = Bridge::parse(&format!("[2001:db8::1]:443 ${FINGERPRINT}")).unwrap();
        assert_eq!(six.ports(), [443]);
        let line = format!("obfs4 192.0.2.83:8443 {FINGERPRINT} cert=abc iat-mode=0");
        let hidden = Bridge::parse(&line).unwrap();
        assert_eq!((hidden.transport(), hidden.ports()), (Some("obfs4"), Vec::new()));
    }

    #[test]
    fn faults_are_named_and_the_line_is_not_repeated() {
        let arguments = format!("192.0.2.83:80 {FINGERPRINT} cert=secret");
        let twice = format!("192.0.2.83:80 {FINGERPRINT} {FINGERPRINT}");
        let value = format!("obfs4 192.0.2.83:80 {FINGERPRINT} a=b secret");
        for (line, wanted) in [
            ("", BridgeError::Empty),
            ("bridge", BridgeError::Empty),
            ("192.0.2.83:secret", BridgeError::Address),
            ("secret.example:443 AAAA", BridgeError::Address),
            ("obfs4 192.0.2.83", BridgeError::Address),
            ("192.0.2.83:80", BridgeError::Fingerprint),
            ("192.0.2.83:80 AAAA", BridgeError::Fingerprint),
            (twice.as_str(), BridgeError::TwoFingerprints),
            (value.as_str(), BridgeError::Argument),
            (arguments.as_str(), BridgeError::NoTransport),
        ] {
            let error = Bridge::parse(line).unwrap_err();
            assert_eq!(error, wanted, "{line}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn debug_output_of_a_bridge_does_not_say_where_it_is() {
        let line = format!("obfs4 192.0.2.83:8443 {FINGERPRINT} cert=abc");
        let shown = format!("{:?}", Bridge::parse(&line).unwrap());
        assert!(shown.contains("obfs4") && !shown.contains("192.0.2") && !shown.contains("cert"));
    }
}
