//! The half on the shop's machine: lists, sends and deletes sealed mails of one mailbox.

use super::wire::{Answer, GREETING, MOST_MAILS, Request, read_line};
use crate::error::CliError;
use shop_core::kind::{HasKind, Kind};
use shop_seal::mbox::{IndexedMail, MailDigest, Mbox, MboxError};
use std::{
    collections::{HashMap, HashSet},
    io::{self, BufReader, BufWriter, Read, Write},
};

/// Answers fetch until it ends. No lock is held while something is sent or waited for.
///
/// # Errors
/// Those of the pipes. What is wrong with the mailbox or the request is an answer.
pub(crate) fn send(
    mbox: &Mbox,
    may_delete: bool,
    from: impl Read,
    to: impl Write,
) -> io::Result<()> {
    let mut sender = Sender {
        mbox,
        may_delete,
        from: BufReader::new(from),
        to: BufWriter::new(to),
        index: HashMap::new(),
    };
    writeln!(sender.to, "{GREETING}")?;
    match sender.answer_all() {
        Ok(()) => sender.to.flush(),
        Err(Ended::Pipe(error)) => Err(error),
        Err(Ended::Refused(exit, what)) => {
            writeln!(sender.to, "{}", Answer::error(exit, &what))?;
            sender.to.flush()
        }
    }
}

/// Tells fetch why there is no mailbox to send from.
///
/// # Errors
/// Those of the pipe.
pub(crate) fn refuse(error: &CliError, mut to: impl Write) -> io::Result<()> {
    // Hints are for somebody at that machine; fetch has its own.
    let answer = Answer::error(error.kind().exit_code(), error.what());
    writeln!(to, "{GREETING}\n{answer}")?;
    to.flush()
}

/// Reasons to end before fetch does.
enum Ended {
    Pipe(io::Error),
    /// The exit status, and the words for the seller.
    Refused(u8, String),
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::InvalidData {
            return not_a_request();
        }
        Self::Pipe(error)
    }
}

impl From<MboxError> for Ended {
    fn from(error: MboxError) -> Self {
        Self::Refused(error.kind().exit_code(), error.to_string())
    }
}

fn not_a_request() -> Ended {
    Ended::Refused(Kind::BadInput.exit_code(), "this is no request of cryptocart fetch".into())
}

struct Sender<'a, R, W: Write> {
    mbox: &'a Mbox,
    may_delete: bool,
    from: BufReader<R>,
    to: BufWriter<W>,
    /// The mails that were listed.
    index: HashMap<MailDigest, IndexedMail>,
}

impl<R: Read, W: Write> Sender<'_, R, W> {
    fn answer_all(&mut self) -> Result<(), Ended> {
        loop {
            if self.from.buffer().is_empty() {
                // Nothing more is asked yet: fetch waits for what there is.
                self.to.flush()?;
            }
            let Some(line) = read_line(&mut self.from)? else { return Ok(()) };
            match line.parse().map_err(|_| not_a_request())? {
                Request::List => self.list()?,
                Request::Get(digest) => self.get(digest)?,
                Request::Delete(number) => self.delete(number)?,
            }
        }
    }

    fn list(&mut self) -> Result<(), Ended> {
        let index = self.mbox.index()?;
        self.index = index.mails.iter().map(|mail| (mail.digest, *mail)).collect();
        let listed = index.mails.len().min(MOST_MAILS);
        for mail in index.mails.iter().take(listed) {
            let line = Answer::Mail { digest: mail.digest, bytes: mail.bytes };
            writeln!(self.to, "{line}")?;
        }
        let unlisted = index.mails.len().saturating_sub(listed) as u64;
        let end = Answer::End { mails: listed as u64, other: index.other, unlisted };
        writeln!(self.to, "{end}")?;
        Ok(())
    }

    fn get(&mut self, digest: MailDigest) -> Result<(), Ended> {
        let mut mail = self.read(digest)?;
        if mail.is_none() && self.index.contains_key(&digest) {
            // It may have moved: mutt rewrote the mailbox, or another fetch removed some.
            let index = self.mbox.index()?;
            self.index = index.mails.iter().map(|mail| (mail.digest, *mail)).collect();
            mail = self.read(digest)?;
        }
        let Some(bytes) = mail else {
            writeln!(self.to, "{}", Answer::Gone(digest))?;
            return Ok(());
        };
        writeln!(self.to, "{}", Answer::Mail { digest, bytes: bytes.len() as u64 })?;
        self.to.write_all(&bytes)?;
        Ok(())
    }

    fn read(&self, digest: MailDigest) -> Result<Option<Vec<u8>>, Ended> {
        let Some(mail) = self.index.get(&digest) else { return Ok(None) };
        Ok(self.mbox.read(mail)?.map(|mail| mail.bytes))
    }

    fn delete(&mut self, number: usize) -> Result<(), Ended> {
        let mut digests = HashSet::new();
        for _ in 0..number {
            // All of them, or nothing is deleted.
            let line = read_line(&mut self.from)?.ok_or_else(not_a_request)?;
            digests.insert(MailDigest::parse(&line).ok_or_else(not_a_request)?);
        }
        if !self.may_delete {
            let what = "the server lets this key read mails, and not delete them (--read-only)";
            return Err(Ended::Refused(Kind::Denied.exit_code(), what.into()));
        }
        let deleted = self.mbox.remove(&digests)?;
        writeln!(self.to, "{}", Answer::Deleted(deleted))?;
        Ok(())
    }
}
