//! The database's clerk: what it cannot seal by itself.

use shop_core::{entropy::Entropy, stock::Hold};
use shop_db::{Clerk, NewsMail};
use shop_seal::HoldKey;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A clerk who writes these letters, and seals what orders take under this key.
#[must_use]
pub fn clerk(letters: NewsMail, key: HoldKey, entropy: Arc<dyn Entropy>) -> Clerk {
    let key = Arc::new(key);
    let sealing = Arc::clone(&key);
    let warned = AtomicBool::new(false);
    Clerk {
        letters,
        seal_hold: Arc::new(move |order, hold| sealing.seal(order, &hold.to_bytes(), &*entropy)),
        open_hold: Arc::new(move |order, sealed| {
            let hold = key.open(order, sealed).and_then(|bytes| Hold::from_bytes(&bytes));
            if hold.is_none() && !warned.swap(true, Ordering::SeqCst) {
                tracing::warn!(
                    "what an order took from the stock cannot be opened: state/cookie.key is \
                     another than when it was placed. Such orders are not counted any more; \
                     cryptocart stock set corrects the counts"
                );
            }
            hold
        }),
    }
}
