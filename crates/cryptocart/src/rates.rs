//! Exchange rates of an open shop: who is asked, what is believed, and what is sold at.
//!
//! [`RateBoard`] is the handle: pages and payments take the rates of the moment from it, and say
//! which pairs their prices need. Rates are in memory alone.

pub(crate) mod answer;
pub(crate) mod asker;
mod board;
mod keeper;

pub(crate) use board::RateBoard;
pub(crate) use keeper::{Missing, Wanted, pairs_of};

use crate::config::plan::Plan;
use shop_core::{
    catalog::Catalog,
    money::{AssetId, Currency},
};

/// Returns the rates that a catalogue's prices need: its currency in each asset taken.
/// A demo needs none: its rates are made up, and nobody is asked.
pub(crate) fn needed(plan: &Plan, catalog: &Catalog, assets: &[AssetId]) -> Vec<Wanted> {
    let currency = catalog.currency().filter(|_| !plan.is_demo());
    let in_currency = |currency: Currency| assets.iter().map(move |asset| (*asset, currency));
    currency.into_iter().flat_map(in_currency).collect()
}
