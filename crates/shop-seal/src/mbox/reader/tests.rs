use super::*;
use crate::mail::SealedMail;
use proptest::prelude::*;

const BLOCK: &str = "-----BEGIN PGP MESSAGE-----\n\nwcBMA\n=abcd\n-----END PGP MESSAGE-----\n";

fn sealed(n: u32) -> String {
    format!(
        "Message-ID: <{n}@localhost>\nDate: Sun, 22 Nov 2026 00:00:00 +0000\nContent-Type: \
         multipart/encrypted; protocol=\"application/pgp-encrypted\";\n boundary=\"b\"\n\n--b\n\n\
         {BLOCK}\n--b--\n"
    )
}

fn entries(messages: &[&str]) -> Vec<u8> {
    let mail = |text: &&str| SealedMail { message_id: "<x>".into(), bytes: text.as_bytes().into() };
    messages.iter().flat_map(|text| entry::entry(&mail(text))).collect()
}

fn read(mailbox: &[u8]) -> Vec<FoundMail> {
    Reader::new(mailbox).unwrap().map(Result::unwrap).collect()
}

fn found(mailbox: &[u8]) -> Vec<Found> {
    read(mailbox).into_iter().map(|mail| mail.found).collect()
}

fn ours() -> Found {
    Found::Sealed(BLOCK.as_bytes().to_vec())
}

#[test]
fn sealed_mails_are_found_among_others_with_their_day() {
    let letter = "From: a@example.org\nSubject: hello\n\nFrom here on\n> quoted\n";
    let inline = format!("From: a@example.org\n\n{BLOCK}");
    let mailbox = entries(&[&sealed(1), letter, &inline, &sealed(2)]);
    let mails = read(&mailbox);
    assert_eq!(mails[0].day.as_deref(), Some("2026-11-22"));
    assert_eq!(mails[1].day, None);
    let kinds: Vec<Found> = mails.into_iter().map(|mail| mail.found).collect();
    assert_eq!(kinds, [ours(), Found::Other, Found::Other, ours()]);
}

#[test]
fn crlf_and_edits_of_mutt_change_nothing() {
    let mutt = sealed(1)
        .replacen("Message-ID", "Status: RO\nContent-Length: 99\nLines: 9\nMessage-Id", 1)
        .replacen("Content-Type: multipart", "content-type:\n\tMultipart", 1);
    let mailbox = entries(&[&mutt, &sealed(2)]);
    assert_eq!(found(&mailbox), [ours(), ours()]);
    let text = String::from_utf8(mailbox).unwrap();
    assert_eq!(found(text.replace('\n', "\r\n").as_bytes()), [ours(), ours()]);
    let blanks = text.replace('\n', "  \n").replace("From cryptocart@localhost  ", "");
    assert!(Reader::new(blanks.as_bytes()).is_ok());
}

#[test]
fn line_from_within_a_text_begins_no_message() {
    let mailbox = b"From a\nA: b\n\nhello\nFrom here on\n\nFrom b\nA: b\n\nx\n";
    assert_eq!(found(mailbox), [Found::Other, Found::Other]);
}

/// A shop was stopped in a mail, and wrote the next one later.
#[test]
fn incomplete_mail_is_told_and_the_next_one_read() {
    let whole = entries(&[&sealed(1)]);
    let cut = &whole[..whole.len() - 40];
    assert_eq!(found(cut), [Found::Incomplete]);
    assert_eq!(found(&[cut, b"\n", &whole].concat()), [Found::Incomplete, ours()]);
    assert_eq!(found(&[&whole, cut].concat()), [ours(), Found::Incomplete]);
}

#[test]
fn what_is_no_mailbox_is_refused_and_nothing_is_one() {
    for text in ["-----BEGIN PGP MESSAGE-----\n", "\u{0}\u{1}\n", "hello"] {
        let error = Reader::new(text.as_bytes()).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{text}");
    }
    assert_eq!(found(b""), []);
    assert_eq!(found(b"\n\r\n"), []);
}

#[test]
fn message_too_long_for_ours_is_passed_over() {
    let lines = format!("{}\n", "x".repeat(200)).repeat(6_000);
    let long = sealed(1).replace("wcBMA\n", &lines);
    assert_eq!(found(&entries(&[&long, &sealed(2)])), [Found::Other, ours()]);
}

/// The first mail is being written.
#[test]
fn mailbox_cut_in_its_first_word_has_no_mail() {
    for cut in ["F", "Fro", "From", "\nFrom"] {
        assert_eq!(read(cut.as_bytes()), []);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mailbox = [b"From x\n".as_slice(), &bytes].concat();
        prop_assert!(read(&mailbox).len() <= 1 + mailbox.len() / 6);
    }

    #[test]
    fn any_cut_loses_the_last_mail_alone(at in any::<prop::sample::Index>()) {
        let whole = entries(&[&sealed(1), &sealed(2)]);
        let cut = &whole[..at.index(whole.len())];
        let sealed = found(cut).into_iter().filter(|found| *found == ours()).count();
        prop_assert!(sealed <= 2 && sealed >= usize::from(cut.len() > whole.len() / 2 + 40));
    }
}
