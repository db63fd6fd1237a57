//! Products as templates see them.

use super::StorefrontSource;
use crate::{markdown, pictures::EncodedImage};
use minijinja::{Value, context};
use shop_core::{
    cart::MOST_UNITS,
    catalog::{Category, Product, category_slug},
    money::{Amount, AssetId},
    stock::Level,
};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The path of a product's page.
pub(crate) fn product_url(product: &Product) -> String {
    format!("/product/{}", product.slug)
}

/// A path for a template. Ours are made of letters, digits, dots, dashes and slashes, and the
/// escaping would spend five bytes on each slash.
pub(crate) fn path(path: String) -> Value {
    Value::from_safe_string(path)
}

/// The path of a category's page.
pub(super) fn category_url(slug: &str) -> String {
    format!("/category/{slug}")
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
        src => path(file_url("i", &image.bytes, image.media_type)),
        width => image.width,
        height => image.height,
    }
}

/// The prices that can be paid, in the order the currencies are offered.
pub(super) fn prices(product: &Product, offered: &[AssetId]) -> Vec<Amount> {
    offered.iter().filter_map(|asset| product.lowest(*asset)).collect()
}

pub(super) fn product(product: &Product, source: &StorefrontSource) -> Value {
    let StorefrontSource { catalog, pictures, offered, .. } = source;
    let level = catalog.level_of(product);
    let prices: Vec<String> = prices(product, offered).iter().map(Amount::to_string).collect();
    let shown: Vec<_> = product.images.iter().filter_map(|name| pictures.named(name)).collect();
    let description = markdown::render(&product.description, &|name| {
        pictures.named(name).map(|picture| url(&picture.full))
    });
    context! {
        id => product.id.as_str(),
        url => path(product_url(product)),
        name => &product.name,
        description => Value::from_safe_string(description),
        price => prices.first().cloned(),
        prices,
        sold => level == Level::Sold,
        most => level.most(MOST_UNITS),
        options => list(product.variants.iter().filter_map(|v| v.name.as_deref()).map(Value::from)),
        thumb => shown.first().map(|picture| image(&picture.thumb)),
        pictures => list(shown.iter().map(|picture| image(&picture.full))),
        categories => list(product.categories.iter().map(|category| kind(category))),
    }
}

pub(super) fn url(image: &EncodedImage) -> String {
    file_url("i", &image.bytes, image.media_type)
}

/// A category as the seller wrote it at a product.
fn kind(category: &str) -> Value {
    let name = category.rsplit('/').next().unwrap_or(category);
    context! { name => name.trim(), url => path(category_url(&category_slug(category))) }
}

pub(super) fn category(category: &Category) -> Value {
    context! {
        name => &category.name,
        url => path(category_url(&category.slug)),
        depth => category.depth,
    }
}

pub(super) fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::from(items.collect::<Vec<_>>())
}
