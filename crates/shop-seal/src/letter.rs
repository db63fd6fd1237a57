//! A letter to the seller before it is sealed, and the message to the buyer in it.

use shop_core::seller_mail::SellerLetter;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A message to the buyer that the seller relays by hand.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Relay {
    /// The buyer's email.
    pub to: String,
    /// Sender that the buyer sees.
    pub from: String,
    /// Its subject, one line.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// Letter that the seller reads.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Letter {
    /// The real subject, one line; outside the seal there is only `...`.
    pub subject: String,
    /// The text.
    pub body: String,
    /// A message to the buyer, enclosed.
    pub relay: Option<Relay>,
    /// The same as the text, for programs: a JSON document, enclosed.
    pub json: Option<String>,
}

/// Encloses no message to the buyer.
impl From<SellerLetter> for Letter {
    fn from(letter: SellerLetter) -> Self {
        let SellerLetter { subject, body, json } = letter;
        Self { subject, body, relay: None, json: Some(json) }
    }
}

shop_core::closed_debug!(Letter, Relay);
