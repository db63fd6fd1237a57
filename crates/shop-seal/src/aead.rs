//! XChaCha20-Poly1305 with a random nonce in front, and HKDF-SHA256 for its keys.
//!
//! The nonce has 192 bits, so random ones do not repeat however many cookies one key seals.

use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead, aead::Payload};
use hkdf::Hkdf;
use sha2::Sha256;
use shop_core::entropy::{self, Entropy};
use zeroize::Zeroizing;

/// A 256-bit secret, wiped when dropped.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

/// Bytes of the nonce.
const NONCE: usize = 24;
/// Bytes by which a seal is longer than what it holds.
pub(crate) const OVERHEAD: usize = NONCE + 16;

/// Seals `plain`; `context` must be the same when it is opened.
pub(crate) fn seal(key: &Secret, context: &[u8], plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    let nonce = entropy::bytes::<NONCE>(entropy);
    let sealed = XChaCha20Poly1305::new((&**key).into())
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: context })
        .expect("the cipher's limit is 256 GiB");
    [nonce.as_slice(), &sealed].concat()
}

/// Opens what [`seal`] sealed under the same key and context.
pub(crate) fn open(key: &Secret, context: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    XChaCha20Poly1305::new((&**key).into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: context })
        .ok()
        .map(Zeroizing::new)
}

/// Derives the key for one purpose: `label` keeps purposes apart, `salt` this program.
pub(crate) fn derive(secret: &[u8], salt: &str, label: &[&[u8]]) -> Secret {
    let mut key = Secret::default();
    Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret)
        .expand_multi_info(label, &mut *key)
        .expect("32 bytes are far under the limit of 8160");
    key
}
