use super::*;
use crate::{
    SealCert, keygen,
    mail::{self, Letter},
};
use proptest::prelude::*;
use shop_core::{entropy::Seeded, message_id, time::CoarseTime};
use std::{
    fs,
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::LazyLock,
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
    (0..5).map(seal).collect()
});

const FOREIGN: &[u8] = b"From ada@example.org Sat Nov 21 09:00:00 2026\nSubject: hi\n\nhello\n\n";

fn digest(number: usize) -> MailDigest {
    MailDigest::new(&MAILS[number])
}

fn digests(numbers: &[usize]) -> HashSet<MailDigest> {
    numbers.iter().map(|number| digest(*number)).collect()
}

fn mailbox(folder: &Path) -> PathBuf {
    folder.join("root")
}

fn append(path: &Path, bytes: &[u8]) {
    let file = fs::OpenOptions::new().append(true).create(true).open(path);
    file.unwrap().write_all(bytes).unwrap();
}

/// Makes a mailbox of our mails with a foreign one between the first and the others.
fn filled(folder: &Path, mails: usize) -> Mbox {
    let mbox = Mbox::open(mailbox(folder));
    mbox.deliver_all(&MAILS[..1]).unwrap();
    append(&mailbox(folder), FOREIGN);
    mbox.deliver_all(&MAILS[1..mails]).unwrap();
    mbox
}

#[test]
fn digest_is_the_sha_256_of_the_mail_as_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let index = filled(folder.path(), 3).index().unwrap();
    let found: Vec<_> = index.mails.iter().map(|mail| mail.digest).collect();
    assert_eq!(found, [digest(0), digest(1), digest(2)]);
    assert_eq!((index.other, index.mails[0].bytes), (1, 8192));
    let hex = data_encoding::HEXLOWER.encode(&Sha256::digest(&MAILS[0].bytes));
    assert_eq!(digest(0).to_string(), hex);
    assert_eq!(MailDigest::parse(&hex), Some(digest(0)));
    let upper = hex.to_uppercase();
    for wrong in [upper.as_str(), hex.get(1..).unwrap(), "", &format!("{hex}00")] {
        assert_eq!(MailDigest::parse(wrong), None);
    }
}

#[test]
fn looking_where_there_is_no_mailbox_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let mbox = Mbox::open(folder.path().join("mailorders/root"));
    assert!(mbox.index().unwrap().mails.is_empty());
    assert_eq!(mbox.remove(&digests(&[0])).unwrap(), 0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn half_a_mail_is_not_listed_and_not_removed() {
    let folder = tempfile::tempdir().unwrap();
    let mbox = filled(folder.path(), 2);
    let text = fs::read(mailbox(folder.path())).unwrap();
    let cut = text.len() - 40;
    fs::File::create(mailbox(folder.path())).unwrap().write_all(&text[..cut]).unwrap();
    assert_eq!(mbox.index().unwrap().other, 2);
    assert_eq!(mbox.remove(&digests(&[0, 1])).unwrap(), 1);
    let left = fs::read(mailbox(folder.path())).unwrap();
    assert!(left.starts_with(FOREIGN) && text[..cut].ends_with(&left));
    // The shop completes it, as if nothing had been removed.
    mbox.deliver_all(&MAILS[1..2]).unwrap();
    assert_eq!(mbox.index().unwrap().mails.len(), 1);
}

#[test]
fn mail_that_moved_is_not_read_in_its_old_place() {
    let folder = tempfile::tempdir().unwrap();
    let mbox = filled(folder.path(), 3);
    let index = mbox.index().unwrap();
    assert_eq!(mbox.read(&index.mails[2]).unwrap().as_ref(), Some(&MAILS[2]));
    assert_eq!(mbox.remove(&digests(&[0])).unwrap(), 1);
    assert_eq!(mbox.read(&index.mails[2]).unwrap(), None);
    let moved = mbox.index().unwrap().mails[1];
    assert_eq!(mbox.read(&moved).unwrap().as_ref(), Some(&MAILS[2]));
}

#[test]
fn removal_keeps_all_else_and_the_rights_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mbox = filled(folder.path(), 4);
    let path = mailbox(folder.path());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    fs::File::create(folder.path().join(".root.cryptocart-new"))
        .unwrap()
        .write_all(b"left")
        .unwrap();
    assert_eq!(mbox.remove(&digests(&[0, 2, 4])).unwrap(), 2);
    assert_eq!(mbox.remove(&digests(&[0, 2, 4])).unwrap(), 0);
    let text = fs::read(&path).unwrap();
    let index = mbox.index().unwrap();
    let left: Vec<_> = index.mails.iter().map(|mail| mail.digest).collect();
    assert_eq!(left, [digest(1), digest(3)]);
    assert!(text.starts_with(FOREIGN) && index.other == 1);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o640);
    let names: HashSet<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["root".into(), ".root.cryptocart".into()].into());
    // A shop that remembers the old file delivers into the new one.
    mbox.deliver_all(&MAILS[4..]).unwrap();
    assert_eq!(mbox.index().unwrap().mails.len(), 3);
}

/// Programs that look at the dotlock alone are kept out, too.
#[test]
fn locked_mailbox_is_neither_listed_nor_changed() {
    let folder = tempfile::tempdir().unwrap();
    let mut mbox = filled(folder.path(), 2);
    mbox.patience = 2;
    append(&folder.path().join("root.lock"), b"1");
    assert!(matches!(mbox.index(), Err(MboxError::Locked { .. })));
    assert!(matches!(mbox.remove(&digests(&[0])), Err(MboxError::Locked { .. })));
}

#[test]
fn mailbox_that_is_a_link_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 2);
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(mailbox(folder.path()), &link).unwrap();
    let mbox = Mbox::open(&link);
    assert!(matches!(mbox.index(), Err(MboxError::NotAFile { .. })));
    assert!(matches!(mbox.remove(&digests(&[0])), Err(MboxError::NotAFile { .. })));
}

/// A part of a mailbox.
#[derive(Clone, Debug)]
enum Piece {
    Mail(usize),
    Foreign,
    Line(String),
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        (0..5usize).prop_map(Piece::Mail),
        Just(Piece::Foreign),
        "(From |>From |-----)?[a-z]{0,4}\n{0,2}".prop_map(Piece::Line),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn removal_takes_the_named_mails_alone(
        pieces in prop::collection::vec(piece(), 0..8),
        wanted in prop::collection::hash_set(0..5usize, 0..5),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = mailbox(folder.path());
        for piece in &pieces {
            match piece {
                Piece::Mail(number) => append(&path, &super::super::entry::entry(&MAILS[*number])),
                Piece::Foreign => append(&path, FOREIGN),
                Piece::Line(line) => append(&path, line.as_bytes()),
            }
        }
        let mbox = Mbox::open(&path);
        let before = mbox.index().unwrap();
        let old = fs::read(&path).unwrap_or_default();
        let wanted: HashSet<MailDigest> = wanted.into_iter().map(digest).collect();
        let gone: Vec<_> = before.mails.iter().filter(|m| wanted.contains(&m.digest)).collect();
        let removed = mbox.remove(&wanted).unwrap();
        prop_assert_eq!(removed, gone.len() as u64);
        let mut kept = old.clone();
        for mail in gone.iter().rev() {
            let at = usize::try_from(mail.span.at).unwrap();
            kept.drain(at..at + usize::try_from(mail.span.length).unwrap());
        }
        prop_assert_eq!(fs::read(&path).unwrap_or_default(), kept);
    }
}
