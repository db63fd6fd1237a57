//! Products and categories as templates see them.

use super::{content::SiteContent, image::Image, inline::InlineBudget};
use crate::{
    language::{Language, Reader},
    page::{Html, view},
};
use shop_core::{
    catalog::{Catalog, Category, Product},
    money::{Price, PriceUnit},
    stock::Availability,
};

/// Returns the path of a product's page.
pub(crate) fn product_url(product: &Product) -> String {
    format!("/product/{}", product.slug)
}

/// Returns the attributes of an element whose words are the seller's.
/// The words are in the shop's own language, on a page in another one.
pub(crate) fn lang(reader: Reader, own: Language) -> Html {
    if reader.is_own() {
        return Html::empty();
    }
    Html::new(format!(" lang=\"{}\" dir=\"{}\"", own.tag(), own.direction()))
}

/// Returns the path of a category's page.
pub(super) fn category_url(slug: &str) -> String {
    format!("/category/{slug}")
}

/// Returns the lowest prices of a product, in the order of the units.
pub(super) fn prices(catalog: &Catalog, product: &Product, units: &[PriceUnit]) -> Vec<Price> {
    units.iter().filter_map(|unit| catalog.lowest(product, *unit)).collect()
}

view! {
    /// A product among others.
    pub(super) struct Tile {
        url: String,
        name: String,
        /// Attributes of an element with its name.
        lang: Html,
        /// Lowest price.
        price: Option<String>,
        /// True if choices have different prices.
        varies: bool,
        sold: bool,
        few: bool,
        new: bool,
        thumb: Option<Image>,
    }
}

view! {
    /// A category among others.
    pub(super) struct CategoryLink {
        name: String,
        url: String,
        depth: usize,
        /// Number of products in it.
        count: usize,
        lang: Html,
    }
}

/// Everything the views of one language are made from.
#[derive(Clone, Copy)]
pub(super) struct Views<'a> {
    pub(super) goods: &'a SiteContent,
    pub(super) catalog: &'a Catalog,
    pub(super) reader: Reader,
}

impl Views<'_> {
    /// Builds a product among others.
    fn tile(&self, product: &Product, room: &mut InlineBudget) -> Tile {
        let Self { goods, catalog, reader } = *self;
        let price = catalog
            .lowest(product, goods.compared_in())
            .or_else(|| prices(catalog, product, &goods.units).first().copied());
        let level = catalog.level_of(product);
        Tile {
            url: product_url(product),
            name: product.name_in(reader.language.tag()).to_owned(),
            lang: self.lang_of(product),
            price: price.map(|price| reader.words().amount(price)),
            varies: price.is_some_and(|price| product.prices_differ(price.unit())),
            sold: level == Availability::SoldOut,
            few: level == Availability::LowStock,
            new: product.is_new,
            thumb: goods.thumb(product, room),
        }
    }

    /// Builds several of them, on a page with this room for their pictures.
    pub(super) fn tiles<'p>(
        &self,
        products: impl Iterator<Item = &'p Product>,
        mut room: InlineBudget,
    ) -> Vec<Tile> {
        products.map(|product| self.tile(product, &mut room)).collect()
    }

    /// Builds a category among others.
    pub(super) fn category(&self, category: &Category) -> CategoryLink {
        let (name, lang) = self.word(&category.name);
        CategoryLink {
            name,
            url: category_url(&category.slug),
            depth: category.depth,
            count: category.products.len(),
            lang,
        }
    }

    /// Returns the translation of the seller's words, if that is known.
    pub(super) fn said(&self, words: &str) -> Option<String> {
        if self.reader.is_own() { None } else { self.goods.words.said(self.reader.language, words) }
    }

    /// Returns the seller's words as this reader gets them, and their mark where they stay their
    /// own.
    pub(super) fn word(&self, words: &str) -> (String, Html) {
        match self.said(words) {
            Some(said) => (said, Html::empty()),
            None => (words.to_owned(), self.lang()),
        }
    }

    /// Returns the mark of the seller's own words.
    pub(super) fn lang(&self) -> Html {
        lang(self.reader, self.goods.languages.own())
    }

    /// Returns the mark of a product's words, unless they are in the reader's language.
    pub(super) fn lang_of(&self, product: &Product) -> Html {
        let tag = self.reader.language.tag();
        if product.is_named_in(tag) { Html::empty() } else { self.lang() }
    }
}
