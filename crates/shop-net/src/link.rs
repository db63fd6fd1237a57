//! The wire between two roles: whole messages, each with at most one file descriptor.

use std::{
    fmt,
    fs::File,
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    path::PathBuf,
};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags,
    SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg,
    sendmsg, socketpair,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shop_core::kind::{HasKind, Kind};
use tokio::{
    io::Interest,
    net::{UnixDatagram, UnixStream},
};
use zeroize::Zeroizing;

use crate::{pair, status::Status};

/// The longest message, in bytes. Plans are the longest, and are a few kilobytes.
const MAX_MESSAGE: usize = 64 << 10;

/// Entry by which a visitor came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ingress {
    /// Through Tor, at the onion address.
    Onion,
    /// On this machine, at the loopback preview.
    Preview,
    /// On the clear web, through a reverse proxy.
    Clear,
}

/// Message from one role to another.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Message {
    /// Supervisor to role, first of all: the role's task.
    Plan(serde_json::Value),
    /// Door to shop, with one end of a stream: somebody is here.
    Visit {
        /// Entry by which they came in.
        door: Ingress,
        /// Circuit (or preview connection) they came on, by which limits count. On the clear web, a
        /// number that stands for their address.
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
        /// Circuit, as in its visits.
        circuit: u64,
    },
    /// Role to supervisor: this became true.
    Status(Status),
    /// Supervisor to shop: read the catalogue again.
    Reload,
    /// Supervisor to shop, with one end of a stream: answer this question there.
    Ask(serde_json::Value),
    /// Supervisor to role: finish what is open, then end.
    Stop,
    /// Supervisor to role: answer with [`Message::Pong`] from the loop that does your work.
    Ping,
    /// Role to supervisor: the answer.
    Pong,
    /// Shop to supervisor, with one end of a stream: start a process that reads pictures.
    /// The process gets this end as its input and output.
    Pictures,
    /// Shop to supervisor, with one end of a stream: open this file, and pass it on there.
    OpenFile {
        /// As the shop knows it.
        path: PathBuf,
    },
    /// The answer on that stream, with the file.
    File,
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
            Self::Ask(_) => "Ask",
            Self::Stop => "Stop",
            Self::Ping => "Ping",
            Self::Pong => "Pong",
            Self::Pictures => "Pictures",
            Self::OpenFile { .. } => "OpenFile",
            Self::File => "File",
            Self::Word(_) => "Word",
        })
    }
}

/// Errors of sending or receiving a message.
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
    /// A seqpacket socket, which has no type of its own in the library.
    /// It reads and writes as a datagram socket does.
    socket: UnixDatagram,
}

impl Link {
    /// Creates a link: this role's end, and the other's, to be sent or given as a child's stdin.
    ///
    /// # Errors
    /// The system is out of file descriptors. Needs a running tokio runtime.
    pub fn pair() -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = ends()?;
        Ok((Self::from_fd(ours)?, theirs))
    }

    /// Opens the link this process was started with, as its standard input.
    ///
    /// # Errors
    /// Standard input is not a link: the role was started by hand.
    pub fn from_stdin() -> io::Result<Self> {
        let fd = io::stdin().as_fd().try_clone_to_owned()?;
        let link = Self::from_fd(fd)?;
        // What this process starts must not find the link as its own standard input.
        nix::unistd::dup2_stdin(std::fs::File::open("/dev/null")?)?;
        Ok(link)
    }

    /// Opens the link that arrived with [`Message::Door`].
    ///
    /// # Errors
    /// It is not a Unix seqpacket socket.
    pub fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        pair::expect(fd.as_fd(), SocketType::SEQPACKET)?;
        rustix::io::ioctl_fionbio(&fd, true)?;
        Ok(Self { socket: UnixDatagram::from_std(fd.into())? })
    }

    /// Sends one message, whole or not at all. Several tasks may send at once.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub async fn send(&self, message: &Message, fd: Option<OwnedFd>) -> Result<(), LinkError> {
        // A plan holds the onion key: what it passes through is wiped.
        let bytes = Zeroizing::new(serde_json::to_vec(message).map_err(io::Error::from)?);
        if bytes.len() > MAX_MESSAGE {
            return Err(LinkError::TooLong);
        }
        let send = || send_now(&self.socket, &bytes, fd.as_ref());
        self.socket.async_io(Interest::WRITABLE, send).await.map_err(LinkError::of)
    }

    /// Asks the other role a question; returns the stream its answer comes on.
    /// The stream ends without an answer when that role does.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub async fn ask(&self, question: serde_json::Value) -> Result<UnixStream, LinkError> {
        let (ours, theirs) = pair::new()?;
        self.send(&Message::Ask(question), Some(theirs)).await?;
        Ok(ours)
    }

    /// Waits for the next message. Dropping the future loses nothing.
    ///
    /// # Errors
    /// See [`LinkError`]; after anything but [`LinkError::Closed`] and [`LinkError::Io`] the link
    /// can still be read.
    pub async fn recv(&self) -> Result<(Message, Option<OwnedFd>), LinkError> {
        let receive = || receive_now(&self.socket);
        let received = self.socket.async_io(Interest::READABLE, receive).await;
        let Received { bytes, cut, mut fds } = received.map_err(LinkError::of)?;
        if bytes.is_empty() {
            return Err(LinkError::Closed);
        }
        if cut || fds.len() > 1 {
            return Err(if fds.len() > 1 { LinkError::TooManyFds } else { LinkError::TooLong });
        }
        let message = serde_json::from_slice(&bytes).map_err(|_| LinkError::NotAMessage)?;
        Ok((message, fds.pop()))
    }
}

