//! The letters the seller reads: English text, and the same as JSON for programs.
//! Sealing and MIME are shop-seal's. `docs/order-format.md` describes the JSON.

mod buyer_says;
mod chain;
pub mod data;
mod escrow;
mod notices;
mod payment;
mod placed;

pub use chain::ChainOutage;
pub use notices::{MailKind, MailRow};
pub use payment::{OrderNotice, not_counted};
pub use placed::NAMES_NO_KEY;
#[cfg(test)]
pub(crate) use placed::room_for_words;

use crate::{order::OrderId, time::CoarseTime};

/// The letters of one shop.
#[derive(Clone, Debug)]
pub struct SellerMail {
    /// The shop's name, one line.
    pub shop: String,
    /// True if payments are simulated.
    pub demo: bool,
}

/// A letter to the seller, to be sealed at once: it may hold a buyer's words.
#[derive(Clone, PartialEq, Eq)]
pub struct SellerLetter {
    /// Its subject, one line.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// The same for programs: a [`data::MailData`] in JSON.
    pub json: String,
}

crate::closed_debug!(SellerLetter);

impl SellerMail {
    /// Returns the subject of a letter about an order.
    fn subject(&self, kind: MailKind, order: OrderId) -> String {
        format!("{}{}", self.mark(), kind.row().subject.replace("{}", &order.to_string()))
    }

    /// Returns the first lines of a letter about a change of an order.
    fn head(&self, order: OrderId, today: CoarseTime) -> String {
        format!("Order {order} at {}\n{today}\n\n", self.shop)
    }

    const fn mark(&self) -> &'static str {
        if self.demo { "[demo] " } else { "" }
    }
}
