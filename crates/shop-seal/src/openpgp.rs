//! The small adapter to the `pgp` crate: its randomness, and the one way messages are made.

use pgp::{
    bytes::Bytes,
    composed::MessageBuilder,
    crypto::sym::SymmetricKeyAlgorithm,
    packet::{PublicKey, PublicSubkey},
    types::{KeyDetails, PublicParams},
};
use rand_core::{CryptoRng, RngCore};
use shop_core::entropy::{self, Entropy};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// [`Entropy`] in the shape `pgp` asks for.
pub(crate) struct Dice<'a>(pub(crate) &'a dyn Entropy);

impl RngCore for Dice<'_> {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(entropy::bytes(self.0))
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(entropy::bytes(self.0))
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl CryptoRng for Dice<'_> {}

/// A key that messages are encrypted to.
#[derive(Clone, Copy)]
pub(crate) enum KeyRef<'a> {
    /// The primary key of a certificate.
    Primary(&'a PublicKey),
    /// A subkey.
    Subkey(&'a PublicSubkey),
}

impl<'a> KeyRef<'a> {
    /// Returns its algorithm and numbers.
    pub(crate) fn public_params(self) -> &'a PublicParams {
        match self {
            Self::Primary(key) => key.public_params(),
            Self::Subkey(key) => key.public_params(),
        }
    }
}

/// Encrypts one message for one key, with SEIPD version 1 and AES-256.
/// gpg 2.2 reads nothing newer. It is not compressed, because sizes would tell about the text; and
/// it is without the recipient's key id, because who seizes the ciphertext need not learn whose it
/// is.
pub(crate) fn encrypt(
    key: KeyRef<'_>,
    plain: Zeroizing<Vec<u8>>,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, pgp::errors::Error> {
    let mut builder = MessageBuilder::from_bytes("", Bytes::from_owner(plain))
        .seipd_v1(Dice(entropy), SymmetricKeyAlgorithm::AES256);
    match key {
        KeyRef::Primary(key) => builder.encrypt_to_key_anonymous(Dice(entropy), key)?,
        KeyRef::Subkey(key) => builder.encrypt_to_key_anonymous(Dice(entropy), key)?,
    };
    builder.to_vec(Dice(entropy))
}

/// Encrypts a stream for one key as [`encrypt`] does, in packets of unknown length.
pub(crate) fn encrypt_stream(
    key: KeyRef<'_>,
    plain: impl Read,
    sealed: impl Write,
    entropy: &dyn Entropy,
) -> Result<(), pgp::errors::Error> {
    let mut builder = MessageBuilder::from_reader("", plain)
        .seipd_v1(Dice(entropy), SymmetricKeyAlgorithm::AES256);
    match key {
        KeyRef::Primary(key) => builder.encrypt_to_key_anonymous(Dice(entropy), key)?,
        KeyRef::Subkey(key) => builder.encrypt_to_key_anonymous(Dice(entropy), key)?,
    };
    builder.to_writer(Dice(entropy), sealed)
}

/// Puts ASCII armor around a message (RFC 4880, section 6), without headers.
pub(crate) fn armor(message: &[u8]) -> String {
    let mut text = String::with_capacity(armored_len(message.len()));
    text.push_str(BEGIN);
    text.push('\n');
    for line in message.chunks(48) {
        data_encoding::BASE64.encode_append(line, &mut text);
        text.push('\n');
    }
    text.push('=');
    let [_, crc @ ..] = crc24::hash_raw(message).to_be_bytes();
    data_encoding::BASE64.encode_append(&crc, &mut text);
    text.push('\n');
    text.push_str(END);
    text
}

/// Returns the length that [`armor`] gives to `message` bytes.
pub(crate) const fn armored_len(message: usize) -> usize {
    let text = message.div_ceil(3) * 4;
    BEGIN.len() + 1 + text + text.div_ceil(64) + 6 + END.len()
}

/// First line of an armored message.
pub(crate) const BEGIN: &str = "-----BEGIN PGP MESSAGE-----\n";
/// Last line of an armored message.
pub(crate) const END: &str = "-----END PGP MESSAGE-----\n";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand_core::RngCore;

    /// The checksums that gpg 2.2 writes for these bytes, and takes back.
    #[test]
    fn the_checksum_is_gpgs() {
        assert_eq!(armor(&[0]), format!("{BEGIN}\nAA==\n=YWnT\n{END}"));
    }

    #[test]
    fn numbers_come_from_the_given_randomness() {
        let entropy = shop_core::entropy::Seeded::new(1);
        let mut dice = Dice(&entropy);
        assert_ne!(dice.next_u32(), dice.next_u32());
        assert_ne!(dice.next_u64(), dice.next_u64());
        let mut filled = [0; 32];
        dice.try_fill_bytes(&mut filled).unwrap();
        assert_ne!(filled, [0; 32]);
    }

    proptest! {
        #[test]
        fn armor_reads_back(message in prop::collection::vec(any::<u8>(), 1..400)) {
            use std::io::Read;
            let text = armor(&message);
            prop_assert_eq!(text.len(), armored_len(message.len()));
            let mut back = Vec::new();
            pgp::armor::Dearmor::new(text.as_bytes()).read_to_end(&mut back).unwrap();
            prop_assert_eq!(back, message);
        }
    }
}
