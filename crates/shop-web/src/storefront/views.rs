//! Products and categories as templates see them.

use super::{content::SiteContent, inline::InlineBudget};
use crate::{
    language::{Language, Reader},
    markdown,
};
use minijinja::{Value, context};
use shop_core::{
    cart::MOST_UNITS,
    catalog::{BETWEEN_VALUES, Catalog, Category, Product, Variant, category_slug},
    money::{Amount, AssetId},
    stock::Availability,
};

/// Products shown as going with another one.
const RELATED: usize = 4;

/// Returns the path of a product's page.
pub(crate) fn product_url(product: &Product) -> String {
    format!("/product/{}", product.slug)
}

/// Returns the attributes of an element whose words are the seller's.
/// The words are in the shop's own language, on a page in another one.
pub(crate) fn lang(reader: Reader, own: Language) -> Value {
    if reader.is_own() {
        return Value::from("");
    }
    Value::from_safe_string(format!(" lang=\"{}\" dir=\"{}\"", own.tag(), own.direction()))
}

/// Returns the path of a category's page.
pub(super) fn category_url(slug: &str) -> String {
    format!("/category/{slug}")
}

/// Returns the lowest prices that can be paid, in the order the currencies are offered.
fn prices(catalog: &Catalog, product: &Product, offered: &[AssetId]) -> Vec<Amount> {
    offered.iter().filter_map(|asset| catalog.lowest(product, *asset)).collect()
}

pub(super) fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::from(items.collect::<Vec<_>>())
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
    fn tile(&self, product: &Product, room: &mut InlineBudget) -> Value {
        let Self { goods, catalog, reader } = *self;
        let price = catalog
            .lowest(product, goods.preferred())
            .or_else(|| prices(catalog, product, &goods.offered).first().copied());
        let level = catalog.level_of(product);
        context! {
            url => product_url(product),
            name => product.name_in(reader.language.tag()),
            lang => self.lang_of(product),
            price => price.map(|price| reader.words().amount(price)),
            varies => price.is_some_and(|price| product.prices_differ(price.asset())),
            sold => level == Availability::SoldOut,
            few => level == Availability::LowStock,
            new => product.is_new,
            thumb => goods.thumb(product, room),
        }
    }

    /// Builds several of them, on a page with this room for their pictures.
    pub(super) fn tiles<'p>(
        &self,
        products: impl Iterator<Item = &'p Product>,
        mut room: InlineBudget,
    ) -> Value {
        list(products.map(|product| self.tile(product, &mut room)))
    }

    /// Builds a product on its own page.
    pub(super) fn product(&self, product: &Product) -> Value {
        let Self { goods, catalog, reader } = *self;
        let words = reader.words();
        let tag = reader.language.tag();
        let level = catalog.level_of(product);
        let prices = prices(catalog, product, &goods.offered);
        let varies = prices.iter().any(|price| product.prices_differ(price.asset()));
        let picture = |name: &str| goods.picture_url(name);
        let description = product.description_in(tag);
        let description = markdown::render(description, &picture, &|path| reader.to(path));
        let pictures = product.images.iter().filter_map(|name| {
            let of = product.variants.iter().find(|variant| variant.image.as_ref() == Some(name));
            let of = of.and_then(|variant| variant.name.as_deref()).map(|name| self.word(name));
            let (of, lang) = of.unzip();
            let shown = goods.picture(name);
            shown.map(|shown| context! { of, lang, small => &shown.thumb, ..shown.full.clone() })
        });
        let choices = product.variants.iter().filter(|variant| variant.name.is_some());
        context! {
            id => product.id.as_str(),
            url => product_url(product),
            name => product.name_in(tag),
            lang => self.lang_of(product),
            description => Value::from_safe_string(description),
            prices => prices.iter().map(|price| words.amount(*price)).collect::<Vec<_>>(),
            varies,
            level => word(level),
            sold => level == Availability::SoldOut,
            most => level.most(MOST_UNITS),
            digital => !product.ships(),
            digital_too => product.ships() && product.is_handed_out(),
            choose => self.choose(product),
            choices => list(choices.map(|variant| self.choice(variant, varies))),
            pictures => list(pictures),
            categories => list(product.categories.iter().map(|path| self.named(path))),
            related => self.tiles(catalog.related(product, RELATED).into_iter(), InlineBudget::none()),
            next => catalog.next(&product.id).map(|next| {
                context! { url => product_url(next), name => next.name_in(tag) }
            }),
        }
    }

    /// Builds one choice. Its stock is said, and its price where choices differ.
    fn choice(&self, variant: &Variant, varies: bool) -> Value {
        let level = self.catalog.level(&variant.stock);
        let price = self.goods.offered.iter().find_map(|asset| variant.price(*asset));
        let price = price.filter(|_| varies).map(|price| self.reader.words().amount(price));
        let (shown, lang) = variant.name.as_deref().map(|name| self.word(name)).unzip();
        context! {
            name => variant.name.as_deref(),
            shown,
            lang,
            price,
            sold => level == Availability::SoldOut,
            few => level == Availability::LowStock,
        }
    }

    /// Builds a category among others.
    pub(super) fn category(&self, category: &Category) -> Value {
        let (name, lang) = self.word(&category.name);
        context! {
            name,
            url => category_url(&category.slug),
            depth => category.depth,
            count => category.products.len(),
            lang,
        }
    }

    /// Builds a category as the seller wrote it at a product.
    fn named(&self, path: &str) -> Value {
        let (name, lang) = self.word(path.rsplit('/').next().unwrap_or(path).trim());
        context! { name, url => category_url(&category_slug(path)), lang }
    }

    /// Returns the translation of the seller's words, if that is known.
    pub(super) fn said(&self, words: &str) -> Option<String> {
        if self.reader.is_own() { None } else { self.goods.words.said(self.reader.language, words) }
    }

    /// Returns the seller's words as this reader gets them, and their mark where they stay their
    /// own.
    pub(super) fn word(&self, words: &str) -> (String, Value) {
        match self.said(words) {
            Some(said) => (said, Value::from("")),
            None => (words.to_owned(), self.lang()),
        }
    }

    /// Returns what there is to choose: `Size / Colour`.
    fn choose(&self, product: &Product) -> Option<String> {
        let names: Vec<String> = product.axes.iter().map(|axis| self.word(&axis.name).0).collect();
        let named = !names.is_empty() && names.iter().all(|name| !name.is_empty());
        named.then(|| names.join(BETWEEN_VALUES))
    }

    /// Returns the mark of the seller's own words.
    pub(super) fn lang(&self) -> Value {
        lang(self.reader, self.goods.languages.own())
    }

    /// Returns the mark of a product's words, unless they are in the reader's language.
    fn lang_of(&self, product: &Product) -> Value {
        let tag = self.reader.language.tag();
        if product.is_named_in(tag) { Value::from("") } else { self.lang() }
    }
}

/// Returns the word for a level, in templates.
const fn word(level: Availability) -> &'static str {
    match level {
        Availability::SoldOut => "sold",
        Availability::LowStock => "few",
        Availability::InStock => "plenty",
    }
}
