//! Signatures that count are those of the key itself, and each for what it says.

use super::*;
use pgp::{
    packet::{KeyFlags, Signature},
    ser::Serialize,
};

/// Returns a signature on the key as a whole, by itself or by another.
fn on_key(
    typ: SignatureType,
    by: &SecretKey,
    key: &SecretKey,
    says: Vec<SubpacketData>,
) -> Signature {
    config(by, typ, ago(1_000), says)
        .unwrap()
        .sign_key(by, &Password::empty(), key.public_key())
        .unwrap()
}

fn stranger() -> SecretKey {
    secrets(ago(1_000), &Seeded::new(77)).unwrap().0
}

fn with_subkey() -> SignedSecretKey {
    key(Vec::new(), |primary| vec![subkey(primary, 900, Vec::new())])
}

/// A key without a user ID, with one direct signature.
fn bare(by_itself: bool, says: Vec<SubpacketData>) -> SignedSecretKey {
    let mut bare = with_subkey();
    let stranger = stranger();
    let signer = if by_itself { &bare.primary_key } else { &stranger };
    let direct = on_key(SignatureType::Key, signer, &bare.primary_key, says);
    bare.details.users.clear();
    bare.details.direct_signatures.push(direct);
    bare
}

/// A key whose only subkey is for what `flags` say.
fn for_use(flags: impl FnOnce(&mut KeyFlags)) -> SignedSecretKey {
    let mut says = KeyFlags::default();
    flags(&mut says);
    key(Vec::new(), |primary| {
        let (_, subkey) = secrets(ago(900), &Seeded::new(900)).unwrap();
        let says = vec![SubpacketData::KeyFlags(says)];
        let binding = config(primary, SignatureType::SubkeyBinding, ago(900), says)
            .unwrap()
            .sign_subkey_binding(
                primary,
                primary.public_key(),
                &Password::empty(),
                subkey.public_key(),
            )
            .unwrap();
        vec![SignedSecretSubKey::new(subkey, vec![binding])]
    })
}

#[test]
fn key_is_not_revoked_by_a_stranger() {
    let mut key = with_subkey();
    let typ = SignatureType::KeyRevocation;
    let forged = on_key(typ, &stranger(), &key.primary_key, Vec::new());
    key.details.revocation_signatures.push(forged);
    assert_eq!(check(&key), Ok(()));
}

#[test]
fn key_without_user_id_vouches_for_itself() {
    assert_eq!(check(&bare(true, Vec::new())), Ok(()));
    assert_eq!(check(&bare(true, lasts(1_000))), Err(SealCertError::Expired));
    assert_eq!(check(&bare(false, Vec::new())), Err(SealCertError::Unsigned));
}

#[test]
fn direct_signature_does_not_vouch_for_a_strangers_user_id() {
    let mut key = bare(true, Vec::new());
    let user = UserId::from_str(PacketHeaderVersion::default(), "Seller").unwrap();
    let forged = certify(&stranger(), &user, ago(1), Vec::new()).unwrap();
    key.details.users.push(user.into_signed(forged));
    assert_eq!(check(&key), Err(SealCertError::Unsigned));
}

#[test]
fn direct_signatures_of_strangers_are_not_published() {
    let mut key = bare(true, Vec::new());
    let own = key.details.direct_signatures.clone();
    let others = on_key(SignatureType::Key, &stranger(), &key.primary_key, Vec::new());
    key.details.direct_signatures.push(others);
    let published = SignedKeyDetails::new(Vec::new(), own, Vec::new(), Vec::new());
    assert_eq!(parse(&key).unwrap().0.cert.details, published);
}

#[test]
fn subkey_is_sealed_to_if_one_flag_allows_it() {
    assert_eq!(check(&for_use(|flags| flags.set_encrypt_comms(true))), Ok(()));
    assert_eq!(check(&for_use(|flags| flags.set_encrypt_storage(true))), Ok(()));
    let other = for_use(|flags| flags.set_authentication(true));
    assert_eq!(check(&other), Err(SealCertError::NoEncryptionKey));
}

#[test]
fn duration_of_zero_never_ends() {
    let key = key(lasts(0), |primary| vec![subkey(primary, 900, lasts(0))]);
    assert_eq!(check(&key), Ok(()));
}

#[test]
fn clock_may_be_behind_by_exactly_a_day() {
    let cert = parse(&with_subkey()).unwrap();
    assert_eq!(cert.check(ago(900 + AHEAD_HOURS)), Ok(()));
    assert_eq!(cert.check(ago(901 + AHEAD_HOURS)), Err(SealCertError::NotYet));
}

#[test]
fn file_of_the_largest_size_is_read() {
    let largest = vec![0x98; LARGEST_FILE];
    assert_eq!(SealCert::from_file(&largest).err(), Some(SealCertError::NotACert));
}

#[test]
fn packets_without_a_key_are_no_certificate() {
    let user = UserId::from_str(PacketHeaderVersion::New, "Seller").unwrap();
    let mut file = vec![0xcd, 6];
    file.extend(user.to_bytes().unwrap());
    assert_eq!(SealCert::from_file(&file).err(), Some(SealCertError::NotACert));
}

#[test]
fn unknown_algorithm_is_said_to_be_unsupported() {
    let mut bytes = with_subkey().to_public_key().to_bytes().unwrap();
    // The packet's tag and length, its version and four bytes of time come before the algorithm.
    let at = if bytes[0] & 0x40 == 0 { 1 + (1 << (bytes[0] & 3)) } else { 2 } + 5;
    assert_eq!(bytes[at], 22, "EdDSA");
    bytes[at] = 99;
    let unsupported = SealCertError::Unsupported(Unsupported::Algorithm);
    assert_eq!(SealCert::from_file(&bytes).err(), Some(unsupported));
}
