//! Delivery into an mbox file that mutt reads.
//!
//! Whatever kills this process, and at whichever byte, the next delivery of the same message
//! leaves the file with that message once and whole, and with every other byte as it was.

mod cut_off;
mod entries;
mod entry;
mod index;
mod known;
mod lock;
mod reader;
mod replace;
mod scan;

use crate::mail::SealedMail;
pub use entry::messages;
pub use index::{Held, Index, IndexedMail, MailDigest};
use known::{Contents, Known};
use lock::{Link, Locked, Refused};
pub use reader::{Found, FoundMail, NotAMailbox, Reader};
use scan::Tail;
use shop_core::kind::{HasKind, Kind};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// An mbox file.
///
/// While it is written it is locked in the two ways that mutt on Debian asks for: by `fcntl`, and
/// by a file `NAME.lock` beside it.
///
/// Clones are the same mbox. What was found and written is remembered, so that a file nobody else
/// has touched since is not read again.
#[derive(Clone, Debug)]
pub struct Mbox {
    path: PathBuf,
    patience: u32,
    link: Link,
    known: Arc<Mutex<Option<Known>>>,
}

/// Result of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// The message was written.
    Now,
    /// The whole message was there before.
    Already,
}

/// Errors of a delivery. The file then holds what it held before.
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
    /// The file system has no locks, so two programs could write at once.
    #[error(
        "the file system of {path} cannot lock files ({source}): put the mailbox on a local disk"
    )]
    NoLocks {
        /// The mbox.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Another program has it locked.
    #[error("{}", holder.said(path))]
    Locked {
        /// The mbox.
        path: PathBuf,
        /// The holder of the lock.
        holder: Holder,
    },
}

/// The holder of an mbox's lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Another `cryptocart`.
    Cryptocart,
    /// A program that runs now: the system gives its lock back when it ends.
    Program,
    /// Whoever made `NAME.lock`. It may have ended without taking it away.
    Dotlock,
}

impl Holder {
    fn said(self, path: &Path) -> String {
        let path = path.display();
        match self {
            Self::Cryptocart => format!("{path} is locked by another cryptocart process; stop it"),
            Self::Program => {
                format!("{path} is locked by a running program (such as mutt); close it")
            }
            Self::Dotlock => format!(
                "{path} is locked by the file {path}.lock. It may belong to a running program; if \
                 none is using the mailbox, it is left over from one that was killed, and you can \
                 remove {path}.lock"
            ),
        }
    }
}

impl HasKind for MboxError {
    fn kind(&self) -> Kind {
        match self {
            Self::Io { .. } => Kind::Unavailable,
            Self::NoLocks { .. } | Self::NotAFile { .. } => Kind::Misconfigured,
            Self::Locked { .. } => Kind::Busy,
        }
    }
}

/// Most bytes of one of our messages, with the line before it.
const LARGEST: u64 = 257 << 10;

/// Number of times a lock is tried, 50 ms apart: five seconds, as long as mutt tries.
const PATIENCE: u32 = 100;

/// The same for who only looks: half a second.
const FEW: u32 = 10;

