//! Opens an mbox for one writer at a time.
//!
//! Three locks, taken in the order of Debian's policy (11.6) and all given back when one is not
//! free, so that two programs never wait for each other:
//! - `.NAME.cryptocart`: a file of ours, locked by its open file description, so that threads
//!   exclude each other as processes do. The system gives it back when its holder dies.
//! - `fcntl` on the mbox itself, again by open file description; mutt's lock excludes it.
//! - `NAME.lock`, the dotlock, made as a hard link to the first file. So a dotlock left behind by
//!   a killed delivery is known: it is the file whose lock we hold. Where the file system has no
//!   hard links, it is a file of its own that must not exist yet, and says that it is ours.

use super::Holder;
use nix::{
    errno::Errno,
    fcntl::{AtFlags, FcntlArg, OFlag, fcntl, open, openat},
    sys::stat::{FileStat, Mode, SFlag, fstat, fstatat},
    unistd::{UnlinkatFlags, linkat, unlinkat},
};
use std::{
    ffi::{OsStr, OsString},
    fs::{DirBuilder, File},
    io::{self, Read, Write},
    os::{fd::OwnedFd, unix::fs::DirBuilderExt},
    path::Path,
    thread,
    time::Duration,
};

/// An mbox that nobody else writes while this lives.
pub(super) struct Locked {
    /// Open for reading and writing.
    pub(super) file: File,
    pub(super) folder: OwnedFd,
    dotlock: OsString,
    _ours: OwnedFd,
}

/// Reasons for which there is no lock.
pub(super) enum Refused {
    Io(io::Error),
    NotAFile,
    /// The dotlock could not be made or looked at.
    Dotlock(io::Error),
    /// The file system has no locks.
    NoLocks(io::Error),
    Locked(Holder),
}

/// Makes a hard link in a folder: the file that is there, and its second name.
pub(super) type Link = fn(&OwnedFd, &OsStr, &OsStr) -> Result<(), Errno>;

/// Asks the system for a hard link.
pub(super) fn hard_link(folder: &OwnedFd, file: &OsStr, name: &OsStr) -> Result<(), Errno> {
    linkat(folder, file, folder, name, AtFlags::empty())
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Errno> for Refused {
    fn from(error: Errno) -> Self {
        match error {
            // What the system says to a link (ELOOP, or ENOTDIR for a folder), and to a folder.
            Errno::ELOOP | Errno::ENOTDIR | Errno::EISDIR => Self::NotAFile,
            other => Self::Io(other.into()),
        }
    }
}

/// Returns true if the mbox and the file of its first lock are there.
pub(super) fn was_locked(path: &Path) -> bool {
    let ours = path.file_name().map(|name| path.with_file_name(joined(".", name, ".cryptocart")));
    path.exists() && ours.is_some_and(|ours| ours.exists())
}

/// Says in a dotlock that it is ours. Other programs write nothing or a number.
const OURS: &[u8] = b"cryptocart\n";
/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(50);
/// Flags that never follow a link and never wait for the other end of a pipe.
pub(super) const CAREFUL: OFlag =
    OFlag::O_NOFOLLOW.union(OFlag::O_CLOEXEC).union(OFlag::O_NONBLOCK);

impl Locked {
    /// Opens the file, and makes it and its folder if need be, trying `patience` times for locks.
    pub(super) fn open(path: &Path, patience: u32, link: Link) -> Result<Self, Refused> {
        let name = path.file_name().ok_or(Refused::NotAFile)?;
        let folder = open_folder(path)?;
        let ours_name = joined(".", name, ".cryptocart");
        let ours = open_file(&folder, &ours_name)?;
        let dotlock = joined("", name, ".lock");
        let names = Names { mbox: name, ours: &ours_name, dotlock, link };
        let mut holder = Holder::Cryptocart;
        for attempt in 0..patience {
            if attempt > 0 {
                thread::sleep(PAUSE);
            }
            match try_all(&folder, &ours, &names)? {
                Ok(file) => return Ok(Self { file, folder, dotlock: names.dotlock, _ours: ours }),
                Err(held) => holder = held,
            }
        }
        Err(Refused::Locked(holder))
    }

    /// Puts the name of a new file on the disk. Network file systems cannot, and need not.
    pub(super) fn sync_folder(&self) -> io::Result<()> {
        match File::from(self.folder.try_clone()?).sync_all() {
            Err(error) if error.raw_os_error() == Some(Errno::EINVAL as i32) => Ok(()),
            other => other,
        }
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // If it stays, the next delivery sees that it is ours. The other locks go with their files.
        let _ = unlinkat(&self.folder, self.dotlock.as_os_str(), UnlinkatFlags::NoRemoveDir);
    }
}

struct Names<'a> {
    mbox: &'a OsStr,
    ours: &'a OsStr,
    dotlock: OsString,
    link: Link,
}

