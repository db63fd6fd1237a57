//! Interoperability with Debian stable's gpg: it opens our mail, and we seal to its keys.

#[path = "tools/gpg_home.rs"]
mod gpg_home;

use gpg_home::{Gpg, TODAY};
use shop_core::{entropy::Seeded, message_id};
use shop_seal::{
    Recipient, SealCert, SealCertError, Unsupported, keygen,
    mail::{Letter, Relay, SIZES, seal},
    open::{OpenError, SealKey},
    stream::{self, StreamError},
};
use std::io::Write;

fn letter() -> Letter {
    Letter {
        subject: "New order K7Q2-9FXD".into(),
        body: "Two mugs for Zoë\n\nFrom here it is yours to send.".into(),
        relay: Some(Relay {
            to: "ada@example.org".into(),
            from: "shop@example.org".into(),
            subject: "Your order ✓".into(),
            body: "Thank you.".into(),
        }),
        json: Some("{\n\"kind\": \"new_order\"\n}".into()),
    }
}

/// The encrypted block of a letter sealed to `cert`.
fn sealed(cert: &str, seed: u64) -> Vec<u8> {
    let cert = SealCert::parse(cert).expect("it is good");
    let random = Seeded::new(seed);
    let id = message_id::random(&random);
    seal(id, &cert, &letter(), TODAY, &random).expect("it is good").bytes
}

#[test]
fn gpg_imports_a_throw_away_key_and_opens_what_is_sealed_to_it() {
    let gpg = Gpg::new();
    let key = keygen::throw_away("Demo <demo@localhost>", TODAY, &Seeded::new(1)).unwrap();
    gpg.run(&["--import"], key.secret_armored.as_bytes());
    let text = gpg.text(&["--decrypt"], &sealed(&key.public_armored, 2));
    for wanted in ["Subject: New order K7Q2-9FXD", "Two mugs for Zoë", "To: ada@example.org"] {
        assert!(text.contains(wanted), "{text}");
    }
    let listed = gpg.text(&["--list-keys", "--with-colons"], b"");
    let fingerprint = SealCert::parse(&key.public_armored).unwrap().fingerprint();
    assert!(listed.contains(&fingerprint), "{listed}");
    let checked = gpg.text(&["--check-signatures", "--with-colons"], b"");
    assert!(checked.contains("sig:!") && !checked.contains("sig:-"), "{checked}");
}

#[test]
fn packets_name_nobody_and_are_of_the_old_kind() {
    let gpg = Gpg::new();
    let key = keygen::throw_away("Demo", TODAY, &Seeded::new(1)).unwrap();
    gpg.run(&["--import"], key.secret_armored.as_bytes());
    let packets = gpg.text(&["--list-packets"], &sealed(&key.public_armored, 2));
    for wanted in [
        ":pubkey enc packet: version 3, algo 18, keyid 0000000000000000",
        ":encrypted data packet:",
        "mdc_method: 2",
        ":literal data packet:",
    ] {
        assert!(packets.contains(wanted), "no {wanted} in\n{packets}");
    }
    for unwanted in [":compressed packet:", ":aead encrypted packet:", ":signature packet:"] {
        assert!(!packets.contains(unwanted), "{packets}");
    }
    assert_eq!(packets.matches(":pubkey enc packet:").count(), 1, "{packets}");
}

#[test]
fn the_cipher_is_aes_256() {
    let gpg = Gpg::new();
    let key = keygen::throw_away("Demo", TODAY, &Seeded::new(1)).unwrap();
    gpg.run(&["--import"], key.secret_armored.as_bytes());
    let status = gpg.text(&["--status-fd", "1", "--decrypt"], &sealed(&key.public_armored, 2));
    // Modification detection is 2, the cipher is 9 (AES-256), and there is no AEAD.
    assert!(status.contains("[GNUPG:] DECRYPTION_INFO 2 9"), "{status}");
    assert!(status.contains("[GNUPG:] DECRYPTION_OKAY"), "{status}");
    assert!(status.contains("[GNUPG:] GOODMDC"), "{status}");
}

