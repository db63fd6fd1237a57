//! Construction of a storefront.

use super::{
    BuildError, CachedResponse, SharedContent, Storefront, StorefrontSource, content::SiteContent,
    language_site::LanguageSite,
};
use crate::{file_path::file_path, pictures::EncodedImage, png};
use shop_core::seller_mail::SellerMail;
use std::{collections::HashMap, sync::Arc};

pub(super) fn storefront(source: StorefrontSource) -> Result<Storefront, BuildError> {
    check(&source)?;
    let css = source.theme.css();
    let css_url = file_path("s", css.as_bytes(), "text/css");
    let goods = SiteContent::of(&source, &css, css_url.clone());
    let mut files = HashMap::new();
    for (path, text) in &source.texts {
        files.insert(path.clone(), Arc::new(CachedResponse::text(text.clone())));
    }
    let StorefrontSource { catalog, pictures, seal_cert, rules, code_salt, theme, .. } = source;
    for image in pictures.into_images().chain(theme.logo().cloned()) {
        let EncodedImage { bytes, media_type, path, .. } = image;
        files.entry(path).or_insert_with(|| Arc::new(CachedResponse::picture(media_type, bytes)));
    }
    files.insert(css_url, Arc::new(CachedResponse::style(css)));
    files.insert(
        "/favicon.ico".to_owned(),
        Arc::new(CachedResponse::picture("image/png", icon().into())),
    );
    let key = CachedResponse::text(seal_cert.armored().to_owned());
    files.insert("/pgp.txt".to_owned(), Arc::new(key));
    let languages = &goods.languages;
    let edition = |language| {
        LanguageSite::build(&goods, &catalog, languages.reader(language), theme.overrides())
    };
    let own = edition(languages.own())?;
    let others = languages.all().iter().filter(|language| **language != languages.own());
    let others = others.map(|language| edition(*language)).collect::<Result<Vec<_>, _>>()?;
    let letters = SellerMail { shop: goods.name.clone(), demo: goods.demo };
    let still = SharedContent { goods, seal_cert, letters, rules, code_salt, files };
    Ok(Storefront { still: Arc::new(still), catalog, own, others })
}

/// Checks for mistakes that remain although every part is right for itself.
fn check(source: &StorefrontSource) -> Result<(), BuildError> {
    if source.offered.is_empty() {
        return Err(BuildError::NothingOffered);
    }
    let currency = source.catalog.currency();
    for product in source.catalog.products() {
        let in_asset = || source.offered.iter().any(|asset| product.lowest(*asset).is_some());
        if currency.and_then(|currency| product.lowest(currency)).is_none() && !in_asset() {
            return Err(BuildError::NoPrice { product: product.id.as_str().to_owned() });
        }
    }
    for (i, page) in source.pages.iter().enumerate() {
        let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let wrong = |why| Err(BuildError::Page { slug: page.slug.clone(), why });
        if page.slug.is_empty() || page.slug.len() > 64 || !page.slug.bytes().all(fits) {
            return wrong("the name must be 1 to 64 lower-case letters, digits and dashes");
        }
        if source.pages.iter().take(i).any(|other| other.slug == page.slug) {
            return wrong("another page has the same name");
        }
    }
    Ok(())
}

/// Draws a small bag, for browsers that ask for an icon.
/// Pages name none: it would be one more request.
fn icon() -> Vec<u8> {
    png::black_and_white(32, 32, |x, y| {
        let bag = (5..27).contains(&x) && (11..29).contains(&y);
        let handle = (10..22).contains(&x)
            && (4..11).contains(&y)
            && !((13..19).contains(&x) && (7..11).contains(&y));
        bag || handle
    })
}
