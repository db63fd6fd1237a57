//! `discounts.toml`: what codes give, never the codes. `cryptocart discount` writes it.

use super::{PriceTable, Spot, prices};
use crate::{config::Config, error::CliError, files, shop_dir::ShopDir};
use serde::{Deserialize, Serialize};
use shop_core::{
    bill::{Discount, DiscountCode, DiscountEffect, DiscountNumber, Discounts, Percent, Prices},
    entropy::Entropy,
    money::Assets,
    text,
    time::CoarseTime,
};
use shop_seal::{CodeSalt, code_hash};

/// The file: a salt, the next number, and the discounts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Book {
    salt: String,
    next: u32,
    #[serde(default, rename = "discount")]
    entries: Vec<Entry>,
    /// Assets that prices can be in.
    #[serde(skip)]
    assets: Assets,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    number: u32,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    free_shipping: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uses: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<PriceTable>,
    #[serde(default, skip_serializing_if = "PriceTable::is_empty")]
    minimum: PriceTable,
}

/// Terms of a new discount.
#[derive(Clone, Debug)]
pub(crate) struct NewDiscount {
    pub(crate) gives: DiscountEffect,
    pub(crate) from: Option<CoarseTime>,
    pub(crate) until: Option<CoarseTime>,
    pub(crate) uses: Option<u32>,
    pub(crate) minimum: Prices,
    /// Name by which the seller tells it from others.
    pub(crate) label: Option<Label>,
}

/// Most characters of a label.
const LONGEST_LABEL: usize = 60;

/// The seller's own name for a discount: one line, for the seller alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label(String);

impl Label {
    /// Reads a label as it was typed.
    pub(crate) fn parse(typed: &str) -> Result<Self, String> {
        let label = text::line(typed);
        if label.is_empty() || label.chars().count() > LONGEST_LABEL {
            return Err(format!("a label has 1 to {LONGEST_LABEL} characters"));
        }
        Ok(Self(label))
    }

    /// Returns true if reading it gives the code away.
    pub(crate) fn reveals(&self, code: &DiscountCode) -> bool {
        DiscountCode::parse(&self.0).is_some_and(|label| label.as_str().contains(code.as_str()))
    }
}

const FILE: &str = "discounts.toml";
const HINT: &str = "cryptocart discount manages this file: undo your change, or remove the entry";
const HEADER: &str = "\
# Discounts, managed by `cryptocart discount`. It holds only hashes of the codes.
# Without the salt no code works. Numbers are never reused.

";

impl Book {
    /// Makes an empty book, with a salt of its own.
    pub(crate) fn new(entropy: &dyn Entropy, assets: Assets) -> Self {
        Self { salt: CodeSalt::random(entropy).to_text(), next: 1, entries: Vec::new(), assets }
    }

    /// Reads the shop's book, if it has one.
    pub(crate) fn load(dir: &ShopDir) -> Result<Option<Self>, CliError> {
        let Some(text) = super::text(&dir.discounts())? else { return Ok(None) };
        Self::parse(&text, Config::known_assets(dir)?).map(Some)
    }

    pub(super) fn parse(text: &str, assets: Assets) -> Result<Self, CliError> {
        let mut book: Self = super::tables(FILE, text).map_err(|error| error.hint(HINT))?;
        book.assets = assets;
        book.salt()?;
        book.discounts()?;
        Ok(book)
    }

    /// Returns the salt that typed codes are hashed with.
    pub(crate) fn salt(&self) -> Result<CodeSalt, CliError> {
        let salt = CodeSalt::from_text(&self.salt);
        salt.ok_or_else(|| Spot::file(FILE).at("salt").refuse("not a valid salt", HINT))
    }

    /// Returns the discounts, checked.
    pub(crate) fn discounts(&self) -> Result<Discounts, CliError> {
        let top = Spot::file(FILE).with_assets(&self.assets);
        let all = (1..)
            .zip(&self.entries)
            .map(|(at, entry)| entry.read(&top.at(format_args!("discount entry {at}"))));
        let discounts = Discounts::new(all.collect::<Result<_, _>>()?);
        let discounts = discounts.map_err(|error| top.refuse(error, HINT))?;
        match self.entries.iter().find(|entry| entry.number >= self.next) {
            None => Ok(discounts),
            Some(entry) => {
                let what =
                    format!("it must be greater than {}, the number before it", entry.number);
                Err(top.at("next").refuse(what, HINT))
            }
        }
    }

