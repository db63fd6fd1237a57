//! The sealed mails of a mailbox by their SHA-256: listed, read one by one, and removed.

use super::{
    Mbox, MboxError,
    entries::{self, LONGEST, Span},
    lock::Locked,
    replace,
};
use crate::mail::SealedMail;
use sha2::{Digest, Sha256};
use std::{
    collections::HashSet,
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::PoisonError,
};

/// SHA-256 of a sealed mail as the shop wrote it.
/// It is without what mail programs add in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailDigest([u8; 32]);

impl MailDigest {
    /// Computes the digest of a mail.
    #[must_use]
    pub fn new(mail: &SealedMail) -> Self {
        Self(Sha256::digest(&mail.bytes).into())
    }

    /// Reads 64 small hexadecimal digits; none if it is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for MailDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// The sealed mails that are in a mailbox.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The mails, in the order of the file. One that is there twice is in the list twice.
    pub mails: Vec<IndexedMail>,
    /// Number of other entries: mails of other senders, and one that is not whole yet.
    pub other: u64,
}

/// A mail of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexedMail {
    /// Its name.
    pub digest: MailDigest,
    /// Length of the mail in bytes.
    pub bytes: u64,
    span: Span,
}

/// The locks of a mailbox, which are given back when this is dropped.
pub struct Held {
    _locked: Locked,
}

impl Mbox {
    /// Lists the sealed mails, under the locks of a delivery, and puts the file on the disk.
    /// Where there is no file, there are none, and nothing is made.
    ///
    /// # Errors
    /// [`MboxError`], as a delivery.
    pub fn index(&self) -> Result<Index, MboxError> {
        self.index_held().map(|(index, _)| index)
    }

    /// Lists the sealed mails as [`Mbox::index`] does, and keeps the locks: until they are given
    /// back, none of these mails goes.
    ///
    /// # Errors
    /// [`MboxError`], as a delivery.
    pub fn index_held(&self) -> Result<(Index, Option<Held>), MboxError> {
        let Some(mut locked) = self.locked()? else { return Ok((Index::default(), None)) };
        let index = list(&mut locked.file).map_err(|error| self.error(error.into()))?;
        let synced = locked.file.sync_all().and_then(|()| locked.sync_folder());
        synced.map_err(|error| self.error(error.into()))?;
        Ok((index, Some(Held { _locked: locked })))
    }

    /// Reads a mail of an index, under the same locks.
    /// None if it is no longer where it was: the file was changed meanwhile.
    ///
    /// # Errors
    /// [`MboxError`], as a delivery.
    pub fn read(&self, mail: &IndexedMail) -> Result<Option<SealedMail>, MboxError> {
        let Some(mut locked) = self.locked()? else { return Ok(None) };
        let read = read(&mut locked.file, mail.span).map_err(|error| self.error(error.into()))?;
        Ok(read.filter(|read| MailDigest::new(read) == mail.digest))
    }

    /// Removes the mails with these digests, and returns the number of entries that went.
    ///
    /// Each is read and hashed again under the locks of a delivery. All else stays as it is, byte for
    /// byte. The rest is written to a file of its own that takes the place of the mailbox, so whatever
    /// kills this process leaves the old mailbox or the new one.
    ///
    /// # Errors
    /// [`MboxError`], as a delivery. The mailbox is then as it was, or as it should be.
    pub fn remove(&self, digests: &HashSet<MailDigest>) -> Result<u64, MboxError> {
        let Some(mut locked) = self.locked()? else { return Ok(0) };
        // Another file takes its place, so what was remembered of it is of no use.
        self.known.lock().unwrap_or_else(PoisonError::into_inner).take();
        let removed = remove(&mut locked, &self.path, digests);
        removed.map_err(|error| self.error(error.into()))
    }

    /// Takes the locks of a delivery; none where there is no file.
    fn locked(&self) -> Result<Option<Locked>, MboxError> {
        if self.path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        {
            return Ok(None);
        }
        let locked = Locked::open(&self.path, self.patience, self.link);
        locked.map(Some).map_err(|why| self.error(why))
    }
}

fn list(file: &mut File) -> io::Result<Index> {
    let mut index = Index::default();
    file.seek(SeekFrom::Start(0))?;
    entries::for_each(file, |span, text| match text.and_then(SealedMail::from_entry) {
        Some(mail) => {
            let digest = MailDigest::new(&mail);
            index.mails.push(IndexedMail { digest, bytes: mail.bytes.len() as u64, span });
        }
        None => index.other += 1,
    })?;
    Ok(index)
}

fn read(file: &mut File, span: Span) -> io::Result<Option<SealedMail>> {
    let mut text = Vec::new();
    file.seek(SeekFrom::Start(span.at))?;
    file.take(span.length.min(LONGEST as u64)).read_to_end(&mut text)?;
    Ok(SealedMail::from_entry(&text))
}

fn remove(
    locked: &mut Locked,
    path: &std::path::Path,
    digests: &HashSet<MailDigest>,
) -> io::Result<u64> {
    let mut index = list(&mut locked.file)?;
    index.mails.retain(|mail| digests.contains(&mail.digest));
    if index.mails.is_empty() {
        return Ok(0);
    }
    let name = path.file_name().unwrap_or_default();
    replace::without(locked, name, index.mails.iter().map(|mail| mail.span))?;
    Ok(index.mails.len() as u64)
}

#[cfg(test)]
mod tests;
