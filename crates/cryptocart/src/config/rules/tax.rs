//! `tax.toml`.

use super::Spot;
use crate::error::CliError;
use serde::{Deserialize, Deserializer, de::Error};
use shop_core::bill::{Percent, Tax, TaxRate};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    tax: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    to: Vec<String>,
    name: String,
    percent: Written,
    included: bool,
    #[serde(default = "yes")]
    on_shipping: bool,
}

/// A percentage as it was written: in quotes, so that no digit of it is rounded.
#[derive(Debug)]
struct Written(String);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(from)? {
            toml::Value::String(text) => Ok(Self(text)),
            other => Err(D::Error::custom(format!("put quotes around it: percent = \"{other}\""))),
        }
    }
}

const fn yes() -> bool {
    true
}

pub(super) const FILE: &str = "tax.toml";
const EXAMPLE: &str = "cryptocart config example tax shows how to write it";

/// Reads the file's text.
pub(super) fn parse(text: &str) -> Result<Tax, CliError> {
    let file: File = super::tables(FILE, text).map_err(|error| error.hint(EXAMPLE))?;
    let top = Spot::file(FILE);
    let entry = |(number, entry): (usize, &Entry)| {
        let spot = top.at(format_args!("tax {number}"));
        let percent = Percent::parse(&entry.percent.0)
            .map_err(|error| spot.at("percent").refuse(error, "for example: \"14.975\""))?;
        let rate = TaxRate {
            name: spot.name(&entry.name)?,
            percent,
            included: entry.included,
            on_shipping: entry.on_shipping,
        };
        Ok((spot.areas(&entry.to)?, rate))
    };
    let entries = (1..).zip(&file.tax).map(entry).collect::<Result<Vec<_>, CliError>>()?;
    Tax::new(entries).map_err(|error| top.refuse(error, "keep it in one [[tax]]"))
}
