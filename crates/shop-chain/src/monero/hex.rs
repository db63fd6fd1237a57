//! Hexadecimal digits.

use alloy_primitives::hex;
use zeroize::Zeroizing;

/// Returns the bytes that digits spell.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    if text.starts_with("0x") { None } else { hex::decode(text).ok() }
}

/// Returns the hash that 64 digits spell.
pub(super) fn hash(text: &str) -> Option<[u8; 32]> {
    bytes(text)?.try_into().ok()
}

/// Returns the digits of a hash.
pub(super) fn text(hash: &[u8]) -> String {
    hex::encode(hash)
}

/// Returns the secret that 64 digits spell.
pub(super) fn secret(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut secret = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text, secret.as_mut_slice()).ok()?;
    Some(secret)
}
