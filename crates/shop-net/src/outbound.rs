//! The allow-list: the places the shop may connect to, each under the name of its purpose.

mod carrier;

pub use carrier::CarrierDialer;

use std::{fmt, io, net::IpAddr, os::fd::OwnedFd, time::Duration};

use serde::{Deserialize, Serialize};
use shop_core::kind::{HasKind, Kind};
use tokio::{net::TcpStream, time::timeout};

use crate::{onion_address::OnionAddress, pair, pump};

/// Longest time that a connection on this machine may take.
const LOOPBACK_PATIENCE: Duration = Duration::from_secs(10);

/// Role that makes the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// The tor role. The name is resolved at the far end of a circuit, never here.
    Tor,
    /// The supervisor, to this machine alone.
    Loopback,
    /// By the supervisor of an attestor, over the clear net: a carrier's own host.
    /// No other supervisor has a [`CarrierDialer`], so a shop's target of this kind leads nowhere.
    Carrier,
}

/// One place the shop may connect to. Only places that may be dialled exist as a `Target`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Target(Raw);

/// A target as it is written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    purpose: String,
    host: String,
    port: u16,
    tls: bool,
    via: Via,
}

/// Errors of a place that cannot be on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The name of the purpose.
    #[error("the name of a purpose has at most 40 lower-case letters, digits and dashes")]
    Purpose,
    /// Port 0.
    #[error("a target needs a port from 1 to 65535")]
    Port,
    /// A number instead of a name.
    #[error(
        "through Tor, a target must be a host name, not an IP address: it must not be looked up \
         here, and an address in a home network does not work from Tor's side"
    )]
    Numeric,
    /// This machine, through Tor.
    #[error("this machine cannot be reached through Tor: allow loopback for this target instead")]
    ThisMachine,
    /// Not a host name.
    #[error("this is not a host name: letters, digits and dashes between dots")]
    NotAName,
    /// An onion address with a mistake in it.
    #[error("this onion address is mistyped")]
    NotAnOnion,
    /// A carrier is asked over TLS alone.
    #[error("a carrier is only asked over TLS")]
    Unsealed,
    /// Another machine, on loopback.
    #[error("only 127.0.0.1, ::1 and localhost are on this machine")]
    NotLoopback,
}

impl HasKind for TargetError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

impl Target {
    /// Creates a target reached through Tor.
    ///
    /// # Errors
    /// The host is a numeric address, this machine, or no name at all.
    pub fn through_tor(
        purpose: &str,
        host: &str,
        port: u16,
        tls: bool,
    ) -> Result<Self, TargetError> {
        Self::new(purpose, host, port, tls, Via::Tor)
    }

    /// Creates a target on this machine, because the seller's settings say so.
    ///
    /// # Errors
    /// The host is not a loopback address or `localhost`.
    pub fn on_loopback(
        purpose: &str,
        host: &str,
        port: u16,
        tls: bool,
    ) -> Result<Self, TargetError> {
        Self::new(purpose, host, port, tls, Via::Loopback)
    }

    /// Creates a target at a carrier, which is dialled over the clear net and speaks TLS.
    ///
    /// # Errors
    /// The name of the purpose, the host or the port is none; as for [`Target::through_tor`].
    pub fn at_carrier(purpose: &str, host: &str, port: u16) -> Result<Self, TargetError> {
        Self::new(purpose, host, port, true, Via::Carrier)
    }

    fn new(purpose: &str, host: &str, port: u16, tls: bool, via: Via) -> Result<Self, TargetError> {
        check_purpose(purpose)?;
        if port == 0 {
            return Err(TargetError::Port);
        }
        let host = host.to_ascii_lowercase();
        match via {
            Via::Tor => check_far_name(&host)?,
            Via::Carrier if !tls => return Err(TargetError::Unsealed),
            Via::Carrier => check_far_name(&host)?,
            Via::Loopback => drop(loopback_ip(&host)?),
        }
        Ok(Self(Raw { purpose: purpose.into(), host, port, tls, via }))
    }

