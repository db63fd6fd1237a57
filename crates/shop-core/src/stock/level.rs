//! Stock count of one thing.

use super::StockKey;
use std::collections::BTreeMap;

/// Stock counts by key; what has none is not counted, and never sold out.
pub type StockLevels = BTreeMap<StockKey, StockLevel>;

/// Count of the units of one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StockLevel {
    /// Units nobody has paid for.
    pub on_hand: u32,
    /// Units among them set aside for orders whose money has not been seen.
    pub reserved: u32,
}

/// Part of the units that may be set aside for orders that have not paid: one in five.
/// Somebody who never pays must not be able to empty the shop.
const ASIDE_PART: u32 = 5;

impl StockLevel {
    /// Creates a count of so many units, none of them set aside.
    #[must_use]
    pub const fn new(on_hand: u32) -> Self {
        Self { on_hand, reserved: 0 }
    }

    /// Returns the units that a further order may ask for.
    #[must_use]
    pub const fn available(self) -> u32 {
        self.on_hand.saturating_sub(self.reserved)
    }

    /// Sets units aside, if the part that may be is not used up.
    #[must_use]
    pub const fn reserve(self, units: u32) -> Option<Self> {
        let aside = self.reserved.saturating_add(units);
        if aside <= self.on_hand / ASIDE_PART {
            Some(Self { reserved: aside, ..self })
        } else {
            None
        }
    }

    /// Releases units that were set aside.
    #[must_use]
    pub const fn release(self, units: u32) -> Self {
        Self { reserved: self.reserved.saturating_sub(units), ..self }
    }

    /// Takes units for good; what others have set aside is not touched. None if too few are left.
    #[must_use]
    pub const fn take(self, units: u32) -> Option<Self> {
        if units <= self.available() {
            Some(Self { on_hand: self.on_hand - units, ..self })
        } else {
            None
        }
    }

    /// Puts back units that were taken.
    #[must_use]
    pub const fn put_back(self, units: u32) -> Self {
        Self { on_hand: self.on_hand.saturating_add(units), ..self }
    }

    /// Sets the number of units that the seller has counted and nobody has paid for.
    /// Units that were set aside stay so, as long as they are there.
    #[must_use]
    pub const fn recount(self, on_hand: u32) -> Self {
        let aside = if self.reserved < on_hand { self.reserved } else { on_hand };
        Self { on_hand, reserved: aside }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_in_five_may_be_set_aside() {
        assert_eq!(StockLevel::new(4).reserve(1), None, "the last few are for who pays first");
        let level = StockLevel::new(10).reserve(2).unwrap();
        assert_eq!(level.available(), 8);
        assert_eq!(level.reserve(1), None);
        assert_eq!(level.release(2).reserve(1).unwrap().reserved, 1);
    }

    #[test]
    fn what_is_aside_is_not_taken_by_others() {
        let level = StockLevel::new(5).reserve(1).unwrap();
        assert_eq!(level.take(5), None);
        assert_eq!(level.take(4).unwrap(), StockLevel { on_hand: 1, reserved: 1 });
        assert_eq!(level.release(1).take(5).unwrap(), StockLevel::new(0));
    }

    #[test]
    fn a_new_count_keeps_what_is_set_aside_while_it_is_there() {
        let level = StockLevel::new(10).reserve(2).unwrap();
        assert_eq!(level.recount(3), StockLevel { on_hand: 3, reserved: 2 });
        assert_eq!(level.recount(1), StockLevel { on_hand: 1, reserved: 1 });
    }

    proptest! {
        #[test]
        fn what_is_taken_was_there(
            start in 0u32..40, steps in prop::collection::vec((0u8..5, 0u32..6), 0..60)
        ) {
            let mut level = StockLevel::new(start);
            let mut taken = 0u32;
            let mut aside = 0u32;
            for (step, units) in steps {
                match step {
                    0 => if let Some(next) = level.reserve(units) { level = next; aside += units },
                    1 => if let Some(next) = level.take(units) { level = next; taken += units },
                    2 if aside >= units => { level = level.release(units); aside -= units },
                    3 if taken >= units => { level = level.put_back(units); taken -= units },
                    4 if aside >= units => {
                        // An order whose units were set aside pays.
                        level = level.release(units).take(units).unwrap();
                        aside -= units;
                        taken += units;
                    }
                    _ => {}
                }
                prop_assert_eq!(level.on_hand + taken, start);
                prop_assert_eq!(level.reserved, aside);
                prop_assert!(level.reserved <= level.on_hand);
            }
        }
    }
}
