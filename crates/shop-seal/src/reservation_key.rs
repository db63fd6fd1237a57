//! Stock items that orders take, sealed by the shop for itself.

use crate::{
    aead::{self, Secret},
    pad::{pad, unpad},
};
use shop_core::{entropy::Entropy, order::OrderId};
use zeroize::Zeroizing;

/// Key that seals what orders take from stock.
/// With it, the database alone does not tell what was bought. It is derived from the bytes that
/// [`crate::CookieKey`] is derived from, which are kept on disk.
pub struct ReservationKey(Secret);

/// Name of this derivation; changing it makes every open order uncounted.
const SALT: &str = "cryptocart hold 1";
/// First byte of what is sealed.
const VERSION: u8 = 1;
/// Sizes of a sealed hold, so that it hardly tells how many things an order has.
const SIZES: [usize; 4] = [512, 1 << 10, 2 << 10, 4 << 10];

impl ReservationKey {
    /// Derives the key from the shop's 32 secret bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(aead::derive(bytes, SALT, &[b"hold"]))
    }

    /// Seals bytes for this order alone.
    /// The result is 512, 1,024, 2,048 or 4,096 bytes long, or for more than that a multiple of
    /// 4,096.
    #[must_use]
    pub fn seal(&self, order: OrderId, plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let padded = pad(plain, &SIZES, 1 + aead::OVERHEAD);
        let sealed = aead::seal(&self.0, order.to_string().as_bytes(), &padded, entropy);
        [&[VERSION], sealed.as_slice()].concat()
    }

    /// Opens what [`ReservationKey::seal`] sealed for this order; None for anything else.
    #[must_use]
    pub fn open(&self, order: OrderId, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = sealed.strip_prefix(&[VERSION])?;
        unpad(&aead::open(&self.0, order.to_string().as_bytes(), sealed)?)
    }
}

/// Text without the key.
impl std::fmt::Debug for ReservationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReservationKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shop_core::entropy::Seeded;

    fn order(seed: u64) -> OrderId {
        OrderId::random(&Seeded::new(seed))
    }

    #[test]
    fn a_hold_opens_for_its_order_under_its_key_alone() {
        let key = ReservationKey::from_bytes(&[7; 32]);
        let sealed = key.seal(order(1), b"two tees", &Seeded::new(1));
        assert_eq!(**key.open(order(1), &sealed).unwrap(), *b"two tees");
        assert!(key.open(order(2), &sealed).is_none());
        assert!(ReservationKey::from_bytes(&[8; 32]).open(order(1), &sealed).is_none());
        assert_eq!(format!("{key:?}"), "ReservationKey(..)");
    }

    /// These bytes are stored: if this fails, the goods of open orders are not counted any more.
    #[test]
    fn the_derivation_and_the_layout_do_not_change() {
        let sealed =
            ReservationKey::from_bytes(&[7; 32]).seal(order(1), b"golden", &Seeded::new(2));
        let hex = data_encoding::HEXLOWER.encode(&sealed[..40]);
        assert_eq!(
            hex,
            "018f5776940ea27c24bc8d3200bbbbcba734d9c86c977ca82e44e5ddd39f93760e6765a6a5e41133"
        );
    }

    proptest! {
        #[test]
        fn holds_open_and_have_few_sizes(plain in prop::collection::vec(any::<u8>(), 0..6_000)) {
            let key = ReservationKey::from_bytes(&[7; 32]);
            let sealed = key.seal(order(1), &plain, &Seeded::new(3));
            prop_assert!(SIZES.contains(&sealed.len()) || sealed.len() == 8 << 10);
            prop_assert_eq!(&**key.open(order(1), &sealed).unwrap(), &plain);
        }

        #[test]
        fn a_changed_hold_does_not_open(at in 0usize..512, by in 1u8..=255) {
            let key = ReservationKey::from_bytes(&[7; 32]);
            let mut sealed = key.seal(order(1), b"two tees", &Seeded::new(3));
            sealed[at] ^= by;
            prop_assert!(key.open(order(1), &sealed).is_none());
        }
    }
}
