//! Reading of a certificate's encryption keys from its packets.
//!
//! `pgp` reads packets and checks signatures; what a certificate *means* is decided here: which
//! self-signature counts, what is revoked, and when each key is valid (RFC 9580, section 5.2.3.10
//! and following).

use super::{SealCertError, Unsupported};
use crate::{
    keygen::{THROW_AWAY_NOTATION, THROW_AWAY_WORDS},
    openpgp::{self, KeyRef},
};
use pgp::{
    composed::{Deserializable, SignedPublicKey},
    crypto::public_key::PublicKeyAlgorithm,
    packet::{PublicKey, Signature, SignatureType, SubpacketData, UserId},
    ser::Serialize,
    types::{EddsaLegacyPublicParams, KeyDetails, KeyVersion, PublicParams, SignedUser, Tag},
};
use shop_core::{
    entropy::Seeded,
    time::{CoarseTime, UnixTime},
};
use zeroize::Zeroizing;

/// Modulus of 2048 bits and its exponent, each with two bytes of length.
const RSA_2048: usize = 2 + 256 + 2 + 1;

/// An encryption key and when it is valid, in seconds since 1970.
pub(super) struct Usable {
    /// Index of the subkey; None is the primary key.
    pub(super) subkey: Option<usize>,
    from: u64,
    until: Option<u64>,
}

impl Usable {
    pub(super) fn lapses(&self) -> Option<CoarseTime> {
        self.until.map(|until| UnixTime(until).coarse())
    }

    /// Returns the hour in which it was made.
    pub(super) const fn made(&self) -> CoarseTime {
        UnixTime(self.from).coarse()
    }

    pub(super) fn at(&self, today: CoarseTime) -> Result<(), SealCertError> {
        let now = today.start().0;
        if self.until.is_some_and(|until| until <= now) {
            return Err(SealCertError::Expired);
        }
        Ok(())
    }
}

/// Reads the packets of one certificate.
pub(super) fn cert(packets: &[u8]) -> Result<SignedPublicKey, SealCertError> {
    let cert = SignedPublicKey::from_bytes(packets).map_err(|_| SealCertError::NotACert)?;
    match cert.primary_key.version() {
        KeyVersion::V4 => Ok(cert),
        _ => Err(SealCertError::Version),
    }
}

/// Checks that the certificate vouches for itself and is not revoked.
pub(super) fn check_signed(cert: &SignedPublicKey) -> Result<(), SealCertError> {
    let primary = &cert.primary_key;
    if !can_verify(primary.public_params()) {
        return Err(SealCertError::Unsupported(kind(primary.public_params())));
    }
    let mut revocations = cert.details.revocation_signatures.iter();
    if revocations.any(|signature| {
        signature.typ() == Some(SignatureType::KeyRevocation)
            && signature.verify_key(primary).is_ok()
    }) {
        return Err(SealCertError::Revoked);
    }
    let users = || cert.details.users.iter();
    let any = |found: fn(&PublicKey, &SignedUser) -> bool| users().any(|user| found(primary, user));
    let is_bare = cert.details.users.is_empty()
        && cert.details.direct_signatures.iter().any(|s| is_direct(primary, s));
    match (is_bare || any(is_valid_user), any(is_revoked_user)) {
        (true, _) => Ok(()),
        (false, true) => Err(SealCertError::Revoked),
        (false, false) => Err(SealCertError::Unsigned),
    }
}

/// Returns the certificate with only what others need to check and use it.
/// That is user IDs and subkeys that it vouches for, with its own signatures. Signatures of others
/// would show whom the seller knows, and revoked user IDs would show former names.
pub(super) fn published(mut cert: SignedPublicKey) -> SignedPublicKey {
    let primary = &cert.primary_key;
    let details = &mut cert.details;
    details.user_attributes.clear();
    details.revocation_signatures.clear();
    details.direct_signatures.retain(|signature| is_direct(primary, signature));
    details.users.retain(|user| is_valid_user(primary, user));
    for user in &mut details.users {
        let id = user.id.clone();
        user.signatures.retain(|signature| certifies(primary, &id, signature));
    }
    cert.public_subkeys.retain_mut(|subkey| {
        let key = subkey.key.clone();
        let is_own = |s: &Signature| s.verify_subkey_binding(primary, &key).is_ok();
        subkey.signatures.retain(is_own);
        subkey.signatures.iter().any(|s| s.typ() == Some(SignatureType::SubkeyBinding))
    });
    cert
}

