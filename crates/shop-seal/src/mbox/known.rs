//! What is known of an mbox that nobody else has touched.

use crate::mail::SealedMail;
use std::{
    collections::HashSet,
    fs::File,
    hash::{DefaultHasher, Hasher},
    io,
    os::unix::fs::MetadataExt,
};

/// The file as it was left, and what is in it.
#[derive(Debug)]
pub(super) struct Known {
    mark: Mark,
    contents: Contents,
}

/// Which messages are in a file, as far as somebody looked.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The Message-IDs, in lower case, of ours that are there to their last line.
    pub(super) whole: HashSet<String>,
    /// Digests of all Message-ID headers there were when the file was read.
    pub(super) named: HashSet<u64>,
}

impl Contents {
    /// Whether a message is there, whole. None if it may be, and must be looked for.
    pub(super) fn has(&self, mail: &SealedMail) -> Option<bool> {
        let id = mail.message_id.to_ascii_lowercase();
        let whole = self.whole.contains(&id);
        let is_named = self.named.contains(&digest(header(&id).as_bytes()));
        (whole || !is_named).then_some(whole)
    }
}

/// The header of a Message-ID, in lower case.
pub(super) fn header(id: &str) -> String {
    format!("message-id: {id}")
}

/// Few bytes for many headers: that two have the same costs one more look.
pub(super) fn digest(header: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(header);
    hasher.finish()
}

/// What changes when somebody else writes: which file it is, its size, and its times.
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

    /// What is in the file, if all of it still holds and answers for these messages.
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
