//! Units that one order takes from stock, and when.

use super::{StockKey, StockLevels};
use serde::{Deserialize, Serialize};

/// Units that one order takes from stock. On disk they exist only sealed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedItems {
    /// The items, one for each stock.
    pub items: Vec<ReservedItem>,
}

/// Units of one thing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedItem {
    /// Stock that they are taken from.
    #[serde(rename = "k")]
    pub key: StockKey,
    /// Number of units.
    #[serde(rename = "n")]
    pub units: u32,
    /// True if they are taken as soon as the order is placed (the uses of a discount code).
    /// Others are taken when the order's money is seen.
    #[serde(rename = "a", default, skip_serializing_if = "std::ops::Not::not")]
    pub on_placement: bool,
    /// True if it was sold as codes of a list, to be given when the payment is settled.
    /// A later catalogue changes nothing about it.
    #[serde(rename = "c", default, skip_serializing_if = "std::ops::Not::not")]
    pub from_codes: bool,
}

impl ReservedItems {
    /// Adds units; the same stock level is kept once.
    pub fn add(&mut self, key: StockKey, units: u32, at_once: bool) {
        self.put(ReservedItem { key, units, on_placement: at_once, from_codes: false });
    }

    /// Adds units that are codes of a list.
    pub fn add_codes(&mut self, key: StockKey, units: u32) {
        self.put(ReservedItem { key, units, on_placement: false, from_codes: true });
    }

    fn put(&mut self, new: ReservedItem) {
        match self.items.iter_mut().find(|item| item.key == new.key) {
            Some(item) => item.units = item.units.saturating_add(new.units),
            None => self.items.push(new),
        }
    }

    /// Returns the bytes to seal.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads what [`ReservedItems::to_bytes`] wrote.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Returns true if nothing is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// State of an order's goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReservationStatus {
    /// Nothing it asks for is counted.
    Untracked,
    /// Nothing is set aside: until its money is seen, others may be quicker.
    Unreserved,
    /// Set aside for a while.
    Reserved,
    /// Taken: its money was seen.
    Allocated,
    /// Its money came when the goods were gone: the seller gives it back.
    Backordered,
}

/// Error of placing an order: of these too few are left.
#[derive(Clone, PartialEq, Eq)]
pub struct InsufficientStock(pub Vec<StockKey>);

/// An order's hold and how it stands: the one thing that takes from stock levels and gives back.
///
/// All its goods are set aside, or taken, or none of them. Each method changes `levels` and this
/// together: the caller stores both, or neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Units it takes; only what is counted.
    pub items: ReservedItems,
    /// State of these goods.
    pub status: ReservationStatus,
}

impl Reservation {
    /// Places an order: takes what is taken at once, and sets the goods aside if all may be.
    /// Returns None if nothing in the order is counted.
    ///
    /// # Errors
    /// [`InsufficientStock`] with every key of which too few are free; nothing is changed then.
    pub fn place(
        mut hold: ReservedItems,
        levels: &mut StockLevels,
    ) -> Result<Option<Self>, InsufficientStock> {
        hold.items.retain(|item| levels.contains_key(&item.key));
        let free =
            |item: &&ReservedItem| levels.get(&item.key).map_or(0, |level| level.available());
        let short: Vec<_> = hold.items.iter().filter(|item| free(item) < item.units).collect();
        if !short.is_empty() {
            return Err(InsufficientStock(
                short.into_iter().map(|item| item.key.clone()).collect(),
            ));
        }
        if hold.is_empty() {
            return Ok(None);
        }
        for item in hold.items.iter().filter(|item| item.on_placement) {
            change(levels, item, |level| level.take(item.units).unwrap_or(level));
        }
        let mut held = Self { items: hold, status: ReservationStatus::Unreserved };
        held.reserve(levels);
        Ok(Some(held))
    }

    fn reserve(&mut self, levels: &mut StockLevels) {
        let mut after = levels.clone();
        for item in self.goods() {
            let Some(level) = after.get_mut(&item.key) else { continue };
            let Some(less) = level.reserve(item.units) else { return };
            *level = less;
        }
        // Only the uses of a code: there is nothing to be quicker about.
        let any = self.goods().next().is_some();
        self.status = if any { ReservationStatus::Reserved } else { ReservationStatus::Allocated };
        *levels = after;
    }

    /// Takes all the goods when the full amount was seen, or records that the order missed them.
    pub fn payment_seen(&mut self, levels: &mut StockLevels) {
        if self.status == ReservationStatus::Allocated {
            return;
        }
        self.reservation_ended(levels);
        if !self.fits(levels) {
            self.status = ReservationStatus::Backordered;
            return;
        }
        for item in self.goods() {
            change(levels, item, |level| level.take(item.units).unwrap_or(level));
        }
        self.status = ReservationStatus::Allocated;
    }