#[test]
fn gpg_made_key_seals_and_opens_in_both_programs() {
    let gpg = Gpg::new();
    // Curve25519, and what gpg 2.2 makes when nothing is asked for: RSA.
    for (name, kind) in [("Curve", "future-default"), ("Rivest", "default")] {
        gpg.make_key(name, kind, "2m", "");
        let public = gpg.text(&["--armor", "--export", name], b"");
        assert!(gpg.text(&["--decrypt"], &sealed(&public, 3)).contains("Two mugs for Zoë"));
        let secret = gpg.text(&["--armor", "--export-secret-keys", name], b"");
        let opened = SealKey::parse(&secret, "").unwrap().open(&sealed(&public, 4)).unwrap();
        assert!(opened == letter(), "{name}");
        assert_eq!(SealCert::parse(&secret).err(), Some(SealCertError::SecretKey));
    }
}

/// An RSA ciphertext is now and then a byte shorter; the mail must not be.
#[test]
fn sizes_are_exact_for_an_rsa_key_too() {
    let gpg = Gpg::new();
    gpg.make_key("Rivest", "default", "2m", "");
    let cert = SealCert::parse(&gpg.text(&["--armor", "--export"], b"")).unwrap();
    let dice = Seeded::new(5);
    for _ in 0..1_500 {
        let id = message_id::random(&dice);
        let size = seal(id, &cert, &letter(), TODAY, &dice).unwrap().bytes.len();
        assert_eq!(size, SIZES[0]);
    }
}

#[test]
fn a_key_with_a_passphrase_opens_with_it_alone() {
    let gpg = Gpg::new();
    gpg.make_key("Curve", "future-default", "2m", "correct horse");
    let public = gpg.text(&["--armor", "--export"], b"");
    let export = ["--passphrase", "correct horse", "--armor", "--export-secret-keys"];
    let secret = gpg.text(&export, b"");
    let key = SealKey::parse(&secret, "correct horse").unwrap();
    assert!(key.open(&sealed(&public, 1)).unwrap() == letter());
    assert_eq!(SealKey::parse(&secret, "wrong").err(), Some(OpenError::WrongPassphrase));
}

#[test]
fn dates_and_revocations_that_gpg_sets_count() {
    let gpg = Gpg::new();
    gpg.make_key("Curve", "future-default", "2d", "");
    let export = || SealCert::parse(&gpg.text(&["--armor", "--export"], b""));
    let tomorrow = TODAY.plus_hours(24);
    let later = TODAY.plus_hours(72);
    assert_eq!(export().unwrap().check(tomorrow), Ok(()));
    assert_eq!(export().unwrap().check(later), Err(SealCertError::Expired));
    let fingerprint = export().unwrap().fingerprint();
    // Each gpg begins at the same faked second: one that changes a key must come after one that made it.
    let after = "--faked-system-time=20261122T130000";
    gpg.run(&[after, "--quick-set-expire", &fingerprint, "5d"], b"");
    // Its newest encryption subkey still ends in two days, if it ends at all.
    gpg.run(&[after, "--quick-set-expire", &fingerprint, "5d", "*"], b"");
    assert_eq!(export().unwrap().check(later), Ok(()));
    gpg.run(&["--import"], gpg.revocation(&fingerprint).as_bytes());
    assert_eq!(export().err(), Some(SealCertError::Revoked));
}

