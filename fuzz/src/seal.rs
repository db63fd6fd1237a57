//! OpenPGP and the mailbox.

use shop_core::{
    entropy::Seeded, message_id, seller_mail::data::MailData, text, time::CoarseTime,
};
use shop_seal::{
    SealCert, keygen,
    mail::{self, Letter, SealError, SealedMail},
    mbox::{self, Mbox, Reader},
    open::SealKey,
};
use std::{cell::OnceCell, fs};

const TODAY: CoarseTime = CoarseTime::from_hours(498_708);

struct Seller {
    cert: SealCert,
    key: SealKey,
    sealed: SealedMail,
}

thread_local! {
    static SELLER: OnceCell<Seller> = const { OnceCell::new() };
}

fn with_seller<T>(work: impl FnOnce(&Seller) -> T) -> T {
    SELLER.with(|seller| {
        work(seller.get_or_init(|| {
            let key = keygen::throw_away("Seller", TODAY, &Seeded::new(1)).expect("a key");
            let cert = SealCert::parse(&key.public_armored).expect("a certificate");
            let sealed = seal(&cert, &plain_letter(), 3);
            Seller {
                cert,
                key: SealKey::parse(&key.secret_armored, "").expect("a secret key"),
                sealed: sealed.expect("a mail"),
            }
        }))
    })
}

fn seal(cert: &SealCert, letter: &Letter, seed: u64) -> Result<SealedMail, SealError> {
    let random = Seeded::new(seed);
    mail::seal(message_id::random(&random), cert, letter, TODAY, &random)
}

fn plain_letter() -> Letter {
    Letter { subject: "s".into(), body: "b".into(), relay: None, json: None }
}

/// Reads a certificate; what is accepted can be sealed to, or says why not.
pub fn certificate(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(cert) = SealCert::parse(&text) {
        assert!(!cert.fingerprint().is_empty());
        let again = SealCert::parse(cert.armored()).expect("a certificate that was accepted");
        assert_eq!(cert.fingerprint(), again.fingerprint());
        let sealed = seal(&cert, &plain_letter(), 2);
        // The other way round does not hold: a clock behind the key keeps no letter back.
        assert!(sealed.is_ok() || cert.check(TODAY).is_err(), "a good certificate is not used");
        let _ = cert.recipient(&text);
    }
    let _ = with_seller(|seller| seller.cert.recipient(&text));
    let _ = SealKey::parse(&text, "");
}

/// Opens a mail, as the seller's desk does.
/// The first byte says whether the rest is one, its armored block, a letter to seal and read back,
/// or changes to a sealed one.
pub fn sealed_message(bytes: &[u8]) {
    let Some((how, bytes)) = bytes.split_first() else { return };
    with_seller(|seller| match how % 4 {
        0 => drop(seller.key.open(bytes)),
        1 => {
            let begin = b"-----BEGIN PGP MESSAGE-----\n\n".as_slice();
            let mail = [begin, bytes, b"\n-----END PGP MESSAGE-----\n"].concat();
            let _ = seller.key.open(&mail);
        }
        2 => read_back(seller, bytes),
        _ => {
            let mut mail = seller.sealed.bytes.clone();
            for change in bytes.chunks_exact(3) {
                let place = usize::from(u16::from_be_bytes([change[0], change[1]])) % mail.len();
                mail[place] = change[2];
            }
            // The seal covers all that is read; outside it stand only headers.
            if let Ok(letter) = seller.key.open(&mail) {
                assert!(letter == plain_letter(), "a changed letter was opened");
            }
        }
    });
}

/// Reads the JSON of a mail, as `cryptocart read` does at home.
/// A document that was read is the same when it is written and read again. The inside of a seal and
/// a mailbox are read too.
pub fn mail_data(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(data) = MailData::read(&text) {
        let written = serde_json::to_string(&data).expect("JSON");
        assert!(MailData::read(&written) == Ok(data), "other data after a second reading");
    }
    let _ = mail::read_inside(bytes);
    if let Ok(mails) = Reader::new(bytes) {
        for mail in mails {
            drop(mail.expect("memory does not fail"));
        }
    }
}

fn read_back(seller: &Seller, bytes: &[u8]) {
    let written = String::from_utf8_lossy(bytes);
    let (subject, body) = written.split_once('\n').unwrap_or(("s", &written));
    let letter = Letter { subject: subject.into(), body: body.into(), relay: None, json: None };
    let Ok(mail) = seal(&seller.cert, &letter, 4) else { return };
    assert!(mail::SIZES.contains(&mail.bytes.len()), "a size of its own");
    let back = seller.key.open(&mail.bytes).expect("a letter sealed to this key");
    assert_eq!(back.subject, text::line(&letter.subject));
    assert_eq!(back.body, text::block(&letter.body));
}

/// Delivers a mail into a mailbox that holds these bytes.
/// They stay, and the mail is there once.
pub fn mbox(bytes: &[u8]) {
    let folder = crate::folder();
    let path = folder.path().join("root");
    fs::write(&path, bytes).expect("a mailbox");
    let _ = mbox::messages(bytes);
    let mail = with_seller(|seller| seller.sealed.clone());
    let mailbox = Mbox::open(&path);
    mailbox.deliver(&mail).expect("a delivery");
    let once = fs::read(&path).expect("the mailbox");
    Mbox::open(&path).deliver(&mail).expect("a delivery");
    assert_eq!(once, fs::read(&path).expect("the mailbox"), "the same mail was written again");
    let own = mbox::messages(&once).into_iter().filter(|message| *message == mail.bytes).count();
    assert!(own >= 1, "the mail cannot be read");
}