    /// Adds a discount; None if the code is another one's already.
    pub(crate) fn add(
        &mut self,
        code: &DiscountCode,
        terms: &NewDiscount,
    ) -> Result<Option<DiscountNumber>, CliError> {
        let hash = self.salt()?.hash(code);
        if self.discounts()?.by_hash(&hash).is_some() {
            return Ok(None);
        }
        let number = self.next;
        let fine = || CliError::input("an amount has more than nine decimal places");
        let mut entry = Entry {
            number,
            hash: code_hash::hash_to_text(&hash),
            label: terms.label.clone().map(|label| label.0),
            percent: None,
            free_shipping: false,
            from: terms.from.map(|hour| hour.to_string()),
            until: terms.until.map(|hour| hour.to_string()),
            uses: terms.uses,
            amount: None,
            minimum: prices::write(&terms.minimum).ok_or_else(fine)?,
        };
        match &terms.gives {
            DiscountEffect::Percent(percent) => entry.percent = Some(percent.to_string()),
            DiscountEffect::Amount(off) => {
                entry.amount = Some(prices::write(off).ok_or_else(fine)?)
            }
            DiscountEffect::FreeShipping => entry.free_shipping = true,
        }
        self.entries.push(entry);
        self.next = number
            .checked_add(1)
            .ok_or_else(|| CliError::input("no more numbers are available"))?;
        Ok(Some(DiscountNumber(number)))
    }

    /// Returns the seller's name for a discount.
    pub(crate) fn label(&self, number: DiscountNumber) -> Option<&str> {
        let entry = self.entries.iter().find(|entry| entry.number == number.0)?;
        entry.label.as_deref()
    }

    /// Returns true if there is no discount.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes a discount out; false if there was none with this number.
    pub(crate) fn remove(&mut self, number: DiscountNumber) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.number != number.0);
        self.entries.len() < before
    }

    /// Writes the file, after a look at whether it would be read again.
    pub(crate) fn save(&self, dir: &ShopDir) -> Result<(), CliError> {
        let text = self.to_text();
        Self::parse(&text, self.assets.clone())?;
        files::write(&dir.discounts(), text.as_bytes(), true)
    }

    pub(super) fn to_text(&self) -> String {
        format!("{HEADER}{}", toml::to_string(self).unwrap_or_default())
    }
}

impl Entry {
    fn read(&self, spot: &Spot) -> Result<Discount, CliError> {
        let hash = code_hash::hash_from_text(&self.hash)
            .ok_or_else(|| spot.at("hash").refuse("not a valid hash", HINT))?;
        if let Some(label) = &self.label {
            Label::parse(label).map_err(|error| spot.at("label").refuse(error, HINT))?;
        }
        if self.uses == Some(0) {
            return Err(spot.at("uses").refuse("it is 0", "remove the discount instead"));
        }
        Ok(Discount {
            number: DiscountNumber(self.number),
            hash,
            gives: self.gives(spot)?,
            from: hour(&spot.at("from"), self.from.as_deref())?,
            until: hour(&spot.at("until"), self.until.as_deref())?,
            uses: self.uses,
            minimum: prices::read(&spot.at("minimum"), &self.minimum)?,
        })
    }

    fn gives(&self, spot: &Spot) -> Result<DiscountEffect, CliError> {
        match (&self.percent, &self.amount, self.free_shipping) {
            (Some(percent), None, false) => {
                let percent = Percent::parse(percent);
                let percent = percent.map_err(|error| spot.at("percent").refuse(error, HINT))?;
                if percent.is_zero() {
                    return Err(spot.at("percent").refuse("it is 0", HINT));
                }
                Ok(DiscountEffect::Percent(percent))
            }
            (None, Some(off), false) => {
                prices::some(&spot.at("amount"), off).map(DiscountEffect::Amount)
            }
            (None, None, true) => Ok(DiscountEffect::FreeShipping),
            _ => Err(spot
                .refuse("it needs exactly one of percent, amount and free_shipping = true", HINT)),
        }
    }
}

/// Parses `2026-12-24 00:00 UTC`.
fn hour(spot: &Spot, text: Option<&str>) -> Result<Option<CoarseTime>, CliError> {
    let Some(text) = text else { return Ok(None) };
    let read = || {
        let (date, time) = text.strip_suffix(":00 UTC")?.split_once(' ')?;
        let hour: u64 = time.parse().ok().filter(|hour| *hour < 24)?;
        Some(day(date)?.plus_hours(hour))
    };
    let why = "not a time like \"2026-12-24 00:00 UTC\"";
    read().map(Some).ok_or_else(|| spot.refuse(why, HINT))
}

/// Returns the first hour of a day such as `2026-12-24`.
pub(crate) fn day(text: &str) -> Option<CoarseTime> {
    let mut parts = text
        .split('-')
        .map(|part| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u64>().ok())?);
    let day = CoarseTime::from_date(parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() { None } else { day }
}
