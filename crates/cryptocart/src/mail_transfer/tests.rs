use super::{wire::GREETING, *};
use crate::error::CliError;
use shop_core::{entropy::Seeded, kind::Kind, message_id, time::CoarseTime};
use shop_seal::{
    SealCert, keygen,
    mail::{self, Letter, SealedMail},
    mbox::{Mbox, messages},
};
use std::{
    cell::Cell,
    collections::HashSet,
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::LazyLock,
    thread,
};

static MAILS: LazyLock<Vec<SealedMail>> = LazyLock::new(|| {
    let today = CoarseTime::from_hours(498_708);
    let random = Seeded::new(1);
    let key = keygen::throw_away("Demo", today, &random).unwrap();
    let cert = SealCert::parse(&key.public_armored).unwrap();
    let seal = |number: usize| {
        let subject = format!("New order {number}");
        let letter = Letter { subject, body: "Two mugs".into(), relay: None, json: None };
        mail::seal(message_id::random(&random), &cert, &letter, today, &random).unwrap()
    };
    (0..40).map(seal).collect()
});

const FOREIGN: &[u8] = b"From ada@example.org Sat Nov 21 09:00:00 2026\nSubject: hi\n\nhello\n\n";

/// The two machines: a mailbox at the server, and one at home.
struct Both {
    folder: tempfile::TempDir,
}

impl Both {
    fn new(mails: &[SealedMail]) -> Self {
        let both = Self { folder: tempfile::tempdir().unwrap() };
        Mbox::open(both.there()).deliver_all(mails).unwrap();
        both
    }

    fn there(&self) -> PathBuf {
        self.folder.path().join("there")
    }

    fn here(&self) -> PathBuf {
        self.folder.path().join("orders.mbox")
    }

    fn fetch(&self, delete: bool) -> Result<Received, CliError> {
        self.fetch_through(delete, true, |from| from)
    }

    /// Fetches over pipes; what the server says goes through `line` on its way.
    fn fetch_through<L: Read>(
        &self,
        delete: bool,
        may_delete: bool,
        line: impl FnOnce(io::PipeReader) -> L,
    ) -> Result<Received, CliError> {
        let (requests, to) = io::pipe().unwrap();
        let (from, answers) = io::pipe().unwrap();
        let there = Mbox::open(self.there());
        let server = thread::spawn(move || send(&there, may_delete, requests, answers));
        let done = receive(&self.here(), delete, line(from), to);
        // A broken pipe, where the other half ended early.
        drop(server.join().unwrap());
        done
    }

    fn deliver(&self, mails: &[SealedMail]) {
        Mbox::open(self.there()).deliver_all(mails).unwrap();
    }
}

fn receive(
    here: &Path,
    delete: bool,
    from: impl Read,
    to: impl Write,
) -> Result<Received, CliError> {
    let mut fetched = FetchedMails::open(here)?;
    let mut receiver = Receiver::greet(from, to)?;
    receiver.fetch(&Mbox::open(here), &mut fetched, delete, &mut |_| {})
}

fn mails_in(path: &Path) -> Vec<Vec<u8>> {
    messages(&fs::read(path).unwrap_or_default())
}

fn bytes(mails: &[SealedMail]) -> Vec<Vec<u8>> {
    mails.iter().map(|mail| mail.bytes.clone()).collect()
}

#[test]
fn new_mails_come_once_in_order_and_whole() {
    let both = Both::new(&MAILS[..3]);
    assert_eq!(both.fetch(false).unwrap(), Received { new: 3, ..Received::default() });
    assert_eq!(mails_in(&both.here()), bytes(&MAILS[..3]));
    assert_eq!(both.fetch(false).unwrap(), Received { known: 3, ..Received::default() });
    both.deliver(&MAILS[3..]);
    let new = MAILS.len() as u64 - 3;
    assert_eq!(both.fetch(false).unwrap(), Received { new, known: 3, ..Received::default() });
    assert_eq!(mails_in(&both.here()), bytes(&MAILS));
    assert_eq!(mails_in(&both.there()), bytes(&MAILS));
}

#[test]
fn nothing_is_made_where_the_server_has_no_mailbox() {
    let folder = tempfile::tempdir().unwrap();
    let both = Both { folder };
    assert_eq!(both.fetch(true).unwrap(), Received { deleted: Some(0), ..Received::default() });
    assert!(!both.there().exists() && !both.here().exists());
}

#[test]
fn mail_that_was_deleted_at_home_does_not_come_again() {
    let both = Both::new(&MAILS[..3]);
    both.fetch(false).unwrap();
    fs::remove_file(both.here()).unwrap();
    assert_eq!(both.fetch(false).unwrap(), Received { known: 3, ..Received::default() });
    assert!(!both.here().exists());
    // It is at neither end a proof that it is at home.
    let received = both.fetch(true).unwrap();
    assert_eq!((received.deleted, received.not_here), (Some(0), 3));
    assert_eq!(mails_in(&both.there()), bytes(&MAILS[..3]));
}

