//! A folder with sockets in it, by its descriptor.
//!
//! The path of a Unix socket has at most 108 bytes, and a folder's may have thousands. So sockets are
//! made and found through the folder's descriptor, `/proc/self/fd/N/NAME`, which is always short, and
//! stays right when the folder is renamed.

use std::{
    ffi::OsStr,
    fs::{File, Permissions, remove_file, set_permissions, symlink_metadata},
    io,
    os::{
        fd::{AsRawFd as _, OwnedFd},
        unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _},
    },
    path::{Path, PathBuf},
};

use nix::sys::{
    socket::{AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, listen, socket},
    stat::{Mode, fchmod},
};
use tokio::net::UnixListener;

/// A folder in which sockets are made.
#[derive(Debug)]
pub(crate) struct Folder(File);

/// Device and inode of a socket's file: a file of the same name may be another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId(u64, u64);

impl Folder {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self)
    }

    /// Returns a short path to what has this name in the folder.
    pub(crate) fn path(&self, name: impl AsRef<OsStr>) -> PathBuf {
        Path::new("/proc/self/fd").join(self.0.as_raw_fd().to_string()).join(name.as_ref())
    }

    /// Listens under a name that is free. The system keeps at most `waiting` clients waiting.
    /// Needs a running tokio runtime.
    pub(crate) fn listen(
        &self,
        name: impl AsRef<OsStr>,
        mode: Mode,
        waiting: i32,
    ) -> io::Result<UnixListener> {
        let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
        let socket: OwnedFd = socket(AddressFamily::Unix, SockType::Stream, flags, None)?;
        // Before it has a name: there is no moment at which another user could connect.
        fchmod(&socket, mode)?;
        let path = self.path(name);
        bind(socket.as_raw_fd(), &UnixAddr::new(&path)?)?;
        // The process's umask took from the file's mode, and only ever takes.
        set_permissions(&path, Permissions::from_mode(mode.bits()))?;
        listen(&socket, Backlog::new(waiting)?)?;
        UnixListener::from_std(socket.into())
    }

    /// Returns which file has this name, if one has. Anything but a socket is an error.
    pub(crate) fn find_socket(&self, name: impl AsRef<OsStr>) -> io::Result<Option<FileId>> {
        let name = name.as_ref();
        match symlink_metadata(self.path(name)) {
            Ok(found) if found.file_type().is_socket() => {
                Ok(Some(FileId(found.dev(), found.ino())))
            }
            Ok(_) => Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                format!("{} exists and is not a socket", name.display()),
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes what is there under this name, if it is a socket.
    pub(crate) fn remove_socket(&self, name: impl AsRef<OsStr>) -> io::Result<()> {
        match self.find_socket(&name)? {
            Some(_) => remove_file(self.path(name)),
            None => Ok(()),
        }
    }

    /// Keeps others who do the same off this folder until the value is dropped.
    /// `WouldBlock`: another process is just doing that.
    pub(crate) fn lock(&self) -> io::Result<File> {
        // A descriptor of its own: a lock ends with the last copy of what it was taken on.
        let own = File::open(self.path("."))?;
        own.try_lock()?;
        Ok(own)
    }
}