/// The reason for subkeys: what is sealed to a deleted subkey cannot be opened.
/// Not even somebody who has all else can open it.
#[test]
fn a_deleted_subkey_opens_nothing_and_the_newest_is_used() {
    let gpg = Gpg::new();
    let earlier = "--faked-system-time=20261101T120000";
    gpg.run(&[earlier, "--quick-gen-key", "Curve", "future-default", "default", "2m"], b"");
    let old = gpg.text(&["--armor", "--export"], b"");
    let fingerprint = SealCert::parse(&old).unwrap().fingerprint();
    gpg.run(&["--quick-add-key", &fingerprint, "cv25519", "encr", "1m"], b"");
    let new = gpg.text(&["--armor", "--export"], b"");
    let to_old = sealed(&old, 1);
    let to_new = sealed(&new, 1);
    assert!(gpg.opens(&to_old), "both secrets are there");
    assert!(gpg.opens(&to_new), "both secrets are there");
    gpg.delete_secret_of_subkey(0);
    assert!(!gpg.opens(&to_old), "its secret is gone");
    assert!(gpg.opens(&to_new), "it was sealed to the newer subkey");
}

const NO_FLAGS: &[u8] = include_bytes!("keys/noflags_sub.asc");

/// The reason to read keys without key flags: gpg encrypts to them, so buyers can.
#[test]
fn gpg_encrypts_to_the_key_that_is_sealed_to() {
    let gpg = Gpg::new();
    let later = "--faked-system-time=20261130T120000";
    gpg.run(&[later, "--import"], NO_FLAGS);
    let key = "A06E62EFC569D50E19685501BA34003EED9E13A8";
    let message = gpg.text(&[later, "--armor", "--encrypt", "--recipient", key], b"12 Main St");
    let packets = gpg.text(&["--list-packets", "--list-only"], message.as_bytes());
    assert!(packets.contains("keyid C8D3FEA31825FCF8"), "its subkey: {packets}");
    let cert = SealCert::from_file(NO_FLAGS).unwrap();
    assert_eq!(cert.recipient(&message), Recipient::Seller);
}

#[test]
fn recipient_of_a_message_of_gpg_is_known() {
    let gpg = Gpg::new();
    gpg.make_key("Seller", "future-default", "2m", "");
    gpg.make_key("Other", "default", "2m", "");
    let cert = SealCert::parse(&gpg.text(&["--armor", "--export", "Seller"], b"")).unwrap();
    let recipient = |args: &[&str]| {
        let message = gpg.text(&[&["--armor"], args].concat(), b"12 Main St");
        cert.recipient(&message)
    };
    let encrypted = |to: &[&str]| recipient(&[&["--encrypt"], to].concat());
    assert_eq!(encrypted(&["-r", "Seller"]), Recipient::Seller);
    assert_eq!(encrypted(&["-r", "Other", "-r", "Seller"]), Recipient::Seller);
    assert_eq!(encrypted(&["-r", "Other", "-R", "Seller"]), Recipient::Hidden);
    assert_eq!(encrypted(&["-R", "Other"]), Recipient::Hidden, "nobody but them can tell");
    assert_eq!(encrypted(&["-r", "Other"]), Recipient::Other);
    let passphrase = ["--passphrase", "x", "--symmetric"];
    assert_eq!(recipient(&passphrase), Recipient::Other);
    let either = [&passphrase[..], &["--encrypt", "-r", "Seller"]].concat();
    assert_eq!(recipient(&either), Recipient::Seller);
    assert_eq!(recipient(&["--store"]), Recipient::Other);
}

/// `/pgp.txt` shows what buyers need, and not the seller's face or friends.
#[test]
fn photographs_and_signatures_of_others_are_not_published() {
    let gpg = Gpg::new();
    gpg.make_key("Seller", "future-default", "2m", "");
    gpg.make_key("Friend", "future-default", "2m", "");
    let bare = gpg.text(&["--armor", "--export", "Seller"], b"");
    let fingerprint = SealCert::parse(&bare).unwrap().fingerprint();
    let photo = gpg.home().join("photo.jpg");
    let picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 a photograph";
    std::fs::File::create(&photo).unwrap().write_all(picture).unwrap();
    let commands = format!("addphoto\n{}\nsave\n", photo.display());
    let edit = ["--no-tty", "--command-fd", "0", "--edit-key", "Seller"];
    gpg.run(&edit, commands.as_bytes());
    gpg.run(&["--local-user", "Friend", "--quick-sign-key", &fingerprint], b"");
    let rich = gpg.text(&["--armor", "--export", "Seller"], b"");
    let listed = |key: &str| gpg.text(&["--list-packets"], key.as_bytes());
    assert!(listed(&rich).contains(":attribute packet:"), "{}", listed(&rich));
    assert_eq!(listed(&rich).matches(":signature packet:").count(), 5, "two by the friend");
    let published = SealCert::parse(&rich).unwrap();
    assert_eq!(published.armored(), SealCert::parse(&bare).unwrap().armored());
    assert!(!listed(published.armored()).contains("attribute"));
    assert!(gpg.opens(&sealed(published.armored(), 1)));
}

