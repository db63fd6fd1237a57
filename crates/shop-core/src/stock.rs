//! Counting what there is, so that nothing is sold twice, and saying how much of it is left
//! without telling how much was sold.
//!
//! A [`Shelf`] counts the units of one thing. An order's [`Hold`] says what it takes from which
//! shelf. The rules are here, without a disk; the database applies them inside its transactions.

use serde::{Deserialize, Serialize};

/// By what name a thing is counted: a product (`tee`), one of its variants (`tee/M / Black`), or a
/// discount code with a limit (`code:` and its number).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StockKey(String);

impl StockKey {
    /// The stock that all of a product's choices share.
    #[must_use]
    pub fn product(product: &str) -> Self {
        Self(product.to_owned())
    }

    /// The stock of one variant of a product.
    #[must_use]
    pub fn variant(product: &str, variant: &str) -> Self {
        Self(format!("{product}/{variant}"))
    }

    /// The uses of a discount code.
    #[must_use]
    pub fn discount(number: &str) -> Self {
        Self(format!("code:{number}"))
    }

    /// As it was stored.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What buyers are told of a count: nothing that lets them reckon how much is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// None is left.
    Sold,
    /// Some, not many.
    Few,
    /// Enough.
    InStock,
}

/// Up to this many are [`Level::Few`].
pub const FEW: u32 = 3;

impl Level {
    /// Of a count.
    #[must_use]
    pub const fn of(left: u32) -> Self {
        match left {
            0 => Self::Sold,
            1..=FEW => Self::Few,
            _ => Self::InStock,
        }
    }

    /// How many a cart takes, where the count itself must not be told: `most` unless few are left.
    #[must_use]
    pub const fn most(self, most: u32) -> u32 {
        match self {
            Self::Sold => 0,
            Self::Few => FEW,
            Self::InStock => most,
        }
    }
}

/// How many units of one thing there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// Units nobody has paid for.
    pub on_hand: u32,
    /// Of these, units set aside for orders whose money has not been seen.
    pub aside: u32,
}

/// Only one unit in five is set aside for orders that have not paid: who never pays must not be
/// able to empty the shop.
const ASIDE_PART: u32 = 5;

impl Shelf {
    /// So many units, none of them set aside.
    #[must_use]
    pub const fn of(on_hand: u32) -> Self {
        Self { on_hand, aside: 0 }
    }

    /// Units a further order may ask for.
    #[must_use]
    pub const fn free(self) -> u32 {
        self.on_hand.saturating_sub(self.aside)
    }

    /// Sets units aside, if the part that may be is not used up.
    #[must_use]
    pub const fn set_aside(self, units: u32) -> Option<Self> {
        let aside = self.aside.saturating_add(units);
        if aside <= self.on_hand / ASIDE_PART { Some(Self { aside, ..self }) } else { None }
    }

    /// Units that were set aside are free again.
    #[must_use]
    pub const fn release(self, units: u32) -> Self {
        Self { aside: self.aside.saturating_sub(units), ..self }
    }

    /// Takes units for good; what others have set aside is not touched. None if too few are left.
    #[must_use]
    pub const fn take(self, units: u32) -> Option<Self> {
        if units <= self.free() {
            Some(Self { on_hand: self.on_hand - units, ..self })
        } else {
            None
        }
    }

    /// Units that were taken come back.
    #[must_use]
    pub const fn put_back(self, units: u32) -> Self {
        Self { on_hand: self.on_hand.saturating_add(units), ..self }
    }

    /// The seller has counted anew: so many are there that nobody has paid for. What is set aside
    /// and does not fit any more falls away.
    #[must_use]
    pub const fn recount(self, on_hand: u32) -> Self {
        let most = on_hand / ASIDE_PART;
        let aside = if self.aside < most { self.aside } else { most };
        Self { on_hand, aside }
    }
}

/// What one order takes from the shelves. On disk it exists only sealed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Each shelf once.
    pub items: Vec<HoldItem>,
}