    /// Gives the goods back when the money is not there any more.
    pub fn payment_lost(&mut self, levels: &mut StockLevels) {
        if self.status == ReservationStatus::Allocated {
            for item in self.goods() {
                change(levels, item, |level| level.put_back(item.units));
            }
        }
        self.reservation_ended(levels);
        self.status = ReservationStatus::Unreserved;
    }

    /// Releases the goods when the time for which they were set aside is over.
    pub fn reservation_ended(&mut self, levels: &mut StockLevels) {
        if self.status != ReservationStatus::Reserved {
            return;
        }
        for item in self.goods() {
            change(levels, item, |level| level.release(item.units));
        }
        self.status = ReservationStatus::Unreserved;
    }

    /// Gives everything back when the offer ended, or the order goes, and nobody has paid.
    /// If money comes after all, the goods can still be taken; what was taken at once is not asked
    /// for again.
    pub fn end(&mut self, levels: &mut StockLevels) {
        self.payment_lost(levels);
        for item in self.items.items.iter().filter(|item| item.on_placement) {
            change(levels, item, |level| level.put_back(item.units));
        }
        self.items.items.retain(|item| !item.on_placement);
    }

    /// Returns true if the goods are taken, or could be if the money were seen now.
    #[must_use]
    pub fn goods_left(&self, levels: &StockLevels) -> bool {
        match self.status {
            ReservationStatus::Untracked
            | ReservationStatus::Reserved
            | ReservationStatus::Allocated => true,
            ReservationStatus::Unreserved | ReservationStatus::Backordered => self.fits(levels),
        }
    }

    fn fits(&self, levels: &StockLevels) -> bool {
        self.goods()
            .all(|item| levels.get(&item.key).is_none_or(|level| level.take(item.units).is_some()))
    }

    fn goods(&self) -> impl Iterator<Item = &ReservedItem> {
        self.items.items.iter().filter(|item| !item.on_placement)
    }
}

fn change(
    levels: &mut StockLevels,
    item: &ReservedItem,
    by: impl FnOnce(super::StockLevel) -> super::StockLevel,
) {
    if let Some(level) = levels.get_mut(&item.key) {
        *level = by(*level);
    }
}

crate::closed_debug!(ReservedItems, ReservedItem, Reservation, InsufficientStock);

#[cfg(test)]
mod tests {
    use super::{super::StockLevel, *};
    use proptest::prelude::*;

    fn tee() -> StockKey {
        StockKey::product("tee")
    }

    fn code() -> StockKey {
        StockKey::discount("7")
    }

    fn hold(items: &[(StockKey, u32, bool)]) -> ReservedItems {
        let mut hold = ReservedItems::default();
        for (key, units, at_once) in items {
            hold.add(key.clone(), *units, *at_once);
        }
        hold
    }

    #[test]
    fn a_hold_keeps_each_shelf_once() {
        let mut hold = hold(&[(tee(), 2, false), (tee(), 1, false)]);
        hold.add(StockKey::variant("tee", "M"), 1, false);
        assert_eq!(hold.items.len(), 2);
        assert_eq!(hold.items[0].units, 3);
        assert!(ReservedItems::from_bytes(&hold.to_bytes()).unwrap() == hold);
        assert!(ReservedItems::from_bytes(b"{").is_none());
        assert_eq!(
            format!("{hold:?} {:?}", InsufficientStock(vec![tee()])),
            "ReservedItems(..) InsufficientStock(..)"
        );
    }

    /// These bytes are stored, sealed: they must be read for as long as orders are kept.
    #[test]
    fn stored_items_tell_codes_apart() {
        let mut hold = hold(&[(tee(), 2, false), (code(), 1, true)]);
        hold.add_codes(StockKey::product("gift"), 3);
        let written = r#"{"items":[{"k":"tee","n":2},{"k":"code:7","n":1,"a":true},{"k":"gift","n":3,"c":true}]}"#;
        assert_eq!(std::str::from_utf8(&hold.to_bytes()).unwrap(), written);
        assert_eq!(
            hold.items.iter().map(|item| item.from_codes).collect::<Vec<_>>(),
            [false, false, true]
        );
        assert!(ReservedItems::from_bytes(&hold.to_bytes()) == Some(hold));
    }

    #[test]
    fn order_names_sold_out_items_and_allows_uncounted_ones() {
        let mut levels =
            StockLevels::from([(tee(), StockLevel::new(1)), (code(), StockLevel::new(0))]);
        let before = levels.clone();
        let wanted = hold(&[(tee(), 2, false), (code(), 1, true)]);
        let InsufficientStock(short) = Reservation::place(wanted, &mut levels).unwrap_err();
        assert_eq!((short, &levels), (vec![tee(), code()], &before));
        let mug = hold(&[(StockKey::product("mug"), 9_000, false)]);
        assert!(Reservation::place(mug, &mut levels).unwrap().is_none());
    }

