//! Stock counts, so that nothing is sold twice, and stock levels for buyers.
//! The levels tell what is left without telling how much was sold.
//!
//! A [`StockLevel`] counts the units of one thing. An order's [`ReservedItems`] says what it takes from which
//! stock level. The rules are here, without a disk; the database applies them inside its transactions.

mod level;
mod reservation;

pub use level::{StockLevel, StockLevels};
pub use reservation::{
    InsufficientStock, Reservation, ReservationStatus, ReservedItem, ReservedItems,
};
use serde::{Deserialize, Serialize};

/// Name under which stock is counted.
/// It is that of a product (`tee`), of one of its variants (`tee/M / Black`), or of a discount code
/// with a limit (`code:` and its number).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StockKey(String);

impl StockKey {
    /// Returns the key of the stock that all of a product's choices share.
    #[must_use]
    pub fn product(product: &str) -> Self {
        Self(product.to_owned())
    }

    /// Returns the key of the stock of one variant of a product.
    #[must_use]
    pub fn variant(product: &str, variant: &str) -> Self {
        Self(format!("{product}/{variant}"))
    }

    /// Returns the key of the uses of a discount code.
    #[must_use]
    pub fn discount(number: &str) -> Self {
        Self(format!("code:{number}"))
    }

    /// Creates a key from its stored text.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Stock level shown to buyers, from which nobody can reckon how much is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Availability {
    /// Nothing is left.
    SoldOut,
    /// Some, not many.
    LowStock,
    /// Enough.
    InStock,
}

/// Up to this many are [`Availability::LowStock`].
pub const LOW_STOCK: u32 = 3;

impl Availability {
    /// Returns the level of a count.
    #[must_use]
    pub const fn from_count(left: u32) -> Self {
        match left {
            0 => Self::SoldOut,
            1..=LOW_STOCK => Self::LowStock,
            _ => Self::InStock,
        }
    }

    /// Returns the most a cart takes without telling the count: `most` unless few are left.
    #[must_use]
    pub const fn most(self, most: u32) -> u32 {
        match self {
            Self::SoldOut => 0,
            Self::LowStock => LOW_STOCK,
            Self::InStock => most,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These texts are stored: they stay as they are.
    #[test]
    fn stock_keys_are_stored_as_their_text() {
        let texts = ["tee", "tee/M / Black", "code:7"];
        let keys = [
            StockKey::product("tee"),
            StockKey::variant("tee", "M / Black"),
            StockKey::discount("7"),
        ];
        assert_eq!(keys.each_ref().map(StockKey::as_str), texts);
        assert_eq!(texts.map(|text| StockKey::from_stored(text.to_owned())), keys);
    }

    #[test]
    fn levels_are_coarse() {
        assert_eq!([0, 1, 3, 4, 4_000].map(Availability::from_count), {
            use Availability::{InStock, LowStock, SoldOut};
            [SoldOut, LowStock, LowStock, InStock, InStock]
        });
        assert_eq!(
            (
                Availability::LowStock.most(99),
                Availability::InStock.most(99),
                Availability::SoldOut.most(99)
            ),
            (3, 99, 0)
        );
    }
}
