use super::*;
use crate::{
    SealCert, keygen,
    mail::{self, Letter},
    mbox::Mbox,
};
use proptest::prelude::*;
use shop_core::{entropy::Seeded, message_id, time::CoarseTime};
use std::sync::LazyLock;

static SEALED: LazyLock<SealedMail> = LazyLock::new(|| {
    let today = CoarseTime::from_hours(498_708);
    let random = Seeded::new(1);
    let key = keygen::throw_away("Demo", today, &random).unwrap();
    let cert = SealCert::parse(&key.public_armored).unwrap();
    let letter =
        Letter { subject: "New order".into(), body: "Two mugs".into(), relay: None, json: None };
    mail::seal(message_id::random(&random), &cert, &letter, today, &random).unwrap()
});

/// Returns the mail as it stands in a mailbox.
fn entry() -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    Mbox::open(&path).deliver(&SEALED).unwrap();
    std::fs::read_to_string(path).unwrap()
}

fn text() -> String {
    String::from_utf8(SEALED.bytes.clone()).unwrap()
}

#[test]
fn mail_of_a_shop_is_taken_as_it_is() {
    assert_eq!(SealedMail::parse(&SEALED.bytes).as_ref(), Some(&*SEALED));
    assert_eq!(SealedMail::from_entry(entry().as_bytes()).as_ref(), Some(&*SEALED));
}

#[test]
fn edits_of_mail_programs_change_nothing() {
    let entry = entry();
    let edited = [
        entry.replace("\nTo: ", "\nStatus: RO\nTo: "),
        entry.replace("\n\nAn Open", "\nContent-Length: 8000\nLines: 170\nX-Status: A\n\nAn Open"),
        entry.replace("\nTo: ", "\nX-Label: sent,\n\tpacked\nTo: "),
        entry.replace('\n', "\r\n"),
        entry.trim_end().to_owned(),
        entry.clone() + "\n\n",
        entry.replace("From cryptocart@localhost", "From root"),
    ];
    for edited in edited {
        assert_eq!(SealedMail::from_entry(edited.as_bytes()).as_ref(), Some(&*SEALED), "{edited}");
    }
}

#[test]
fn anything_beside_the_sealed_part_is_refused() {
    let text = text();
    let border = text.split_once("boundary=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let close = format!("--{border}--\n");
    let html = format!("--{border}\nContent-Type: text/html\n\n<script>\n\n{close}");
    let changed = [
        text.replace("multipart/encrypted", "multipart/mixed"),
        text.replace(&close, &html),
        text.clone() + "more\n",
        text.replace("\n\nAn Open", &format!("\n\n--{border}--\n\nAn Open")),
        text.replace("Subject: ...", "Subject: \u{1b}[2J"),
        text.replace("Subject: ...", "Subject: ...\nBcc: a@example.org"),
        text.replace("Subject: ...", "Subject: ...\nSubject: again"),
        text.replace("MIME-Version: 1.0", "no header"),
        text.replace("application/octet-stream", "text/html"),
        text.replace("Version: 1", "Version: 1\nmore"),
        text.replace("@localhost>", "@example.org>"),
        text.replace("-----END PGP MESSAGE-----", "-----END PGP SIGNATURE-----"),
        text.replacen("-----BEGIN PGP MESSAGE-----", "-----BEGIN PGP MESSAGE-----\n-----", 1),
        text.replace('\n', "\r\n"),
    ];
    for changed in changed {
        assert!(changed != text && SealedMail::parse(changed.as_bytes()).is_none(), "{changed}");
    }
    let long = text.replace("-----END", &("A".repeat(LONGEST) + "\n-----END"));
    assert!(SealedMail::parse(long.as_bytes()).is_none());
}

/// Half a mail ends with a line of its armor, which looks like a border.
#[test]
fn mail_cut_off_anywhere_is_refused() {
    let bytes = &SEALED.bytes;
    for end in 0..bytes.len() {
        assert!(SealedMail::parse(&bytes[..end]).is_none(), "cut at {end}");
    }
    let entry = entry();
    // The last line break alone may be missing in a mailbox.
    for end in 0..entry.trim_end().len() {
        assert!(SealedMail::from_entry(&entry.as_bytes()[..end]).is_none(), "cut at {end}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = SealedMail::parse(&bytes);
        let _ = SealedMail::from_entry(&[b"From x\n", &bytes[..]].concat());
    }

    #[test]
    fn what_is_taken_reads_back(at in 0..8192usize, byte in any::<u8>()) {
        let mut bytes = SEALED.bytes.clone();
        bytes[at] = byte;
        if let Some(mail) = SealedMail::parse(&bytes) {
            prop_assert_eq!(&mail.bytes, &bytes);
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("root");
            Mbox::open(&path).deliver(&mail).unwrap();
            let entry = std::fs::read(path).unwrap();
            prop_assert_eq!(SealedMail::from_entry(&entry), Some(mail));
        }
    }
}
