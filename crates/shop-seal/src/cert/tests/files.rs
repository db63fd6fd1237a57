//! Files as programs, shells and mail services leave them.

use super::*;
use pgp::types::Tag;

/// One certificate in four forms.
/// They are as gpg exports it, as a backup, redirected in PowerShell, and with a comment.
const BINARY: &[u8] = include_bytes!("../../../tests/keys/binary.asc");
const BACKUP: &[u8] = include_bytes!("../../../tests/keys/backup.asc");
const UTF_16: &[u8] = include_bytes!("../../../tests/keys/utf16le.asc");
const COMMENT: &[u8] = include_bytes!("../../../tests/keys/comment_private.asc");
const BRAINPOOL: &[u8] = include_bytes!("../../../tests/keys/brain_pool.asc");
const NO_FLAGS: &[u8] = include_bytes!("../../../tests/keys/noflags_sub.asc");

fn fingerprint(file: &[u8]) -> String {
    SealCert::from_file(file).unwrap().fingerprint()
}

#[test]
fn one_certificate_is_read_in_every_form() {
    let published = SealCert::from_file(BINARY).unwrap();
    for file in [BACKUP, UTF_16, COMMENT] {
        assert_eq!(SealCert::from_file(file).unwrap().armored(), published.armored());
    }
}

#[test]
fn blanks_line_ends_and_comments_in_armor_are_ignored() {
    let key = keygen::throw_away("Seller", TODAY, &Seeded::new(1)).unwrap().public_armored;
    let wanted = SealCert::parse(&key).unwrap().fingerprint();
    let lines = |end: &str| key.lines().map(|line| format!("{line}{end}")).collect::<String>();
    for text in [lines("  \n"), lines("\r\n"), lines("\t\r\n"), format!("\u{feff}{key}")] {
        assert_eq!(fingerprint(text.as_bytes()), wanted, "{text:?}");
    }
    let latin = key.replacen("\n\n", "\nComment: Caf\u{e9}\n\n", 1);
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(c).unwrap()).collect();
    assert_eq!(fingerprint(&latin), wanted);
    assert_eq!(fingerprint(format!("My key:\n\n{key}\nBye\n").as_bytes()), wanted);
}

#[test]
fn secret_keys_are_found_in_every_form() {
    use pgp::ser::Serialize;
    let key = key(Vec::new(), |primary| vec![subkey(primary, 900, Vec::new())]);
    let armored = armored(&key).unwrap().secret_armored;
    let utf16 = format!("\u{feff}{}", *armored);
    let utf16: Vec<u8> = utf16.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let blanks = armored.replace('\n', " \n");
    for file in [key.to_bytes().unwrap(), utf16, blanks.into_bytes()] {
        assert_eq!(SealCert::from_file(&file).err(), Some(SealCertError::SecretKey));
    }
}

#[test]
fn key_without_flags_is_used_as_gpg_uses_it() {
    let cert = SealCert::from_file(NO_FLAGS).unwrap();
    let keys: Vec<_> = cert.0.usable.iter().map(|usable| usable.subkey).collect();
    assert_eq!(keys, [Some(0)], "the primary key has flags: it certifies and signs");
}

#[test]
fn unsupported_curve_is_named_as_the_reason() {
    let refused = SealCert::from_file(BRAINPOOL).unwrap_err();
    assert_eq!(refused, SealCertError::Unsupported(Unsupported::Curve));
    assert!(refused.to_string().contains("brainpool"));
}

#[test]
fn revoked_user_ids_are_not_published() {
    let mut key = key(Vec::new(), |primary| vec![subkey(primary, 900, Vec::new())]);
    let former = UserId::from_str(PacketHeaderVersion::default(), "Former Name").unwrap();
    let primary = &key.primary_key;
    let revocation = config(primary, SignatureType::CertRevocation, ago(5), Vec::new())
        .unwrap()
        .sign_certification(primary, primary.public_key(), &Password::empty(), Tag::UserId, &former)
        .unwrap();
    let mut user = former.clone().into_signed(certify(primary, &former, ago(9), vec![]).unwrap());
    user.signatures.push(revocation);
    key.details.users.push(user.clone());
    let users = |key: &SignedSecretKey| parse(key).unwrap().cert().details.users.len();
    assert_eq!(users(&key), 1);
    let again = certify(&key.primary_key, &former, ago(1), vec![]).unwrap();
    key.details.users[1].signatures.push(again);
    assert_eq!(users(&key), 2, "it was certified again");
    key.details.users = vec![user];
    assert_eq!(parse(&key).err(), Some(SealCertError::Revoked));
}

proptest! {
    #[test]
    fn any_file_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(SealCert::from_file(&bytes).is_err());
        prop_assert!(SealCert::from_file(&[&[0x98], bytes.as_slice()].concat()).is_err());
        prop_assert!(SealCert::from_file(&[&[0xff, 0xfe], bytes.as_slice()].concat()).is_err());
    }

    #[test]
    fn any_message_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let cert = SealCert::from_file(BINARY).unwrap();
        prop_assert!(cert.recipient(&crate::openpgp::armor(&bytes)) != Recipient::Seller);
        prop_assert_eq!(cert.recipient(&String::from_utf8_lossy(&bytes)), Recipient::Other);
    }
}
