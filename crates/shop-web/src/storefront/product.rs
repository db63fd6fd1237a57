//! Page of a product.

use super::{
    image::Image,
    inline::InlineBudget,
    views::{Tile, Views, category_url, prices, product_url},
};
use crate::{
    markdown,
    page::{Address, Html, Page, view},
};
use shop_core::{
    cart::MOST_UNITS,
    catalog::{BETWEEN_VALUES, Product, Variant, category_slug},
    stock::Availability,
};
use std::borrow::Cow;

/// Products shown as going with another one.
const RELATED: usize = 4;

view! {
    /// Values of `product.html`.
    pub(super) struct ProductPage {
        product: ProductView,
    }
}

view! {
    struct ProductView {
        id: String,
        url: String,
        name: String,
        /// Attributes of elements with its name and its description.
        lang: Html,
        /// Description, from the seller's Markdown.
        description: Html,
        /// Lowest prices, one in each currency.
        prices: Vec<String>,
        /// True if choices have different prices.
        varies: bool,
        /// Stock: `sold`, `few` or `plenty`.
        level: Cow<'static, str>,
        sold: bool,
        /// Highest quantity that can be ordered.
        most: u32,
        /// True if nothing of it is sent.
        digital: bool,
        /// True if something is handed out in addition to what is sent.
        digital_too: bool,
        /// Names of the choices: `Size / Colour`.
        choose: Option<String>,
        choices: Vec<Choice>,
        pictures: Vec<ProductPicture>,
        categories: Vec<CategoryOfProduct>,
        related: Vec<Tile>,
        next: Option<NextProduct>,
    }
}

view! {
    struct Choice {
        /// Name in the seller's words, which the form sends.
        name: Option<String>,
        /// Name in the reader's words.
        shown: Option<String>,
        lang: Option<Html>,
        /// Price, where choices differ.
        price: Option<String>,
        sold: bool,
        few: bool,
    }
}

view! {
    struct ProductPicture {
        /// Choice that it shows.
        of: Option<String>,
        lang: Option<Html>,
        small: Image,
        src: Address,
        width: u32,
        height: u32,
    }
}

view! {
    struct CategoryOfProduct {
        name: String,
        url: String,
        lang: Html,
    }
}

view! {
    struct NextProduct {
        url: String,
        name: String,
    }
}

impl Page for ProductPage {
    const TEMPLATE: &'static str = "product.html";
}

impl ProductPage {
    /// Builds the page.
    pub(super) fn new(views: Views<'_>, product: &Product) -> Self {
        let Views { goods, catalog, reader } = views;
        let words = reader.words();
        let tag = reader.language.tag();
        let level = catalog.level_of(product);
        let prices = prices(catalog, product, &goods.units);
        let varies = prices.iter().any(|price| product.prices_differ(price.unit()));
        let picture = |name: &str| goods.picture_url(name);
        let description = product.description_in(tag);
        let description = markdown::render(description, &picture, &|path| reader.to(path));
        let choices = product.variants.iter().filter(|variant| variant.name.is_some());
        let related = catalog.related(product, RELATED).into_iter();
        let next = catalog
            .next(&product.id)
            .map(|next| NextProduct { url: product_url(next), name: next.name_in(tag).to_owned() });
        let product = ProductView {
            id: product.id.as_str().to_owned(),
            url: product_url(product),
            name: product.name_in(tag).to_owned(),
            lang: views.lang_of(product),
            description: Html::new(description),
            prices: prices.iter().map(|price| words.amount(*price)).collect(),
            varies,
            level: Cow::Borrowed(word(level)),
            sold: level == Availability::SoldOut,
            most: level.most(MOST_UNITS),
            digital: !product.ships(),
            digital_too: product.ships() && product.is_handed_out(),
            choose: choose(views, product),
            choices: choices.map(|variant| Choice::new(views, variant, varies)).collect(),
            pictures: pictures(views, product),
            categories: product.categories.iter().map(|path| category(views, path)).collect(),
            related: views.tiles(related, InlineBudget::none()),
            next,
        };
        Self { product }
    }
}

impl Choice {
    /// Builds one choice. Its stock is said, and its price where choices differ.
    fn new(views: Views<'_>, variant: &Variant, varies: bool) -> Self {
        let Views { goods, catalog, reader } = views;
        let level = catalog.level(&variant.stock);
        let price = goods.units.iter().find_map(|unit| variant.price(*unit));
        let price = price.filter(|_| varies).map(|price| reader.words().amount(price));
        let (shown, lang) = variant.name.as_deref().map(|name| views.word(name)).unzip();
        Self {
            name: variant.name.clone(),
            shown,
            lang,
            price,
            sold: level == Availability::SoldOut,
            few: level == Availability::LowStock,
        }
    }
}

fn pictures(views: Views<'_>, product: &Product) -> Vec<ProductPicture> {
    let picture = |name: &String| {
        let of = product.variants.iter().find(|variant| variant.image.as_ref() == Some(name));
        let of = of.and_then(|variant| variant.name.as_deref()).map(|name| views.word(name));
        let (of, lang) = of.unzip();
        let shown = views.goods.picture(name)?;
        let Image { src, width, height } = shown.full.clone();
        Some(ProductPicture { of, lang, small: shown.thumb.clone(), src, width, height })
    };
    product.images.iter().filter_map(picture).collect()
}

/// Builds a category as the seller wrote it at a product.
fn category(views: Views<'_>, path: &str) -> CategoryOfProduct {
    let (name, lang) = views.word(path.rsplit('/').next().unwrap_or(path).trim());
    CategoryOfProduct { name, url: category_url(&category_slug(path)), lang }
}

/// Returns what there is to choose: `Size / Colour`.
fn choose(views: Views<'_>, product: &Product) -> Option<String> {
    let names: Vec<String> = product.axes.iter().map(|axis| views.word(&axis.name).0).collect();
    let named = !names.is_empty() && names.iter().all(|name| !name.is_empty());
    named.then(|| names.join(BETWEEN_VALUES))
}

/// Returns the word for a level, in templates.
const fn word(level: Availability) -> &'static str {
    match level {
        Availability::SoldOut => "sold",
        Availability::LowStock => "few",
        Availability::InStock => "plenty",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<ProductPage>();
    }
}