/// Reads the plan this process was started with: the first message on its standard input.
/// Waits for it without a runtime, so that the process can still be confined as one thread.
///
/// # Errors
/// Standard input is not a link, or what comes first is not a plan of this kind.
pub fn read_plan<T: DeserializeOwned>() -> Result<T, LinkError> {
    plan_from(io::stdin().as_fd())
}

/// Passes a file on over a stream whose other end waits in [`receive_file`]. One whose reader is gone
/// is told nothing.
pub(crate) fn send_file(stream: &OwnedFd, file: OwnedFd) {
    let bytes = serde_json::to_vec(&Message::File).unwrap_or_default();
    // The stream is fresh: there is room.
    let _ = send_now(stream, &bytes, Some(&file));
}

/// Waits for a file on a stream. An end without one is a refusal.
pub(crate) fn receive_file(stream: &std::os::unix::net::UnixStream) -> io::Result<File> {
    let Received { bytes, mut fds, .. } = receive_now(stream)?;
    match (serde_json::from_slice(&bytes), fds.pop()) {
        (Ok(Message::File), Some(file)) => Ok(file.into()),
        _ => Err(io::ErrorKind::PermissionDenied.into()),
    }
}

fn plan_from<T: DeserializeOwned>(fd: BorrowedFd<'_>) -> Result<T, LinkError> {
    pair::expect(fd, SocketType::SEQPACKET)?;
    let Received { bytes, .. } = receive_now(fd)?;
    match serde_json::from_slice(&bytes) {
        _ if bytes.is_empty() => Err(LinkError::Closed),
        Ok(Message::Plan(plan)) => serde_json::from_value(plan).map_err(|_| LinkError::NotAMessage),
        _ => Err(LinkError::NotAMessage),
    }
}

/// Creates a link and returns both its ends, to be sent away.
pub(crate) fn ends() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?)
}

impl LinkError {
    fn of(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::NotConnected => Self::Closed,
            _ => Self::Io(error),
        }
    }
}

impl HasKind for LinkError {
    fn kind(&self) -> Kind {
        match self {
            Self::Closed | Self::Io(_) => Kind::Unavailable,
            Self::TooLong | Self::NotAMessage | Self::TooManyFds => Kind::Bug,
        }
    }
}

/// Result of one read from the link.
struct Received {
    bytes: Zeroizing<Vec<u8>>,
    cut: bool,
    fds: Vec<OwnedFd>,
}

fn send_now(to: impl AsFd, bytes: &[u8], fd: Option<&OwnedFd>) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let fds: Vec<BorrowedFd<'_>> = fd.map(AsFd::as_fd).into_iter().collect();
    if !fds.is_empty() && !control.push(SendAncillaryMessage::ScmRights(&fds)) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    // A role that is gone is an error here, not the end of this process; and none is waited for.
    let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    sendmsg(to, &[IoSlice::new(bytes)], &mut control, flags)?;
    Ok(())
}

fn receive_now(from: impl AsFd) -> io::Result<Received> {
    let mut bytes = Zeroizing::new(vec![0; MAX_MESSAGE]);
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let iov = &mut [IoSliceMut::new(&mut bytes)];
    let mut receive = || recvmsg(&from, iov, &mut control, RecvFlags::CMSG_CLOEXEC);
    let read = match receive() {
        // The other role has ended and left something of ours unread. The system says so before
        // it hands out what that role said last, and says it once.
        Err(rustix::io::Errno::CONNRESET) => receive()?,
        read => read?,
    };
    // All of them are taken, so that those we did not ask for are closed.
    let fds = control
        .drain()
        .filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(fds) => Some(fds.collect::<Vec<_>>()),
            _ => None,
        })
        .flatten()
        .collect();
    let cut = read.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC);
    bytes.truncate(read.bytes);
    Ok(Received { bytes, cut, fds })
}

#[cfg(test)]
mod tests;
