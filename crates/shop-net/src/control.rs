//! The control socket: a command speaks with the shop that is open in a folder.
//!
//! It is a Unix stream socket of mode 0600 in the shop's own folder, and each end asks the kernel
//! which user the other one is (`SO_PEERCRED`): processes of one user speak with each other, and
//! nobody else. It is made and found through the folder's descriptor
//! ([`crate::unix_socket`]), so that the folder's path may have any length.

use std::{io, path::Path, time::Duration};

use nix::{sys::stat::Mode, unistd::geteuid};
use shop_core::kind::{HasKind, Kind};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader},
    net::{UnixListener, UnixStream},
    time::sleep,
};

use crate::unix_socket::folder::Folder;

/// The socket's name in its folder.
pub const NAME: &str = "control.sock";

/// Clients the system keeps waiting.
const WAITING: i32 = 16;

/// Pause for the system to recover when it has no descriptor for a client.
const BREATH: Duration = Duration::from_millis(100);

/// Errors of a command that cannot speak with a shop.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No process listens there: the shop is not open, or is just being opened or closed.
    #[error("no process is listening on the control socket")]
    NobodyThere,
    /// The process that listens there has another user.
    #[error("the shop runs as another user (uid {0})")]
    OtherUser(u32),
    /// The system failed.
    #[error("the control socket cannot be used: {0}")]
    Io(io::Error),
}

impl HasKind for ConnectError {
    fn kind(&self) -> Kind {
        match self {
            Self::NobodyThere => Kind::NotFound,
            Self::OtherUser(_) => Kind::Denied,
            Self::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => Kind::Denied,
            Self::Io(_) => Kind::Unavailable,
        }
    }
}

/// The listening end. Its file is removed when it is dropped.
#[derive(Debug)]
pub struct ControlSocket {
    listener: UnixListener,
    folder: Folder,
}

impl ControlSocket {
    /// Listens in this folder.
    /// A socket that a killed shop left there is replaced, so the caller must be the only one in
    /// this folder. Needs a running tokio runtime.
    ///
    /// # Errors
    /// The folder cannot be written, or something there that is not a socket has the name.
    pub fn bind(folder: &Path) -> io::Result<Self> {
        let folder = Folder::open(folder)?;
        folder.remove_socket(NAME)?;
        let listener = folder.listen(NAME, Mode::S_IRUSR | Mode::S_IWUSR, WAITING)?;
        Ok(Self { listener, folder })
    }

    /// Waits for the next client that has this process's user; others are closed without a word.
    pub async fn accept(&self) -> UnixStream {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) if is_ours(&stream).is_ok() => return stream,
                Ok(_) => {}
                Err(_) => sleep(BREATH).await,
            }
        }
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        // One that stays is replaced at the next start, and answers nobody until then.
        let _ = self.folder.remove_socket(NAME);
    }
}

/// Connects to the shop that is open in this folder.
///
/// # Errors
/// See [`ConnectError`].
pub async fn connect(folder: &Path) -> Result<UnixStream, ConnectError> {
    let folder = Folder::open(folder).map_err(ConnectError::of)?;
    let stream = UnixStream::connect(folder.path(NAME)).await.map_err(ConnectError::of)?;
    is_ours(&stream)?;
    Ok(stream)
}

/// Reads up to the end of one line, without it.
/// Nothing else may follow: what comes behind the line is lost.
///
/// # Errors
/// `InvalidData`: the line has more than `most` bytes. `UnexpectedEof`: the other end closed before
/// the line ended. Anything else: the system failed.
pub async fn read_line(from: impl AsyncRead + Unpin, most: usize) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    BufReader::new(from.take(bound)).read_until(b'\n', &mut line).await?;
    match line.pop() {
        Some(b'\n') => Ok(line),
        Some(_) if line.len() >= most => Err(io::ErrorKind::InvalidData.into()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

impl ConnectError {
    fn of(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Self::NobodyThere,
            _ => Self::Io(error),
        }
    }
}

fn is_ours(stream: &UnixStream) -> Result<(), ConnectError> {
    let theirs = stream.peer_cred().map_err(ConnectError::Io)?.uid();
    if theirs == geteuid().as_raw() { Ok(()) } else { Err(ConnectError::OtherUser(theirs)) }
}

#[cfg(test)]
mod tests;