    #[test]
    fn all_of_an_order_is_set_aside_or_nothing_of_it() {
        let mug = StockKey::product("mug");
        let both = hold(&[(tee(), 1, false), (mug.clone(), 1, false)]);
        let mut levels =
            StockLevels::from([(tee(), StockLevel::new(10)), (mug.clone(), StockLevel::new(2))]);
        let held = Reservation::place(both, &mut levels).unwrap().unwrap();
        assert_eq!((held.status, levels[&tee()].reserved), (ReservationStatus::Unreserved, 0));
        levels.insert(mug, StockLevel::new(5));
        let held = Reservation::place(held.items, &mut levels).unwrap().unwrap();
        assert_eq!((held.status, levels[&tee()].reserved), (ReservationStatus::Reserved, 1));
    }

    #[test]
    fn a_code_is_used_at_once_and_comes_back_with_the_end_alone() {
        let mut levels =
            StockLevels::from([(tee(), StockLevel::new(1)), (code(), StockLevel::new(1))]);
        let order = hold(&[(tee(), 1, false), (code(), 1, true)]);
        let mut held = Reservation::place(order, &mut levels).unwrap().unwrap();
        assert_eq!(levels[&code()].on_hand, 0);
        held.payment_seen(&mut levels);
        held.payment_lost(&mut levels);
        assert_eq!((levels[&tee()].on_hand, levels[&code()].on_hand), (1, 0));
        held.end(&mut levels);
        held.end(&mut levels);
        assert_eq!((levels[&tee()].on_hand, levels[&code()].on_hand), (1, 1));
        levels.insert(code(), StockLevel::new(0));
        held.payment_seen(&mut levels);
        assert_eq!(
            held.status,
            ReservationStatus::Allocated,
            "late money is not missed for want of a code"
        );
    }

    #[test]
    fn goods_are_left_for_an_order_that_has_them_or_could_take_them() {
        let enough = StockLevels::from([(tee(), StockLevel::new(2))]);
        let few = StockLevels::from([(tee(), StockLevel::new(1))]);
        let left = |holding| {
            let held = Reservation { items: hold(&[(tee(), 2, false)]), status: holding };
            [held.goods_left(&enough), held.goods_left(&few)]
        };
        for holding in [
            ReservationStatus::Untracked,
            ReservationStatus::Reserved,
            ReservationStatus::Allocated,
        ] {
            assert_eq!(left(holding), [true, true], "{holding:?}");
        }
        for holding in [ReservationStatus::Unreserved, ReservationStatus::Backordered] {
            assert_eq!(left(holding), [true, false], "{holding:?}");
        }
    }

    proptest! {
        #[test]
        fn every_unit_is_on_a_shelf_or_with_one_order(
            tees in 0u32..30, codes in 0u32..4,
            steps in prop::collection::vec((0usize..8, 0u8..5, 1u32..4, any::<bool>()), 0..80),
        ) {
            let mut levels = StockLevels::from([(tee(), StockLevel::new(tees)), (code(), StockLevel::new(codes))]);
            let mut orders: Vec<Reservation> = vec![];
            for (which, step, units, coded) in steps {
                if step == 0 {
                    let mut wanted = hold(&[(tee(), units, false)]);
                    if coded {
                        wanted.add(code(), 1, true);
                    }
                    orders.extend(Reservation::place(wanted, &mut levels).ok().flatten());
                } else if let Some(order) = orders.get_mut(which) {
                    match step {
                        1 => order.payment_seen(&mut levels),
                        2 => order.payment_lost(&mut levels),
                        3 => order.reservation_ended(&mut levels),
                        _ => order.end(&mut levels),
                    }
                }
                let sum = |with: &dyn Fn(&Reservation, &ReservedItem) -> bool, key: &StockKey| -> u32 {
                    let items = orders.iter().flat_map(|order| {
                        order.items.items.iter().filter(|item| with(order, item))
                    });
                    items.filter(|item| item.key == *key).map(|item| item.units).sum()
                };
                let taken = sum(&|order, _| order.status == ReservationStatus::Allocated, &tee());
                let aside = sum(&|order, _| order.status == ReservationStatus::Reserved, &tee());
                prop_assert_eq!(levels[&tee()].on_hand + taken, tees);
                prop_assert_eq!(levels[&tee()].reserved, aside);
                prop_assert!(aside <= levels[&tee()].on_hand);
                let used = sum(&|_, item| item.on_placement, &code());
                prop_assert_eq!(levels[&code()].on_hand + used, codes);
            }
        }
    }
}
