//! Amounts as the seller writes them: `{ ETH = 2000000 }`, in 1e-9 of the coin like the price list.

use super::Spot;
use crate::error::CliError;
use shop_core::{
    bill::Prices,
    money::{Amount, AssetId},
};
use std::collections::BTreeMap;

/// Currency and amount, in 1e-9 of the coin.
pub(crate) type PriceTable = BTreeMap<String, u64>;

const HINT: &str = "write { ETH = 2000000 }: whole numbers in 1e-9 of the coin, as in catalog.json";

/// Checks a table of `shop.toml`.
pub(crate) fn of_settings(key: &str, table: &PriceTable) -> Result<Prices, CliError> {
    read(&Spot::file("shop.toml").at(key), table)
}

/// Checks a table.
pub(super) fn read(spot: &Spot, table: &PriceTable) -> Result<Prices, CliError> {
    let amounts = table.iter().map(|(code, nano)| {
        let asset = AssetId::from_code(code).ok_or_else(|| {
            spot.refuse(format!("{code:?} is no currency of this shop (ETH, BTC, XMR)"), HINT)
        })?;
        Amount::from_price_list(asset, *nano).map_err(|error| spot.refuse(error, HINT))
    });
    let amounts = amounts.collect::<Result<Vec<_>, _>>()?;
    Prices::new(amounts).ok_or_else(|| spot.refuse("one currency is named twice", HINT))
}

/// The same, for what must name a currency.
pub(super) fn some(spot: &Spot, table: &PriceTable) -> Result<Prices, CliError> {
    let prices = read(spot, table)?;
    if prices.is_empty() { Err(spot.refuse("it names no currency", HINT)) } else { Ok(prices) }
}

/// As the seller writes it; None for amounts finer than 1e-9 of the coin.
pub(super) fn write(prices: &Prices) -> Option<PriceTable> {
    prices
        .iter()
        .map(|amount| {
            let asset = amount.asset();
            let one = Amount::parse(asset, "1").ok()?.units();
            let nano = amount.units().checked_mul(1_000_000_000)? / one;
            let nano = u64::try_from(nano).ok()?;
            let exact = Amount::from_price_list(asset, nano) == Ok(amount);
            exact.then(|| (asset.code().to_owned(), nano))
        })
        .collect()
}