/// Returns the encryption keys of a [`published`] certificate in gpg's order.
/// They are subkeys before the primary key, the newest first.
pub(super) fn usable(cert: &SignedPublicKey) -> Result<Vec<Usable>, SealCertError> {
    let primary = &cert.primary_key;
    let own = newest(self_signatures(cert)).ok_or(SealCertError::Unsigned)?;
    let until = expiry(primary, own);
    let mut usable = Vec::new();
    let mut refused = None;
    for (at, subkey) in cert.public_subkeys.iter().enumerate() {
        let of = |typ| subkey.signatures.iter().filter(move |s| s.typ() == Some(typ));
        let Some(binding) = newest(of(SignatureType::SubkeyBinding)) else { continue };
        if subkey.key.version() != KeyVersion::V4 || !encrypts(&subkey.key, Some(binding)) {
            continue;
        }
        if of(SignatureType::SubkeyRevocation).next().is_some() {
            refused = refused.or(Some(SealCertError::Revoked));
        } else if can_encrypt(KeyRef::Subkey(&subkey.key)) {
            let until = earlier(until, expiry(&subkey.key, binding));
            usable.push(Usable { subkey: Some(at), from: created(&subkey.key), until });
        } else {
            refused = Some(SealCertError::Unsupported(kind(subkey.key.public_params())));
        }
    }
    usable.sort_by_key(|usable| std::cmp::Reverse(usable.from));
    if encrypts(primary, newest(self_signatures(cert).filter(|s| has_flags(s)))) {
        if can_encrypt(KeyRef::Primary(primary)) {
            usable.push(Usable { subkey: None, from: created(primary), until });
        } else {
            refused = refused.or(Some(SealCertError::Unsupported(kind(primary.public_params()))));
        }
    }
    if usable.is_empty() {
        return Err(refused.unwrap_or(SealCertError::NoEncryptionKey));
    }
    Ok(usable)
}

/// Returns true if the key calls itself a throw-away key.
/// It does so in a user ID, or in a notation on any signature it made on itself or its subkeys.
/// Signatures of others say nothing.
pub(super) fn is_throw_away(cert: &SignedPublicKey) -> bool {
    let primary = &cert.primary_key;
    let named = cert.details.users.iter().any(|user| {
        String::from_utf8_lossy(user.id.id()).starts_with(THROW_AWAY_WORDS)
            && user.signatures.iter().any(|signature| certifies(primary, &user.id, signature))
    });
    let bindings = cert.public_subkeys.iter().flat_map(|subkey| {
        let valid =
            |signature: &&Signature| signature.verify_subkey_binding(primary, &subkey.key).is_ok();
        subkey.signatures.iter().filter(valid)
    });
    let says = |signature: &Signature| {
        signature.notations().iter().any(|notation| notation.name == THROW_AWAY_NOTATION)
    };
    named || self_signatures(cert).chain(bindings).any(says)
}

/// Returns the valid signatures of the key on itself and on its user IDs.
fn self_signatures(cert: &SignedPublicKey) -> impl Iterator<Item = &Signature> {
    let primary: &PublicKey = &cert.primary_key;
    let direct = cert.details.direct_signatures.iter().filter(move |s| is_direct(primary, s));
    let users = cert.details.users.iter().flat_map(move |user| {
        user.signatures.iter().filter(move |s| certifies(primary, &user.id, s))
    });
    direct.chain(users)
}

fn is_direct(primary: &PublicKey, signature: &Signature) -> bool {
    signature.typ() == Some(SignatureType::Key) && signature.verify_key(primary).is_ok()
}