    /// Returns the name the shop dials it by.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// Returns the host's name, in small letters.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.0.host
    }

    /// Returns the port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.0.port
    }

    /// Returns true if the shop role speaks TLS with it.
    #[must_use]
    pub const fn tls(&self) -> bool {
        self.0.tls
    }

    /// Returns the role that connects.
    #[must_use]
    pub const fn via(&self) -> Via {
        self.0.via
    }
}

impl TryFrom<Raw> for Target {
    type Error = TargetError;

    fn try_from(raw: Raw) -> Result<Self, TargetError> {
        Self::new(&raw.purpose, &raw.host, raw.port, raw.tls, raw.via)
    }
}

impl From<Target> for Raw {
    fn from(target: Target) -> Self {
        target.0
    }
}

/// The purpose alone: hosts stay out of logs.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.0.purpose)
    }
}

/// Dialler in the supervisor, which answers the shop's dials to this machine.
#[derive(Clone, Debug)]
pub struct LoopbackDialer {
    targets: Vec<Target>,
}

impl LoopbackDialer {
    /// Creates a dialler for those of `targets` that are on this machine.
    #[must_use]
    pub fn new(mut targets: Vec<Target>) -> Self {
        targets.retain(|target| target.via() == Via::Loopback);
        Self { targets }
    }

    /// Answers one [`crate::link::Message::Dial`].
    /// Connects `fd` to the target of `purpose` and copies until both are done. For anything not on
    /// the list, `fd` is closed at once.
    pub async fn answer(&self, purpose: &str, fd: OwnedFd) {
        let Some(target) = self.targets.iter().find(|target| target.purpose() == purpose) else {
            return;
        };
        if let (Ok(near), Ok(far)) = (pair::from_fd(fd), connect(target).await) {
            pump::with_node(near, far).await;
        }
    }
}

/// Connects to a target on this machine.
pub(crate) async fn connect(target: &Target) -> io::Result<TcpStream> {
    let ip = loopback_ip(target.host()).map_err(|error| io::Error::other(error.to_string()))?;
    let stream = timeout(LOOPBACK_PATIENCE, TcpStream::connect((ip, target.port()))).await??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn check_purpose(purpose: &str) -> Result<(), TargetError> {
    let fits = (1..=40).contains(&purpose.len());
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if fits && purpose.bytes().all(plain) { Ok(()) } else { Err(TargetError::Purpose) }
}

/// Checks a name to resolve at the far end: a DNS name with a dot in it, or an onion address.
fn check_far_name(host: &str) -> Result<(), TargetError> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    // A last label of digits makes it a number to some resolvers ("127.1", "0x7f.1").
    let last = host.rsplit('.').next().unwrap_or_default();
    let number = last.starts_with(|first: char| first.is_ascii_digit());
    if bare.parse::<IpAddr>().is_ok() || number {
        return Err(TargetError::Numeric);
    }
    if host == "localhost" || last == "localhost" || last == "local" || last == "internal" {
        return Err(TargetError::ThisMachine);
    }
    if last == "onion" {
        let address = host.parse::<OnionAddress>();
        return address.map(drop).map_err(|_| TargetError::NotAnOnion);
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if host.len() <= 253 && host.contains('.') && host.split('.').all(label) {
        return Ok(());
    }
    Err(TargetError::NotAName)
}

/// Parses a loopback address without asking a resolver.
/// `localhost` is 127.0.0.1 here, whatever `/etc/hosts` says.
fn loopback_ip(host: &str) -> Result<IpAddr, TargetError> {
    if host == "localhost" {
        return Ok(IpAddr::from([127, 0, 0, 1]));
    }
    match host.parse::<IpAddr>() {
        Ok(ip) if ip.is_loopback() => Ok(ip),
        _ => Err(TargetError::NotLoopback),
    }
}

#[cfg(test)]
mod tests;
