//! Letters to a buyer who left nothing but an order.
//! They are sealed to a key whose other half follows from the order code.

use crate::{
    aead::{self, Secret},
    pad::{pad, unpad},
};
use shop_core::{entropy::Entropy, order::OrderId};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

/// The public part of an order's buyer inbox, as it is stored with the order.
/// Whoever has it can put a letter in; only the order code ([`crate::OrderCodeKeys::open_letter`]) takes
/// one out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BuyerInbox([u8; 32]);

/// Name of this derivation; changing it closes every letter that exists.
const SALT: &str = "cryptocart letter 1";
/// The layout: this byte, the public part of a fresh key, then nonce, ciphertext and tag.
const VERSION: u8 = 1;
/// Sizes of a sealed letter, so that its size does not tell what kind of note it is.
const SIZES: [usize; 3] = [1 << 10, 4 << 10, 8 << 10];
/// Bytes of a sealed letter before the nonce.
const HEAD: usize = 1 + 32;

impl BuyerInbox {
    /// Creates a slot from its public part.
    #[must_use]
    pub const fn from_public(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Returns its public part.
    #[must_use]
    pub const fn public(&self) -> [u8; 32] {
        self.0
    }

    /// Seals a letter about this order.
    /// The result is 1, 4 or 8 KiB long, or for more than that a multiple of 8 KiB. Whoever seals
    /// it cannot open it again.
    #[must_use]
    pub fn seal(&self, order: OrderId, plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let fresh = StaticSecret::from(*Zeroizing::new(shop_core::entropy::bytes::<32>(entropy)));
        let ours = PublicKey::from(&fresh).to_bytes();
        let shared = fresh.diffie_hellman(&PublicKey::from(self.0));
        let key = key(shared.as_bytes(), &ours, &self.0);
        let padded = pad(plain, &SIZES, HEAD + aead::OVERHEAD);
        let sealed = aead::seal(&key, order.to_string().as_bytes(), &padded, entropy);
        [&[VERSION], ours.as_slice(), &sealed].concat()
    }
}

/// Returns the buyer inbox whose secret half this is.
pub(crate) fn slot(secret: &Secret) -> BuyerInbox {
    BuyerInbox(PublicKey::from(&StaticSecret::from(**secret)).to_bytes())
}

/// Opens what [`BuyerInbox::seal`] sealed for this order; None for anything else.
pub(crate) fn open(secret: &Secret, order: OrderId, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (theirs, sealed) = sealed.strip_prefix(&[VERSION])?.split_first_chunk::<32>()?;
    let shared = StaticSecret::from(**secret).diffie_hellman(&PublicKey::from(*theirs));
    let key = key(shared.as_bytes(), theirs, &slot(secret).0);
    unpad(&aead::open(&key, order.to_string().as_bytes(), sealed)?)
}

/// Derives a letter's key.
/// Both public parts go in, so that the key is this letter's and this slot's alone.
fn key(shared: &[u8; 32], fresh: &[u8; 32], slot: &[u8; 32]) -> Secret {
    aead::derive(shared, SALT, &[b"seal", fresh, slot])
}

/// The name alone, without the key.
impl std::fmt::Debug for BuyerInbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BuyerInbox(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OrderCodeKeys;
    use proptest::prelude::*;
    use shop_core::{entropy::Seeded, order_code::OrderCode};

    fn keys(seed: u64) -> OrderCodeKeys {
        OrderCodeKeys::derive(&OrderCode::random(&Seeded::new(seed)))
    }

    fn order(seed: u64) -> OrderId {
        OrderId::random(&Seeded::new(seed))
    }

    #[test]
    fn only_the_ticket_opens_a_letter_and_only_for_its_order() {
        let stored = keys(1).letter_slot().public();
        let slot = BuyerInbox::from_public(stored);
        let sealed = slot.seal(order(1), b"parcel 7", &Seeded::new(2));
        assert_eq!(**keys(1).open_letter(order(1), &sealed).unwrap(), *b"parcel 7");
        assert!(keys(2).open_letter(order(1), &sealed).is_none());
        assert!(keys(1).open_letter(order(2), &sealed).is_none());
        let dice = Seeded::new(2);
        assert_ne!(slot.seal(order(1), b"x", &dice), slot.seal(order(1), b"x", &dice));
        assert_ne!(stored, keys(1).lookup());
        assert_eq!(format!("{slot:?}"), "BuyerInbox(..)");
    }

    /// These bytes are stored: if this fails, letters that exist cannot be read any more.
    #[test]
    fn the_derivation_and_the_layout_do_not_change() {
        let slot = keys(1).letter_slot();
        let sealed = slot.seal(order(1), b"golden", &Seeded::new(2));
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        assert_eq!(
            hex(&slot.public()),
            "94861611916ed5400a56d67b9372c0d91b6f3f20601b73416baf1d200086a552"
        );
        assert_eq!(
            hex(&sealed[33..73]),
            "326c4dc640702ab0789b0f1231cbc4ab763aebb1446bb58fb56c6bf436e031bed26419f898b661af"
        );
    }

    proptest! {
        #[test]
        fn letters_open_and_have_few_sizes(plain in prop::collection::vec(any::<u8>(), 0..9_000)) {
            let sealed = keys(1).letter_slot().seal(order(1), &plain, &Seeded::new(3));
            prop_assert!(SIZES.contains(&sealed.len()) || sealed.len() == 16 << 10);
            prop_assert_eq!(&**keys(1).open_letter(order(1), &sealed).unwrap(), &plain);
        }

        #[test]
        fn a_changed_letter_does_not_open(at in 0usize..1_024, by in 1u8..=255) {
            let mut sealed = keys(1).letter_slot().seal(order(1), b"parcel 7", &Seeded::new(3));
            sealed[at] ^= by;
            // The top bit of a public part is no part of it, but of the key that is derived.
            prop_assert!(keys(1).open_letter(order(1), &sealed).is_none());
        }

        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(keys(1).open_letter(order(1), &bytes).is_none());
        }
    }
}
