//! Hashes and commitments.

use super::hex::hex_text;

/// A hash of 32 bytes: Keccak-256 or SHA-256, by its use. Salts are written as one too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

hex_text!(Hash);

/// Commitment to a parcel: the first 21 bytes of a salted hash of carrier and number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tracking(pub [u8; 21]);

hex_text!(Tracking);

impl Tracking {
    /// Returns the commitment as 32 bytes, zeros after it, as it is signed.
    #[must_use]
    pub fn padded(&self) -> [u8; 32] {
        let mut whole = [0; 32];
        for (to, from) in whole.iter_mut().zip(self.0) {
            *to = from;
        }
        whole
    }
}
