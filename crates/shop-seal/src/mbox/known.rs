//! Memory of an mbox that nobody else has touched.

use crate::mail::SealedMail;
use std::{
    collections::HashSet,
    fs::File,
    hash::{DefaultHasher, Hasher},
    io,
    os::unix::fs::MetadataExt,
};

/// The file as it was left, and its contents.
#[derive(Debug)]
pub(super) struct Known {
    mark: Mark,
    contents: Contents,
}

/// Messages that are in a file, as far as it was searched.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The Message-IDs, in lower case, of ours that are there to their last line.
    pub(super) whole: HashSet<String>,
    /// Digests of all Message-ID headers there were when the file was read.
    pub(super) named: HashSet<u64>,
}

impl Contents {
    /// Returns true if a message is there, whole. None if it may be, and must be searched for.
    pub(super) fn has(&self, mail: &SealedMail) -> Option<bool> {
        let id = mail.message_id.to_ascii_lowercase();
        let whole = self.whole.contains(&id);
        let is_named = self.named.contains(&digest(header(&id).as_bytes()));
        (whole || !is_named).then_some(whole)
    }
}

/// Returns the header of a Message-ID, in lower case.
pub(super) fn header(id: &str) -> String {
    format!("message-id: {id}")
}

/// Returns few bytes for a header. Two headers with the same digest cost one more search.
pub(super) fn digest(header: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(header);
    hasher.finish()
}

/// Values that change when somebody else writes: the file's identity, its size and its times.
#[derive(Debug, PartialEq, Eq)]
struct Mark {
    file: (u64, u64),
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// More messages of ours than this are not remembered: the file is read again then.
const MOST: usize = 16_384;

impl Known {
    pub(super) fn of(file: &File, contents: Contents) -> io::Result<Self> {
        Ok(Self { mark: mark(file)?, contents })
    }

    /// Returns the contents, if all of them still hold and answer for these messages.
    pub(super) fn of_all(self, file: &File, mails: &[SealedMail]) -> Option<Contents> {
        let holds = mark(file).is_ok_and(|mark| mark == self.mark);
        let answers = || mails.iter().all(|mail| self.contents.has(mail).is_some());
        let remembered = self.contents.whole.len() <= MOST;
        (remembered && holds && answers()).then_some(self.contents)
    }
}

fn mark(file: &File) -> io::Result<Mark> {
    let now = file.metadata()?;
    Ok(Mark {
        file: (now.dev(), now.ino()),
        size: now.size(),
        modified: (now.mtime(), now.mtime_nsec()),
        changed: (now.ctime(), now.ctime_nsec()),
    })
}
