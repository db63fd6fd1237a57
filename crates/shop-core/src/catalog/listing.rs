//! Lists of products: their filters and orders.

use super::{Catalog, PriceBand, Product};
use crate::{
    money::{Price, PriceUnit},
    stock::Availability,
};
use std::{cmp::Reverse, collections::HashMap};

/// Order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sort {
    /// Best match first in a search, featured products first elsewhere.
    #[default]
    Best,
    /// The last in the seller's file first.
    Newest,
    /// The cheapest first.
    PriceUp,
    /// The dearest first.
    PriceDown,
    /// By name.
    Name,
}

/// Filters and order for a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ProductListQuery {
    /// The order.
    pub sort: Sort,
    /// Only products in stock.
    pub in_stock: bool,
    /// Only products that come in all of these: name of the axis and value.
    pub values: Vec<(String, String)>,
    /// Only products in this band of prices.
    pub price: Option<PriceBand>,
}

/// One thing a list can be narrowed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The axis.
    pub axis: String,
    /// Values among the products of the list, in order of first use.
    /// They are the 24 that most of the products have.
    pub values: Vec<String>,
}

/// More values than these are no help in choosing: the rarest are left out.
const MOST_VALUES: usize = 24;

/// The values of an axis, and how many products have each.
#[derive(Default)]
struct Values<'a> {
    /// In order of first use.
    counted: Vec<(&'a str, usize)>,
    places: HashMap<&'a str, usize>,
}

impl<'a> Values<'a> {
    fn count(&mut self, value: &'a str) {
        let at = *self.places.entry(value).or_insert(self.counted.len());
        match self.counted.get_mut(at) {
            Some((_, count)) => *count += 1,
            None => self.counted.push((value, 1)),
        }
    }

    /// Returns those most products have, in order of first use; of equal ones the first.
    fn most(self) -> Vec<String> {
        let mut all: Vec<_> = self.counted.into_iter().enumerate().collect();
        all.sort_by_key(|(_, (_, count))| Reverse(*count));
        all.truncate(MOST_VALUES);
        all.sort_unstable_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, (value, _))| value.to_owned()).collect()
    }
}

impl ProductListQuery {
    /// Returns true if any filter is set.
    #[must_use]
    pub fn narrows(&self) -> bool {
        self.in_stock || !self.values.is_empty() || self.price.is_some()
    }
}

/// The place of each product in each order, so that sorting a list compares small numbers.
#[derive(Debug)]
pub(super) struct Ranks {
    names: Vec<usize>,
    /// Ranks from the cheapest and from the dearest.
    prices: HashMap<PriceUnit, Vec<(usize, usize)>>,
}

impl Ranks {
    pub(super) fn of(products: &[Product], units: impl Iterator<Item = PriceUnit>) -> Self {
        let names = ranked(products, |product| super::search::fold(&product.name));
        let prices = units.map(|unit| {
            let up = ranked(products, |p| p.lowest(unit).map_or(u128::MAX, Price::units));
            let down = ranked(products, |p| Reverse(p.lowest(unit).map_or(0, Price::units)));
            (unit, up.into_iter().zip(down).collect())
        });
        Self { names, prices: prices.collect() }
    }
}

/// Returns the rank of each product by a key; equal keys have equal ranks.
fn ranked<K: Ord>(products: &[Product], key: impl Fn(&Product) -> K) -> Vec<usize> {
    let mut order: Vec<(K, usize)> =
        products.iter().enumerate().map(|(at, product)| (key(product), at)).collect();
    order.sort_unstable();
    let mut ranks = vec![0; products.len()];
    let mut last: Option<(&K, usize)> = None;
    for (rank, (key, at)) in order.iter().enumerate() {
        let rank = match last {
            Some((same, rank)) if same == key => rank,
            _ => rank,
        };
        last = Some((key, rank));
        if let Some(place) = ranks.get_mut(*at) {
            *place = rank;
        }
    }
    ranks
}

/// Returns these products, the featured ones first, otherwise as they come.
pub(super) fn featured_first(
    products: &[Product],
    places: impl Iterator<Item = usize>,
) -> Vec<usize> {
    let featured = |at: &usize| products.get(*at).is_some_and(|product| product.featured);
    let (mut first, then): (Vec<usize>, Vec<usize>) = places.partition(featured);
    first.extend(then);
    first
}

