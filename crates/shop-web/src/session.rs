//! Sessions that forms are bound to: a cart, or an open order.
//! [`crate::cookies`] carries them.

use shop_core::{cart::Cart, order_code::OrderCode};

/// A cart, and the random number its forms are bound to.
pub(crate) struct CartSession {
    /// Random number that tells this cart from others.
    pub(crate) nonce: Nonce,
    /// Contents of the cart.
    pub(crate) cart: Cart,
    /// Time in seconds since 1970 from which on it waits for its turn at the checkout.
    pub(crate) since: Option<u64>,
}

/// Open order: its order code, and what the buyer has said to have kept.
pub(crate) struct OrderSession {
    /// Random number that tells this session from others.
    pub(crate) nonce: Nonce,
    /// Order code that opens the order.
    pub(crate) order_code: OrderCode,
    /// True while the order code is still to be shown.
    pub(crate) fresh: bool,
    /// True once the buyer has said here that the escrow statement is kept.
    pub(crate) has_kept_statement: bool,
}

/// A random number that ties forms to the cookie they were made for.
pub(crate) type Nonce = [u8; 16];

/// Session that forms are bound to.
pub(crate) trait Session {
    /// Returns its name and its random number.
    fn binding(&self) -> (&'static str, &[u8]);
}

impl Session for CartSession {
    fn binding(&self) -> (&'static str, &[u8]) {
        ("cart", &self.nonce)
    }
}

/// A cart at the checkout.
/// Its forms have a name of their own: a form of the cart is none of these, because it was given
/// out without a look at the order gate.
pub(crate) struct AtCheckout<'a>(pub(crate) &'a CartSession);

impl Session for AtCheckout<'_> {
    fn binding(&self) -> (&'static str, &[u8]) {
        ("checkout", &self.0.nonce)
    }
}

impl Session for OrderSession {
    fn binding(&self) -> (&'static str, &[u8]) {
        ("order", &self.nonce)
    }
}
