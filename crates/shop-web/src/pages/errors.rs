//! Sentences for the errors of a cart.

use crate::language::Sentence;
use shop_core::cart::{CartError, MOST_LINES};

/// Returns the reason why a cart does not take something.
pub(super) fn cart(error: &CartError) -> Sentence {
    match error {
        CartError::Unknown => Sentence::new("cart-unknown"),
        CartError::Sold(name) => Sentence::new("cart-sold").with("name", name.as_str()),
        CartError::Option(name) => Sentence::new("cart-option").with("name", name.as_str()),
        CartError::TooMany { name, most } => {
            Sentence::new("cart-too-many").with("name", name.as_str()).with("most", *most)
        }
        CartError::Full => Sentence::new("cart-full").with("most", MOST_LINES),
        CartError::Money(_) => Sentence::new("cart-sum"),
        CartError::NoPrice(asset) => Sentence::new("cart-no-price").with("currency", asset.code()),
        CartError::Empty => Sentence::new("cart-empty"),
    }
}
