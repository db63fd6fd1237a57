//! The half at home: brings new mails into a mailbox.
//!
//! It has those deleted at the server that are in it.

use super::{
    FetchedMails,
    wire::{Answer, GREETING, MOST_MAILS, Request, read_line, words},
};
use crate::error::{CliError, Context};
use shop_core::kind::Kind;
use shop_seal::{
    mail::SealedMail,
    mbox::{Delivered, Index, MailDigest, Mbox},
};
use std::{
    collections::{HashSet, VecDeque},
    io::{self, BufReader, BufWriter, Read, Write},
};

/// Number of mails that are asked for before the first of them is there.
/// The requests fit into a pipe, so the halves never wait for each other.
const AHEAD: usize = 32;

/// Bytes of mails that are written to the mailbox at once.
const BATCH: usize = 4 << 20;

/// Counts of a fetch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Received {
    /// Mails that came now.
    pub(crate) new: u64,
    /// Mails of the list that had come before.
    pub(crate) known: u64,
    /// Entries of the server's mailbox that are no whole sealed mails of a shop.
    pub(crate) other: u64,
    /// Mails that the server did not list, because they are too many.
    pub(crate) unlisted: u64,
    /// Mails that were listed, and then were no longer there.
    pub(crate) gone: u64,
    /// Mails that the server deleted; none where that was not asked for.
    pub(crate) deleted: Option<u64>,
    /// Mails that were not deleted, because they are no longer in the mailbox at home.
    pub(crate) not_here: u64,
}

/// The half at home, over a connection to the other.
pub(crate) struct Receiver<R, W: Write> {
    from: BufReader<R>,
    to: BufWriter<W>,
}

/// A mail of the server's list.
#[derive(Clone, Copy, Debug)]
struct Listed {
    digest: MailDigest,
    bytes: u64,
}

impl<R: Read, W: Write> Receiver<R, W> {
    /// Waits for the other half.
    ///
    /// # Errors
    /// [`Kind::Unavailable`], if nothing or something else is on the other end.
    pub(crate) fn greet(from: R, to: W) -> Result<Self, CliError> {
        let mut receiver = Self { from: BufReader::new(from), to: BufWriter::new(to) };
        let line = receiver.line()?;
        if line == GREETING {
            return Ok(receiver);
        }
        if line.starts_with("cryptocart-mails ") {
            return Err(CliError::new(
                Kind::Unavailable,
                "the server runs another version of cryptocart",
            )
            .hint("upgrade cryptocart on both machines"));
        }
        Err(strange(&line).hint(
            "the login there must print nothing before it runs a command: look at ~/.bashrc and \
             ~/.profile on the server",
        ))
    }

