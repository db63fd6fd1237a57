//! What the pages of a storefront are made from.

use super::{ContentPage, StorefrontSource};
use crate::{language::Languages, pictures::EncodedImage, templates::address};
use minijinja::{Value, context};
use shop_core::{bill::Shipping, catalog::Product, money::AssetId};
use std::collections::HashMap;

/// What a storefront shows, but for how much of it is left: the same until the seller changes it.
pub(super) struct Goods {
    pub(super) name: String,
    pub(super) tagline: String,
    pub(super) contact: Option<String>,
    pub(super) demo: bool,
    /// What can be paid with, the preferred first; never empty.
    pub(super) offered: Vec<AssetId>,
    pub(super) languages: Languages,
    pub(super) pages: Vec<ContentPage>,
    /// Where the style sheet is.
    pub(super) css: String,
    /// The picture in the header.
    pub(super) logo: Option<Value>,
    /// Names of the plain texts there are, for the menu.
    pub(super) texts: Vec<String>,
    /// Whether the prices of what is sent include the sending.
    pub(super) shipping_included: bool,
    pictures: HashMap<String, Shown>,
}

/// A picture's two sizes, as templates see them.
pub(super) struct Shown {
    pub(super) thumb: Value,
    pub(super) full: Value,
    full_url: String,
}

impl Goods {
    pub(super) fn of(source: &StorefrontSource, css: String) -> Self {
        let pictures = source.pictures.iter().map(|(name, picture)| {
            let (thumb, full) = (image(&picture.thumb), image(&picture.full));
            (name.to_owned(), Shown { thumb, full, full_url: picture.full.path.clone() })
        });
        Self {
            name: source.name.clone(),
            tagline: source.tagline.clone(),
            contact: source.contact.clone(),
            demo: source.demo,
            offered: source.offered.clone(),
            languages: source.languages.clone(),
            pages: source.pages.clone(),
            css,
            logo: source.theme.logo().map(image),
            texts: source.texts.iter().map(|(path, _)| path.clone()).collect(),
            shipping_included: source.rules.shipping == Shipping::Included,
            pictures: pictures.collect(),
        }
    }

    /// What prices are compared in.
    pub(super) fn preferred(&self) -> AssetId {
        self.offered.first().copied().unwrap_or(AssetId::Eth)
    }

    /// The picture of this name.
    pub(super) fn picture(&self, name: &str) -> Option<&Shown> {
        self.pictures.get(name)
    }

    /// Where the large picture of this name is.
    pub(super) fn picture_url(&self, name: &str) -> Option<String> {
        self.pictures.get(name).map(|shown| shown.full_url.clone())
    }

    /// The small picture of a product, for a template.
    pub(super) fn thumb(&self, product: &Product) -> Value {
        let shown = product.images.iter().find_map(|name| self.pictures.get(name));
        shown.map_or(Value::from(()), |shown| shown.thumb.clone())
    }
}

fn image(image: &EncodedImage) -> Value {
    context! {
        src => address(image.path.clone()),
        width => image.width,
        height => image.height,
    }
}
