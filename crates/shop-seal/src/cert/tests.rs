mod files;
mod own_signatures;
mod recipients;

use super::*;
use crate::{
    keygen::{self, armored, bind, certify, config, secrets},
    mail::{self, Letter, SealError, SealedMail},
    open::SealKey,
};
use pgp::{
    composed::{
        KeyType, SecretKeyParamsBuilder, SignedKeyDetails, SignedSecretKey, SignedSecretSubKey,
    },
    packet::{SecretKey, SignatureType, SubpacketData, UserId},
    types::{Duration, KeyVersion, PacketHeaderVersion, Password},
};
use proptest::prelude::*;
use shop_core::{entropy::Seeded, message_id};

fn seal(
    cert: &SealCert,
    letter: &Letter,
    today: CoarseTime,
    seed: u64,
) -> Result<SealedMail, SealError> {
    let random = Seeded::new(seed);
    mail::seal(message_id::random(&random), cert, letter, today, &random)
}

const TODAY: CoarseTime = CoarseTime::from_hours(498_708);

fn ago(hours: u64) -> CoarseTime {
    CoarseTime::from_hours(TODAY.hours() - hours)
}

fn lasts(hours: u32) -> Vec<SubpacketData> {
    vec![SubpacketData::KeyExpirationTime(Duration::from_secs(hours * 3_600))]
}

/// A key made 1000 hours ago, with subkeys made by `subkeys`.
fn key(
    own: Vec<SubpacketData>,
    subkeys: impl FnOnce(&SecretKey) -> Vec<SignedSecretSubKey>,
) -> SignedSecretKey {
    let (primary, _) = secrets(ago(1_000), &Seeded::new(1)).unwrap();
    let user = UserId::from_str(PacketHeaderVersion::default(), "Seller").unwrap();
    let certification = certify(&primary, &user, ago(1_000), own).unwrap();
    let users = vec![user.into_signed(certification)];
    let details = SignedKeyDetails::new(Vec::new(), Vec::new(), users, Vec::new());
    let subkeys = subkeys(&primary);
    SignedSecretKey::new(primary, details, Vec::new(), subkeys)
}

fn subkey(primary: &SecretKey, made: u64, more: Vec<SubpacketData>) -> SignedSecretSubKey {
    let (_, subkey) = secrets(ago(made), &Seeded::new(made)).unwrap();
    let binding = bind(primary, &subkey, SignatureType::SubkeyBinding, ago(made), more).unwrap();
    SignedSecretSubKey::new(subkey, vec![binding])
}

fn parse(key: &SignedSecretKey) -> Result<SealCert, SealCertError> {
    SealCert::parse(&armored(key).unwrap().public_armored)
}

fn check(key: &SignedSecretKey) -> Result<(), SealCertError> {
    parse(key)?.check(TODAY)
}

#[test]
fn a_good_certificate_is_taken_and_shown_bare() {
    let key = keygen::throw_away("Seller", TODAY, &Seeded::new(1)).unwrap();
    let commented = key.public_armored.replacen("\n\n", "\nVersion: X 1\nComment: hello\n\n", 1);
    let cert = SealCert::parse(&commented).unwrap();
    assert_eq!(cert.armored(), key.public_armored);
    assert_eq!(cert.fingerprint().len(), 40);
    assert_eq!(format!("{cert:?}"), format!("SealCert({})", cert.fingerprint()));
}

#[test]
fn a_file_with_a_secret_key_is_refused_however_it_is_dressed() {
    let key = keygen::throw_away("Seller", TODAY, &Seeded::new(1)).unwrap();
    let secret = key.secret_armored.as_str();
    let disguised = secret.replace("PRIVATE KEY", "PUBLIC KEY");
    let both = format!("{}{secret}", key.public_armored);
    for file in [secret, &disguised, &both, &format!("hello\n{secret}")] {
        assert_eq!(SealCert::parse(file).err(), Some(SealCertError::SecretKey));
    }
}

