//! Bills: the price of an order, line by line.
//!
//! One function, [`calculate()`], makes the [`Bill`] from the goods, the seller's [`PriceRules`] and where
//! the goods go. Cart, order, receipt and mail show its rows; nobody adds up anywhere else.
//!
//! Rows name their kind and carry the seller's own labels: the sentences around them are made
//! where pages and letters are made.

mod area;
mod calculate;
mod code;
mod converted;
mod currencies;
mod discount;
mod percent;
mod prices;
mod shipping;
mod tax;

pub use area::{Area, AreaTwice, ByArea};
pub use calculate::{
    BillItem, BillRequest, CheckoutBlocker, Impossible, Missing, Quote, ShippingArea, accept,
    calculate,
};
pub use code::{DiscountCode, DiscountCodeHash, LONGEST_CODE};
pub use converted::Converted;
pub use discount::{Discount, DiscountEffect, DiscountNumber, DiscountTwice, Discounts};
pub use percent::{Percent, PercentError};
pub use prices::Prices;
pub use shipping::{
    AmountBand, Cost, LONGEST_RATE_ID, Parcel, Rate, RateOffer, Shipping, ShippingError,
    WeightBand, Zone,
};
pub use tax::{Tax, TaxRate};

use crate::{
    money::{Amount, Price},
    priced_cart::PricedLine,
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The seller's rules for bills.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceRules {
    /// Shipping zones and rates.
    pub shipping: Shipping,
    /// Tax table.
    pub tax: Tax,
    /// Discounts by code.
    pub discounts: Discounts,
    /// Least value of goods in an order, before any discount; none in units not named.
    pub minimum: Prices,
}

/// Bill of an order: the goods, then rows that lead to the total. Wiped when dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    lines: Vec<PricedLine>,
    rows: Vec<Row>,
    total: Price,
    /// Total in the asset that is paid with, of a bill in a currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    converted: Option<Converted>,
}

/// One row below the goods.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Kind of the row.
    pub kind: RowKind,
    /// The seller's name for it: of the shipping rate, of the tax; a discount's number.
    /// Empty for the other kinds.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The percentage it was reckoned with, for tax and some discounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Percent>,
    /// Amount of the row; [`RowKind::sign`] says which way it counts.
    pub amount: Price,
}

/// Kind of a row. Rows stand in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// The goods together.
    Subtotal,
    /// Amount that a discount takes off the goods.
    Discount,
    /// A discount because of which the shipping row is nothing.
    FreeShipping,
    /// Price of shipping.
    Shipping,
    /// Sending is in the prices of the goods.
    ShippingIncluded,
    /// Tax that is added.
    TaxAdded,
    /// Part of the total that is tax.
    TaxIncluded,
    /// Amount added so that the total has eight decimals at most, where prices have nine.
    Rounding,
    /// Total price of the order.
    Total,
}

/// Direction in which a row counts towards the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The amount is added.
    Plus,
    /// The amount is taken off.
    Minus,
    /// The amount is for information and does not count.
    Says,
}

impl RowKind {
    /// Returns how such a row counts towards the total.
    #[must_use]
    pub const fn sign(self) -> Sign {
        match self {
            Self::Subtotal | Self::Shipping | Self::TaxAdded | Self::Rounding => Sign::Plus,
            Self::Discount => Sign::Minus,
            Self::FreeShipping | Self::ShippingIncluded | Self::TaxIncluded | Self::Total => {
                Sign::Says
            }
        }
    }
}

impl Row {
    fn new(kind: RowKind, label: impl Into<String>, amount: Price) -> Self {
        Self { kind, label: label.into(), percent: None, amount }
    }

    fn with(self, percent: Percent) -> Self {
        Self { percent: Some(percent), ..self }
    }
}

impl Bill {
    /// Returns the goods.
    #[must_use]
    pub fn lines(&self) -> &[PricedLine] {
        &self.lines
    }

    /// Returns the rows below the goods, the total last.
    /// [`RowKind::Subtotal`] and [`RowKind::Total`] are always there, the others where they have
    /// something to say.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = self.rows.clone();
        rows.push(Row::new(RowKind::Total, "", self.total));
        rows
    }

    /// Returns the total price of the order.
    #[must_use]
    pub const fn total(&self) -> Price {
        self.total
    }

    /// Returns the conversion of a bill in a currency; None for one in an asset.
    #[must_use]
    pub const fn converted(&self) -> Option<&Converted> {
        self.converted.as_ref()
    }

    /// Returns the total in the asset that is paid with.
    ///
    /// There is none for a bill in a currency that could not be converted.
    #[must_use]
    pub fn to_pay(&self) -> Option<Amount> {
        let converted = self.converted.as_ref().map(Converted::total);
        converted.or_else(|| self.total.in_asset())
    }
}

impl Drop for Bill {
    fn drop(&mut self) {
        for line in &mut self.lines {
            line.name.zeroize();
            line.product.zeroize();
            line.option.zeroize();
            line.sku.zeroize();
        }
        for row in &mut self.rows {
            row.label.zeroize();
        }
    }
}

impl ZeroizeOnDrop for Bill {}

/// Text without the goods that were bought.
impl std::fmt::Debug for Bill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bill(..)")
    }
}

/// A row is part of a bill.
impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Row({:?}, ..)", self.kind)
    }
}

#[cfg(test)]
pub(crate) mod tests;
