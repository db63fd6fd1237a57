//! The machine, as far as it can be read.

mod preview;

use nix::fcntl::OFlag;
use std::{
    fs::{self, File},
    io::{self, Read},
    net::SocketAddr,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// Most bytes of a file that are read.
const LONGEST: u64 = 4 << 20;

/// Result of reading something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen<T> {
    /// It is there.
    Is(T),
    /// It is not there.
    Missing,
    /// It cannot be read: by this user, or at all.
    Denied,
}

impl<T> Seen<T> {
    /// Returns what is there.
    pub(super) fn is(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Missing | Self::Denied => None,
        }
    }

    fn from_io(read: io::Result<T>) -> Self {
        match read {
            Ok(value) => Self::Is(value),
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
                _ => Self::Denied,
            },
        }
    }
}

/// Owner and rights of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rights {
    /// The user it belongs to.
    pub(super) user: u32,
    /// The rights, nine bits.
    pub(super) mode: u32,
}

/// A machine that can be read. Nothing of it can be changed.
pub(crate) trait Machine {
    /// Reads the beginning of a file, as much as fits into little memory.
    fn bytes(&self, path: &Path) -> Seen<Vec<u8>>;
    /// Lists the names in a folder, in order.
    fn names(&self, folder: &Path) -> Seen<Vec<String>>;
    /// Reads a link.
    fn link(&self, path: &Path) -> Seen<PathBuf>;
    /// Returns owner and rights of a file, or of what a link leads to.
    fn rights(&self, path: &Path) -> Seen<Rights>;
    /// Returns the free bytes of the file system that a path is on.
    fn free(&self, path: &Path) -> Option<u64>;
    /// Asks the shop's preview, and returns head and body of its answer; none if it is not open.
    /// `request` is method and path: `GET /`.
    fn answer(&self, request: &str) -> Option<String>;

    /// Reads a text, in which other bytes are replaced.
    fn text(&self, path: &Path) -> Seen<String> {
        match self.bytes(path) {
            Seen::Is(bytes) => Seen::Is(String::from_utf8_lossy(&bytes).into_owned()),
            Seen::Missing => Seen::Missing,
            Seen::Denied => Seen::Denied,
        }
    }

    /// Reads a text; empty if it cannot be read.
    fn known(&self, path: &str) -> String {
        self.text(Path::new(path)).is().unwrap_or_default()
    }

    /// Returns true if a path is there, also where it cannot be read.
    fn has(&self, path: &str) -> bool {
        !matches!(self.rights(Path::new(path)), Seen::Missing)
    }

    /// Returns the ids of the processes that can be seen.
    fn processes(&self) -> Vec<u32> {
        let names = self.names(Path::new("/proc")).is().unwrap_or_default();
        names.iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// Returns the name of a process, of 15 characters at most.
    fn process_name(&self, process: u32) -> String {
        self.known(&format!("/proc/{process}/comm")).trim().to_owned()
    }
}

/// The machine that this runs on.
pub(crate) struct System {
    /// Address of the shop's preview.
    pub(crate) preview: Option<SocketAddr>,
}

impl Machine for System {
    fn bytes(&self, path: &Path) -> Seen<Vec<u8>> {
        let read = || {
            if !path.metadata()?.is_file() {
                // A pipe would be waited for.
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            let mut bytes = Vec::new();
            let mut options = File::options();
            // What is a pipe by now is not waited for.
            options.read(true).custom_flags(OFlag::O_NONBLOCK.bits());
            options.open(path)?.take(LONGEST).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        Seen::from_io(read())
    }

    fn names(&self, folder: &Path) -> Seen<Vec<String>> {
        Seen::from_io(fs::read_dir(folder).map(|entries| {
            let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
            let mut names: Vec<String> = names.collect();
            names.sort();
            names
        }))
    }

    fn link(&self, path: &Path) -> Seen<PathBuf> {
        Seen::from_io(fs::read_link(path))
    }

    fn rights(&self, path: &Path) -> Seen<Rights> {
        let rights = |found: fs::Metadata| Rights { user: found.uid(), mode: found.mode() & 0o777 };
        Seen::from_io(fs::metadata(path).map(rights))
    }

    fn free(&self, path: &Path) -> Option<u64> {
        crate::tasks::disk_space::free(path).ok()
    }

    fn answer(&self, request: &str) -> Option<String> {
        preview::ask(self.preview.filter(|preview| preview.port() != 0)?, request).ok()
    }
}

/// Returns the value of a line `name` `separator` value, without blanks.
pub(super) fn field<'a>(text: &'a str, name: &str, separator: char) -> Option<&'a str> {
    let lines = text.lines().filter_map(|line| line.split_once(separator));
    lines.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim()).next()
}