#[test]
fn a_version_6_certificate_is_refused() {
    let six = SecretKeyParamsBuilder::default()
        .version(KeyVersion::V6)
        .key_type(KeyType::Ed25519)
        .can_certify(true)
        .primary_user_id("Seller".into())
        .build()
        .unwrap()
        .generate(crate::openpgp::Dice(&Seeded::new(1)))
        .unwrap();
    assert_eq!(parse(&six).err(), Some(SealCertError::Version));
}

#[test]
fn what_is_not_one_public_key_block_is_refused() {
    let key = keygen::throw_away("Seller", TODAY, &Seeded::new(1)).unwrap().public_armored;
    let message = crate::openpgp::armor(b"hello");
    let half = key.get(..key.len() / 2).unwrap();
    for file in ["", "hello", &message, half] {
        assert_eq!(SealCert::parse(file).err(), Some(SealCertError::NotACert), "{file}");
    }
    let twice = format!("{key}{key}");
    assert_eq!(SealCert::parse(&twice).err(), Some(SealCertError::Several));
    let large = vec![0x98; LARGEST_FILE + 1];
    assert_eq!(SealCert::from_file(&large).err(), Some(SealCertError::TooLarge));
}

#[test]
fn two_certificates_in_one_block_are_refused() {
    use pgp::ser::Serialize;
    let one = key(Vec::new(), |primary| vec![subkey(primary, 9, Vec::new())]).to_public_key();
    let bytes = [one.to_bytes().unwrap(), one.to_bytes().unwrap()].concat();
    let block = crate::openpgp::armor(&bytes).replace("MESSAGE", "PUBLIC KEY BLOCK");
    assert_eq!(SealCert::parse(&block).err(), Some(SealCertError::Several));
}

#[test]
fn expired_keys_are_refused_and_not_before_their_hour() {
    let whole = key(lasts(1_000), |primary| vec![subkey(primary, 900, Vec::new())]);
    assert_eq!(check(&whole), Err(SealCertError::Expired));
    assert_eq!(parse(&whole).unwrap().check(ago(1)), Ok(()));
    let sub = key(Vec::new(), |primary| vec![subkey(primary, 900, lasts(900))]);
    assert_eq!(check(&sub), Err(SealCertError::Expired));
    assert_eq!(parse(&sub).unwrap().check(ago(1)), Ok(()));
    assert_eq!(parse(&sub).unwrap().check(ago(990)), Err(SealCertError::NotYet));
}

#[test]
fn a_newer_date_on_the_same_subkey_counts() {
    let longer = |made: u64, hours: u32| {
        key(Vec::new(), |primary| {
            let mut subkey = subkey(primary, 900, lasts(900));
            let typ = SignatureType::SubkeyBinding;
            let again = bind(primary, &subkey.key, typ, ago(made), lasts(hours)).unwrap();
            subkey.signatures.insert(0, again);
            vec![subkey]
        })
    };
    assert_eq!(check(&longer(10, 2_000)), Ok(()));
    assert_eq!(check(&longer(899, 2_000)), Ok(()));
    assert_eq!(check(&longer(901, 2_000)), Err(SealCertError::Expired), "older than the other");
}

#[test]
fn revoked_keys_are_refused() {
    let mut whole = key(Vec::new(), |primary| vec![subkey(primary, 900, Vec::new())]);
    let primary = &whole.primary_key;
    let revocation = config(primary, SignatureType::KeyRevocation, ago(1), Vec::new())
        .unwrap()
        .sign_key(primary, &Password::empty(), primary.public_key())
        .unwrap();
    whole.details.revocation_signatures.push(revocation);
    assert_eq!(check(&whole), Err(SealCertError::Revoked));
    let revoke = |primary: &SecretKey, subkey: &mut SignedSecretSubKey| {
        let typ = SignatureType::SubkeyRevocation;
        subkey.signatures.push(bind(primary, &subkey.key, typ, ago(1), Vec::new()).unwrap());
    };
    let sub = key(Vec::new(), |primary| {
        let mut subkey = subkey(primary, 900, Vec::new());
        revoke(primary, &mut subkey);
        vec![subkey]
    });
    assert_eq!(check(&sub), Err(SealCertError::Revoked));
}

