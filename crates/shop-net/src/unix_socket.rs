//! A listening Unix socket at a path, for a program in front of the shop.
//!
//! That is Debian's tor, Caddy or nginx. Mode and folder of the socket say who may connect. A stream
//! without a PROXY line ([`crate::proxy_line`]) says nothing about its source.

pub(crate) mod folder;

use std::{
    ffi::OsString,
    io,
    os::unix::net::UnixStream as StdStream,
    path::{Path, PathBuf},
    time::Duration,
};

use nix::sys::stat::Mode;
use shop_core::kind::{HasKind, Kind};
use tokio::{
    net::{UnixListener, UnixStream},
    time::sleep,
};

use self::folder::{FileId, Folder};

/// Longest path of a socket, in bytes, without the zero behind it.
pub const MAX_PATH: usize = 107;

/// Clients the system keeps waiting: as many as a program in front opens in one burst.
const WAITING: i32 = 512;

/// Pause for the system to recover when it has no descriptor for a client.
const BREATH: Duration = Duration::from_millis(100);

/// Users that may connect to a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketAccess {
    /// The user of this process: mode 0600.
    Owner,
    /// That user, and the group of the file: mode 0660. In a folder with the setgid bit, that is
    /// the folder's group.
    Group,
}

/// Errors of opening a listening socket, with its path.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// The path is relative, or ends in no name.
    #[error("{} cannot be the path of a socket: write a full path that begins with /", .0.display())]
    NotAPath(PathBuf),
    /// The path is too long to be connected to.
    #[error(
        "the path of the socket {} has {} bytes, and a socket's has at most 107; choose a shorter \
         one, for example in /run",
        .0.display(),
        .0.as_os_str().len()
    )]
    TooLong(PathBuf),
    /// The folder cannot be opened.
    #[error("cannot open the folder of the socket {}: {}; create it first", .0.display(), .1)]
    NoFolder(PathBuf, #[source] io::Error),
    /// Another process listens there.
    #[error("another program is listening on {}; stop it, or choose another path", .0.display())]
    InUse(PathBuf),
    /// Something that is no socket has the name, or the folder cannot be written.
    #[error("cannot listen on {}: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
}

impl HasKind for SocketError {
    fn kind(&self) -> Kind {
        match self {
            Self::InUse(_) | Self::Io(..) => Kind::Unavailable,
            Self::NotAPath(_) | Self::TooLong(_) | Self::NoFolder(..) => Kind::Misconfigured,
        }
    }
}

/// A listening socket. Its file is removed when it is dropped, if the process still may.
#[derive(Debug)]
pub struct UnixSocket {
    listener: UnixListener,
    folder: Folder,
    name: OsString,
    own: Option<FileId>,
}

impl UnixSocket {
    /// Listens at this path.
    ///
    /// A socket on which nobody listens, left by a process that was killed, is replaced; one that
    /// answers is not. Needs a running tokio runtime.
    ///
    /// # Errors
    /// See [`SocketError`].
    pub fn bind(path: &Path, access: SocketAccess) -> Result<Self, SocketError> {
        let failed = |error| SocketError::Io(path.into(), error);
        let (folder, name) = parts(path)?;
        let folder =
            Folder::open(folder).map_err(|error| SocketError::NoFolder(path.into(), error))?;
        // Two that start at once must not each take the other's socket for a stale one.
        let lock = folder.lock().map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => SocketError::InUse(path.into()),
            _ => failed(error),
        })?;
        if folder.find_socket(&name).map_err(failed)?.is_some() {
            if is_answered(&folder.path(&name)).map_err(failed)? {
                return Err(SocketError::InUse(path.into()));
            }
            folder.remove_socket(&name).map_err(failed)?;
        }
        let listener = folder.listen(&name, access.mode(), WAITING).map_err(failed)?;
        drop(lock);
        let own = folder.find_socket(&name).map_err(failed)?;
        Ok(Self { listener, folder, name, own })
    }

    /// Waits for the next client.
    pub async fn accept(&self) -> UnixStream {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => return stream,
                Err(_) => sleep(BREATH).await,
            }
        }
    }
}

impl Drop for UnixSocket {
    fn drop(&mut self) {
        // A file of another process is left alone. One of ours that stays is replaced later.
        if self.folder.find_socket(&self.name).is_ok_and(|found| found == self.own) {
            let _ = self.folder.remove_socket(&self.name);
        }
    }
}

impl SocketAccess {
    const fn mode(self) -> Mode {
        match self {
            Self::Owner => Mode::from_bits_truncate(0o600),
            Self::Group => Mode::from_bits_truncate(0o660),
        }
    }
}

/// Checks a socket's path, and returns its folder and its name.
///
/// # Errors
/// [`SocketError::NotAPath`] and [`SocketError::TooLong`].
pub fn parts(path: &Path) -> Result<(&Path, OsString), SocketError> {
    let (Some(folder), Some(name), true) = (path.parent(), path.file_name(), path.is_absolute())
    else {
        return Err(SocketError::NotAPath(path.into()));
    };
    if path.as_os_str().len() > MAX_PATH {
        return Err(SocketError::TooLong(path.into()));
    }
    Ok((folder, name.to_owned()))
}

/// Returns true if a process listens on the socket.
fn is_answered(path: &Path) -> io::Result<bool> {
    match StdStream::connect(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(false),
        // It listens, and has more clients than it takes.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
