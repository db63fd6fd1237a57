//! A placed order, for programs.

use super::{ExchangeData, Money, address::Address};
use crate::{
    bill::{Row, RowKind},
    cart::PricedLine,
    order::{Destination, OrderDetails},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A placed order: what to send where, and what is to be paid.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderData<'a> {
    /// The hour it was placed in.
    pub placed: Cow<'a, str>,
    /// The goods.
    pub items: Vec<Item<'a>>,
    /// The rows below the goods, the total last.
    pub bill: Vec<BillRow<'a>>,
    /// Rate by which the total was converted, if the bill is in a currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<ExchangeData<'a>>,
    /// Amount to pay: the total, or a little more that names the order.
    pub due: Money<'a>,
    /// Address to pay to.
    pub pay_to: Cow<'a, str>,
    /// The hour in which the offer ends.
    pub expires: Cow<'a, str>,
    /// Code of the place the bill was calculated for, if prices depend on it: `CA-QC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billed_for: Option<Cow<'a, str>>,
    /// The address, as the buyer typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_to: Option<Address<'a>>,
    /// The address, as an armored message that the buyer encrypted to the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted_address: Option<Cow<'a, str>>,
    /// The buyer's e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Cow<'a, str>>,
    /// The buyer's language: a tag of BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Cow<'a, str>>,
    /// A word of the buyer to the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Cow<'a, str>>,
    /// Text of the escrow statement, with both parts, if the money waits in the escrow contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escrow: Option<Cow<'a, str>>,
}

/// Goods of one kind.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item<'a> {
    /// Number of units.
    pub quantity: u32,
    /// The product's name.
    pub name: Cow<'a, str>,
    /// The variant's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<Cow<'a, str>>,
    /// The seller's own number of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<Cow<'a, str>>,
    /// Price of one unit.
    pub each: Money<'a>,
    /// Price of all units.
    pub total: Money<'a>,
    /// True if it is delivered online.
    pub digital: bool,
}

/// One row below the goods.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillRow<'a> {
    /// The word of a [`RowKind`], or one of a later build.
    pub kind: Cow<'a, str>,
    /// The seller's name for it, or the number of a discount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Cow<'a, str>>,
    /// Percentage of a tax or discount: `14.975`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Cow<'a, str>>,
    /// Its amount. That of a discount is taken off, and the others are added or for information.
    pub amount: Money<'a>,
}

impl<'a> OrderData<'a> {
    /// Borrows the buyer's words: copies of them would have to be wiped.
    pub(super) fn new(receipt: &'a OrderDetails) -> Self {
        let details = &receipt.details;
        let (ship_to, encrypted_address) = match &details.destination {
            Destination::ShipTo(to) => (Some(Address::Borrowed(to)), None),
            Destination::Sealed(armored) => (None, Some(armored.as_str().into())),
            Destination::NothingToShip => (None, None),
        };
        Self {
            placed: receipt.placed.to_string().into(),
            items: receipt.bill.lines().iter().map(Item::new).collect(),
            bill: receipt.bill.rows().iter().map(BillRow::new).collect(),
            exchange: receipt.bill.converted().map(ExchangeData::new),
            due: receipt.due.into(),
            pay_to: receipt.pay_to.as_str().into(),
            expires: receipt.expires.to_string().into(),
            billed_for: receipt.billed.map(|place| place.code().to_string().into()),
            ship_to,
            encrypted_address,
            email: details.email.as_deref().map(Cow::from),
            language: receipt.read_in.as_deref().map(Cow::from),
            note: details.note.as_deref().map(Cow::from),
            escrow: receipt.escrow.as_ref().map(|statement| statement.as_str().into()),
        }
    }

    /// Returns more bytes than its JSON takes.
    /// A character of the buyer's words takes two at most, since they hold no control character but
    /// the line end.
    pub(super) fn room(&self) -> usize {
        let items = serde_json::to_vec(&self.items).map_or(0, |json| json.len());
        let bill = serde_json::to_vec(&self.bill).map_or(0, |json| json.len());
        let exchange = serde_json::to_vec(&self.exchange).map_or(0, |json| json.len());
        let words =
            [&self.encrypted_address, &self.email, &self.language, &self.note, &self.escrow];
        let words = words.into_iter().flatten().map(|words| words.len()).sum::<usize>();
        let address = self.ship_to.as_ref().map_or(0, |to| to.len());
        2 * (items + bill + exchange + words + address) + 1024
    }
}

impl<'a> Item<'a> {
    fn new(line: &'a PricedLine) -> Self {
        Self {
            quantity: line.quantity,
            name: line.name.as_str().into(),
            variant: line.option.as_deref().map(Cow::from),
            sku: line.sku.as_deref().map(Cow::from),
            each: line.each.into(),
            total: line.total.into(),
            digital: line.digital.is_some(),
        }
    }
}

impl BillRow<'_> {
    fn new(row: &Row) -> Self {
        Self {
            kind: row_word(row.kind).into(),
            label: (!row.label.is_empty()).then(|| row.label.clone().into()),
            percent: row.percent.map(|percent| percent.to_string().into()),
            amount: row.amount.into(),
        }
    }
}

const fn row_word(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Subtotal => "subtotal",
        RowKind::Discount => "discount",
        RowKind::FreeShipping => "free_shipping",
        RowKind::Shipping => "shipping",
        RowKind::ShippingIncluded => "shipping_included",
        RowKind::TaxAdded => "tax_added",
        RowKind::TaxIncluded => "tax_included",
        RowKind::Rounding => "rounding",
        RowKind::Total => "total",
    }
}

/// The name alone.
impl std::fmt::Debug for OrderData<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OrderData(..)")
    }
}
