//! Offer for an order whose buyer wants to pay into escrow.

use crate::{
    escrow::{EscrowChoice, EscrowDesk, EscrowOffer, EscrowOfferError, EscrowOrder},
    payments::OfferError,
};
use shop_core::{
    bill::Bill,
    entropy::{self, Entropy},
    escrow::{Goods, Hash},
    order::Destination,
    place::{Country, Place},
    time::CoarseTime,
};
use std::fmt::Write;
use zeroize::Zeroizing;

/// Makes the statement of an order, and says where it is paid.
pub(super) async fn offer(
    desk: Option<&dyn EscrowDesk>,
    choice: EscrowChoice,
    bill: &Bill,
    expires: CoarseTime,
    destination: (&Destination, Option<Place>),
    buyer_mark: &str,
    random: &dyn Entropy,
) -> Result<EscrowOffer, EscrowOfferError> {
    let desk = desk.filter(|desk| desk.rules(bill).is_some());
    let desk = desk.ok_or(EscrowOfferError::Offer(OfferError::Unavailable))?;
    let goods = goods(bill, destination, buyer_mark, random)?;
    let total = bill.to_pay().ok_or(EscrowOfferError::Offer(OfferError::Unavailable))?;
    desk.offer(EscrowOrder { choice, total, expires, goods }).await
}

/// Returns the goods and the destination with new salts: the same order made twice has two
/// vaults.
fn goods(
    bill: &Bill,
    (destination, billed): (&Destination, Option<Place>),
    buyer_mark: &str,
    random: &dyn Entropy,
) -> Result<Goods, EscrowOfferError> {
    let Destination::ShipTo(to) = destination else { return Err(EscrowOfferError::NoDestination) };
    let named = Country::named(&to.country).or(billed.map(Place::country));
    let country = named.map_or("", Country::code);
    let salt = Hash(entropy::bytes(random));
    let postal_salt = Hash(entropy::bytes(random));
    Goods::new(salt, postal_salt, country, &to.postcode, &text(bill, buyer_mark))
        .map_err(|_| EscrowOfferError::NoDestination)
}

/// Returns what was ordered, a line for each product, the total, and the mark of its buyer.
fn text(bill: &Bill, buyer_mark: &str) -> Zeroizing<String> {
    let room = bill.lines().iter().map(|line| line.name.len() + 512).sum::<usize>();
    let mut text = Zeroizing::new(String::with_capacity(room + 192));
    for line in bill.lines() {
        let option = line.option.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        let sku = line.sku.as_deref().map(|sku| format!(" [{sku}]")).unwrap_or_default();
        let _ = writeln!(text, "{} x {}{option}{sku}", line.quantity, line.name);
    }
    let _ = writeln!(text, "Total: {}", bill.total());
    let _ = writeln!(text, "{}{buyer_mark}", Goods::BUYER_MARK);
    text
}
