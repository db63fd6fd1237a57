//! Amounts as the seller writes them, in 1e-9 of the coin like the price list.
//!
//! An example is `{ ETH = 2000000 }`.

use super::Spot;
use crate::error::CliError;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, Visitor},
};
use shop_core::{
    bill::Prices,
    money::{Amount, Assets, parse_price_list},
};
use std::collections::BTreeMap;

/// Currency and amount.
pub(crate) type PriceTable = BTreeMap<String, Nano>;

/// An amount in 1e-9 of the coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Nano(u64);

impl<'de> Deserialize<'de> for Nano {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NanoVisitor)
    }
}

/// Takes whole numbers, and says of others what to write.
struct NanoVisitor;

impl Visitor<'_> for NanoVisitor {
    type Value = Nano;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a whole number in 1e-9 of the coin")
    }

    fn visit_u64<E: Error>(self, nano: u64) -> Result<Nano, E> {
        Ok(Nano(nano))
    }

    fn visit_i64<E: Error>(self, nano: i64) -> Result<Nano, E> {
        u64::try_from(nano).map(Nano).map_err(|_| E::custom(format!("{nano} is below 0")))
    }

    fn visit_f64<E: Error>(self, coins: f64) -> Result<Nano, E> {
        self.visit_str(&coins.to_string())
    }

    fn visit_str<E: Error>(self, coins: &str) -> Result<Nano, E> {
        let meant = match parse_price_list(coins) {
            Some(nano) if nano > 0 => format!(": for {coins} of a coin write {nano}"),
            _ => String::new(),
        };
        Err(E::custom(format!("{coins} is not a whole number of 1e-9 coins{meant}")))
    }
}

const HINT: &str = "write { ETH = 2000000 }: whole numbers in 1e-9 of the coin, as in catalog.json";

/// Checks a table of `shop.toml`.
pub(crate) fn of_settings(
    key: &str,
    table: &PriceTable,
    assets: &Assets,
) -> Result<Prices, CliError> {
    read(&Spot::file("shop.toml").with_assets(assets).at(key), table)
}

/// Checks a table.
pub(super) fn read(spot: &Spot, table: &PriceTable) -> Result<Prices, CliError> {
    let assets = &spot.assets;
    let amounts = table.iter().map(|(code, nano)| {
        let asset = assets.find(code).ok_or_else(|| {
            let known = assets.codes();
            spot.refuse(format!("{code:?} is not a currency of this shop ({known})"), HINT)
        })?;
        Amount::from_price_list(asset, nano.0).map_err(|error| spot.refuse(error, HINT))
    });
    let amounts = amounts.collect::<Result<Vec<_>, _>>()?;
    Prices::new(amounts).ok_or_else(|| spot.refuse("a currency is listed twice", HINT))
}

/// Checks a table that must name a currency.
pub(super) fn some(spot: &Spot, table: &PriceTable) -> Result<Prices, CliError> {
    let prices = read(spot, table)?;
    if prices.is_empty() { Err(spot.refuse("it has no currency", HINT)) } else { Ok(prices) }
}

/// Returns a table as the seller writes it; none for amounts finer than 1e-9 of the coin.
pub(super) fn write(prices: &Prices) -> Option<PriceTable> {
    prices
        .iter()
        .map(|amount| {
            let asset = amount.asset();
            let one = Amount::parse(asset, "1").ok()?.units();
            let nano = amount.units().checked_mul(1_000_000_000)? / one;
            let nano = u64::try_from(nano).ok()?;
            let exact = Amount::from_price_list(asset, nano) == Ok(amount);
            exact.then(|| (asset.code().to_owned(), Nano(nano)))
        })
        .collect()
}
