//! Prices of products and variants: whole numbers for assets, decimal text for a currency.

use super::Reader;
use crate::{
    catalog::{CatalogError, Product},
    money::{Amount, AssetId, Assets, Currency, CurrencyAmount, Price, PriceUnit},
};
use serde_json::{Map, Value};

impl Reader<'_> {
    /// Reads the prices; empty where there are none. `unit` is that of a single price.
    pub(super) fn prices(
        &self,
        map: &Map<String, Value>,
        unit: PriceUnit,
    ) -> Result<Vec<Price>, CatalogError> {
        let mut prices: Vec<Price> = Vec::new();
        let listed = match map.get("prices") {
            Some(Value::Array(list)) => list.clone(),
            Some(_) => return Err(self.error("prices", "it must be a list")),
            None => Vec::new(),
        };
        for (i, entry) in listed.iter().enumerate() {
            let field = format!("prices[{i}]");
            let unit = self.unit(&field, entry)?;
            let price = self.price(&field, unit, entry.get("price"))?;
            if prices.iter().any(|other| other.unit() == unit) {
                return Err(self.error(&field, &format!("there is already a price in {unit}")));
            }
            prices.push(price);
        }
        if let (Some(single), true) = (map.get("price"), listed.is_empty()) {
            prices.push(self.price("price", unit, Some(single))?);
        }
        Ok(prices)
    }

    /// Returns the unit of a single price: the one that is named with it, or the one outside.
    pub(super) fn own_unit(
        &self,
        map: &Map<String, Value>,
        outer: PriceUnit,
    ) -> Result<PriceUnit, CatalogError> {
        let code = self.string(map, "currency")?;
        code.map_or(Ok(outer), |code| self.named_unit("currency", code))
    }

    /// Reads `"wallet": "->wallets.eth"`, or `"currency": "ETH"`.
    fn unit(&self, field: &str, entry: &Value) -> Result<PriceUnit, CatalogError> {
        if let Some(reference) = entry.get("wallet").and_then(Value::as_str) {
            let id = reference.strip_prefix("->wallets.").unwrap_or(reference);
            let wallet = self.wallets.iter().find(|wallet| wallet.id == id);
            return wallet.map(|wallet| wallet.asset.into()).ok_or_else(|| {
                self.error(field, &format!("{reference:?} is not a wallet in this file"))
            });
        }
        let code = entry.get("currency").and_then(Value::as_str).ok_or_else(|| {
            self.error(field, "it needs a \"wallet\" (\"->wallets.eth\") or a \"currency\"")
        })?;
        self.named_unit(field, code)
    }

    fn named_unit(&self, field: &str, code: &str) -> Result<PriceUnit, CatalogError> {
        unit(code, self.assets).ok_or_else(|| self.error(field, &unknown(code, self.assets)))
    }

    fn price(
        &self,
        field: &str,
        unit: PriceUnit,
        value: Option<&Value>,
    ) -> Result<Price, CatalogError> {
        let price = match unit {
            PriceUnit::Asset(asset) => listed(asset, value).map(Price::from),
            PriceUnit::Currency(currency) => in_currency(currency, value).map(Price::from),
        };
        price.map_err(|why| self.error(field, &why))
    }

    /// Checks that a product is priced in the currency of those before it, if it is in any.
    pub(super) fn is_in_one_currency(
        &self,
        product: &Product,
        first: &mut Option<Currency>,
    ) -> Result<(), CatalogError> {
        let prices = product.variants.iter().flat_map(|variant| &variant.prices);
        for currency in prices.filter_map(|price| price.unit().currency()) {
            let first = *first.get_or_insert(currency);
            if currency != first {
                let why = format!(
                    "a price is in {currency}, and others in {first}: a shop has prices in one \
                     currency"
                );
                return Err(self.error("price", &why));
            }
        }
        Ok(())
    }
}

/// Returns the asset or the currency with this code.
pub(super) fn unit(code: &str, assets: &Assets) -> Option<PriceUnit> {
    let asset = assets.find(code).map(PriceUnit::from);
    asset.or_else(|| Currency::parse(code.trim()).map(PriceUnit::from))
}

/// Returns the error for a code that is neither an asset nor a currency.
pub(super) fn unknown(code: &str, assets: &Assets) -> String {
    let assets = assets.codes();
    format!("{code:?} is not a supported currency ({assets}, or a code of ISO 4217 such as CAD)")
}

/// Reads a price in an asset: a whole number of 1e-9 of it.
fn listed(asset: AssetId, value: Option<&Value>) -> Result<Amount, String> {
    let whole = value.and_then(Value::as_u64).filter(|n| *n > 0);
    let nano = whole.ok_or_else(|| no_price(asset, value))?;
    Amount::from_price_list(asset, nano).map_err(|error| error.to_string())
}

/// Reads a price in a currency: decimal text.
fn in_currency(currency: Currency, value: Option<&Value>) -> Result<CurrencyAmount, String> {
    let example = Amount::new(currency, 25 * 10u128.pow(currency.decimals())).decimal();
    let text = match value {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => {
            return Err(format!("a price in {currency} is text: write \"{number}\", in quotes"));
        }
        _ => return Err(format!("a price in {currency} is text, such as \"{example}\"")),
    };
    let amount = CurrencyAmount::parse_all_decimals(currency, &text);
    let amount = amount.map_err(|error| format!("{text:?} is no price: {error}"))?;
    if amount.is_zero() {
        return Err("the price must be above 0".to_owned());
    }
    Ok(amount)
}

/// Returns the reason for which this is no price, and what to write in its place.
fn no_price(asset: AssetId, value: Option<&Value>) -> String {
    let why = "the price must be a whole number above 0, in 1e-9 of the coin (Gwei)";
    let written = match value {
        None | Some(Value::Null) => return why.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    match Amount::parse(asset, written.trim()).map(Amount::in_price_list) {
        Ok(nano) if nano > 0 && !matches!(value, Some(Value::Number(n)) if n.is_u64()) => {
            // A whole number, in quotes or with a point, may be meant either way.
            let whole = written
                .trim()
                .split_once('.')
                .filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'));
            let listed = whole.and_then(|(whole, _)| whole.parse().ok());
            let listed = listed.and_then(|nano| Amount::from_price_list(asset, nano).ok());
            let meant = match listed {
                Some(listed) => {
                    let whole = listed.in_price_list();
                    format!("for {listed} write {whole}, and for {whole} {asset} write {nano}")
                }
                None if written.contains('.') => format!("for {written} {asset} write {nano}"),
                None => "write it without quotes".to_owned(),
            };
            format!("{written} is not a whole number of 1e-9 coins: {meant}")
        }
        _ => format!("{why}, not {written}"),
    }
}