/// Takes all three locks, or none and returns who has one of them.
fn try_all(
    folder: &OwnedFd,
    ours: &OwnedFd,
    names: &Names<'_>,
) -> Result<Result<File, Holder>, Refused> {
    if !try_lock(ours)? {
        return Ok(Err(Holder::Cryptocart));
    }
    let mbox = open_file(folder, names.mbox)?;
    let holder = if !try_lock(&mbox)? {
        Holder::Program
    } else if try_dotlock(folder, ours, names).map_err(|error| Refused::Dotlock(error.into()))? {
        return Ok(Ok(File::from(mbox)));
    } else {
        Holder::Dotlock
    };
    unlock(ours)?;
    Ok(Err(holder))
}

fn try_dotlock(folder: &OwnedFd, ours: &OwnedFd, names: &Names<'_>) -> Result<bool, Errno> {
    let dotlock = names.dotlock.as_os_str();
    match make_dotlock(folder, names) {
        Ok(()) => return Ok(true),
        Err(Errno::EEXIST) => {}
        Err(error) => return Err(error),
    }
    let there = match fstatat(folder, dotlock, AtFlags::AT_SYMLINK_NOFOLLOW) {
        Ok(there) => there,
        Err(Errno::ENOENT) => return Ok(false),
        Err(error) => return Err(error),
    };
    // We hold the lock of our file, so whoever made a dotlock of ours is gone.
    if !(same_file(&there, &fstat(ours)?) || says_ours(folder, dotlock)) {
        return Ok(false);
    }
    unlinkat(folder, dotlock, UnlinkatFlags::NoRemoveDir)?;
    match make_dotlock(folder, names) {
        Ok(()) => Ok(true),
        Err(Errno::EEXIST) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes the dotlock, or returns `EEXIST`. mutt links too, and so sees either kind.
fn make_dotlock(folder: &OwnedFd, names: &Names<'_>) -> Result<(), Errno> {
    let dotlock = names.dotlock.as_os_str();
    match (names.link)(folder, names.ours, dotlock) {
        // link(2): the file system has none, has none of files like this, or has no more of them.
        Err(Errno::EPERM | Errno::EOPNOTSUPP | Errno::ENOSYS | Errno::EMLINK) => {}
        other => return other,
    }
    let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | CAREFUL;
    let file = openat(folder, dotlock, flags, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let written = File::from(file).write_all(OURS);
    written.map_err(|error| {
        // Without its text it would pass for another program's.
        let _ = unlinkat(folder, dotlock, UnlinkatFlags::NoRemoveDir);
        error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
    })
}

fn says_ours(folder: &OwnedFd, dotlock: &OsStr) -> bool {
    let Ok(file) = openat(folder, dotlock, OFlag::O_RDONLY | CAREFUL, Mode::empty()) else {
        return false;
    };
    let mut text = Vec::new();
    let read = File::from(file).take(OURS.len() as u64 + 1).read_to_end(&mut text);
    read.is_ok() && text == OURS
}

/// Opens the folder itself, which must not be a link: names are looked up in it from here on.
fn open_folder(path: &Path) -> Result<OwnedFd, Refused> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let open = || open(folder, OFlag::O_RDONLY | OFlag::O_DIRECTORY | CAREFUL, Mode::empty());
    match open() {
        Err(Errno::ENOENT) => {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
                File::open(above)?.sync_all()?;
            }
            Ok(open()?)
        }
        other => Ok(other?),
    }
}

fn open_file(folder: &OwnedFd, name: &OsStr) -> Result<OwnedFd, Refused> {
    let mode = Mode::S_IRUSR | Mode::S_IWUSR;
    let file = openat(folder, name, OFlag::O_RDWR | OFlag::O_CREAT | CAREFUL, mode)?;
    let kind = SFlag::from_bits_truncate(fstat(&file)?.st_mode & SFlag::S_IFMT.bits());
    if kind == SFlag::S_IFREG { Ok(file) } else { Err(Refused::NotAFile) }
}

fn try_lock(file: &OwnedFd) -> Result<bool, Refused> {
    match fcntl(file, FcntlArg::F_OFD_SETLK(&whole_file(nix::libc::F_WRLCK))) {
        Ok(_) => Ok(true),
        Err(Errno::EAGAIN | Errno::EACCES) => Ok(false),
        Err(error @ (Errno::ENOLCK | Errno::EOPNOTSUPP | Errno::ENOSYS)) => {
            Err(Refused::NoLocks(error.into()))
        }
        Err(error) => Err(error.into()),
    }
}

fn unlock(file: &OwnedFd) -> Result<(), Refused> {
    fcntl(file, FcntlArg::F_OFD_SETLK(&whole_file(nix::libc::F_UNLCK)))?;
    Ok(())
}

/// Returns a lock from the first byte to whatever the last one will be.
fn whole_file(kind: nix::libc::c_int) -> nix::libc::flock {
    nix::libc::flock {
        l_type: i16::try_from(kind).expect("F_WRLCK and F_UNLCK are 1 and 2"),
        l_whence: i16::try_from(nix::libc::SEEK_SET).expect("SEEK_SET is 0"),
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    }
}

fn same_file(a: &FileStat, b: &FileStat) -> bool {
    (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino)
}

pub(super) fn joined(before: &str, name: &OsStr, after: &str) -> OsString {
    let mut joined = OsString::from(before);
    joined.push(name);
    joined.push(after);
    joined
}