fn certifies(primary: &PublicKey, id: &UserId, signature: &Signature) -> bool {
    signature.typ() != Some(SignatureType::CertRevocation) && is_own(primary, id, signature)
}

fn is_own(primary: &PublicKey, id: &UserId, signature: &Signature) -> bool {
    signature.is_certification() && signature.verify_certification(primary, Tag::UserId, id).is_ok()
}

fn is_valid_user(primary: &PublicKey, user: &SignedUser) -> bool {
    user.signatures.iter().any(|s| certifies(primary, &user.id, s))
        && !is_revoked_user(primary, user)
}

/// Returns true if the newest of the key's signatures on a user ID revokes it.
fn is_revoked_user(primary: &PublicKey, user: &SignedUser) -> bool {
    let own = user.signatures.iter().filter(|s| is_own(primary, &user.id, s));
    newest(own).is_some_and(|s| s.typ() == Some(SignatureType::CertRevocation))
}

/// Returns the newest of several signatures, such as one with a new expiry date.
fn newest<'a>(signatures: impl Iterator<Item = &'a Signature>) -> Option<&'a Signature> {
    signatures.max_by_key(|signature| signature.created())
}

fn has_flags(signature: &Signature) -> bool {
    let mut subpackets =
        signature.config().into_iter().flat_map(|config| config.hashed_subpackets());
    subpackets.any(|subpacket| matches!(subpacket.data, SubpacketData::KeyFlags(_)))
}

/// Returns true if the key is meant for encryption.
/// Without key flags it is meant for all that its algorithm can do, as gpg has it.
fn encrypts(key: &impl KeyDetails, signature: Option<&Signature>) -> bool {
    match signature.filter(|signature| has_flags(signature)) {
        Some(signature) => {
            let flags = signature.key_flags();
            flags.encrypt_comms() || flags.encrypt_storage()
        }
        None => matches!(
            key.algorithm(),
            PublicKeyAlgorithm::RSA
                | PublicKeyAlgorithm::RSAEncrypt
                | PublicKeyAlgorithm::ECDH
                | PublicKeyAlgorithm::Elgamal
                | PublicKeyAlgorithm::ElgamalEncrypt
                | PublicKeyAlgorithm::X25519
                | PublicKeyAlgorithm::X448
        ),
    }
}

/// Returns true if the key is strong enough and `pgp` can encrypt to it.
/// A trial tells, because `pgp` reads more curves than it computes with.
fn can_encrypt(key: KeyRef<'_>) -> bool {
    let is_short =
        matches!(key.public_params(), PublicParams::RSA(rsa) if rsa.write_len() < RSA_2048);
    !is_short && openpgp::encrypt(key, Zeroizing::new(Vec::new()), &Seeded::new(1)).is_ok()
}

/// Returns true if `pgp` can check what the key has signed.
fn can_verify(params: &PublicParams) -> bool {
    match params {
        PublicParams::ECDSA(params) => params.is_supported(),
        PublicParams::EdDSALegacy(EddsaLegacyPublicParams::Unsupported { .. })
        | PublicParams::Unknown { .. } => false,
        _ => true,
    }
}

/// Names the kind of a key that cannot be used.
fn kind(params: &PublicParams) -> Unsupported {
    match params {
        PublicParams::RSA(_) => Unsupported::ShortRsa,
        PublicParams::ECDH(_) | PublicParams::ECDSA(_) | PublicParams::EdDSALegacy(_) => {
            Unsupported::Curve
        }
        _ => Unsupported::Algorithm,
    }
}

fn created(key: &impl KeyDetails) -> u64 {
    u64::from(key.created_at().as_secs())
}

/// Returns the second when the key ends, by this signature; a duration of zero means never.
fn expiry(key: &impl KeyDetails, signature: &Signature) -> Option<u64> {
    let seconds = signature.key_expiration_time().map(|duration| u64::from(duration.as_secs()));
    seconds.filter(|seconds| *seconds > 0).map(|seconds| created(key) + seconds)
}

fn earlier(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
