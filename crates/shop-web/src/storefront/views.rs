//! Products as templates see them.

use super::StorefrontSource;
use crate::{
    language::{Language, Reader},
    markdown,
    pictures::EncodedImage,
    templates::address,
};
use minijinja::{Value, context};
use shop_core::{
    cart::MOST_UNITS,
    catalog::{Product, category_slug},
    money::{Amount, AssetId},
};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The path of a product's page.
pub(crate) fn product_url(product: &Product) -> String {
    format!("/product/{}", product.slug)
}

/// The attributes of an element whose words are the seller's, in the shop's own language, on a page
/// in another one.
pub(crate) fn lang(reader: Reader, own: Language) -> Value {
    if reader.is_own() {
        return Value::from("");
    }
    Value::from_safe_string(format!(" lang=\"{}\" dir=\"{}\"", own.tag(), own.direction()))
}

/// The path of a category's page.
pub(super) fn category_url(category: &str) -> String {
    format!("/category/{}", category_slug(category))
}

/// The path of a file, made from its contents: the same path is always the same file, so browsers
/// may keep it, and no version number tells when the shop was changed. The files are the seller's
/// own, so nobody is there to forge a collision.
pub(super) fn file_url(folder: &str, bytes: &[u8], media_type: &str) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let ending = match media_type {
        "image/webp" => "webp",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "text/css" => "css",
        _ => "bin",
    };
    format!("/{folder}/{:016x}.{ending}", hasher.finish())
}

pub(super) fn image(image: &EncodedImage) -> Value {
    context! {
        src => address(file_url("i", &image.bytes, image.media_type)),
        width => image.width,
        height => image.height,
    }
}

/// The prices that can be paid, in the order the currencies are offered.
pub(super) fn prices(product: &Product, offered: &[AssetId]) -> Vec<Amount> {
    offered.iter().filter_map(|asset| product.price(*asset)).collect()
}

pub(super) fn product(product: &Product, source: &StorefrontSource, reader: Reader) -> Value {
    let words = reader.words();
    let lang = lang(reader, source.languages.own());
    let prices = prices(product, &source.offered);
    let prices: Vec<String> = prices.into_iter().map(|price| words.amount(price)).collect();
    let shown = product.images.iter().filter_map(|name| source.pictures.named(name));
    let shown: Vec<_> = shown.collect();
    let picture = |name: &str| source.pictures.named(name).map(|picture| url(&picture.full));
    let description = markdown::render(&product.description, &picture, &|path| reader.to(path));
    context! {
        id => product.id.as_str(),
        url => product_url(product),
        name => &product.name,
        description => Value::from_safe_string(description),
        price => prices.first().cloned(),
        prices,
        sold => product.is_sold(),
        most => product.quantity.min(MOST_UNITS),
        options => list(product.options.iter().map(Value::from)),
        thumb => shown.first().map(|picture| image(&picture.thumb)),
        pictures => list(shown.iter().map(|picture| image(&picture.full))),
        categories => list(product.categories.iter().map(|category| kind(category, &lang))),
        lang => &lang,
    }
}

pub(super) fn url(image: &EncodedImage) -> String {
    file_url("i", &image.bytes, image.media_type)
}

pub(super) fn kind(category: &str, lang: &Value) -> Value {
    context! { name => category, url => address(category_url(category)), lang }
}

pub(super) fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::from(items.collect::<Vec<_>>())
}