#[test]
fn strangers_signatures_bind_and_revoke_nothing() {
    let (stranger, _) = secrets(ago(1_000), &Seeded::new(77)).unwrap();
    let bound = key(Vec::new(), |_| vec![subkey(&stranger, 900, Vec::new())]);
    assert_eq!(check(&bound), Err(SealCertError::NoEncryptionKey));
    let revoked = key(Vec::new(), |primary| {
        let mut subkey = subkey(primary, 900, Vec::new());
        let typ = SignatureType::SubkeyRevocation;
        subkey.signatures.push(bind(&stranger, &subkey.key, typ, ago(1), Vec::new()).unwrap());
        vec![subkey]
    });
    assert_eq!(check(&revoked), Ok(()));
    let mut unsigned = key(Vec::new(), |primary| vec![subkey(primary, 900, Vec::new())]);
    let user = UserId::from_str(PacketHeaderVersion::default(), "Seller").unwrap();
    let forged = certify(&stranger, &user, ago(1), Vec::new()).unwrap();
    unsigned.details.users = vec![user.into_signed(forged)];
    assert_eq!(check(&unsigned), Err(SealCertError::Unsigned));
}

#[test]
fn a_key_without_encryption_is_refused() {
    assert_eq!(check(&key(Vec::new(), |_| Vec::new())), Err(SealCertError::NoEncryptionKey));
}

/// The reason for subkeys: when the old one's secret is deleted, only old orders are lost.
#[test]
fn the_newest_valid_subkey_is_sealed_to() {
    let with = |made: &[u64]| {
        key(Vec::new(), |primary| {
            made.iter().map(|made| subkey(primary, *made, lasts(600))).collect()
        })
    };
    let cert = parse(&with(&[500, 100, 300])).unwrap();
    let letter = Letter { subject: "s".into(), body: "b".into(), relay: None, json: None };
    let opens = |made: u64, today| {
        let mail = seal(&cert, &letter, today, 5).unwrap();
        let secret = armored(&with(&[made])).unwrap().secret_armored;
        SealKey::parse(&secret, "").unwrap().open(&mail.bytes).is_ok()
    };
    assert!(opens(100, TODAY) && !opens(300, TODAY) && !opens(500, TODAY));
    assert!(opens(100, ago(200)), "a clock that is behind chooses no older one");
    assert!(opens(100, TODAY.plus_hours(499)), "only the newest is left");
    assert_eq!(cert.check(TODAY.plus_hours(500)), Err(SealCertError::Expired));
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "(?s).{0,300}") {
        prop_assert!(SealCert::parse(&text).is_err());
    }

    #[test]
    fn any_packets_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let block = crate::openpgp::armor(&bytes).replace("MESSAGE", "PUBLIC KEY BLOCK");
        prop_assert!(SealCert::parse(&block).is_err());
    }

    /// A damaged certificate is refused, or means what it meant: it can be sealed to.
    #[test]
    fn a_damaged_certificate_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
    ) {
        use pgp::ser::Serialize;
        let good = key(Vec::new(), |primary| vec![subkey(primary, 900, Vec::new())]);
        let mut bytes = good.to_public_key().to_bytes().unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let block = crate::openpgp::armor(&bytes).replace("MESSAGE", "PUBLIC KEY BLOCK");
        if let Ok(cert) = SealCert::parse(&block) {
            let letter = Letter { subject: "s".into(), body: "b".into(), relay: None, json: None };
            if cert.check(TODAY).is_ok() {
                prop_assert!(seal(&cert, &letter, TODAY, 1).is_ok());
            }
        }
    }
}