/// So many units of one thing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldItem {
    /// Of which.
    #[serde(rename = "k")]
    pub key: StockKey,
    /// How many.
    #[serde(rename = "n")]
    pub units: u32,
    /// Whether they are taken as soon as the order is placed (the uses of a discount code), rather
    /// than when its money is seen.
    #[serde(rename = "a", default, skip_serializing_if = "std::ops::Not::not")]
    pub at_once: bool,
}

impl Hold {
    /// Adds units; the same shelf is kept once.
    pub fn add(&mut self, key: StockKey, units: u32, at_once: bool) {
        match self.items.iter_mut().find(|item| item.key == key) {
            Some(item) => item.units = item.units.saturating_add(units),
            None => self.items.push(HoldItem { key, units, at_once }),
        }
    }

    /// Whether nothing is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// Never what is held.
impl std::fmt::Debug for Hold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hold(..)")
    }
}

/// How an order stands with the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// Nothing it asks for is counted.
    Uncounted,
    /// Nothing is set aside: until its money is seen, others may be quicker.
    Open,
    /// Set aside for a while.
    Aside,
    /// Taken: its money was seen.
    Taken,
    /// Its money came when the goods were gone: the seller gives it back.
    Missed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_in_five_may_be_set_aside() {
        assert_eq!(Shelf::of(4).set_aside(1), None, "the last few are for who pays first");
        let shelf = Shelf::of(10).set_aside(2).unwrap();
        assert_eq!(shelf.free(), 8);
        assert_eq!(shelf.set_aside(1), None);
        assert_eq!(shelf.release(2).set_aside(1).unwrap().aside, 1);
    }

    #[test]
    fn what_is_aside_is_not_taken_by_others() {
        let shelf = Shelf::of(5).set_aside(1).unwrap();
        assert_eq!(shelf.take(5), None);
        assert_eq!(shelf.take(4).unwrap(), Shelf { on_hand: 1, aside: 1 });
        assert_eq!(shelf.release(1).take(5).unwrap(), Shelf::of(0));
    }

    #[test]
    fn levels_are_coarse() {
        assert_eq!([0, 1, 3, 4, 4_000].map(Level::of), {
            use Level::{Few, InStock, Sold};
            [Sold, Few, Few, InStock, InStock]
        });
        assert_eq!(
            (Level::Few.most(99), Level::InStock.most(99), Level::Sold.most(99)),
            (3, 99, 0)
        );
    }

    #[test]
    fn a_hold_keeps_each_shelf_once() {
        let mut hold = Hold::default();
        hold.add(StockKey::product("tee"), 2, false);
        hold.add(StockKey::product("tee"), 1, false);
        hold.add(StockKey::variant("tee", "M"), 1, false);
        assert_eq!(hold.items.len(), 2);
        assert_eq!(hold.items[0].units, 3);
        let bytes = serde_json::to_vec(&hold).unwrap();
        assert!(serde_json::from_slice::<Hold>(&bytes).unwrap() == hold);
        assert_eq!(format!("{hold:?}"), "Hold(..)");
    }

    proptest! {
        #[test]
        fn what_is_taken_was_there(
            start in 0u32..40, steps in prop::collection::vec((0u8..5, 0u32..6), 0..60)
        ) {
            let (mut shelf, mut taken, mut aside) = (Shelf::of(start), 0u32, 0u32);
            for (step, units) in steps {
                match step {
                    0 => if let Some(next) = shelf.set_aside(units) { shelf = next; aside += units },
                    1 => if let Some(next) = shelf.take(units) { shelf = next; taken += units },
                    2 if aside >= units => { shelf = shelf.release(units); aside -= units },
                    3 if taken >= units => { shelf = shelf.put_back(units); taken -= units },
                    4 if aside >= units => {
                        // An order whose units were set aside pays.
                        shelf = shelf.release(units).take(units).unwrap();
                        aside -= units;
                        taken += units;
                    }
                    _ => {}
                }
                prop_assert_eq!(shelf.on_hand + taken, start);
                prop_assert_eq!(shelf.aside, aside);
                prop_assert!(shelf.aside <= shelf.on_hand);
            }
        }
    }
}
