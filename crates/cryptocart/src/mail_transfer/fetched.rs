//! The list of mails that came home.
//!
//! By it, a mail that was read and deleted there does not come again.

use crate::error::{CliError, IoContext};
use shop_core::kind::Kind;
use shop_seal::mbox::MailDigest;
use std::{
    collections::HashSet,
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Most bytes of the list that are read: a million mails.
const LONGEST: u64 = 65 << 20;

/// A list of digests in the folder of the mailbox: `.NAME.fetched`.
///
/// While this lives, no other fetch writes to the mailbox.
/// It is only added to. A line that a crash cut off is passed over.
pub(crate) struct FetchedMails {
    file: File,
    path: PathBuf,
    known: HashSet<MailDigest>,
}

impl FetchedMails {
    /// Opens the list of this mailbox, which is made if there is none.
    ///
    /// # Errors
    /// Another fetch has it open; or the file cannot be read or written.
    pub(crate) fn open(mailbox: &Path) -> Result<Self, CliError> {
        let name = mailbox.file_name().ok_or_else(|| {
            CliError::input(format!("{} is not a mailbox", mailbox.display()))
                .hint("name a file: --mailbox orders.mbox")
        })?;
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(".fetched");
        let path = mailbox.with_file_name(hidden);
        let doing = || format!("opening {}", path.display());
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        let file = options.open(&path).io_context(doing)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let what = format!("another fetch is writing to {}", mailbox.display());
                return Err(CliError::new(Kind::Busy, what).hint("wait until it ends"));
            }
            Err(TryLockError::Error(error)) => return Err(error).io_context(doing),
        }
        let mut list = Self { file, path, known: HashSet::new() };
        list.read().io_context(|| format!("reading {}", list.path.display()))?;
        Ok(list)
    }

    /// Returns true if this mail came home before.
    pub(crate) fn contains(&self, digest: &MailDigest) -> bool {
        self.known.contains(digest)
    }

    /// Adds mails that are on the disk at home, and returns when the list is, too.
    ///
    /// # Errors
    /// Those of the file; a full disk, say.
    pub(crate) fn add(
        &mut self,
        digests: impl IntoIterator<Item = MailDigest>,
    ) -> Result<(), CliError> {
        let mut lines = String::new();
        for digest in digests {
            if self.known.insert(digest) {
                lines.push_str(&format!("{digest}\n"));
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(lines.as_bytes()).and_then(|()| self.file.sync_data());
        written.io_context(|| format!("writing {}", self.path.display()))
    }

    fn read(&mut self) -> io::Result<()> {
        let mut text = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        (&self.file).take(LONGEST).read_to_end(&mut text)?;
        let lines =
            text.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
        self.known = lines.filter_map(MailDigest::parse).collect();
        if !text.is_empty() && !text.ends_with(b"\n") {
            // Half a line must not spoil the next one.
            self.file.write_all(b"\n")?;
        }
        Ok(())
    }
}