#[test]
fn a_certificate_lapses_with_the_last_of_its_encryption_keys() {
    let lapses = |own, subkeys: &[(u64, Option<u32>)]| {
        let made = |primary: &SecretKey| {
            let subkey = |(made, hours): &(u64, Option<u32>)| {
                subkey(primary, *made, hours.map(lasts).unwrap_or_default())
            };
            subkeys.iter().map(subkey).collect()
        };
        parse(&key(own, made)).unwrap().lapses()
    };
    let hour = |hours| Some(CoarseTime::from_hours(TODAY.hours() + hours));
    assert_eq!(lapses(vec![], &[(10, None)]), None);
    assert_eq!(lapses(vec![], &[(10, Some(15)), (20, None)]), None);
    assert_eq!(lapses(vec![], &[(10, Some(15)), (20, Some(50))]), hour(30));
    assert_eq!(lapses(lasts(1_005), &[(10, None), (20, Some(50))]), hour(5), "the key's own end");
}

/// A key with this user ID, signed as earlier builds did, and with `more` on its subkey.
fn called(user: &str, more: Vec<SubpacketData>) -> SealCert {
    let mut key = key(Vec::new(), |primary| vec![subkey(primary, 9, more)]);
    let user = UserId::from_str(PacketHeaderVersion::default(), user).unwrap();
    let own = certify(&key.primary_key, &user, ago(1_000), Vec::new()).unwrap();
    key.details.users = vec![user.into_signed(own)];
    parse(&key).unwrap()
}

fn notation() -> Vec<SubpacketData> {
    let name = keygen::THROW_AWAY_NOTATION.into();
    let value = "yes".into();
    vec![SubpacketData::Notation(pgp::packet::Notation { readable: true, name, value })]
}

#[test]
fn throw_away_key_is_known_whatever_it_is_called() {
    let made = keygen::throw_away("Seller", TODAY, &Seeded::new(1)).unwrap().public_armored;
    assert!(SealCert::parse(&made).unwrap().is_throw_away());
    let earlier = called(keygen::THROW_AWAY_USER_ID, Vec::new());
    assert!(earlier.is_throw_away(), "one of an earlier build has the user ID alone");
    assert!(
        called("Ann <ann@example.org>", notation()).is_throw_away(),
        "it was given another name"
    );
    assert!(!called("Ann <ann@example.org>", Vec::new()).is_throw_away());
}

/// Anybody can sign anybody's key.
#[test]
fn what_others_say_makes_no_throw_away_key() {
    let mut key = key(Vec::new(), |primary| vec![subkey(primary, 9, Vec::new())]);
    let (other, _) = secrets(ago(900), &Seeded::new(7)).unwrap();
    let named =
        UserId::from_str(PacketHeaderVersion::default(), keygen::THROW_AWAY_USER_ID).unwrap();
    let claim = certify(&other, &named, ago(900), notation()).unwrap();
    let on_ours = certify(&other, &key.details.users[0].id, ago(900), notation()).unwrap();
    key.details.users[0].signatures.push(on_ours);
    key.details.users.push(named.into_signed(claim));
    assert!(!parse(&key).unwrap().is_throw_away());
}

/// The seller has deleted the secrets of the older subkey: what is sealed to it is lost.
#[test]
fn clock_behind_the_key_chooses_no_older_subkey() {
    let both = key(Vec::new(), |primary| {
        vec![subkey(primary, 900, Vec::new()), subkey(primary, 100, Vec::new())]
    });
    let cert = parse(&both).unwrap();
    let chosen = |today| cert.newest(today).map(|usable| usable.subkey);
    for today in [ago(0), ago(110), ago(500), ago(9_000)] {
        assert_eq!(chosen(today), Ok(Some(1)));
    }
    assert_eq!(cert.check(ago(110)), Ok(()), "a day is forgiven");
    assert_eq!(cert.check(ago(500)), Err(SealCertError::NotYet));
    assert_eq!(cert.made(), ago(100));
}
