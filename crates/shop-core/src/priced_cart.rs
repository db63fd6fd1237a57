//! A cart with today's prices: what a bill is made from.

use crate::{digital::Digital, money::Price, stock::ReservedItems};
use serde::{Deserialize, Serialize};

/// A cart with today's prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedCart {
    /// The lines, in the order they were added.
    pub lines: Vec<PricedLine>,
    /// Their sum.
    pub total: Price,
    /// Grams of one unit of each line, as it is sent.
    pub grams: Vec<u32>,
    /// Stock to reserve for the cart.
    pub reserved_items: ReservedItems,
}

impl PricedCart {
    /// Returns true if any of it is sent, rather than handed out on the order page.
    #[must_use]
    pub fn ships(&self) -> bool {
        self.lines.iter().any(|line| line.digital.is_none())
    }
}

/// A line with today's price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedLine {
    /// The product's id in the catalogue.
    pub product: String,
    /// The product's name.
    pub name: String,
    /// The chosen option.
    pub option: Option<String>,
    /// The seller's own number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Number of units.
    pub quantity: u32,
    /// The price of one.
    pub each: Price,
    /// The price of all.
    pub total: Price,
    /// Digital goods handed out on the order page, as they were when the order was placed.
    /// (Older records have a mark under the field's own name, which says less.)
    #[serde(rename = "handed", default, skip_serializing_if = "Option::is_none")]
    pub digital: Option<Digital>,
}
