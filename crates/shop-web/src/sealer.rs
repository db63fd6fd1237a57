//! Sealer for the database: seals what the database cannot seal itself.

use shop_core::{entropy::Entropy, stock::ReservedItems};
use shop_db::{ListCodes, OrderSealer};
use shop_seal::{BuyerInbox, ReservationKey};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use zeroize::Zeroizing;

/// Returns an order sealer that seals under this key and gives these codes.
/// It seals the items that orders reserve, and gives codes to those who have paid for them.
#[must_use]
pub fn sealer(key: ReservationKey, codes: ListCodes, entropy: Arc<dyn Entropy>) -> OrderSealer {
    let key = Arc::new(key);
    let sealing = Arc::clone(&key);
    let dice = Arc::clone(&entropy);
    let warned = AtomicBool::new(false);
    OrderSealer {
        codes,
        seal_codes: Arc::new(move |order, inbox_key, given| {
            let plain = Zeroizing::new(given.to_bytes());
            BuyerInbox::from_public(inbox_key).seal(order, &plain, &*dice)
        }),
        seal_items: Arc::new(move |order, items| sealing.seal(order, &items.to_bytes(), &*entropy)),
        open_items: Arc::new(move |order, sealed| {
            let items = key.open(order, sealed).and_then(|bytes| ReservedItems::from_bytes(&bytes));
            if items.is_none() && !warned.swap(true, Ordering::SeqCst) {
                tracing::warn!(
                    "the stock reserved by an order cannot be decrypted: state/cookie.key has \
                     changed since it was placed. Such orders are no longer counted; correct the \
                     stock with cryptocart stock set"
                );
            }
            items
        }),
    }
}
