//! Bands of prices a list can be narrowed to.

use super::{Catalog, Product};
use crate::money::{Price, PriceUnit, parse_price_list, price_list_text};

/// Fewer products than these are looked through sooner than a band is chosen.
const FEWEST_PRODUCTS: usize = 8;
/// Most bands of a list.
const MOST_BANDS: usize = 5;
/// Most digits of a band's ends: the fewest that make three bands are taken.
const MOST_DIGITS: u32 = 3;

/// Prices from one up to, and without, another; in 1e-9 of any unit, as price lists count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PriceBand {
    from: u64,
    /// First price above the band; None for no end.
    to: Option<u64>,
}

impl PriceBand {
    /// Parses a band as addresses write it, in whole coins: `0.01-0.025`, `0-0.01`, `0.05-`.
    /// Returns None for text that is no band, or a band that holds every price or none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let from = if from.is_empty() { 0 } else { parse_price_list(from)? };
        let to = if to.is_empty() { None } else { Some(parse_price_list(to)?) };
        (from > 0 || to.is_some()).then_some(())?;
        to.is_none_or(|to| from < to).then_some(Self { from, to })
    }

    /// Returns true if the band holds this price.
    #[must_use]
    pub fn holds(self, price: Price) -> bool {
        let price = price.in_price_list();
        u128::from(self.from) <= price && self.to.is_none_or(|to| price < u128::from(to))
    }

    /// Returns its ends as prices in `unit`; None for an end that is open.
    #[must_use]
    pub fn ends(self, unit: PriceUnit) -> (Option<Price>, Option<Price>) {
        let price = |nano| Price::from_price_list(unit, nano).ok();
        (Some(self.from).filter(|from| *from > 0).and_then(price), self.to.and_then(price))
    }

    /// Returns bands for these prices, of about as many products each, between round numbers.
    /// No band is empty. There are no bands where there is nothing to choose.
    fn of(mut prices: Vec<u64>) -> Vec<Self> {
        if prices.len() < FEWEST_PRODUCTS {
            return Vec::new();
        }
        prices.sort_unstable();
        let mut ends = Vec::new();
        for digits in 1..=MOST_DIGITS {
            let finer = ends_between(&prices, digits);
            if finer.len() > ends.len() {
                ends = finer;
            }
            if ends.len() >= 2 {
                break;
            }
        }
        if ends.is_empty() {
            return Vec::new();
        }
        let froms = std::iter::once(0).chain(ends.iter().copied());
        let tos = ends.iter().copied().map(Some).chain([None]);
        froms.zip(tos).map(|(from, to)| Self { from, to }).collect()
    }
}

/// Text that [`PriceBand::parse`] reads.
impl std::fmt::Display for PriceBand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-", price_list_text(self.from))?;
        self.to.map_or(Ok(()), |to| f.write_str(&price_list_text(to)))
    }
}

/// Returns the prices where one band ends and the next begins.
/// There is a price on either side of each.
fn ends_between(sorted: &[u64], digits: u32) -> Vec<u64> {
    let mut ends: Vec<u64> = Vec::new();
    let mut passed = 0;
    for part in 1..MOST_BANDS {
        let Some(price) = sorted.get(sorted.len() * part / MOST_BANDS) else { continue };
        let end = rounded(*price, digits);
        let below = sorted.partition_point(|price| *price < end);
        if below > passed && below < sorted.len() {
            ends.push(end);
            passed = below;
        }
    }
    ends
}

/// Rounds to so many digits, half up.
fn rounded(price: u64, digits: u32) -> u64 {
    let places = price.checked_ilog10().unwrap_or(0).saturating_sub(digits - 1);
    let step = 10u64.pow(places);
    (price / step + u64::from(price % step >= step.div_ceil(2) && step > 1)).saturating_mul(step)
}

impl Catalog {
    /// Returns the price bands in `unit` for these products, the cheapest first.
    #[must_use]
    pub fn price_bands(&self, products: &[usize], unit: PriceUnit) -> Vec<PriceBand> {
        let lowest = |product: &Product| {
            product.lowest(unit).and_then(|price| u64::try_from(price.in_price_list()).ok())
        };
        let products = products.iter().filter_map(|at| self.products().get(*at));
        PriceBand::of(products.filter_map(lowest).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::AssetId;
    use proptest::prelude::*;

    fn bands(prices: &[u64]) -> Vec<String> {
        PriceBand::of(prices.to_vec()).iter().map(ToString::to_string).collect()
    }

    const COIN: u64 = 1_000_000_000;

    #[test]
    fn bands_are_between_round_numbers() {
        let even: Vec<u64> = (1..=50).map(|n| n * COIN / 100).collect();
        assert_eq!(bands(&even), ["0-0.1", "0.1-0.2", "0.2-0.3", "0.3-0.4", "0.4-"]);
        let close: Vec<u64> = (1..=20).map(|n| COIN + n * COIN / 1_000).collect();
        assert_eq!(bands(&close), ["0-1.01", "1.01-1.02", "1.02-"]);
        assert_eq!(bands(&[vec![COIN; 9], vec![3 * COIN; 9]].concat()), ["0-3", "3-"]);
    }

    #[test]
    fn where_there_is_nothing_to_choose_there_is_no_band() {
        assert!(bands(&[COIN; 50]).is_empty());
        assert!(bands(&[1, 2, 3, 4, 5, 6, 7]).is_empty());
        assert!(!bands(&[1, 2, 3, 4, 5, 6, 7, 8]).is_empty());
    }

    #[test]
    fn what_is_no_band_is_none() {
        for text in ["", "-", "0-", "2", "2-1", "1-1", "a-b", "1e3-", "1-2-3", "0.0000000001-1"] {
            assert_eq!(PriceBand::parse(text), None, "{text}");
        }
        assert_eq!(PriceBand::parse("-01.50").unwrap().to_string(), "0-1.5");
    }

    proptest! {
        #[test]
        fn every_price_is_in_one_band_and_no_band_is_empty(
            prices in prop::collection::vec(prop_oneof![1..100u64, 1..10_000_000_000u64, any::<u64>()], 0..80),
        ) {
            let bands = PriceBand::of(prices.clone());
            prop_assert!(bands.len() <= MOST_BANDS && bands.len() != 1);
            let amount =
                |nano: &u64| Price::from_price_list(AssetId::XMR.into(), *nano).unwrap();
            for price in prices.iter().filter(|_| !bands.is_empty()) {
                prop_assert_eq!(bands.iter().filter(|band| band.holds(amount(price))).count(), 1);
            }
            for band in bands {
                prop_assert!(prices.iter().any(|price| band.holds(amount(price))));
                prop_assert_eq!(PriceBand::parse(&band.to_string()), Some(band));
            }
        }

        #[test]
        fn any_text_has_one_address(text in "[0-9.]{0,6}-?[0-9.]{0,6}") {
            if let Some(band) = PriceBand::parse(&text) {
                prop_assert_eq!(PriceBand::parse(&band.to_string()), Some(band));
            }
        }
    }
}
