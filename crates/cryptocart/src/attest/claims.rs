//! Claims to a parcel number: of several orders that name one, one alone is reported.
//!
//! Whoever names a parcel number first may be a stranger who read it somewhere. So the first claim has
//! no right of its own. Each order has shipped "its" parcel on the chain, with money in it, and the one
//! with the best right wins, when the delivery is to be signed.

use serde::{Deserialize, Serialize};
use shop_core::escrow::Hash;
use std::cmp::{Ordering, Reverse};

/// Most claims to one number that are kept. Each costs its maker an order with a shipment.
const MOST: usize = 4;

/// Claim of an order to a parcel number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claim {
    /// Order.
    pub(super) id: Hash,
    /// Seconds since 1970 of the block in which it was shipped.
    pub(super) shipped_at: u64,
    /// Match between the parcel and the order, without the flag of a signature.
    pub(super) level: u8,
    /// True once its delivery is reported: no other order can have the parcel then.
    pub(super) is_signed: bool,
}

/// Standing of an order among all that claim its parcel number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has the best right.
    First,
    /// Another one has the same right, and none has a better one.
    Tied,
    /// Another one has a better right, or was reported.
    Behind,
}

/// Result of a new claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    /// It is kept. The order whose claim had to make room, if one had.
    Kept(Option<Hash>),
    /// There is no room: all that are there have a better right.
    Full,
}

impl Claim {
    /// Returns the right, by which claims are compared.
    ///
    /// First what the carrier says of the parcel's destination and reference, which only its sender
    /// can choose; then the earlier shipment, which no latecomer has.
    const fn right(&self) -> (u8, Reverse<u64>) {
        (self.level, Reverse(self.shipped_at))
    }
}

/// Returns the standing of an order.
pub(super) fn standing(claims: &[Claim], id: Hash) -> Standing {
    let Some(mine) = claims.iter().find(|claim| claim.id == id) else { return Standing::Behind };
    if mine.is_signed {
        return Standing::First;
    }
    let others = || claims.iter().filter(|claim| claim.id != id);
    if others().any(|claim| claim.is_signed) {
        return Standing::Behind;
    }
    let best = others().map(Claim::right).max();
    match best.map_or(Ordering::Greater, |best| mine.right().cmp(&best)) {
        Ordering::Greater => Standing::First,
        Ordering::Equal => Standing::Tied,
        Ordering::Less => Standing::Behind,
    }
}

/// Adds a claim, or replaces the one of the same order.
///
/// If there are too many, a new claim with a better right takes the place of the weakest, so that
/// nobody can fill the list beforehand.
pub(super) fn add(claims: &mut Vec<Claim>, new: Claim) -> Added {
    if let Some(known) = claims.iter_mut().find(|claim| claim.id == new.id) {
        known.shipped_at = new.shipped_at;
        known.level = new.level;
        return Added::Kept(None);
    }
    let mut displaced = None;
    if claims.len() >= MOST {
        let weakest = claims.iter().filter(|claim| !claim.is_signed).min_by_key(|one| one.right());
        let Some(weakest) = weakest.copied().filter(|one| one.right() < new.right()) else {
            return Added::Full;
        };
        claims.retain(|claim| claim.id != weakest.id);
        displaced = Some(weakest.id);
    }
    claims.push(new);
    Added::Kept(displaced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn claim(n: u8, level: u8, shipped_at: u64) -> Claim {
        Claim { id: Hash([n; 32]), shipped_at, level, is_signed: false }
    }

    #[test]
    fn better_match_goes_before_the_earlier_shipment() {
        let claims = [claim(1, 2, 10), claim(2, 3, 20), claim(3, 3, 30)];
        assert_eq!(standing(&claims, Hash([1; 32])), Standing::Behind);
        assert_eq!(standing(&claims, Hash([2; 32])), Standing::First);
        assert_eq!(standing(&claims, Hash([3; 32])), Standing::Behind);
    }

    #[test]
    fn equal_rights_tie_and_a_report_settles_it() {
        let mut claims = [claim(1, 3, 10), claim(2, 3, 10), claim(3, 3, 11)];
        assert_eq!(standing(&claims, Hash([1; 32])), Standing::Tied);
        assert_eq!(standing(&claims, Hash([2; 32])), Standing::Tied);
        assert_eq!(standing(&claims, Hash([3; 32])), Standing::Behind);
        claims[2].is_signed = true;
        assert_eq!(standing(&claims, Hash([1; 32])), Standing::Behind);
        assert_eq!(standing(&claims, Hash([3; 32])), Standing::First);
    }

    #[test]
    fn full_list_makes_room_for_a_better_right_alone() {
        let mut claims: Vec<Claim> = (1..=4).map(|n| claim(n, 3, 10 + u64::from(n))).collect();
        assert_eq!(add(&mut claims, claim(5, 3, 99)), Added::Full);
        assert_eq!(add(&mut claims, claim(6, 3, 1)), Added::Kept(Some(Hash([4; 32]))));
        assert_eq!(standing(&claims, Hash([6; 32])), Standing::First);
        assert_eq!(add(&mut claims, claim(6, 4, 1)), Added::Kept(None));
        assert_eq!(claims.len(), 4);
    }

    proptest! {
        /// Whatever is claimed in whatever order, no two orders are reported.
        #[test]
        fn at_most_one_claim_is_first(
            all in proptest::collection::vec((0_u8..6, 0_u8..5, 0_u64..4, any::<bool>()), 0..12),
        ) {
            let mut claims = Vec::new();
            let mut reported = std::collections::BTreeSet::new();
            for (n, level, shipped_at, signs) in all {
                add(&mut claims, claim(n, level, shipped_at));
                let id = Hash([n; 32]);
                if signs && standing(&claims, id) == Standing::First {
                    claims.iter_mut().filter(|one| one.id == id).for_each(|one| one.is_signed = true);
                    reported.insert(id);
                }
                let firsts = claims.iter().filter(|one| standing(&claims, one.id) == Standing::First);
                prop_assert!(firsts.count() <= 1);
                prop_assert!(claims.len() <= MOST);
            }
            prop_assert!(reported.len() <= 1);
        }
    }
}