#[test]
fn only_mails_that_are_at_home_are_deleted_there() {
    let both = Both::new(&MAILS[..2]);
    let mut file = fs::OpenOptions::new().append(true).open(both.there()).unwrap();
    file.write_all(FOREIGN).unwrap();
    let received = both.fetch(true).unwrap();
    let wanted = Received { new: 2, other: 1, deleted: Some(2), ..Received::default() };
    assert_eq!(received, wanted);
    assert_eq!(fs::read(both.there()).unwrap(), FOREIGN);
    assert_eq!(mails_in(&both.here()), bytes(&MAILS[..2]));
    // One of them is damaged at home: no proof any more.
    both.deliver(&MAILS[..2]);
    let text = fs::read_to_string(both.here()).unwrap();
    let damaged = text.replacen("Subject: ...", "Subject: ..", 1);
    fs::File::create(both.here()).unwrap().write_all(damaged.as_bytes()).unwrap();
    let received = both.fetch(true).unwrap();
    assert_eq!((received.new, received.deleted, received.not_here), (0, Some(1), 1));
    let left = mails_in(&both.there());
    assert_eq!(left[1..], bytes(&MAILS[..1]));
}

/// Over the network of one machine, or with the server's folder mounted at home.
#[test]
fn mailbox_that_is_the_servers_own_is_not_emptied() {
    let both = Both::new(&MAILS[..2]);
    let (requests, to) = io::pipe().unwrap();
    let (from, answers) = io::pipe().unwrap();
    let there = Mbox::open(both.there());
    let server = thread::spawn(move || send(&there, true, requests, answers));
    let refused = receive(&both.there(), true, from, to).unwrap_err();
    drop(server.join().unwrap());
    assert!(refused.what().contains("is locked by another cryptocart"), "{refused}");
    assert_eq!(mails_in(&both.there()), bytes(&MAILS[..2]));
}

#[test]
fn mail_that_mutt_marked_as_read_is_the_same_mail() {
    let both = Both::new(&MAILS[..2]);
    both.fetch(false).unwrap();
    for path in [both.here(), both.there()] {
        let text = fs::read_to_string(&path).unwrap();
        let read = text.replace("\n\nAn OpenPGP", "\nStatus: RO\nContent-Length: 7\n\nAn OpenPGP");
        fs::File::create(&path).unwrap().write_all(read.as_bytes()).unwrap();
    }
    let received = both.fetch(true).unwrap();
    assert_eq!(received, Received { known: 2, deleted: Some(2), ..Received::default() });
}

#[test]
fn key_that_may_only_read_deletes_nothing() {
    let both = Both::new(&MAILS[..2]);
    let refused = both.fetch_through(true, false, |from| from).unwrap_err();
    assert!(refused.what().contains("--read-only"), "{refused}");
    assert_eq!(refused.kind(), Kind::Denied);
    assert_eq!(mails_in(&both.here()), bytes(&MAILS[..2]));
    assert_eq!(mails_in(&both.there()), bytes(&MAILS[..2]));
}

/// A connection that breaks after some bytes of the server.
struct Cut<R> {
    inner: R,
    left: usize,
}

impl<R: Read> Read for Cut<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.left);
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read;
        Ok(read)
    }
}

/// Cut off anywhere, the next fetch brings what is missing, and nothing twice.
#[test]
fn fetch_that_was_cut_off_goes_on_where_it_was() {
    let mails = &MAILS[..5];
    for cut in (0..45_000).step_by(1_013).chain([19, 20, 90, 400, 440]) {
        let both = Both::new(mails);
        let done = both.fetch_through(true, true, |inner| Cut { inner, left: cut });
        if let Err(error) = &done {
            assert_eq!(error.kind(), Kind::Unavailable, "{error}");
        }
        let here: HashSet<_> = mails_in(&both.here()).into_iter().collect();
        let there: HashSet<_> = mails_in(&both.there()).into_iter().collect();
        let all: HashSet<_> = here.union(&there).cloned().collect();
        assert_eq!(all.len(), mails.len(), "lost after {cut} bytes");
        both.fetch(true).unwrap();
        assert_eq!(mails_in(&both.here()), bytes(mails), "after {cut} bytes");
        assert!(mails_in(&both.there()).is_empty());
    }
}

/// The memory is written after the mailbox, so a crash leaves less in it, or half a line.
#[test]
fn list_of_fetched_mails_survives_half_a_line() {
    let both = Both::new(&MAILS[..3]);
    both.fetch(false).unwrap();
    let list = both.here().with_file_name(".orders.mbox.fetched");
    let text = fs::read(&list).unwrap();
    assert_eq!(text.len(), 3 * 65);
    for cut in [0, 65, 100, 130, 194] {
        fs::File::create(&list).unwrap().write_all(&text[..cut]).unwrap();
        assert_eq!(both.fetch(false).unwrap(), Received { known: 3, ..Received::default() });
        let lines = fs::read_to_string(&list).unwrap();
        let known: HashSet<&str> = lines.lines().filter(|line| line.len() == 64).collect();
        assert_eq!(known.len(), 3, "cut at {cut}: {lines}");
    }
    assert_eq!(mails_in(&both.here()), bytes(&MAILS[..3]));
}

