//! Throw-away seller keys for the demo and for tests, without a passphrase: not for a shop.

use crate::openpgp::Dice;
use pgp::{
    composed::{
        EncryptionCaps, KeyType, SecretKeyParamsBuilder, SignedKeyDetails, SignedSecretKey,
        SignedSecretSubKey, SubkeyParamsBuilder,
    },
    crypto::{ecc_curve::ECCCurve, hash::HashAlgorithm, sym::SymmetricKeyAlgorithm},
    errors::Error,
    packet::{
        Features, KeyFlags, Notation, SecretKey, SecretSubkey, Signature, SignatureConfig,
        SignatureType, Subpacket, SubpacketData, UserId,
    },
    types::{CompressionAlgorithm, KeyDetails, Password, Tag, Timestamp},
};
use shop_core::{
    entropy::Entropy,
    kind::{HasKind, Kind},
    time::CoarseTime,
};
use zeroize::Zeroizing;

/// A fresh key without a passphrase.
pub struct NewKey {
    /// The secret key block.
    pub secret_armored: Zeroizing<String>,
    /// The public key block.
    pub public_armored: String,
}

/// The OpenPGP library refused to make a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key could not be created")]
pub struct KeygenError;

impl HasKind for KeygenError {
    fn kind(&self) -> Kind {
        Kind::Bug
    }
}

/// The user ID of a throw-away key.
/// By its first words such a key of an earlier build is recognised.
pub const THROW_AWAY_USER_ID: &str =
    "Throw-away seller key (replace before taking money) <seller@localhost>";

/// First words of a throw-away user ID.
pub(crate) const THROW_AWAY_WORDS: &str = "Throw-away seller key";

/// The notation of the key's signatures on itself.
/// By it the key is known as a throw-away key whatever its user ID says.
pub(crate) const THROW_AWAY_NOTATION: &str = "throw-away@cryptocart.invalid";

fn throw_away_notation() -> SubpacketData {
    SubpacketData::Notation(Notation {
        readable: true,
        name: THROW_AWAY_NOTATION.into(),
        value: "yes".into(),
    })
}

/// Makes a key that gpg 2.2 imports and uses.
/// It has version 4, an Ed25519 primary key and a Curve25519 subkey for encryption, and is valid
/// for ever. A notation tells [`SealCert::is_throw_away`](crate::SealCert::is_throw_away) of it.
///
/// # Errors
/// [`KeygenError`].
pub fn throw_away(
    user_id: &str,
    created: CoarseTime,
    entropy: &dyn Entropy,
) -> Result<NewKey, KeygenError> {
    let key = generate(user_id, created, entropy).map_err(|_| KeygenError)?;
    armored(&key).map_err(|_| KeygenError)
}

pub(crate) fn armored(key: &SignedSecretKey) -> Result<NewKey, Error> {
    Ok(NewKey {
        secret_armored: Zeroizing::new(key.to_armored_string(None.into())?),
        public_armored: key.to_public_key().to_armored_string(None.into())?,
    })
}

pub(crate) fn generate(
    user_id: &str,
    created: CoarseTime,
    entropy: &dyn Entropy,
) -> Result<SignedSecretKey, Error> {
    let (primary, subkey) = secrets(created, entropy)?;
    let user = UserId::from_str(pgp::types::PacketHeaderVersion::default(), user_id)?;
    let certification = certify(&primary, &user, created, vec![throw_away_notation()])?;
    let details = SignedKeyDetails::new(
        Vec::new(),
        Vec::new(),
        vec![user.into_signed(certification)],
        Vec::new(),
    );
    let binding = SignatureType::SubkeyBinding;
    let binding = bind(&primary, &subkey, binding, created, vec![throw_away_notation()])?;
    let subkey = SignedSecretSubKey::new(subkey, vec![binding]);
    Ok(SignedSecretKey::new(primary, details, Vec::new(), vec![subkey]))
}

/// Makes the bare keys.
/// `pgp` signs them too, but with the system's clock, so its signatures are dropped and ours are
/// made instead.
pub(crate) fn secrets(
    created: CoarseTime,
    entropy: &dyn Entropy,
) -> Result<(SecretKey, SecretSubkey), Error> {
    let subkey = SubkeyParamsBuilder::default()
        .key_type(KeyType::ECDH(ECCCurve::Curve25519Legacy))
        .can_encrypt(EncryptionCaps::All)
        .created_at(timestamp(created))
        .build()
        .map_err(|error| Error::from(error.to_string()))?;
    let mut key = SecretKeyParamsBuilder::default()
        .key_type(KeyType::Ed25519Legacy)
        .can_certify(true)
        .primary_user_id("unused".to_owned())
        .created_at(timestamp(created))
        .subkey(subkey)
        .build()
        .map_err(|error| Error::from(error.to_string()))?
        .generate(Dice(entropy))?;
    let subkey = key.secret_subkeys.pop().ok_or_else(|| Error::from("no subkey".to_owned()))?;
    Ok((key.primary_key, subkey.key))
}

