//! Tax by country and region.

use super::{Percent, area::ByArea};

/// The seller's tax table; empty for none. The most specific entry counts, and it alone.
pub type Tax = ByArea<TaxRate>;

/// Tax levied in one part of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxRate {
    /// The seller's name for it: `GST+QST`.
    pub name: String,
    /// Percentage of the taxed amount.
    pub percent: Percent,
    /// True if the prices include it already. If not, it is added.
    pub included: bool,
    /// True if shipping is taxed as the goods are.
    pub on_shipping: bool,
}
