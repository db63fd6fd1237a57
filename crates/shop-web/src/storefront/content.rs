//! Content that the pages of a storefront are made from.

use super::{
    ContentPage, StorefrontSource,
    image::Image,
    inline::{InlineBudget, InlineStyle},
};
use crate::{
    language::{Glossary, Languages},
    pictures::EncodedImage,
};
use shop_core::{
    bill::Shipping,
    catalog::Product,
    money::{AssetId, PriceUnit},
};
use std::collections::HashMap;

/// Content of a storefront, but for the stock: the same until the seller changes it.
pub(super) struct SiteContent {
    pub(super) name: String,
    pub(super) tagline: String,
    pub(super) contact: Option<String>,
    pub(super) demo: bool,
    /// Assets that can be paid with, the preferred first; never empty.
    pub(super) offered: Vec<AssetId>,
    /// Units of the prices that are shown: the seller's currency, and what is offered.
    pub(super) units: Vec<PriceUnit>,
    /// Asset of prices where nothing is offered.
    usual: AssetId,
    pub(super) languages: Languages,
    pub(super) pages: Vec<ContentPage>,
    /// Path of the style sheet.
    pub(super) css: String,
    /// The style sheet as it stands in a page.
    pub(super) style: Option<InlineStyle>,
    /// The picture in the header.
    pub(super) logo: Option<Image>,
    /// Names of the plain texts there are, for the menu.
    pub(super) texts: Vec<String>,
    /// True if the prices of what is sent include the sending.
    pub(super) shipping_included: bool,
    /// True if a tax comes on top of prices, somewhere.
    pub(super) tax_added: bool,
    /// The seller's short words in other languages.
    pub(super) words: Glossary,
    pictures: HashMap<String, Shown>,
}

/// A picture's two sizes, as templates see them.
pub(super) struct Shown {
    pub(super) thumb: Image,
    small: EncodedImage,
    pub(super) full: Image,
    full_url: String,
}

impl SiteContent {
    pub(super) fn of(source: &StorefrontSource, css: &str, css_url: String) -> Self {
        let pictures = source.pictures.iter().map(|(name, picture)| {
            let thumb = Image::file(&picture.thumb);
            let full = Image::file(&picture.full);
            let small = picture.thumb.clone();
            let full_url = picture.full.path.clone();
            (name.to_owned(), Shown { thumb, small, full, full_url })
        });
        let currency = source.catalog.currency().map(PriceUnit::from);
        let offered = source.offered.iter().copied().map(PriceUnit::from);
        Self {
            units: currency.into_iter().chain(offered).collect(),
            name: source.name.clone(),
            tagline: source.tagline.clone(),
            contact: source.contact.clone(),
            demo: source.demo,
            offered: source.offered.clone(),
            usual: source.catalog.known_assets().usual(),
            languages: source.languages.clone(),
            pages: source.pages.clone(),
            css: css_url,
            style: InlineStyle::of(css),
            logo: source.theme.logo().map(Image::file),
            texts: source.texts.iter().map(|(path, _)| path.clone()).collect(),
            shipping_included: source.rules.shipping == Shipping::Included,
            tax_added: source
                .rules
                .tax
                .entries()
                .any(|rate| !rate.included && !rate.percent.is_zero()),
            words: source.words.clone(),
            pictures: pictures.collect(),
        }
    }

    /// Returns the asset that is offered first.
    pub(super) fn preferred(&self) -> AssetId {
        self.offered.first().copied().unwrap_or(self.usual)
    }

    /// Returns the unit that prices are compared in: the seller's currency, if there is one.
    pub(super) fn compared_in(&self) -> PriceUnit {
        self.units.first().copied().unwrap_or(self.usual.into())
    }

    /// Returns the picture of this name.
    pub(super) fn picture(&self, name: &str) -> Option<&Shown> {
        self.pictures.get(name)
    }

    /// Returns the path of the large picture of this name.
    pub(super) fn picture_url(&self, name: &str) -> Option<String> {
        self.pictures.get(name).map(|shown| shown.full_url.clone())
    }

    /// Returns the small picture of a product, for a template.
    /// It is a file, or written into the page where there is room for it.
    pub(super) fn thumb(&self, product: &Product, room: &mut InlineBudget) -> Option<Image> {
        let shown = product.images.iter().find_map(|name| self.pictures.get(name));
        shown.map(|shown| room.take(&shown.small).unwrap_or_else(|| shown.thumb.clone()))
    }
}
