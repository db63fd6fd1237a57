use super::*;
use crate::{keygen, open::SealKey};
use proptest::prelude::*;
use shop_core::{entropy::Seeded, message_id};
use std::sync::LazyLock;

const TODAY: CoarseTime = CoarseTime::from_hours(498_708);

static KEYS: LazyLock<(SealCert, SealKey)> = LazyLock::new(|| {
    let key = keygen::throw_away("Demo", TODAY, &Seeded::new(1)).unwrap();
    let cert = SealCert::parse(&key.public_armored).unwrap();
    (cert, SealKey::parse(&key.secret_armored, "").unwrap())
});

fn letter(body: &str, relay: Option<&str>) -> Letter {
    let relay = relay.map(|body| Relay {
        to: "ada@example.org".into(),
        from: "shop@example.org".into(),
        subject: "Your order".into(),
        body: body.into(),
    });
    Letter { subject: "New order K7Q2-9FXD".into(), body: body.into(), relay, json: None }
}

fn seal(
    cert: &SealCert,
    letter: &Letter,
    today: CoarseTime,
    entropy: &dyn Entropy,
) -> Result<SealedMail, SealError> {
    super::seal(message_id::random(entropy), cert, letter, today, entropy)
}

fn sealed(body: &str, seed: u64) -> SealedMail {
    seal(&KEYS.0, &letter(body, None), TODAY, &Seeded::new(seed)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn sizes_are_few_and_letters_come_back(
        body in "(?s).{0,9000}", relay in prop::option::of(".{0,2000}"),
        json in prop::option::of("[a-z{}\"]{1,3000}"), seed in any::<u64>()
    ) {
        let mut letter = letter(&body, relay.as_deref());
        letter.json.clone_from(&json);
        let mail = seal(&KEYS.0, &letter, TODAY, &Seeded::new(seed)).unwrap();
        prop_assert!(SIZES.contains(&mail.bytes.len()), "{}", mail.bytes.len());
        let opened = KEYS.1.open(&mail.bytes).unwrap();
        prop_assert_eq!(&opened.body, &shop_core::text::block(&body));
        prop_assert_eq!(opened.relay.is_some(), relay.is_some());
        prop_assert_eq!(&opened.json, &json);
    }
}

/// Around borders between two sizes, one byte at a time.
#[test]
fn every_length_falls_into_a_size() {
    let mut last = SIZES[0];
    let mut borders = Vec::new();
    for length in (0..45_000).step_by(97).chain([60_000, 100_000, 180_000]) {
        let size = sealed(&line_folded(length), 3).bytes.len();
        assert!(SIZES.contains(&size) && size >= last, "{length}: {size}");
        if size > last {
            borders.push(length);
        }
        last = size;
    }
    assert_eq!(borders.len(), SIZES.len() - 1);
    for border in borders {
        for length in border - 97..=border {
            assert!(SIZES.contains(&sealed(&line_folded(length), 4).bytes.len()), "{length}");
        }
    }
}

fn line_folded(length: usize) -> String {
    "an order of mugs and tees\n".chars().cycle().take(length).collect()
}

#[test]
fn the_first_size_holds_an_ordinary_order() {
    assert_eq!(sealed(&line_folded(1_500), 1).bytes.len(), SIZES[0]);
    let mut order = letter(&line_folded(1_000), Some(&line_folded(700)));
    order.json = Some(line_folded(1_800));
    let order = seal(&KEYS.0, &order, TODAY, &Seeded::new(2)).unwrap();
    let notice = sealed("Order K7Q2-9FXD at Nordlys", 3);
    assert_eq!((order.bytes.len(), notice.bytes.len()), (SIZES[0], SIZES[0]), "nobody tells them");
}

#[test]
fn a_letter_beyond_the_last_size_is_refused() {
    let long = letter(&line_folded(200_000), None);
    assert_eq!(seal(&KEYS.0, &long, TODAY, &Seeded::new(1)).err(), Some(SealError::TooLong));
}

#[test]
fn the_outside_says_nothing() {
    let mail = sealed("Ada Byron, two mugs", 5);
    let text = String::from_utf8(mail.bytes).unwrap();
    for secret in ["Ada", "mugs", "K7Q2", "order"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let start = format!(
        "Message-ID: {}\nFrom: cryptocart@localhost\nTo: root@localhost\nSubject: ...\n\
         Date: Sun, 22 Nov 2026 00:00:00 +0000\nMIME-Version: 1.0\n",
        mail.message_id
    );
    assert!(text.starts_with(&start), "{text}");
    assert!(!text.contains('\r') && text.is_ascii());
    assert!(text.lines().all(|line| line.len() <= 78));
}

/// Same frame, same day, same size: one order looks like another but for random words.
#[test]
fn two_mails_differ_only_where_they_are_random() {
    let a = sealed("x", 6);
    let b = sealed("a longer order\nof three mugs", 7);
    let shape = |mail: &SealedMail| {
        let text = String::from_utf8(mail.bytes.clone()).unwrap();
        let lines = text.lines().map(|line| (line.len(), line.contains(':')));
        lines.collect::<Vec<_>>()
    };
    assert_eq!(shape(&a), shape(&b));
    assert_ne!(a.message_id, b.message_id);
    assert_ne!(a.bytes, b.bytes);
}

/// A letter about a payment must not wait for the clock: the key is there, so it was made.
#[test]
fn clock_behind_the_key_keeps_no_letter_back() {
    let early = CoarseTime::from_hours(TODAY.hours() - 9_000);
    assert_eq!(KEYS.0.check(early), Err(SealCertError::NotYet));
    assert!(seal(&KEYS.0, &letter("x", None), early, &Seeded::new(1)).is_ok());
}

#[test]
fn debug_output_hides_the_letter() {
    let letter = letter("Ada Byron", Some("Dear Ada"));
    assert_eq!(format!("{letter:?} {:?}", letter.relay), "Letter(..) Some(Relay(..))");
    assert_eq!(format!("{:?}", sealed("Ada", 1)), "SealedMail(8192 bytes)");
}

#[test]
fn days_are_written_as_mail_writes_them() {
    assert_eq!(midnight(CoarseTime::from_hours(0)), "Thu, 01 Jan 1970 00:00:00 +0000");
    assert_eq!(midnight(CoarseTime::from_hours(264_384)), "Tue, 29 Feb 2000 00:00:00 +0000");
}

/// After a crash a notice is sealed again, to what may be another key.
#[test]
fn mail_sealed_again_has_the_same_id_and_last_line() {
    let seal = |seed| {
        let key = keygen::throw_away("Seller", TODAY, &Seeded::new(seed)).unwrap();
        let cert = SealCert::parse(&key.public_armored).unwrap();
        let id = "<0123456789abcdefghjkmnpqrstvwxyz@localhost>".to_owned();
        super::seal(id, &cert, &letter("paid", None), TODAY, &Seeded::new(seed)).unwrap()
    };
    let last_line = |mail: &SealedMail| {
        String::from_utf8_lossy(&mail.bytes).trim_end().lines().last().unwrap().to_owned()
    };
    let one = seal(1);
    let other = seal(2);
    assert!(one.bytes != other.bytes);
    assert_eq!(one.message_id, other.message_id);
    assert_eq!(last_line(&one), "--0123456789abcdefghjkmnpq--");
    assert_eq!(last_line(&one), last_line(&other));
}