    /// Brings the mails that did not come yet into the mailbox at home.
    /// `progress` is called with the bytes that are to come, then with those that have.
    ///
    /// # Errors
    /// The connection broke, the server broke the rules, or the disk at home is full. What came until
    /// then is in the mailbox, and is not asked for again.
    pub(crate) fn fetch(
        &mut self,
        home: &Mbox,
        fetched: &mut FetchedMails,
        delete: bool,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Received, CliError> {
        let mut received = Received::default();
        let here = home.index().context(|| "reading the mailbox".into())?;
        fetched.add(digests(&here))?;
        let listed = self.list(&mut received)?;
        let new: Vec<Listed> =
            listed.iter().filter(|mail| !fetched.contains(&mail.digest)).copied().collect();
        received.known = (listed.len() - new.len()) as u64;
        progress(Progress::ToCome(new.iter().map(|mail| mail.bytes).sum()));
        self.get(&new, &mut received, home, fetched, progress)?;
        if delete {
            // The locks are kept meanwhile. So no program takes a mail away here while the server does
            // there, and where both are one file, the server finds it locked and deletes nothing.
            let (index, _held) = home.index_held().context(|| "reading the mailbox".into())?;
            self.delete(&listed, &digests(&index), &mut received)?;
        }
        Ok(received)
    }

    fn list(&mut self, received: &mut Received) -> Result<Vec<Listed>, CliError> {
        self.ask(Request::List)?;
        self.flush()?;
        let mut listed = Vec::new();
        let mut seen = HashSet::new();
        let mut count = 0;
        loop {
            match self.answer()? {
                Answer::Mail { digest, bytes } if count < MOST_MAILS as u64 => {
                    count += 1;
                    if seen.insert(digest) {
                        listed.push(Listed { digest, bytes });
                    }
                }
                Answer::End { mails, other, unlisted } if mails == count => {
                    received.other = other;
                    received.unlisted = unlisted;
                    return Ok(listed);
                }
                other => return Err(strange(&other.to_string())),
            }
        }
    }

    fn get(
        &mut self,
        wanted: &[Listed],
        received: &mut Received,
        home: &Mbox,
        fetched: &mut FetchedMails,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), CliError> {
        let mut to_ask = wanted.iter();
        let mut asked = VecDeque::new();
        let mut batch = Vec::new();
        let mut in_batch = 0;
        loop {
            while asked.len() < AHEAD
                && let Some(mail) = to_ask.next()
            {
                self.ask(Request::Get(mail.digest))?;
                asked.push_back(mail);
            }
            self.flush()?;
            let Some(next) = asked.pop_front() else { break };
            match self.mail(next) {
                Ok(Some(mail)) => {
                    progress(Progress::Came(mail.bytes.len() as u64));
                    in_batch += mail.bytes.len();
                    batch.push(mail);
                }
                Ok(None) => received.gone += 1,
                Err(error) => {
                    // What came before the connection broke is not asked for again.
                    deliver(&mut batch, received, home, fetched)?;
                    return Err(error);
                }
            }
            if in_batch >= BATCH {
                deliver(&mut batch, received, home, fetched)?;
                in_batch = 0;
            }
        }
        deliver(&mut batch, received, home, fetched)
    }

    /// Reads one mail, and checks that it is the one that was asked for; none if it is gone.
    fn mail(&mut self, wanted: &Listed) -> Result<Option<SealedMail>, CliError> {
        let bytes = match self.answer()? {
            Answer::Mail { digest, bytes } if digest == wanted.digest => bytes,
            Answer::Gone(digest) if digest == wanted.digest => return Ok(None),
            other => return Err(strange(&other.to_string())),
        };
        let mut text = Vec::new();
        (&mut self.from).take(bytes).read_to_end(&mut text).map_err(|error| broken(&error))?;
        if text.len() as u64 != bytes {
            return Err(broken(&io::ErrorKind::UnexpectedEof.into()));
        }
        let mail = SealedMail::parse(&text);
        let is_it = |mail: &SealedMail| MailDigest::new(mail) == wanted.digest;
        mail.filter(is_it).map(Some).ok_or_else(|| {
            CliError::new(
                Kind::Unavailable,
                "the server sent something else than the sealed mail it listed",
            )
            .hint("nothing of it was written. Try again; if it comes again, look at the server")
        })
    }

    fn delete(
        &mut self,
        listed: &[Listed],
        here: &HashSet<MailDigest>,
        received: &mut Received,
    ) -> Result<(), CliError> {
        let safe: Vec<MailDigest> =
            listed.iter().map(|mail| mail.digest).filter(|digest| here.contains(digest)).collect();
        received.not_here = (listed.len() - safe.len()) as u64 - received.gone;
        received.deleted = Some(0);
        if safe.is_empty() {
            return Ok(());
        }
        self.ask(Request::Delete(safe.len()))?;
        for digest in &safe {
            written(writeln!(self.to, "{digest}"))?;
        }
        self.flush()?;
        match self.answer()? {
            Answer::Deleted(number) => received.deleted = Some(number),
            other => return Err(strange(&other.to_string())),
        }
        Ok(())
    }

    fn ask(&mut self, request: Request) -> Result<(), CliError> {
        written(writeln!(self.to, "{request}"))
    }

    fn flush(&mut self) -> Result<(), CliError> {
        written(self.to.flush())
    }

    fn line(&mut self) -> Result<String, CliError> {
        match read_line(&mut self.from) {
            Ok(Some(line)) => Ok(line),
            Ok(None) => Err(broken(&io::ErrorKind::UnexpectedEof.into())),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(strange("")),
            Err(error) => Err(broken(&error)),
        }
    }

    fn answer(&mut self) -> Result<Answer, CliError> {
        let line = self.line()?;
        match line.parse().map_err(|_| strange(&line))? {
            Answer::Error { exit, what } => {
                let kind = Kind::ALL.into_iter().find(|kind| kind.exit_code() == exit);
                let what = format!("the server says: {what}");
                Err(CliError::new(kind.unwrap_or(Kind::Unavailable), what))
            }
            answer => Ok(answer),
        }
    }
}

/// Progress of a fetch, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Progress {
    /// All that are to come.
    ToCome(u64),
    /// Those that came since the last time.
    Came(u64),
}

fn digests(index: &Index) -> HashSet<MailDigest> {
    index.mails.iter().map(|mail| mail.digest).collect()
}

/// Writes mails to the disk at home, and then into the list of those that came.
fn deliver(
    batch: &mut Vec<SealedMail>,
    received: &mut Received,
    home: &Mbox,
    fetched: &mut FetchedMails,
) -> Result<(), CliError> {
    if batch.is_empty() {
        return Ok(());
    }
    let done = home.deliver_all(batch).context(|| "writing the mailbox".into())?;
    for delivered in done {
        match delivered {
            Delivered::Now => received.new += 1,
            // The same mail, sealed another time.
            Delivered::Already => received.known += 1,
        }
    }
    fetched.add(batch.drain(..).map(|mail| MailDigest::new(&mail)))
}

/// Passes over a pipe that nobody reads any more: the last line of the server says why.
fn written(done: io::Result<()>) -> Result<(), CliError> {
    match done {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(broken(&error)),
        _ => Ok(()),
    }
}

fn broken(error: &io::Error) -> CliError {
    let what = match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            "the connection to the server ended too early".to_owned()
        }
        _ => format!("the connection to the server broke: {error}"),
    };
    CliError::new(Kind::Unavailable, what)
        .hint("what came is in the mailbox. Run the same command again: it goes on from there")
}

fn strange(line: &str) -> CliError {
    let said: String = words(line).chars().take(80).collect();
    let what = "the server does not answer as cryptocart does";
    let what = if said.is_empty() { what.to_owned() } else { format!("{what}: {said:?}") };
    CliError::new(Kind::Unavailable, what)
}
