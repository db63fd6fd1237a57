//! The line before a stream that says where the stream comes from: PROXY protocol, version 1.
//!
//! A program in front of the shop (C tor, Caddy, nginx, haproxy) writes it, because a Unix socket
//! has no source address. Under C tor the address is a circuit's number ([`ProxySource::circuit`]);
//! behind a reverse proxy it is a visitor's, which is why nothing here prints it.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    time::timeout,
};

/// The longest line, in bytes, with its end.
pub const MAX_LINE: usize = 107;

/// Longest time for the line to arrive. The program in front writes it at once.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// First segments of the addresses in which C tor writes circuit numbers; two more follow.
const CIRCUIT_PREFIX: [u16; 6] = [0xfc00, 0xdead, 0xbeef, 0x4dad, 0, 0];

/// Source of a stream, by its PROXY line. `Debug` leaves the address out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ProxySource {
    /// The program in front does not say.
    Unknown,
    /// An address: a visitor's, or a circuit's number in the form of one.
    Address(IpAddr),
}

/// Errors of a stream without a good PROXY line. The stream has to be closed.
/// None of them holds what was sent.
#[derive(Debug, thiserror::Error)]
pub enum ProxyLineError {
    /// The line is not one of the protocol's forms.
    #[error("a stream does not begin with a PROXY line; turn on PROXY protocol version 1 in front")]
    Malformed,
    /// The line has more bytes than the protocol allows.
    #[error("a PROXY line is longer than 107 bytes")]
    TooLong,
    /// The line did not arrive in time.
    #[error("a stream opened without its PROXY line")]
    Late,
    /// The stream ended before its line did.
    #[error("a stream ended before its PROXY line")]
    Ended(#[source] std::io::Error),
}

impl ProxySource {
    /// Returns the circuit's number, if this is an address in which C tor writes one.
    #[must_use]
    pub fn circuit(self) -> Option<u32> {
        let Self::Address(IpAddr::V6(address)) = self else { return None };
        let [prefix @ .., high, low] = address.segments();
        (prefix == CIRCUIT_PREFIX).then(|| u32::from(high) << 16 | u32::from(low))
    }
}

impl fmt::Debug for ProxySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "Unknown",
            Self::Address(_) => "Address",
        })
    }
}

/// Reads the PROXY line before a stream. The first byte behind the line is the stream's next.
///
/// # Errors
/// See [`ProxyLineError`].
pub async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    patience: Duration,
) -> Result<ProxySource, ProxyLineError> {
    timeout(patience, read_line(stream)).await.map_err(|_| ProxyLineError::Late)?
}

/// Reads byte by byte, because what is read too far cannot be put back.
async fn read_line(stream: &mut (impl AsyncRead + Unpin)) -> Result<ProxySource, ProxyLineError> {
    let mut line = Vec::with_capacity(MAX_LINE);
    while line.len() < MAX_LINE {
        line.push(stream.read_u8().await.map_err(ProxyLineError::Ended)?);
        if let Some(text) = line.strip_suffix(b"\r\n") {
            return parse(text).ok_or(ProxyLineError::Malformed);
        }
        if !may_become_a_line(&line) {
            return Err(ProxyLineError::Malformed);
        }
    }
    Err(ProxyLineError::TooLong)
}

/// Returns false as soon as no more bytes can make a line of these.
/// A request without a line is refused at once, and not after the time for a line.
fn may_become_a_line(bytes: &[u8]) -> bool {
    let start = b"PROXY ";
    let common = bytes.len().min(start.len());
    bytes.get(..common) == start.get(..common) && bytes.last() != Some(&b'\n')
}

/// Reads a line without its end. `None`: not one of the protocol's forms.
fn parse(line: &[u8]) -> Option<ProxySource> {
    let line = str::from_utf8(line).ok()?.strip_prefix("PROXY ")?;
    // Whatever else stands there is to be ignored, says the protocol.
    if line == "UNKNOWN" || line.starts_with("UNKNOWN ") {
        return Some(ProxySource::Unknown);
    }
    let mut words = line.split(' ');
    let mut word = || words.next();
    let address = match word()? {
        "TCP4" => addresses::<Ipv4Addr>(word()?, word()?)?.into(),
        "TCP6" => addresses::<Ipv6Addr>(word()?, word()?)?.into(),
        _ => return None,
    };
    port(word()?)?;
    port(word()?)?;
    word().is_none().then_some(ProxySource::Address(address))
}

/// Returns the source of two addresses of one family.
fn addresses<A: std::str::FromStr>(source: &str, destination: &str) -> Option<A> {
    destination.parse::<A>().ok()?;
    source.parse().ok()
}

/// Reads a port: digits alone, without zeros in front.
fn port(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let padded = text.len() > 1 && text.starts_with('0');
    text.parse().ok().filter(|_| digits && !padded)
}

#[cfg(test)]
mod tests;
