//! Rules that bills are made by, read from files and checked.
//!
//! The files are `shipping.toml`, `tax.toml` and `discounts.toml`. Each may be missing.

pub(crate) mod discounts;
pub(super) mod prices;
mod shipping;
mod tax;

use super::Config;
use crate::{error::CliError, files, shop_dir::ShopDir};
pub(crate) use prices::PriceTable;
use serde::de::DeserializeOwned;
use shop_core::{
    bill::{Area, Discounts, Shipping, Tax},
    money::Assets,
    place::Country,
};
use shop_seal::CodeSalt;
use std::path::Path;

/// The explained `shipping.toml`.
pub(crate) const SHIPPING_EXAMPLE: &str = include_str!("rules/shipping.example.toml");
/// The explained `tax.toml`.
pub(crate) const TAX_EXAMPLE: &str = include_str!("rules/tax.example.toml");

/// Most bytes of one of these files.
const MOST: u64 = 1024 * 1024;

/// Reads `shipping.toml`; without it the prices include shipping.
pub(crate) fn shipping(dir: &ShopDir) -> Result<Shipping, CliError> {
    let text = text(&dir.shipping())?;
    let Some(text) = text else { return Ok(Shipping::Included) };
    shipping::parse(&text, &Config::known_assets(dir)?)
}

/// Reads `tax.toml`; without it there is no tax.
pub(crate) fn tax(dir: &ShopDir) -> Result<Tax, CliError> {
    let text = text(&dir.tax())?;
    text.map_or_else(|| Ok(Tax::default()), |text| tax::parse(&text))
}

/// Reads `discounts.toml`, which `cryptocart discount` writes; without it there are none.
/// The salt is the one that typed codes are hashed with. A shop without discounts has no salt of its
/// own: there, a code is hashed with any, and is as wrong as elsewhere.
pub(crate) fn discounts(dir: &ShopDir) -> Result<(Discounts, CodeSalt), CliError> {
    match discounts::Book::load(dir)? {
        Some(book) => Ok((book.discounts()?, book.salt()?)),
        None => Ok((Discounts::default(), CodeSalt([0; 16]))),
    }
}

fn text(path: &Path) -> Result<Option<String>, CliError> {
    if path.exists() { files::read_text(path, MOST).map(Some) } else { Ok(None) }
}

/// Reads a file's tables.
fn tables<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, CliError> {
    super::from_toml(text)
        .map_err(|error| CliError::misconfigured(format!("{file}, {}", error.what())))
}

/// A place in a file, for refusals.
#[derive(Clone, Debug)]
struct Spot {
    place: String,
    /// Assets that prices can be in.
    assets: Assets,
}

impl Spot {
    /// A file with prices in the coins that are built in, or with none.
    fn file(name: &str) -> Self {
        Self { place: name.to_owned(), assets: Assets::default() }
    }

    /// A file with prices in these assets.
    fn with_assets(self, assets: &Assets) -> Self {
        Self { assets: assets.clone(), ..self }
    }

    fn at(&self, part: impl std::fmt::Display) -> Self {
        Self { place: format!("{}, {part}", self.place), assets: self.assets.clone() }
    }

    fn refuse(&self, what: impl std::fmt::Display, hint: &str) -> CliError {
        CliError::misconfigured(format!("{}: {what}", self.place)).hint(hint)
    }

    /// Checks a name that buyers read: one line.
    fn name(&self, text: &str) -> Result<String, CliError> {
        let name = shop_core::text::line(text);
        match name.chars().count() {
            0 => Err(self.at("name").refuse("it is blank", "buyers see it on their bill")),
            1..=60 => Ok(name),
            _ => Err(self.at("name").refuse("it is too long", "at most 60 characters")),
        }
    }

    fn areas(&self, codes: &[String]) -> Result<Vec<Area>, CliError> {
        let spot = self.at("to");
        let hint =
            "list countries (\"CA\"), regions (\"CA-QC\"), or \"*\" for the rest of the world";
        if codes.is_empty() {
            return Err(spot.refuse("it is empty", hint));
        }
        codes
            .iter()
            .map(|code| {
                // Two that people write and that mean no country.
                let known = match code.trim().to_uppercase().as_str() {
                    "EU" | "UE" => {
                        return Err(spot.refuse(
                            "the European Union is not a country",
                            "list its countries one by one: \"DE\", \"FR\" and so on",
                        ));
                    }
                    "EN" | "ENG" => Country::named("UK"),
                    _ => Country::named(code),
                };
                let meant = || match known {
                    Some(country) => format!("{} is {:?}", country.name("en"), country.code()),
                    None => hint.to_owned(),
                };
                let what = || format!("{code:?} is not a country or region");
                Area::parse(code).ok_or_else(|| spot.refuse(what(), &meant()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
