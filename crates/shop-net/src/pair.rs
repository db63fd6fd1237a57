//! Pairs of Unix stream sockets, by which a stream crosses from one role to another.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

use rustix::net::{AddressFamily, SocketType, getsockname, sockopt};
use tokio::net::UnixStream;

/// Bytes the system may hold of a stream on its way, in each direction.
/// The system's own default is three times as much, which 512 connections would turn into 200 MB.
const BUFFER: usize = 64 << 10;

/// Creates a pair: our end, and the one to send away.
pub(crate) fn new() -> io::Result<(UnixStream, OwnedFd)> {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    for end in [&ours, &theirs] {
        sockopt::set_socket_send_buffer_size(end, BUFFER)?;
    }
    ours.set_nonblocking(true)?;
    Ok((UnixStream::from_std(ours)?, theirs.into()))
}

/// Creates a pair for a thread that may wait: our end, and the one to send away.
pub(crate) fn blocking() -> io::Result<(std::os::unix::net::UnixStream, OwnedFd)> {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    Ok((ours, theirs.into()))
}

/// Returns the stream that arrived with a message.
pub(crate) fn from_fd(fd: OwnedFd) -> io::Result<UnixStream> {
    expect(fd.as_fd(), SocketType::STREAM)?;
    let stream = std::os::unix::net::UnixStream::from(fd);
    stream.set_nonblocking(true)?;
    UnixStream::from_std(stream)
}

/// Checks that `fd` is a Unix socket of this type. Anything else a role was sent, it refuses.
pub(crate) fn expect(fd: BorrowedFd<'_>, kind: SocketType) -> io::Result<()> {
    let unix = getsockname(fd)?.address_family() == AddressFamily::UNIX;
    if unix && sockopt::socket_type(fd)? == kind {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "not the kind of socket expected here"))
}
