//! Tax by country and region.

use super::{Percent, area::ByArea};

/// The seller's tax table; empty for none. The most specific entry counts, and it alone.
pub type Tax = ByArea<TaxRate>;

/// What is levied in one part of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxRate {
    /// What the seller calls it: `GST+QST`.
    pub name: String,
    /// How much.
    pub percent: Percent,
    /// Whether the prices include it already. If not, it is added.
    pub included: bool,
    /// Whether shipping is taxed as the goods are.
    pub on_shipping: bool,
}
