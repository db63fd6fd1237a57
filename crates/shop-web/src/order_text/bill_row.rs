//! Rows of a bill, in words.

use crate::{
    language::{Reader, Sentence},
    storefront::Localizer,
};
use shop_core::{
    bill::{Row, RowKind, Sign},
    money::{Amount, ExchangeRate, RateOrigin},
    order::OrderDetails,
};

/// Returns the amount beyond the total that is to be paid to name the order.
/// There is none where the address is the order's alone.
pub(crate) fn naming(receipt: &OrderDetails) -> Option<Amount> {
    receipt.due.minus(receipt.bill.to_pay()?).ok().filter(|naming| !naming.is_zero())
}

/// Returns the title of the row with a total that was converted.
pub(crate) fn converted(rate: &ExchangeRate) -> Sentence {
    Sentence::new("bill-converted").with("asset", rate.asset().name())
}

/// Returns the sentence about the rate by which a total was converted.
pub(crate) fn exchange(reader: Reader, rate: &ExchangeRate) -> Sentence {
    let price = reader.words().exact(rate.price(), rate.currency());
    let sentence = match rate.origin() {
        RateOrigin::Sources(names) => {
            let comma = reader.say(&Sentence::new("list-separator"));
            Sentence::new("converted-sources").with("sources", names.join(&comma))
        }
        RateOrigin::ByHand => Sentence::new("converted-by-hand"),
        RateOrigin::MadeUp => Sentence::new("converted-made-up"),
    };
    sentence.with("code", rate.asset().code()).with("price", price).with("hour", rate.hour())
}

/// Returns the amount of a row, with its sign; none where its words say it all.
pub(crate) fn amount(reader: Reader, row: &Row) -> Option<String> {
    match row.kind {
        RowKind::ShippingIncluded | RowKind::FreeShipping => None,
        kind if kind.sign() == Sign::Minus => Some(reader.words().less(row.amount)),
        _ => Some(reader.words().amount(row.amount)),
    }
}

/// Returns the title of a row.
pub(crate) fn title(voice: Localizer<'_>, row: &Row) -> Sentence {
    let reader = voice.reader;
    let percent = row.percent.map(|percent| reader.words().percent(percent));
    // A discount's number is the seller's: one holds for an order, and its buyer knows the code.
    let label = || voice.word(&row.label);
    match (row.kind, percent) {
        (RowKind::Subtotal, _) => Sentence::new("bill-goods"),
        (RowKind::Discount, Some(percent)) => {
            Sentence::new("bill-discount-percent").with("percent", percent)
        }
        (RowKind::Discount, None) => Sentence::new("bill-discount"),
        (RowKind::FreeShipping, _) => Sentence::new("bill-shipping-free"),
        (RowKind::Shipping, _) => Sentence::new("bill-shipping").with("name", label()),
        (RowKind::ShippingIncluded, _) => Sentence::new("shipping-included"),
        (RowKind::TaxAdded, percent) => Sentence::new("bill-tax")
            .with("name", label())
            .with("percent", percent.unwrap_or_default()),
        (RowKind::TaxIncluded, percent) => Sentence::new("bill-tax-inside")
            .with("name", label())
            .with("percent", percent.unwrap_or_default()),
        (RowKind::Rounding, _) => Sentence::new("bill-rounding"),
        (RowKind::Total, _) => Sentence::new("total"),
    }
}
