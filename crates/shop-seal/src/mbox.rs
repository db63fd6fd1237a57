//! Delivery into an mbox file that mutt reads.
//!
//! Whatever kills this process, and at whichever byte, the next delivery of the same message
//! leaves the file with that message once and whole, and with every other byte as it was.

mod entry;
mod lock;
mod scan;

use crate::mail::SealedMail;
pub use entry::messages;
use lock::{Locked, Refused};
use scan::Found;
use shop_core::kind::{HasKind, Kind};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::PathBuf,
};

/// An mbox file.
///
/// While it is written it is locked in the two ways that mutt on Debian asks for: by `fcntl`, and
/// by a file `NAME.lock` beside it.
#[derive(Clone, Debug)]
pub struct Mbox {
    path: PathBuf,
    patience: u32,
}

/// What a delivery did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// The message was written.
    Now,
    /// The whole message was there before.
    Already,
}

/// Why a message was not delivered. The file then holds what it held before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MboxError {
    /// Reading or writing failed; a full disk, say.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The mbox.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Not an ordinary file in an ordinary folder: somebody may want it written elsewhere.
    #[error("{path} must be an ordinary file in an ordinary folder, not a link or a folder")]
    NotAFile {
        /// The mbox.
        path: PathBuf,
    },
    /// Another program has it locked.
    #[error(
        "{path} is locked by another program; if none is running, remove {}.lock",
        path.display()
    )]
    Locked {
        /// The mbox.
        path: PathBuf,
    },
}

impl HasKind for MboxError {
    fn kind(&self) -> Kind {
        match self {
            Self::Io { .. } => Kind::Unavailable,
            Self::NotAFile { .. } => Kind::Misconfigured,
            Self::Locked { .. } => Kind::Busy,
        }
    }
}

/// How often a lock is tried, 50 ms apart: five seconds, as long as mutt tries.
const PATIENCE: u32 = 100;

impl Mbox {
    /// The mbox at this path, which need not exist yet.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), patience: PATIENCE }
    }

    /// Appends a message, unless it is there already, and returns when it is on the disk. Blocks
    /// on locks and the disk. The file is made readable by its owner alone, and its folder too,
    /// if they do not exist.
    ///
    /// # Errors
    /// [`MboxError`]; trying again later is safe.
    pub fn deliver(&self, mail: &SealedMail) -> Result<Delivered, MboxError> {
        let mut locked = Locked::open(&self.path, self.patience).map_err(|why| self.error(why))?;
        let delivered = append(&mut locked.file, mail).map_err(|why| self.error(why.into()))?;
        locked.sync_folder().map_err(|why| self.error(why.into()))?;
        Ok(delivered)
    }

    fn error(&self, why: Refused) -> MboxError {
        let path = self.path.clone();
        match why {
            Refused::Io(source) => MboxError::Io { path, source },
            Refused::NotAFile => MboxError::NotAFile { path },
            Refused::Locked => MboxError::Locked { path },
        }
    }
}

fn append(file: &mut File, mail: &SealedMail) -> io::Result<Delivered> {
    let entry = entry::entry(mail);
    file.seek(SeekFrom::Start(0))?;
    let end = match scan::find(&mut *file, mail)? {
        Found::Whole => {
            // Whoever wrote it may have been killed before it was safe on the disk.
            file.sync_all()?;
            return Ok(Delivered::Already);
        }
        Found::Tail { at, length } => {
            file.seek(SeekFrom::Start(at))?;
            let mut tail = Vec::new();
            file.take(entry.len() as u64 + 1).read_to_end(&mut tail)?;
            if is_half(&tail, length, &entry, at) { at } else { at + length }
        }
        Found::Nothing => 0,
    };
    let before = file.metadata()?.len();
    if end < before {
        file.set_len(end)?;
    }
    let text = [separator(file, end)?, &entry].concat();
    file.seek(SeekFrom::Start(end))?;
    let written = file.write_all(&text).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // A full disk, say. Half a message must not stay; if even this fails, the next delivery
        // takes it away.
        file.set_len(end)?;
        file.sync_all()?;
        return Err(error);
    }
    Ok(Delivered::Now)
}

/// Whether a tail of `length` bytes, of which `tail` are given, is the beginning of `entry` and
/// nothing else. After a power cut, zeros may stand where the rest should.
fn is_half(tail: &[u8], length: u64, entry: &[u8], at: u64) -> bool {
    let same = tail.iter().zip(entry).take_while(|(a, b)| a == b).count();
    let rest_is_empty = tail.iter().skip(same).all(|byte| *byte == 0);
    // A few letters could be the end of somebody else's text, unless nothing is before them.
    let is_ours = same >= entry::FROM.len() || at == 0;
    length <= entry.len() as u64 && rest_is_empty && is_ours
}

/// What has to stand between the file's text and a new message: a blank line.
fn separator(file: &mut File, end: u64) -> io::Result<&'static [u8]> {
    let mut last = Vec::new();
    file.seek(SeekFrom::Start(end.saturating_sub(2)))?;
    file.take(2.min(end)).read_to_end(&mut last)?;
    Ok(match last.as_slice() {
        [] | [b'\n'] | [b'\n', b'\n'] => b"",
        [.., b'\n'] => b"\n",
        _ => b"\n\n",
    })
}

#[cfg(test)]
mod tests;