impl Sort {
    /// Every order, in menu order.
    pub const ALL: [Self; 5] =
        [Self::Best, Self::Newest, Self::PriceUp, Self::PriceDown, Self::Name];

    /// Returns its word in URLs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Newest => "newest",
            Self::PriceUp => "price-up",
            Self::PriceDown => "price-down",
            Self::Name => "name",
        }
    }

    /// Returns the order with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.word() == word)
    }
}

impl Catalog {
    /// Returns the products that have a word of the query, the best first.
    /// They are places in [`Catalog::products`]. Accents and capitals do not matter, nor a slip
    /// or two in long words.
    #[must_use]
    pub fn search(&self, query: &str) -> Vec<usize> {
        self.level.index.search(query)
    }

    /// Returns every product, the featured ones first, otherwise as they come.
    /// They are places in [`Catalog::products`].
    #[must_use]
    pub fn window(&self) -> &[usize] {
        &self.level.window
    }

    /// Returns these products, the featured ones first, otherwise as they come.
    #[must_use]
    pub fn featured_first(&self, products: &[usize]) -> Vec<usize> {
        featured_first(self.products(), products.iter().copied())
    }

    /// Filters and sorts these products.
    /// Prices are compared in `unit`; products without one come last.
    #[must_use]
    pub fn arranged(
        &self,
        products: &[usize],
        wish: &ProductListQuery,
        unit: impl Into<PriceUnit>,
    ) -> Vec<usize> {
        let unit = unit.into();
        let mut found: Vec<usize> = products.to_vec();
        if wish.narrows() {
            found.retain(|at| self.products().get(*at).is_some_and(|p| self.fits(p, wish, unit)));
        }
        let ranks = &self.level.ranks;
        let prices = ranks.prices.get(&unit).map_or(&[][..], Vec::as_slice);
        let price = |at: &usize| prices.get(*at).copied().unwrap_or((usize::MAX, usize::MAX));
        match wish.sort {
            Sort::Best => {}
            Sort::Newest => found.sort_unstable_by_key(|at| Reverse(*at)),
            Sort::PriceUp => found.sort_by_cached_key(|at| price(at).0),
            Sort::PriceDown => found.sort_by_cached_key(|at| price(at).1),
            Sort::Name => found.sort_by_cached_key(|at| ranks.names.get(*at)),
        }
        found
    }

    /// Returns the filters for these products: the named axes on which they differ.
    #[must_use]
    pub fn facets(&self, products: &[usize]) -> Vec<Facet> {
        let mut facets: Vec<(&str, Values<'_>)> = Vec::new();
        let products = products.iter().filter_map(|at| self.products().get(*at));
        for axis in products.flat_map(|p| &p.axes).filter(|axis| !axis.name.is_empty()) {
            let at = facets.iter().position(|(name, _)| *name == axis.name).unwrap_or_else(|| {
                facets.push((&axis.name, Values::default()));
                facets.len() - 1
            });
            let Some((_, values)) = facets.get_mut(at) else { continue };
            axis.values.iter().for_each(|value| values.count(value));
        }
        let facets = facets.into_iter().filter(|(_, values)| values.counted.len() >= 2);
        facets
            .map(|(axis, values)| Facet { axis: axis.to_owned(), values: values.most() })
            .collect()
    }

    /// Checks that one variant fits everything: a shirt sold out in M is not in stock in M.
    fn fits(&self, product: &Product, wish: &ProductListQuery, unit: PriceUnit) -> bool {
        let axes: Option<Vec<(usize, &str)>> = wish
            .values
            .iter()
            .map(|(name, value)| {
                let at = product.axes.iter().position(|axis| axis.name == *name)?;
                Some((at, value.as_str()))
            })
            .collect();
        let Some(axes) = axes else { return false };
        product.variants.iter().any(|variant| {
            let chosen = |(at, value): &(usize, &str)| {
                variant.choice.get(*at).is_some_and(|mine| mine == value)
            };
            let costs =
                |band: PriceBand| variant.price(unit).is_some_and(|price| band.holds(price));
            axes.iter().all(chosen)
                && wish.price.is_none_or(costs)
                && !(wish.in_stock && self.level(&variant.stock) == Availability::SoldOut)
        })
    }
}