/// The library reads more curves than it can encrypt to.
#[test]
fn subkey_that_cannot_be_encrypted_to_is_refused_or_passed_over() {
    let gpg = Gpg::new();
    gpg.run(&["--quick-gen-key", "Seller", "ed25519", "cert,sign", "2m"], b"");
    let export = || gpg.text(&["--armor", "--export"], b"");
    assert_eq!(SealCert::parse(&export()).err(), Some(SealCertError::NoEncryptionKey));
    let listed = gpg.text(&["--list-keys", "--with-colons"], b"");
    let fingerprint = listed.lines().find_map(|line| line.strip_prefix("fpr:::::::::")).unwrap();
    let fingerprint = fingerprint.trim_end_matches(':');
    gpg.run(&["--quick-add-key", fingerprint, "brainpoolP256r1", "encr", "1m"], b"");
    let refused = SealCert::parse(&export()).err();
    assert_eq!(refused, Some(SealCertError::Unsupported(Unsupported::Curve)));
    gpg.run(&["--quick-add-key", fingerprint, "cv25519", "encr", "1m"], b"");
    assert!(gpg.opens(&sealed(&export(), 1)));
}

#[test]
fn short_rsa_key_is_refused_as_too_short() {
    let gpg = Gpg::new();
    gpg.run(&["--quick-gen-key", "Seller", "rsa1024", "cert,sign,encr", "2m"], b"");
    let refused = SealCert::parse(&gpg.text(&["--armor", "--export"], b"")).err();
    assert_eq!(refused, Some(SealCertError::Unsupported(Unsupported::ShortRsa)));
}

/// Longer than a packet of the stream is, and cut off in its middle.
#[test]
fn stream_is_opened_by_gpg_and_half_of_one_is_refused() {
    let gpg = Gpg::new();
    let key = keygen::throw_away("Demo", TODAY, &Seeded::new(1)).unwrap();
    gpg.run(&["--import"], key.secret_armored.as_bytes());
    let cert = SealCert::parse(&key.public_armored).unwrap();
    let line = b"A line of the backup, CANARYSTREAM7Q.\n";
    for lines in [0, 1, 40_000] {
        let plain = line.repeat(lines);
        let mut message = Vec::new();
        stream::seal(&cert, plain.as_slice(), &mut message, TODAY, &Seeded::new(2)).unwrap();
        assert!(!message.windows(14).any(|part| part == b"CANARYSTREAM7Q"));
        assert_eq!(gpg.run(&["--decrypt"], &message).stdout, plain);
        assert!(gpg.opens(&message) || plain.is_empty());
        assert!(!gpg.opens(&message[..message.len() - 100]));
    }
}

#[test]
fn stream_that_cannot_be_written_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let key = keygen::throw_away("Demo", TODAY, &Seeded::new(1)).unwrap();
    let cert = SealCert::parse(&key.public_armored).unwrap();
    let refused = stream::seal(&cert, &b"plain"[..], Full, TODAY, &Seeded::new(2));
    let kind = |error| match error {
        StreamError::Io(error) => Some(error.kind()),
        _ => None,
    };
    assert_eq!(refused.err().and_then(kind), Some(std::io::ErrorKind::StorageFull));
}
