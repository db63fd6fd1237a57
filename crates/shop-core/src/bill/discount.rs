//! Discounts, and finding one by a typed code.

use super::{DiscountCodeHash, Percent, Prices};
use crate::{
    money::{Amount, Price},
    stock::{ReservedItems, StockKey},
    time::CoarseTime,
};
use serde::{Deserialize, Serialize};

/// Number of a discount, for the seller, in carts and on bills. Numbers are not used again.
/// The code itself is known to nobody here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DiscountNumber(pub u32);

/// Every discount, in the seller's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discounts(Vec<Discount>);

/// A discount: the effect of one code and the conditions for using it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    /// Its number.
    pub number: DiscountNumber,
    /// The code's hash.
    pub hash: DiscountCodeHash,
    /// Effect of the discount.
    pub gives: DiscountEffect,
    /// The first hour in which it holds.
    pub from: Option<CoarseTime>,
    /// The first hour in which it holds no more.
    pub until: Option<CoarseTime>,
    /// Number of orders that may use it; None for no limit.
    pub uses: Option<u32>,
    /// The least value of goods, before the discount.
    /// If any unit is named, orders with a bill in another cannot use it.
    pub minimum: Prices,
}

/// Effect of a discount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscountEffect {
    /// A part of the goods' value.
    Percent(Percent),
    /// A fixed amount off the goods' value, at most all of it.
    Amount(Prices),
    /// Sending costs nothing.
    FreeShipping,
}

/// Two discounts have one number or one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two discounts have the number {} or its code", .0)]
pub struct DiscountTwice(pub DiscountNumber);

impl std::fmt::Display for DiscountNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Discounts {
    /// Collects discounts, in the seller's order.
    ///
    /// # Errors
    /// [`DiscountTwice`] names the first whose number or code another one has.
    pub fn new(all: Vec<Discount>) -> Result<Self, DiscountTwice> {
        for (at, discount) in all.iter().enumerate() {
            let mut before = all.iter().take(at);
            if before.any(|o| o.number == discount.number || o.hash.same(&discount.hash)) {
                return Err(DiscountTwice(discount.number));
            }
        }
        Ok(Self(all))
    }

    /// Returns the discount with this number.
    #[must_use]
    pub fn numbered(&self, number: DiscountNumber) -> Option<&Discount> {
        self.0.iter().find(|discount| discount.number == number)
    }

    /// Returns the discount of this code. Every entry is compared, whichever it is.
    #[must_use]
    pub fn by_hash(&self, hash: &DiscountCodeHash) -> Option<&Discount> {
        self.0.iter().fold(
            None,
            |found, discount| {
                if discount.hash.same(hash) { Some(discount) } else { found }
            },
        )
    }

    /// Returns all discounts, in the seller's order.
    #[must_use]
    pub fn all(&self) -> &[Discount] {
        &self.0
    }

    /// Returns the stock to count: one for each discount with a limit on its uses.
    pub fn levels(&self) -> impl Iterator<Item = (StockKey, u32)> {
        self.0.iter().filter_map(|discount| Some((discount.stock_key(), discount.uses?)))
    }
}

/// Returns a percentage of the goods that leaves a value rounded up to eight decimals.
/// Because of that, more goods never cost less.
fn share(percent: Percent, goods: Price) -> Price {
    let left = goods.units().saturating_sub(percent.of(goods).units());
    let left = Amount::new(goods.unit(), left).rounded_up().unwrap_or(goods);
    Amount::new(goods.unit(), goods.units().saturating_sub(left.units()))
}

impl Discount {
    /// Returns the amount taken off goods of this value now: 0 where shipping becomes free.
    /// Returns None if the discount does not hold for them.
    pub(super) fn off(&self, goods: Price, ships_paid: bool, now: CoarseTime) -> Option<Price> {
        let begun = self.from.is_none_or(|from| from <= now);
        let open = self.until.is_none_or(|until| now < until);
        let least = self.minimum.of(goods.unit());
        let enough =
            self.minimum.is_empty() || least.is_some_and(|least| least.units() <= goods.units());
        let off = match &self.gives {
            DiscountEffect::Percent(percent) => Some(share(*percent, goods)),
            DiscountEffect::Amount(prices) => prices
                .of(goods.unit())
                .map(|off| Amount::new(goods.unit(), off.units().min(goods.units()))),
            DiscountEffect::FreeShipping => ships_paid.then(|| Amount::zero(goods.unit())),
        };
        off.filter(|_| begun && open && enough)
    }

    /// Takes one use from the stock level, when the order is placed.
    /// A discount without a limit has no stock level.
    pub fn take_use(&self, hold: &mut ReservedItems) {
        if self.uses.is_some() {
            hold.add(self.stock_key(), 1, true);
        }
    }

    /// Returns the stock key under which its uses are counted, if they are limited.
    #[must_use]
    pub fn stock_key(&self) -> StockKey {
        StockKey::discount(&self.number.to_string())
    }
}
