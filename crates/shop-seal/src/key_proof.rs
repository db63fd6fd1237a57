//! A one-way check of the shop's secret bytes, by which its database recognises them.

use crate::aead;

/// Name of this derivation; changing it makes every shop refuse its key.
const SALT: &str = "cryptocart key proof 1";

/// Returns the check of the secret bytes, equal for equal bytes.
/// [`crate::CookieKey`], [`crate::ReservationKey`] and [`crate::FingerprintKey`] are derived from the same bytes.
/// Neither they nor another key follow from it.
#[must_use]
pub fn key_proof(secret: &[u8; 32]) -> [u8; 32] {
    *aead::derive(secret, SALT, &[b"proof"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proof_tells_keys_apart_and_does_not_change() {
        assert_ne!(key_proof(&[7; 32]), key_proof(&[8; 32]));
        let hex = data_encoding::HEXLOWER.encode(&key_proof(&[7; 32]));
        assert_eq!(hex, "4fe8651672f6b50629528af73222ab5296e7ccb6ac4415ed5f220730d8a554ee");
    }
}
