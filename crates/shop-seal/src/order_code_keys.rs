//! Keys that a buyer's order code opens.

use crate::{
    aead::{self, Secret},
    buyer_inbox::{self, BuyerInbox},
    buyer_proof::BuyerProof,
    pad::{pad, unpad},
};
use shop_core::{entropy::Entropy, order::OrderId, order_code::OrderCode};
use zeroize::Zeroizing;

/// The keys that follow from an order code.
/// The shop keeps [`OrderCodeKeys::lookup`] and the public part of [`OrderCodeKeys::letter_slot`] alone,
/// from which neither the order code nor another key follows.
///
/// An order code has 130 random bits, so a quick derivation is enough: a slow one on a page that
/// everybody may call would only help those who want to keep the server busy.
pub struct OrderCodeKeys {
    lookup: [u8; 32],
    for_box: Secret,
    for_letters: Secret,
    for_proof: Secret,
}

/// Name of this derivation; changing it closes every order that exists.
const SALT: &str = "cryptocart ticket 1";
/// The layout of a box: this byte, then nonce, ciphertext and tag.
/// Inside: the length of the contents as four little-endian bytes, the contents, zeros.
const VERSION: u8 = 1;
/// Sizes of a box, so that its size does not tell how long the buyer's note is.
const SIZES: [usize; 4] = [4 << 10, 8 << 10, 16 << 10, 32 << 10];

impl OrderCodeKeys {
    /// Derives the keys.
    #[must_use]
    pub fn derive(order_code: &OrderCode) -> Self {
        Self {
            lookup: *aead::derive(order_code.secret(), SALT, &[b"lookup"]),
            for_box: aead::derive(order_code.secret(), SALT, &[b"box"]),
            for_letters: aead::derive(order_code.secret(), SALT, &[b"letters"]),
            for_proof: aead::derive(order_code.secret(), SALT, &[b"buyer proof"]),
        }
    }

    /// Returns the identifier under which the order is stored. It opens nothing.
    #[must_use]
    pub const fn lookup(&self) -> [u8; 32] {
        self.lookup
    }

    /// Seals what the buyer may read again.
    /// The result is 4, 8, 16 or 32 KiB long, or for more than that a multiple of 32 KiB.
    #[must_use]
    pub fn seal_box(&self, plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let padded = pad(plain, &SIZES, 1 + aead::OVERHEAD);
        let sealed = aead::seal(&self.for_box, &[VERSION], &padded, entropy);
        [&[VERSION], sealed.as_slice()].concat()
    }

    /// Opens what [`OrderCodeKeys::seal_box`] sealed; None for anything else.
    #[must_use]
    pub fn open_box(&self, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (version, sealed) = sealed.split_first()?;
        let padded = aead::open(&self.for_box, &[*version], sealed)?;
        (*version == VERSION).then_some(())?;
        unpad(&padded)
    }

    /// Returns the slot in which the shop puts letters about the order.
    #[must_use]
    pub fn letter_slot(&self) -> BuyerInbox {
        buyer_inbox::slot(&self.for_letters)
    }

    /// Returns the code by which the buyer proves to an arbiter to be the buyer.
    #[must_use]
    pub fn buyer_proof(&self) -> BuyerProof {
        BuyerProof::from_secret(&self.for_proof)
    }

    /// Opens a letter that was put into the slot for this order; None for anything else.
    #[must_use]
    pub fn open_letter(&self, order: OrderId, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        buyer_inbox::open(&self.for_letters, order, sealed)
    }
}

/// Text without the keys.
impl std::fmt::Debug for OrderCodeKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OrderCodeKeys(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shop_core::entropy::Seeded;

    fn keys(seed: u64) -> OrderCodeKeys {
        OrderCodeKeys::derive(&OrderCode::random(&Seeded::new(seed)))
    }

    #[test]
    fn a_typed_ticket_opens_what_the_shown_one_sealed() {
        let order_code = OrderCode::random(&Seeded::new(1));
        let sealed = OrderCodeKeys::derive(&order_code).seal_box(b"two mugs", &Seeded::new(2));
        let typed = OrderCode::parse(&order_code.reveal().to_lowercase()).unwrap();
        let keys = OrderCodeKeys::derive(&typed);
        assert_eq!(keys.lookup(), OrderCodeKeys::derive(&order_code).lookup());
        assert_eq!(**keys.open_box(&sealed).unwrap(), *b"two mugs");
    }

    #[test]
    fn what_the_shop_keeps_does_not_open_the_box() {
        let keys = keys(1);
        assert_ne!(keys.lookup(), *keys.for_box);
        assert_eq!(format!("{keys:?}"), "OrderCodeKeys(..)");
    }

    /// These bytes are stored: if this fails, orders that exist cannot be found or opened.
    #[test]
    fn the_derivation_and_the_layout_do_not_change() {
        let keys = keys(1);
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        let sealed = keys.seal_box(b"golden", &Seeded::new(2));
        assert_eq!(
            hex(&keys.lookup()),
            "8d4f4863279455b0a21bcc4868c17a8b0a4e53437c0cfc10f3536d851ac7e666"
        );
        assert_eq!(
            hex(&sealed[..64]),
            "018f5776940ea27c24bc8d3200bbbbcba734d9c86c977ca82e5851d06deb44df\
             eb209d4a02aed14c89ebe5418b9dd74c74f045e730bc74dbda015a0eba8c50df"
        );
    }

    proptest! {
        #[test]
        fn boxes_open_and_have_few_sizes(
            plain in prop::collection::vec(any::<u8>(), 0..40_000), seed in any::<u64>()
        ) {
            let sealed = keys(seed).seal_box(&plain, &Seeded::new(seed));
            prop_assert!(SIZES.contains(&sealed.len()) || sealed.len() == 64 << 10);
            prop_assert_eq!(&**keys(seed).open_box(&sealed).unwrap(), &plain);
        }

        #[test]
        fn a_changed_box_does_not_open(at in 0usize..4_096, by in 1u8..=255) {
            let mut sealed = keys(1).seal_box(b"two mugs", &Seeded::new(2));
            sealed[at] ^= by;
            prop_assert!(keys(1).open_box(&sealed).is_none());
        }

        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(keys(1).open_box(&bytes).is_none());
        }
    }

    /// Whoever has the mark, as the seller does, has neither the proof nor the order code.
    #[test]
    fn buyer_proof_follows_from_the_order_code_alone() {
        let proof = keys(1).buyer_proof();
        assert!(proof == keys(1).buyer_proof() && proof != keys(3).buyer_proof());
        let code = OrderCode::random(&Seeded::new(1)).reveal();
        assert!(!proof.reveal().contains(&code) && !proof.reveal().contains(&proof.mark()));
        assert_eq!(
            (proof.reveal().as_str(), proof.mark().as_str()),
            ("BUYER-QJT2-GQP4-BJ57-5ZH7-ZYRX-WXM5-JF1Q", "4P1J-0YXX-454M-Q5R6-MB21-Z026-MGVT")
        );
    }

    #[test]
    fn anothers_ticket_does_not_open_it() {
        let sealed = keys(1).seal_box(b"two mugs", &Seeded::new(2));
        assert!(keys(3).open_box(&sealed).is_none());
    }

    #[test]
    fn equal_orders_make_different_boxes() {
        let dice = Seeded::new(2);
        assert_ne!(keys(1).seal_box(b"x", &dice), keys(1).seal_box(b"x", &dice));
    }
}
