//! What both sides keep of an order, always sealed.

use super::{Draft, OrderId};
use crate::{
    cart::{Priced, PricedLine},
    money::Amount,
    pay_to::{Offer, PayTo},
    time::CoarseTime,
    view::Confirmations,
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A placed order in full: what, to whom, for how much, to be paid where. On disk it exists only
/// sealed: to the seller's key (as a letter) and to the buyer's ticket (as this, in JSON).
#[derive(Clone, Serialize, Deserialize)]
pub struct Receipt {
    /// Version of this layout.
    pub v: u8,
    /// The order's number.
    pub order: OrderId,
    /// The hour it was placed in.
    pub placed: CoarseTime,
    /// The goods.
    pub lines: Vec<PricedLine>,
    /// Their sum.
    pub total: Amount,
    /// What is due: the sum, plus the tag in `wallet` mode.
    pub due: Amount,
    /// Where to pay.
    pub pay_to: PayTo,
    /// The depth at which it counts as paid.
    pub needs: Confirmations,
    /// The hour in which the offer ends.
    pub expires: CoarseTime,
    /// The buyer's words.
    pub draft: Draft,
}

/// The newest layout.
const VERSION: u8 = 1;

impl Receipt {
    /// Puts an order together.
    #[must_use]
    pub fn new(
        order: OrderId,
        placed: CoarseTime,
        priced: Priced,
        offer: &Offer,
        needs: Confirmations,
        expires: CoarseTime,
        draft: Draft,
    ) -> Self {
        Self {
            v: VERSION,
            order,
            placed,
            lines: priced.lines,
            total: priced.total,
            due: offer.due,
            pay_to: offer.pay_to.clone(),
            needs,
            expires,
            draft,
        }
    }

    /// The bytes to seal; the caller wipes them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads what [`Receipt::to_bytes`] wrote, in this or an older layout.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(bytes).ok().filter(|receipt| receipt.v == VERSION)
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        for line in &mut self.lines {
            line.name.zeroize();
            line.product.zeroize();
            line.option.zeroize();
        }
    }
}

impl ZeroizeOnDrop for Receipt {}

/// Only the number.
impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Receipt({}, ..)", self.order)
    }
}