/// Makes the self-signature, which tells the key's uses and its owner's preferences.
/// Features 01 says that its reader knows SEIPD version 1 and nothing newer, which is true of gpg
/// 2.2.
pub(crate) fn certify(
    primary: &SecretKey,
    user: &UserId,
    created: CoarseTime,
    more: Vec<SubpacketData>,
) -> Result<Signature, Error> {
    let mut flags = KeyFlags::default();
    flags.set_certify(true);
    flags.set_sign(true);
    let mut features = Features::default();
    features.set_seipd_v1(true);
    let data = vec![
        SubpacketData::KeyFlags(flags),
        SubpacketData::Features(features),
        SubpacketData::IsPrimary(true),
        SubpacketData::PreferredSymmetricAlgorithms(vec![SymmetricKeyAlgorithm::AES256].into()),
        SubpacketData::PreferredHashAlgorithms(
            vec![HashAlgorithm::Sha512, HashAlgorithm::Sha256].into(),
        ),
        SubpacketData::PreferredCompressionAlgorithms(
            vec![CompressionAlgorithm::Uncompressed].into(),
        ),
    ];
    config(primary, SignatureType::CertPositive, created, [data, more].concat())?
        .sign_certification(primary, primary.public_key(), &Password::empty(), Tag::UserId, user)
}

/// Makes the primary key's signature on its encryption subkey.
pub(crate) fn bind(
    primary: &SecretKey,
    subkey: &SecretSubkey,
    typ: SignatureType,
    created: CoarseTime,
    more: Vec<SubpacketData>,
) -> Result<Signature, Error> {
    let mut flags = KeyFlags::default();
    flags.set_encrypt_comms(true);
    flags.set_encrypt_storage(true);
    let data = match typ {
        SignatureType::SubkeyBinding => vec![SubpacketData::KeyFlags(flags)],
        _ => Vec::new(),
    };
    config(primary, typ, created, [data, more].concat())?.sign_subkey_binding(
        primary,
        primary.public_key(),
        &Password::empty(),
        subkey.public_key(),
    )
}

pub(crate) fn config(
    primary: &SecretKey,
    typ: SignatureType,
    created: CoarseTime,
    data: Vec<SubpacketData>,
) -> Result<SignatureConfig, Error> {
    let mut config = SignatureConfig::v4(typ, primary.algorithm(), HashAlgorithm::Sha512);
    let dated = vec![
        SubpacketData::SignatureCreationTime(timestamp(created)),
        SubpacketData::IssuerFingerprint(primary.fingerprint()),
    ];
    config.hashed_subpackets =
        [dated, data].concat().into_iter().map(Subpacket::regular).collect::<Result<_, _>>()?;
    config.unhashed_subpackets =
        vec![Subpacket::regular(SubpacketData::IssuerKeyId(primary.legacy_key_id()))?];
    Ok(config)
}

fn timestamp(time: CoarseTime) -> Timestamp {
    Timestamp::from_secs(u32::try_from(time.start().0).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SealCert, open::SealKey};
    use shop_core::entropy::Seeded;

    const TODAY: CoarseTime = CoarseTime::from_hours(498_708);

    #[test]
    fn a_new_key_can_be_sealed_to_at_once() {
        let key = throw_away("Demo <demo@localhost>", TODAY, &Seeded::new(1)).unwrap();
        assert_eq!(SealCert::parse(&key.public_armored).unwrap().check(TODAY), Ok(()));
        assert!(SealKey::parse(&key.secret_armored, "").is_ok());
        for block in [key.public_armored.as_str(), key.secret_armored.as_str()] {
            assert!(!block.contains("Version:") && !block.contains("Comment:"));
        }
    }

    /// Without flags a subkey is for all that its algorithm can do, which other programs may read
    /// in another way.
    #[test]
    fn subkey_says_that_it_is_for_encryption() {
        let key = generate("Demo", TODAY, &Seeded::new(1)).unwrap();
        let flags = key.secret_subkeys[0].signatures[0].key_flags();
        assert!(flags.encrypt_comms() && flags.encrypt_storage() && !flags.sign());
    }

    #[test]
    fn a_key_follows_from_the_randomness_and_the_time_it_is_given() {
        let make = |seed, time| throw_away("D", time, &Seeded::new(seed)).unwrap().public_armored;
        assert_eq!(make(1, TODAY), make(1, TODAY));
        assert_ne!(make(1, TODAY), make(2, TODAY));
        assert_ne!(make(1, TODAY), make(1, TODAY.plus_hours(1)));
    }
}
