//! Keys that only a form that was given out opens.

use crate::aead::{self, Secret};
use shop_core::{entropy::Entropy, order_code::OrderCode};
use zeroize::Zeroizing;

/// The keys that follow from a form's token, or from the random number of a cart.
/// The token ([`CookieKey::token`](crate::CookieKey::token)) has 192 random bits, the number 128.
/// The shop knows a form by [`FormKeys::id`], from which neither the token nor another key follows.
/// Data it keeps for a form it can open again when the form comes again, and not before.
pub struct FormKeys {
    id: [u8; 32],
    for_ticket: Secret,
}

/// Name of the derivations.
const SALT: &str = "cryptocart form 1";
const CART_SALT: &str = "cryptocart cart 1";

impl FormKeys {
    /// Derives the keys of a form.
    #[must_use]
    pub fn derive(token: &str) -> Self {
        Self::from_secret(token.as_bytes(), SALT)
    }

    /// Derives the keys of a cart from the random number in the buyer's cookie.
    /// Every form of that cart leads to them.
    #[must_use]
    pub fn of_cart(nonce: &[u8; 16]) -> Self {
        Self::from_secret(nonce, CART_SALT)
    }

    fn from_secret(secret: &[u8], salt: &str) -> Self {
        let key = |label: &[u8]| aead::derive(secret, salt, &[label]);
        Self { id: *key(b"id"), for_ticket: key(b"ticket") }
    }

    /// Returns the identifier by which the shop knows the form. It opens nothing.
    #[must_use]
    pub const fn id(&self) -> [u8; 32] {
        self.id
    }

    /// Seals the order code of the order that this form places.
    #[must_use]
    pub fn seal_code(&self, order_code: &OrderCode, entropy: &dyn Entropy) -> Vec<u8> {
        let plain = Zeroizing::new(order_code.reveal());
        aead::seal(&self.for_ticket, &self.id, plain.as_bytes(), entropy)
    }

    /// Opens what [`FormKeys::seal_code`] sealed; None for anything else.
    #[must_use]
    pub fn open_code(&self, sealed: &[u8]) -> Option<OrderCode> {
        let plain = aead::open(&self.for_ticket, &self.id, sealed)?;
        OrderCode::parse(std::str::from_utf8(&plain).ok()?).ok()
    }
}

/// Text without the keys.
impl std::fmt::Debug for FormKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormKeys(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CookieKey;
    use shop_core::{entropy::Seeded, time::UnixTime};

    #[test]
    fn the_form_alone_opens_its_ticket() {
        let dice = Seeded::new(1);
        let key = CookieKey::from_bytes([7; 32]);
        let [token, other] = [(); 2].map(|()| key.token("checkout", b"s", UnixTime(9), &dice));
        let keys = FormKeys::derive(&token);
        let order_code = OrderCode::random(&dice);
        let sealed = keys.seal_code(&order_code, &dice);
        assert!(FormKeys::derive(&token).open_code(&sealed) == Some(order_code.clone()));
        assert!(FormKeys::derive(&other).open_code(&sealed).is_none());
        assert_ne!(keys.id(), FormKeys::derive(&other).id());
        assert!(keys.open_code(&sealed[1..]).is_none() && keys.open_code(b"").is_none());
        assert_ne!(keys.id(), *keys.for_ticket, "what the shop keeps is no key");
        let carts = [FormKeys::of_cart(&[1; 16]), FormKeys::of_cart(&[2; 16])];
        let sealed_to_cart = carts[0].seal_code(&order_code, &dice);
        assert!(FormKeys::of_cart(&[1; 16]).open_code(&sealed_to_cart) == Some(order_code.clone()));
        assert!(carts[1].open_code(&sealed_to_cart).is_none());
        let shown = order_code.reveal();
        assert!(!sealed.windows(5).any(|part| part == &shown.as_bytes()[..5]));
        assert_eq!(format!("{keys:?}"), "FormKeys(..)");
    }
}
