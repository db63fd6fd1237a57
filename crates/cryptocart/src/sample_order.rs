//! An order to try the database with. What a test cares for, it changes.

use shop_core::{
    entropy::{self, Entropy},
    invoice::Invoice,
    order::OrderId,
    pay_to::Offer,
    stock::ReservedItems,
    time::CoarseTime,
    view::Confirmations,
};
use shop_db::{NewMail, NewOrder};

/// Makes an order of this offer that one confirmation settles.
/// Its number, keys and Message-ID are drawn from `source`; nothing it takes is counted.
pub(crate) fn sample_order(
    source: &dyn Entropy,
    offer: Offer,
    placed: CoarseTime,
    expires: CoarseTime,
) -> NewOrder {
    let id = OrderId::random(source);
    NewOrder {
        id,
        lookup: entropy::bytes(source),
        buyer_copy: Vec::new(),
        placed,
        invoice: Invoice::open(offer, Confirmations(1), expires).unwrap(),
        mail: NewMail { message_id: id.to_string(), bytes: Vec::new() },
        most_open: u32::MAX,
        reserved_items: ReservedItems::default(),
        inbox_key: entropy::bytes(source),
        digital: false,
        forms: Vec::new(),
        escrow: None,
    }
}
