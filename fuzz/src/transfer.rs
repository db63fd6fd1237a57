//! The two halves of fetch. Each takes the other for a stranger.

use crate::sources::mail_transfer::{FetchedMails, Receiver, send};
use shop_seal::{
    mail::SealedMail,
    mbox::{MailDigest, Mbox, messages},
};
use std::{fs, io::ErrorKind, path::Path};

const GREETING: &[u8] = b"cryptocart-mails 1\n";

/// Takes any bytes for the words of a server, for a mail of it, and for a client's words.
/// Nothing but sealed mails gets into the mailbox at home, nothing is to be deleted that is not there,
/// and a client deletes what it names alone.
pub fn mail_transfer(bytes: &[u8]) {
    received(&[GREETING, bytes].concat());
    received(&with_mail(bytes));
    asked(bytes);
}

/// Says what a server says that has these bytes for a mail.
fn with_mail(bytes: &[u8]) -> Vec<u8> {
    let mail = SealedMail { message_id: String::new(), bytes: bytes.to_vec() };
    let line = format!("mail {} {}\n", MailDigest::new(&mail), bytes.len());
    let list = [GREETING, line.as_bytes(), b"end 1 0 0\n"].concat();
    [&list, line.as_bytes(), bytes, b"deleted 1\n"].concat()
}

fn received(said: &[u8]) {
    let folder = crate::folder();
    let here = folder.path().join("orders.mbox");
    let mut asked = Vec::new();
    let mut fetched = FetchedMails::open(&here).expect("an empty folder");
    let receiver = Receiver::greet(said, &mut asked);
    let done = receiver.and_then(|mut receiver| {
        receiver.fetch(&Mbox::open(&here), &mut fetched, true, &mut |_| {})
    });
    let mails = mails(&here);
    for mail in &mails {
        assert!(SealedMail::parse(mail).is_some(), "something else was written");
    }
    if let Ok(received) = done {
        assert_eq!(received.new, mails.len() as u64);
    }
    let asked = String::from_utf8(asked).expect("lines");
    let deleted = asked.split_once("delete ").map(|(_, lines)| lines.lines().skip(1));
    for digest in deleted.into_iter().flatten() {
        let is_it = |mail: &Vec<u8>| {
            let mail = SealedMail::parse(mail).expect("a mail");
            MailDigest::new(&mail).to_string() == digest
        };
        assert!(mails.iter().any(is_it), "a mail is deleted that is not at home");
    }
}

fn asked(request: &[u8]) {
    const MAIL: &[u8] = include_bytes!("../corpus/mail_transfer/mail");
    let folder = crate::folder();
    let there = folder.path().join("root");
    let mail = SealedMail::parse(MAIL).expect("a mail");
    Mbox::open(&there).deliver(&mail).expect("a mailbox");
    let mut answers = Vec::new();
    if let Err(error) = send(&Mbox::open(&there), true, request, &mut answers) {
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "more than half a line at the end");
    }
    assert!(answers.starts_with(GREETING));
    let digest = MailDigest::new(&mail).to_string();
    let names_it = request.windows(64).any(|window| window == digest.as_bytes());
    assert!(names_it || mails(&there) == [MAIL], "a mail went that nobody named");
}

fn mails(path: &Path) -> Vec<Vec<u8>> {
    messages(&fs::read(path).unwrap_or_default())
}
