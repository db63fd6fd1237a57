//! Opens an mbox for one writer at a time.
//!
//! Three locks, taken in the order of Debian's policy (11.6) and all given back when one is not
//! free, so that two programs never wait for each other:
//! - `.NAME.cryptocart`: a file of ours, locked by its open file description, so that threads
//!   exclude each other as processes do. The system gives it back when its holder dies.
//! - `fcntl` on the mbox itself, again by open file description; mutt's lock excludes it.
//! - `NAME.lock`, the dotlock, made as a hard link to the first file. So a dotlock left behind by
//!   a killed delivery is known: it is the file whose lock we hold.

use nix::{
    errno::Errno,
    fcntl::{AtFlags, FcntlArg, OFlag, fcntl, open, openat},
    sys::stat::{FileStat, Mode, SFlag, fstat, fstatat},
    unistd::{UnlinkatFlags, linkat, unlinkat},
};
use std::{
    ffi::{OsStr, OsString},
    fs::{DirBuilder, File},
    io,
    os::{fd::OwnedFd, unix::fs::DirBuilderExt},
    path::Path,
    thread,
    time::Duration,
};

/// An mbox that nobody else writes while this lives.
pub(super) struct Locked {
    /// Open for reading and writing.
    pub(super) file: File,
    folder: OwnedFd,
    dotlock: OsString,
    _ours: OwnedFd,
}

/// Why there is no lock.
pub(super) enum Refused {
    Io(io::Error),
    NotAFile,
    Locked,
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

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);
/// Never follow a link, never wait for the other end of a pipe.
const CAREFUL: OFlag = OFlag::O_NOFOLLOW.union(OFlag::O_CLOEXEC).union(OFlag::O_NONBLOCK);

impl Locked {
    /// Opens the file, and makes it and its folder if need be, trying `patience` times for locks.
    pub(super) fn open(path: &Path, patience: u32) -> Result<Self, Refused> {
        let name = path.file_name().ok_or(Refused::NotAFile)?;
        let folder = open_folder(path)?;
        let ours_name = joined(".", name, ".cryptocart");
        let ours = open_file(&folder, &ours_name)?;
        let names = Names { mbox: name, ours: &ours_name, dotlock: joined("", name, ".lock") };
        for attempt in 0..patience {
            if attempt > 0 {
                thread::sleep(PAUSE);
            }
            if let Some(file) = try_all(&folder, &ours, &names)? {
                return Ok(Self { file, folder, dotlock: names.dotlock, _ours: ours });
            }
        }
        Err(Refused::Locked)
    }

    /// Puts the name of a new file on the disk.
    pub(super) fn sync_folder(&self) -> io::Result<()> {
        File::from(self.folder.try_clone()?).sync_all()
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
}

/// All three locks, or none.
fn try_all(folder: &OwnedFd, ours: &OwnedFd, names: &Names<'_>) -> Result<Option<File>, Refused> {
    if !try_lock(ours)? {
        return Ok(None);
    }
    let mbox = open_file(folder, names.mbox)?;
    if try_lock(&mbox)? && try_dotlock(folder, ours, names)? {
        return Ok(Some(File::from(mbox)));
    }
    unlock(ours)?;
    Ok(None)
}

fn try_dotlock(folder: &OwnedFd, ours: &OwnedFd, names: &Names<'_>) -> Result<bool, Refused> {
    let dotlock = names.dotlock.as_os_str();
    let link = || linkat(folder, names.ours, folder, dotlock, AtFlags::empty());
    match link() {
        Ok(()) => return Ok(true),
        Err(Errno::EEXIST) => {}
        Err(error) => return Err(error.into()),
    }
    let there = match fstatat(folder, dotlock, AtFlags::AT_SYMLINK_NOFOLLOW) {
        Ok(there) => there,
        Err(Errno::ENOENT) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    if !same_file(&there, &fstat(ours)?) {
        return Ok(false);
    }
    // We hold the lock of this very file, so whoever linked it is gone.
    unlinkat(folder, dotlock, UnlinkatFlags::NoRemoveDir)?;
    Ok(link().is_ok())
}

/// The folder itself, which must not be a link: all names are looked up in it from here on.
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
        Err(error) => Err(error.into()),
    }
}

fn unlock(file: &OwnedFd) -> Result<(), Refused> {
    fcntl(file, FcntlArg::F_OFD_SETLK(&whole_file(nix::libc::F_UNLCK)))?;
    Ok(())
}

/// From the first byte to whatever the last one will be.
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

fn joined(before: &str, name: &OsStr, after: &str) -> OsString {
    let mut joined = OsString::from(before);
    joined.push(name);
    joined.push(after);
    joined
}
