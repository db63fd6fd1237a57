//! One thing for sale, and its choices.

use crate::{
    digital::Digital,
    money::{Price, PriceUnit},
    stock::StockKey,
};
use serde::{Deserialize, Serialize};

/// Separator between the values in a variant's name: `M / Sand`.
pub const BETWEEN_VALUES: &str = " / ";

/// One thing for sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The name it has inside `catalog.json`, and in a cart: 1 to 64 of `a-z A-Z 0-9 . _ -`.
    pub id: ProductId,
    /// Its place in URLs, unique, made from the name where the file has none.
    pub slug: String,
    /// Name in one line.
    pub name: String,
    /// Description in Markdown.
    pub description: String,
    /// Name and description in other languages.
    pub translations: Vec<Translation>,
    /// Image file names inside `images/`, the first is the main one. Those of variants follow.
    pub images: Vec<String>,
    /// Paths in the seller's spelling: `Clothing/Shirts`.
    pub categories: Vec<String>,
    /// Axes of choice; empty for no choice.
    pub axes: Vec<Axis>,
    /// Variants that can be bought: one for each choice there is, or the only one. Never empty.
    pub variants: Vec<Variant>,
    /// Shown in the window.
    pub featured: bool,
    /// Marked as new.
    pub is_new: bool,
    /// Related products, if the seller names any.
    pub related: Vec<ProductId>,
}

/// A product's name inside the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProductId(pub(crate) String);

/// Name and description in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// BCP 47, as in the paths of pages: `fr-CA`.
    pub language: String,
    /// One line.
    pub name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
}

/// One axis of choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Name of the axis (`Size`); empty in the old `options` list.
    pub name: String,
    /// Values to choose from, in the seller's order.
    pub values: Vec<String>,
}

/// A choice by its values, `M / Black`; None where there is nothing to choose.
/// The text stands in forms, carts, orders and mails.
pub type VariantName = Option<String>;

/// A variant of a product, which can be bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Name of the choice.
    pub name: VariantName,
    /// One value of each axis.
    pub choice: Vec<String>,
    /// The seller's own number for it.
    pub sku: Option<String>,
    /// One price an asset or currency, in the seller's order. Never empty.
    pub prices: Vec<Price>,
    /// Its own picture, inside `images/`.
    pub image: Option<String>,
    /// Grams of one unit, as it is sent; 0 where the file says nothing.
    pub grams: u32,
    /// Stock that it is taken from.
    pub stock: StockKey,
    /// Digital goods that are handed out instead of a parcel.
    pub digital: Option<Digital>,
}

impl ProductId {
    /// Parses text that names a product.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        shaped.then(|| Self(text.to_owned()))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for ProductId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ProductId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a product's name"))
    }
}

impl Product {
    /// Returns the variant of this name.
    /// Returns None for an unknown name, and for no name where there is a choice.
    #[must_use]
    pub fn variant(&self, name: Option<&str>) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.name.as_deref() == name)
    }

    /// Returns true if any choice of it is sent, rather than handed out.
    #[must_use]
    pub fn ships(&self) -> bool {
        self.variants.iter().any(|variant| variant.digital.is_none())
    }

    /// Returns true if any choice of it is handed out, rather than sent.
    #[must_use]
    pub fn is_handed_out(&self) -> bool {
        self.variants.iter().any(|variant| variant.digital.is_some())
    }

    /// Returns the lowest price in `unit`, if every variant has one.
    #[must_use]
    pub fn lowest(&self, unit: impl Into<PriceUnit>) -> Option<Price> {
        let unit = unit.into();
        let (first, others) = self.variants.split_first()?;
        let lower = |low: Price, variant: &Variant| {
            let price = variant.price(unit)?;
            Some(if price.units() < low.units() { price } else { low })
        };
        others.iter().try_fold(first.price(unit)?, lower)
    }

    /// Returns true if some of its variants cost more than others.
    #[must_use]
    pub fn prices_differ(&self, unit: impl Into<PriceUnit>) -> bool {
        let unit = unit.into();
        let mut prices = self.variants.iter().map(|variant| variant.price(unit));
        let first = prices.next();
        prices.any(|price| Some(price) != first)
    }

    /// Returns its name in a language, or as the seller wrote it.
    #[must_use]
    pub fn name_in(&self, language: &str) -> &str {
        self.translated(language).and_then(|t| t.name.as_deref()).unwrap_or(&self.name)
    }

    /// Returns true if its name was translated into this language.
    #[must_use]
    pub fn is_named_in(&self, language: &str) -> bool {
        self.translated(language).is_some_and(|translation| translation.name.is_some())
    }

    /// Returns its description in a language, or as the seller wrote it.
    #[must_use]
    pub fn description_in(&self, language: &str) -> &str {
        let translated = self.translated(language).and_then(|t| t.description.as_deref());
        translated.unwrap_or(&self.description)
    }

    fn translated(&self, language: &str) -> Option<&Translation> {
        self.translations.iter().find(|translation| translation.language == language)
    }
}

impl Variant {
    /// Returns the price in `unit`, if it has one. Nothing is converted.
    #[must_use]
    pub fn price(&self, unit: impl Into<PriceUnit>) -> Option<Price> {
        let unit = unit.into();
        self.prices.iter().copied().find(|price| price.unit() == unit)
    }
}
