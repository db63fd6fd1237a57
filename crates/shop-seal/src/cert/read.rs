//! From a file to the encryption keys it vouches for.
//!
//! `pgp` reads packets and checks signatures; what a certificate *means* is decided here: which
//! self-signature counts, what is revoked, and when each key is valid (RFC 9580, section 5.2.3.10
//! and following).

use super::SealCertError;
use crate::keygen::{THROW_AWAY_NOTATION, THROW_AWAY_WORDS};
use pgp::{
    armor::{BlockType, Dearmor},
    composed::{Deserializable, SignedPublicKey},
    packet::{PacketParser, PublicKey, Signature, SignatureType},
    ser::Serialize,
    types::{EcdhPublicParams, KeyDetails, KeyVersion, PublicParams, SignedUser, Tag},
};
use shop_core::time::{CoarseTime, UnixTime};
use std::io::Read;

/// Longest file that is read: a key with many signatures of others may be large.
const LONGEST: usize = 1 << 20;
/// Modulus of 2048 bits and its exponent, each with two bytes of length.
const RSA_2048: usize = 2 + 256 + 2 + 1;

/// An encryption key and when it is valid, in seconds since 1970.
pub(super) struct Usable {
    /// Which subkey; None is the primary key.
    pub(super) subkey: Option<usize>,
    from: u64,
    until: Option<u64>,
}

impl Usable {
    pub(super) fn lapses(&self) -> Option<CoarseTime> {
        self.until.map(|until| UnixTime(until).coarse())
    }