impl Mbox {
    /// Creates the mbox at this path, which need not exist yet.
    #[must_use]
    pub fn open(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), patience: PATIENCE, link: lock::hard_link, known: Arc::default() }
    }

    /// Appends a message, unless it is there already, and returns when it is on the disk.
    /// Blocks on locks and the disk. The file is made readable by its owner alone, and its folder
    /// too, if they do not exist.
    ///
    /// # Errors
    /// [`MboxError`]; trying again later is safe.
    pub fn deliver(&self, mail: &SealedMail) -> Result<Delivered, MboxError> {
        let done = self.deliver_all(std::slice::from_ref(mail))?;
        Ok(done.first().copied().unwrap_or(Delivered::Already))
    }

    /// Appends messages as [`Mbox::deliver`] does, all with one wait for locks and disk.
    /// Returns the result of each, in their order.
    ///
    /// # Errors
    /// [`MboxError`]; none of them was written then, and trying again later is safe.
    pub fn deliver_all(&self, mails: &[SealedMail]) -> Result<Vec<Delivered>, MboxError> {
        let failed = |error: io::Error| self.error(error.into());
        let mut locked =
            Locked::open(&self.path, self.patience, self.link).map_err(|why| self.error(why))?;
        let file = &mut locked.file;
        let mut remembered = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // If anything goes wrong from here on, the file is read anew.
        let known = remembered.take().and_then(|known| known.of_all(file, mails));
        let entries: Vec<Vec<u8>> = mails.iter().map(entry::entry).collect();
        let (mut contents, end) = match known {
            Some(contents) => (contents, file.metadata().map_err(failed)?.len()),
            None => look(file, mails, &entries).map_err(failed)?,
        };
        let mut delivered = Vec::with_capacity(mails.len());
        let mut text = Vec::new();
        for (mail, entry) in mails.iter().zip(&entries) {
            if contents.whole.insert(mail.message_id.to_ascii_lowercase()) {
                text.extend_from_slice(entry);
                delivered.push(Delivered::Now);
            } else {
                delivered.push(Delivered::Already);
            }
        }
        write(file, end, &text).map_err(failed)?;
        let known = Known::of(file, contents).map_err(failed)?;
        locked.sync_folder().map_err(failed)?;
        *remembered = Some(known);
        Ok(delivered)
    }

    /// Takes the locks that a delivery takes and gives them back. Where nothing was delivered yet,
    /// nothing is made or locked.
    ///
    /// # Errors
    /// [`MboxError`], as a delivery.
    pub fn try_lock(&self) -> Result<(), MboxError> {
        if !lock::was_locked(&self.path) {
            return Ok(());
        }
        let locked = Locked::open(&self.path, FEW, self.link).map_err(|why| self.error(why))?;
        drop(locked);
        Ok(())
    }

    fn error(&self, why: Refused) -> MboxError {
        let path = self.path.clone();
        match why {
            Refused::Io(source) => MboxError::Io { path, source },
            Refused::NotAFile => MboxError::NotAFile { path },
            Refused::NoLocks(source) => MboxError::NoLocks { path, source },
            Refused::Locked(holder) => MboxError::Locked { path, holder },
            Refused::Dotlock(source) => {
                let mut dotlock = path.into_os_string();
                dotlock.push(".lock");
                MboxError::Io { path: dotlock.into(), source }
            }
        }
    }
}

/// Returns the messages that are there, whole, and the place where the next one belongs.
fn look(file: &mut File, mails: &[SealedMail], entries: &[Vec<u8>]) -> io::Result<(Contents, u64)> {
    file.seek(SeekFrom::Start(0))?;
    let scan::Found { contents, tail } = scan::find(&mut *file, mails)?;
    let Some(Tail { at, length }) = tail else { return Ok((contents, 0)) };
    let most: usize = entries.iter().map(Vec::len).sum();
    file.seek(SeekFrom::Start(at))?;
    let mut text = Vec::new();
    file.take(length.min(most as u64)).read_to_end(&mut text)?;
    if text.len() as u64 == length
        && let Some(kept) =
            (0..entries.len()).find_map(|from| ours(&text, entries.get(from..)?, at))
    {
        return Ok((contents, at + kept));
    }
    let is_start = |(mail, entry): (&SealedMail, &Vec<u8>)| {
        contents.has(mail) != Some(true) && cut_off::is_start(&text, entry)
    };
    let is_ours = length <= LARGEST && mails.iter().zip(entries).any(is_start);
    Ok((contents, if is_ours { at } else { at + length }))
}

/// Writes messages at `end`, and cuts off what stood there.
fn write(file: &mut File, end: u64, text: &[u8]) -> io::Result<()> {
    if text.is_empty() {
        // Whoever wrote what is there may have been killed before it was safe on the disk.
        return file.sync_all();
    }
    let text = [separator(file, end)?, text].concat();
    if end < file.metadata()?.len() {
        file.set_len(end)?;
    }
    file.seek(SeekFrom::Start(end))?;
    let written = file.write_all(&text).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // A full disk, say. Half a message must not stay; if even this fails, the next delivery
        // takes it away.
        file.set_len(end)?;
        file.sync_all()?;
        return Err(error);
    }
    Ok(())
}

/// Returns the number of a tail's bytes to keep, if it is a beginning of these entries alone.
/// They are those of the whole entries. After a power cut, zeros may stand where the rest should.
fn ours(tail: &[u8], entries: &[Vec<u8>], at: u64) -> Option<u64> {
    let text = entries.iter().flatten();
    let same = tail.iter().zip(text).take_while(|(a, b)| a == b).count();
    let rest_is_empty = tail.iter().skip(same).all(|byte| *byte == 0);
    // A few letters could be the end of somebody else's text, unless nothing is before them.
    let is_ours = same >= entry::FROM.len() || at == 0;
    if !(rest_is_empty && is_ours) {
        return None;
    }
    let mut whole = 0;
    for entry in entries {
        // Only the blank line at its end may be missing.
        if same + 1 < whole + entry.len() {
            break;
        }
        whole = same.min(whole + entry.len());
    }
    Some(whole as u64)
}

/// Returns the text between the file's end and a new message: up to a blank line.
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
