//! Prices in a currency that cannot be converted, or that no bill has.

use crate::config::{plan::Plan, rules};
use shop_core::{catalog::Catalog, money::Currency};

/// Warns of a currency that has no source of exchange rates, and of rules in another one.
/// Files that cannot be read are reported elsewhere.
pub(crate) fn warnings(plan: &Plan, catalog: &Catalog) -> Vec<String> {
    let sold = catalog.currency();
    let mut found: Vec<String> =
        sold.filter(|sold| !plan.converts(*sold)).map(unconverted).into_iter().collect();
    let shipping = rules::shipping(&plan.dir).map(|shipping| shipping.currencies());
    let discounts = rules::discounts(&plan.dir).map(|(discounts, _)| discounts.currencies());
    let minimum = Ok(plan.minimum.currencies().collect::<Vec<_>>());
    let files = [
        ("shipping.toml", shipping),
        ("discounts.toml", discounts),
        ("orders.minimum in shop.toml", minimum),
    ];
    for (name, currencies) in files {
        let other = currencies.unwrap_or_default().into_iter().find(|used| Some(*used) != sold);
        found.extend(other.map(|other| unused(name, other, sold)));
    }
    found
}

fn unconverted(currency: Currency) -> String {
    format!(
        "catalog.json: prices are in {currency}, and no source of exchange rates is set for it: \
         what has no other price cannot be ordered"
    )
}

fn unused(name: &str, other: Currency, sold: Option<Currency>) -> String {
    let sold = sold.map_or_else(|| "in assets alone".to_owned(), |sold| format!("in {sold}"));
    format!("{name}: there are amounts in {other}, and prices in catalog.json are {sold}")
}

#[cfg(test)]
mod tests;
