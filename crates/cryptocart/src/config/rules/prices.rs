//! Amounts as the seller writes them, in 1e-9 of the coin or in a currency.
//!
//! Examples are `{ ETH = 2000000 }` and `{ CAD = "5.00" }`.

use super::Spot;
use crate::error::CliError;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, Visitor},
};
use shop_core::{
    bill::Prices,
    money::{
        Amount, AssetId, Assets, Currency, CurrencyAmount, Price, PriceUnit, parse_price_list,
    },
};
use std::collections::BTreeMap;

/// Currency and amount.
pub(crate) type PriceTable = BTreeMap<String, Written>;

/// An amount as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Written {
    /// A number of 1e-9 of a coin.
    Nano(u64),
    /// Decimal text, of a currency.
    Text(String),
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(WrittenVisitor)
    }
}

/// Takes whole numbers and text, and says of other numbers what to write.
struct WrittenVisitor;

impl Visitor<'_> for WrittenVisitor {
    type Value = Written;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a whole number in 1e-9 of the coin, or text such as \"5.00\" for a currency")
    }

    fn visit_u64<E: Error>(self, nano: u64) -> Result<Written, E> {
        Ok(Written::Nano(nano))
    }

    fn visit_i64<E: Error>(self, nano: i64) -> Result<Written, E> {
        u64::try_from(nano).map(Written::Nano).map_err(|_| E::custom(format!("{nano} is below 0")))
    }

    fn visit_f64<E: Error>(self, coins: f64) -> Result<Written, E> {
        Err(E::custom(not_whole(&coins.to_string())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
        Ok(Written::Text(text.to_owned()))
    }
}

/// Returns the error for an amount of a coin that is not written in 1e-9 of it.
fn not_whole(coins: &str) -> String {
    let meant = match parse_price_list(coins) {
        Some(nano) if nano > 0 => format!(": for {coins} of a coin write {nano}"),
        _ => String::new(),
    };
    format!("{coins} is not a whole number of 1e-9 coins{meant}")
}

const HINT: &str = "write { ETH = 2000000 }: whole numbers in 1e-9 of the coin, as in catalog.json; \
                    or { CAD = \"5.00\" }";

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
    let amounts = table.iter().map(|(code, written)| {
        if let Some(asset) = assets.find(code) {
            return in_asset(asset, written).map_err(|why| spot.refuse(why, HINT));
        }
        let currency = Currency::parse(code.trim()).ok_or_else(|| {
            let known = assets.codes();
            spot.refuse(format!("{code:?} is not a currency of this shop ({known})"), HINT)
        })?;
        in_currency(currency, written).map_err(|why| spot.refuse(why, HINT))
    });
    let amounts = amounts.collect::<Result<Vec<_>, _>>()?;
    Prices::new(amounts).ok_or_else(|| spot.refuse("a currency is listed twice", HINT))
}

fn in_asset(asset: AssetId, written: &Written) -> Result<Price, String> {
    match written {
        Written::Nano(nano) => Amount::from_price_list(asset, *nano)
            .map(Price::from)
            .map_err(|error| error.to_string()),
        Written::Text(coins) => Err(not_whole(coins)),
    }
}

fn in_currency(currency: Currency, written: &Written) -> Result<Price, String> {
    match written {
        Written::Nano(number) => {
            Err(format!("an amount in {currency} is text: write \"{number}\", in quotes"))
        }
        Written::Text(text) => CurrencyAmount::parse_all_decimals(currency, text.trim())
            .map(Price::from)
            .map_err(|error| format!("{text:?} is no amount: {error}")),
    }
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
        .map(|price| {
            let amount = match price.unit() {
                PriceUnit::Asset(asset) => Amount::new(asset, price.units()),
                PriceUnit::Currency(currency) => {
                    return Some((currency.code().to_owned(), Written::Text(price.decimal())));
                }
            };
            let asset = amount.asset();
            let one = Amount::parse(asset, "1").ok()?.units();
            let nano = amount.units().checked_mul(1_000_000_000)? / one;
            let nano = u64::try_from(nano).ok()?;
            let exact = Amount::from_price_list(asset, nano) == Ok(amount);
            exact.then(|| (asset.code().to_owned(), Written::Nano(nano)))
        })
        .collect()
}
