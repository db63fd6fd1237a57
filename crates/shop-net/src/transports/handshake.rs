//! The start of a transport, from its first line to its last port.

use std::io;

use shop_core::kind::{HasKind, Kind};

use super::{
    TransportAddress,
    line::{Line, Malformed},
};

/// The version of the protocol.
pub(super) const VERSION: &str = "1";

/// The protocol of a port that arti can use.
const SOCKS: &str = "socks5";

/// Most lines before the last port is told.
const MOST_LINES: u32 = 1_000;

/// Errors of a transport, in words that complete "the transport obfs4 ...".
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The process could not be started.
    #[error("cannot be started: {0}")]
    NotStarted(#[source] io::Error),
    /// It says itself that it cannot work: in its words.
    #[error("cannot work: {0}")]
    Refused(String),
    /// It speaks another version.
    #[error("speaks another version of the protocol between Tor and transports")]
    Version,
    /// It does not offer a transport that bridges use.
    #[error("is not offered by its program")]
    NotOffered,
    /// Its port takes streams by an older protocol.
    #[error("speaks {0}, and the built-in Tor needs socks5")]
    Protocol(String),
    /// Its port is not on this machine.
    #[error("does not listen on 127.0.0.1, so it is not used")]
    NotLoopback,
    /// Its answer is not of the protocol.
    #[error("says something that is no answer of a transport: is it the right program?")]
    Malformed,
    /// It says too much.
    #[error("says too much before it is ready: is it the right program?")]
    TooMuch,
    /// It says nothing.
    #[error("does not get ready")]
    Silent,
    /// It ended.
    #[error("has ended ({0})")]
    Ended(String),
    /// The system failed.
    #[error("cannot be read: {0}")]
    Io(#[source] io::Error),
}

impl HasKind for TransportError {
    fn kind(&self) -> Kind {
        match self {
            Self::Silent | Self::Ended(_) | Self::Io(_) => Kind::Unavailable,
            _ => Kind::Misconfigured,
        }
    }
}

/// State of a transport that is starting, by what it has said.
#[derive(Debug)]
pub(super) struct Handshake {
    wanted: Vec<String>,
    found: Vec<TransportAddress>,
    is_version_known: bool,
    lines: u32,
}

impl Handshake {
    /// Waits for the ports of these transports.
    pub(super) const fn new(wanted: Vec<String>) -> Self {
        Self { wanted, found: Vec::new(), is_version_known: false, lines: 0 }
    }

    /// Takes a line, and returns the ports once all are known.
    pub(super) fn take(
        &mut self,
        line: &str,
    ) -> Result<Option<Vec<TransportAddress>>, TransportError> {
        self.lines += 1;
        if self.lines > MOST_LINES {
            return Err(TransportError::TooMuch);
        }
        let line = Line::parse(line).map_err(|Malformed| TransportError::Malformed)?;
        match line {
            Line::Version(version) if version == VERSION => self.is_version_known = true,
            Line::Version(_) | Line::VersionError => return Err(TransportError::Version),
            Line::EnvironmentError(words) => return Err(TransportError::Refused(words)),
            Line::Method { .. } | Line::Done if !self.is_version_known => {
                return Err(TransportError::Malformed);
            }
            Line::Method { name, protocol, address } if self.wanted.contains(&name) => {
                self.add(TransportAddress { name, address }, protocol)?;
            }
            Line::MethodError { name, reason } if self.wanted.contains(&name) => {
                return Err(TransportError::Refused(reason));
            }
            Line::Done => return self.end().map(Some),
            Line::Method { .. } | Line::MethodError { .. } | Line::Other => {}
        }
        Ok(None)
    }

    fn add(&mut self, found: TransportAddress, protocol: String) -> Result<(), TransportError> {
        if protocol != SOCKS {
            // Whatever it calls it goes to a terminal.
            let is_known = protocol == "socks4";
            let name = if is_known { protocol } else { "another protocol".into() };
            return Err(TransportError::Protocol(name));
        }
        if !found.address.ip().is_loopback() || found.address.port() == 0 {
            return Err(TransportError::NotLoopback);
        }
        if self.found.iter().any(|other| other.name == found.name) {
            return Err(TransportError::Malformed);
        }
        self.found.push(found);
        Ok(())
    }

    fn end(&mut self) -> Result<Vec<TransportAddress>, TransportError> {
        let is_found = |name: &String| self.found.iter().any(|found| found.name == *name);
        if !self.wanted.iter().all(is_found) {
            return Err(TransportError::NotOffered);
        }
        Ok(std::mem::take(&mut self.found))
    }
}

#[cfg(test)]
mod tests;