    /// The hour in which it was made.
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

/// Reads one certificate, and makes sure there is nothing else in the file.
pub(super) fn cert(armored: &str) -> Result<SignedPublicKey, SealCertError> {
    if armored.contains("PRIVATE KEY") {
        return Err(SealCertError::SecretKey);
    }
    if armored.len() > LONGEST || armored.matches("-----BEGIN ").count() != 1 {
        return Err(SealCertError::NotACert);
    }
    let bytes = dearmor(armored).ok_or(SealCertError::NotACert)?;
    refuse_others(&bytes)?;
    let cert =
        SignedPublicKey::from_bytes(bytes.as_slice()).map_err(|_| SealCertError::NotACert)?;
    match cert.primary_key.version() {
        KeyVersion::V4 => Ok(cert),
        _ => Err(SealCertError::Version),
    }
}

fn dearmor(armored: &str) -> Option<Vec<u8>> {
    let mut reader = Dearmor::new(armored.as_bytes());
    reader.read_header().ok()?;
    (reader.typ == Some(BlockType::PublicKey)).then_some(())?;
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Looks at the packets' tags alone, so that a secret key `pgp` cannot read is seen too.
fn refuse_others(bytes: &[u8]) -> Result<(), SealCertError> {
    let mut certs = 0;
    let mut packets = PacketParser::new(bytes);
    while let Some(packet) = packets.next_ref() {
        let mut packet = packet.map_err(|_| SealCertError::NotACert)?;
        match packet.packet_header().tag() {
            Tag::SecretKey | Tag::SecretSubkey => return Err(SealCertError::SecretKey),
            Tag::PublicKey => certs += 1,
            _ => {}
        }
        std::io::copy(&mut packet, &mut std::io::sink()).map_err(|_| SealCertError::NotACert)?;
    }
    match certs {
        0 => Err(SealCertError::NotACert),
        1 => Ok(()),
        _ => Err(SealCertError::Several),
    }
}

/// The encryption keys, newest first.
pub(super) fn usable(cert: &SignedPublicKey) -> Result<Vec<Usable>, SealCertError> {
    let primary = &cert.primary_key;
    let revoked = cert.details.revocation_signatures.iter().any(|signature| {
        signature.typ() == Some(SignatureType::KeyRevocation)
            && signature.verify_key(primary).is_ok()
    });
    if revoked {
        return Err(SealCertError::Revoked);
    }
    let own = newest(self_signatures(cert)).ok_or(SealCertError::Unsigned)?;
    let until = expiry(primary, own);
    let mut usable = Vec::new();
    let mut any_revoked = false;
    if encrypts(own) && can_encrypt(primary.public_params()) {
        usable.push(Usable { subkey: None, from: created(primary), until });
    }
    for (at, subkey) in cert.public_subkeys.iter().enumerate() {
        let valid =
            |signature: &&Signature| signature.verify_subkey_binding(primary, &subkey.key).is_ok();
        let is = |typ| move |s: &&Signature| s.typ() == Some(typ);
        let bindings = subkey.signatures.iter().filter(is(SignatureType::SubkeyBinding));
        let Some(binding) = newest(bindings.filter(valid)) else { continue };
        if !(subkey.key.version() == KeyVersion::V4
            && encrypts(binding)
            && can_encrypt(subkey.key.public_params()))
        {
            continue;
        }
        if subkey.signatures.iter().filter(is(SignatureType::SubkeyRevocation)).any(|s| valid(&s)) {
            any_revoked = true;
            continue;
        }
        let until = earlier(until, expiry(&subkey.key, binding));
        usable.push(Usable { subkey: Some(at), from: created(&subkey.key), until });
    }
    usable.sort_by_key(|usable| std::cmp::Reverse(usable.from));
    match (usable.is_empty(), any_revoked) {
        (false, _) => Ok(usable),
        (true, true) => Err(SealCertError::Revoked),
        (true, false) => Err(SealCertError::NoEncryptionKey),
    }
}

/// Says if the key calls itself a throw-away key: in a user ID, or in a notation on any signature it
/// made on itself or its subkeys. Signatures of others say nothing.
pub(super) fn is_throw_away(cert: &SignedPublicKey) -> bool {
    let primary = &cert.primary_key;
    let named = cert.details.users.iter().any(|user| {
        String::from_utf8_lossy(user.id.id()).starts_with(THROW_AWAY_WORDS)
            && user.signatures.iter().any(|signature| is_own(primary, user, signature))
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

/// Valid signatures of the key on itself and on its user ids.
fn self_signatures(cert: &SignedPublicKey) -> impl Iterator<Item = &Signature> {
    let primary: &PublicKey = &cert.primary_key;
    let direct = cert.details.direct_signatures.iter().filter(move |signature| {
        signature.typ() == Some(SignatureType::Key) && signature.verify_key(primary).is_ok()
    });
    let users = cert.details.users.iter().flat_map(move |user| {
        user.signatures.iter().filter(move |signature| is_own(primary, user, signature))
    });
    direct.chain(users)
}

/// Says if a signature is the key's own on one of its user ids, and no revocation.
fn is_own(primary: &PublicKey, user: &SignedUser, signature: &Signature) -> bool {
    signature.is_certification()
        && signature.typ() != Some(SignatureType::CertRevocation)
        && signature.verify_certification(primary, Tag::UserId, &user.id).is_ok()
}

/// The last word of several: a new expiry date is a newer signature.
fn newest<'a>(signatures: impl Iterator<Item = &'a Signature>) -> Option<&'a Signature> {
    signatures.max_by_key(|signature| signature.created())
}

fn encrypts(signature: &Signature) -> bool {
    let flags = signature.key_flags();
    flags.encrypt_comms() || flags.encrypt_storage()
}

/// What `pgp` can encrypt to and is strong enough.
fn can_encrypt(params: &PublicParams) -> bool {
    match params {
        PublicParams::RSA(rsa) => rsa.write_len() >= RSA_2048,
        PublicParams::ECDH(EcdhPublicParams::Unsupported { .. }) => false,
        PublicParams::ECDH(_) | PublicParams::X25519(_) | PublicParams::X448(_) => true,
        _ => false,
    }
}

fn created(key: &impl KeyDetails) -> u64 {
    u64::from(key.created_at().as_secs())
}

/// When the key ends, by this signature; a duration of zero means never.
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
