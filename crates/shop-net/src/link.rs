//! The wire between two roles: whole messages, each with at most one file descriptor.

use std::{fmt, io, os::fd::OwnedFd};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use serde::{Deserialize, Serialize};
use tokio::io::unix::AsyncFd;

use crate::status::Status;

/// Where a visitor came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// Through Tor, at the onion address.
    Onion,
    /// On this machine, at the loopback preview.
    Preview,
}

/// What one role tells another.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Message {
    /// Supervisor to role, first of all: what the role is to do.
    Plan(serde_json::Value),
    /// Door to shop, with one end of a stream: somebody is here.
    Visit {
        /// Where they came in.
        door: Door,
        /// Which circuit (or preview connection) they came on; what limits key on.
        circuit: u64,
    },
    /// Shop to door, with one end of a stream: connect it to this purpose's target.
    Dial {
        /// A name on the allow-list.
        purpose: String,
    },
    /// Supervisor to role, with a link to another role: use this one from now on.
    Door,
    /// Shop to door: this circuit abuses us; end it and all its streams.
    EndCircuit {
        /// As in its visits.
        circuit: u64,
    },
    /// Role to supervisor: this became true.
    Status(Status),
    /// Supervisor to shop: read the catalogue again.
    Reload,
    /// Supervisor to role: finish what is open, then end.
    Stop,
    /// Whatever else the program's own roles say to each other.
    Word(serde_json::Value),
}

/// The name of the message alone: plans hold keys, and visits hold circuits.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plan(_) => "Plan",
            Self::Visit { .. } => "Visit",
            Self::Dial { .. } => "Dial",
            Self::Door => "Door",
            Self::EndCircuit { .. } => "EndCircuit",
            Self::Status(_) => "Status",
            Self::Reload => "Reload",
            Self::Stop => "Stop",
            Self::Word(_) => "Word",
        })
    }
}

/// Why a message was not sent or not received.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The other role is gone.
    #[error("the other role has closed the link")]
    Closed,
    /// Longer than a message may be, or cut off on the way.
    #[error("a message is longer than the link carries")]
    TooLong,
    /// Not a message of ours. The link still works: the next message may be one.
    #[error("what arrived is not a message")]
    NotAMessage,
    /// More than one file descriptor came along, or some got lost.
    #[error("a message carried more than one file descriptor")]
    TooManyFds,
    /// The system failed.
    #[error("the link failed: {0}")]
    Io(#[from] io::Error),
}

/// One end of a link.
#[derive(Debug)]
pub struct Link {
    fd: AsyncFd<OwnedFd>,
}

impl Link {
    /// A fresh link: this role's end, and the other's, to be sent or given as a child's stdin.
    ///
    /// # Errors
    /// The system is out of file descriptors. Needs a running tokio runtime.
    pub fn pair() -> io::Result<(Self, OwnedFd)> {
        let flags = SocketFlags::CLOEXEC;
        let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        Ok((Self::from_fd(ours)?, theirs))
    }

    /// The link this process was started with, as its standard input.
    ///
    /// # Errors
    /// Standard input is not a link: the role was started by hand.
    pub fn from_stdin() -> io::Result<Self> {
        todo!()
    }

    /// The link that arrived with [`Message::Door`].
    ///
    /// # Errors
    /// It is not a Unix seqpacket socket.
    pub fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        Ok(Self { fd: AsyncFd::new(fd)? })
    }

    /// Sends one message, whole or not at all. Several tasks may send at once.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub async fn send(&self, message: &Message, fd: Option<OwnedFd>) -> Result<(), LinkError> {
        let _ = (&self.fd, message, fd);
        todo!()
    }

    /// Waits for the next message. Dropping the future loses nothing.
    ///
    /// # Errors
    /// See [`LinkError`]; after anything but [`LinkError::Closed`] and [`LinkError::Io`] the link
    /// can still be read.
    pub async fn recv(&self) -> Result<(Message, Option<OwnedFd>), LinkError> {
        todo!()
    }
}