#[test]
fn second_fetch_into_a_mailbox_waits_its_turn() {
    let both = Both::new(&MAILS[..1]);
    let open = FetchedMails::open(&both.here()).unwrap();
    let refused = both.fetch(false).unwrap_err();
    assert_eq!(refused.kind(), Kind::Busy);
    drop(open);
    both.fetch(false).unwrap();
}

#[test]
fn mail_that_went_between_list_and_answer_is_passed_over() {
    let both = Both::new(&MAILS[..2]);
    let there = both.there();
    let emptied = Cell::new(false);
    // The server has answered the list when its first bytes are read, and no mail was asked for.
    let received = both.fetch_through(true, true, |inner| OnRead {
        inner,
        act: move |read: &[u8]| {
            if !emptied.get() && read.windows(4).any(|word| word == b"end ") {
                emptied.set(true);
                fs::File::create(&there).unwrap();
            }
        },
    });
    let wanted = Received { gone: 2, deleted: Some(0), ..Received::default() };
    assert_eq!(received.unwrap(), wanted);
}

struct OnRead<R, F> {
    inner: R,
    act: F,
}

impl<R: Read, F: Fn(&[u8])> Read for OnRead<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        (self.act)(&buffer[..read]);
        Ok(read)
    }
}

/// A server that says whatever it likes gets nothing but a sealed mail into the mailbox.
#[test]
fn server_that_breaks_the_rules_writes_nothing_at_home() {
    let mail = &MAILS[0];
    let digest = shop_seal::mbox::MailDigest::new(mail);
    let text = String::from_utf8(mail.bytes.clone()).unwrap();
    let list = format!("{GREETING}\nmail {digest} 8192\nend 1 0 0\n");
    let other = text.replace("Subject: ...", "Subject: !!!");
    let served = [
        String::new(),
        "Welcome to the server!\n".into(),
        "cryptocart-mails 2\n".into(),
        format!("{GREETING}\nmail {digest} 8192\nend 2 0 0\n"),
        format!("{GREETING}\nmail {digest} 999999999\nend 1 0 0\n"),
        format!("{GREETING}\n{}", "x".repeat(100_000)),
        format!("{list}mail {digest} 8191\n{text}"),
        format!("{list}mail {digest} 8192\n{other}"),
        format!("{list}mail {digest} 8192\n{}", text.get(..8000).unwrap()),
        format!("{list}mail {} 8192\n{text}", "0".repeat(64)),
        format!("{list}gone {}\n", "0".repeat(64)),
        format!("{list}deleted 1\n"),
        format!("{list}error 75 \u{1b}[2J full\n"),
    ];
    for said in served {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().join("orders.mbox");
        let error = receive(&here, true, said.as_bytes(), io::sink()).unwrap_err();
        assert!(!here.exists() && !error.to_string().contains('\u{1b}'), "{said:?}: {error}");
    }
    let good = format!("{list}mail {digest} 8192\n{text}deleted 1\n");
    let folder = tempfile::tempdir().unwrap();
    let received = receive(&folder.path().join("a"), true, good.as_bytes(), io::sink()).unwrap();
    assert_eq!((received.new, received.deleted), (1, Some(1)));
}

/// It says why and ends, before it hears what is asked of it.
#[test]
fn refusal_is_heard_although_nobody_listens_any_more() {
    let both = Both::new(&MAILS[..1]);
    let mut said = Vec::new();
    refuse(&CliError::new(Kind::NotFound, "no shop here"), &mut said).unwrap();
    let (requests, to) = io::pipe().unwrap();
    drop(requests);
    let refused = receive(&both.here(), false, said.as_slice(), to).unwrap_err();
    assert_eq!(refused.kind(), Kind::NotFound, "{refused}");
    assert_eq!(refused.what(), "the server says: no shop here");
}

/// Whoever speaks to the server gets sealed mails alone, and deletes none by a mistake.
#[test]
fn server_refuses_what_is_no_request() {
    let both = Both::new(&MAILS[..1]);
    let digest = shop_seal::mbox::MailDigest::new(&MAILS[0]);
    let asked = |request: &str| {
        let mut answers = Vec::new();
        send(&Mbox::open(both.there()), true, request.as_bytes(), &mut answers).unwrap();
        String::from_utf8(answers).unwrap()
    };
    for request in [
        "GET / HTTP/1.1\r\n".to_owned(),
        "get ../../etc/passwd\n".into(),
        "\n".into(),
        "x".repeat(10_000),
        "delete 100001\n".into(),
        format!("delete 2\n{digest}\n"),
        format!("delete 2\n{digest}\n\n"),
    ] {
        let answer = asked(&request);
        assert!(answer.starts_with(&format!("{GREETING}\nerror 2 ")), "{request}: {answer}");
    }
    assert_eq!(mails_in(&both.there()).len(), 1);
    // Nothing was listed, so there is nothing to get.
    assert!(asked(&format!("get {digest}\n")).ends_with(&format!("gone {digest}\n")));
    assert!(asked(&format!("delete 1\n{digest}\n")).ends_with("deleted 1\n"));
}
