//! The value every template sees as `shop`.

use super::{
    ContentPage,
    image::Image,
    seller_page::{page_path, text},
    views::{CategoryLink, Views},
};
use crate::{
    language::Language,
    page::{Address, Html, View, view},
};
use minijinja::Value;
use std::borrow::Cow;

view! {
    /// The shop in one language.
    struct ShopView {
        name: String,
        tagline: String,
        tagline_lang: Html,
        contact: Option<String>,
        /// True if payments are simulated.
        demo: bool,
        /// True if the prices of what is sent include the sending.
        shipping_included: bool,
        /// True if a tax comes on top of prices, somewhere.
        tax_added: bool,
        /// Path of the style sheet.
        css: Address,
        logo: Option<Image>,
        pages: Vec<PageLink>,
        /// Categories that are in no other.
        categories: Vec<CategoryLink>,
        languages: Vec<LanguageLink>,
        /// Attributes of elements with the seller's words.
        lang: Html,
        /// Paths of plain texts.
        texts: Vec<String>,
    }
}

view! {
    /// A page of the seller's words, in the menu.
    struct PageLink {
        url: Address,
        title: String,
        lang: Html,
    }
}

view! {
    /// A language in the menu.
    struct LanguageLink {
        tag: Cow<'static, str>,
        name: Cow<'static, str>,
        /// Beginning of its paths.
        prefix: Address,
    }
}

/// Builds what every template sees as `shop`.
pub(super) fn shop_view(views: Views<'_>) -> Value {
    let Views { goods, catalog, reader } = views;
    let language = |language: &Language| LanguageLink {
        tag: Cow::Borrowed(language.tag()),
        name: Cow::Borrowed(language.name()),
        prefix: Address::from_path(goods.languages.reader(*language).prefix.to_owned()),
    };
    let page = |page: &ContentPage| {
        let (text, lang) = text(page, goods, reader);
        PageLink { url: Address::from_path(page_path(&page.slug)), title: text.title.clone(), lang }
    };
    let kinds = catalog.categories().iter().filter(|category| category.depth == 0);
    let (tagline, tagline_lang) = views.word(&goods.tagline);
    let view = ShopView {
        name: goods.name.clone(),
        tagline,
        tagline_lang,
        contact: goods.contact.clone(),
        demo: goods.demo,
        shipping_included: goods.shipping_included,
        tax_added: goods.tax_added,
        css: Address::from_path(goods.css.clone()),
        logo: goods.logo.clone(),
        pages: goods.pages.iter().map(page).collect(),
        categories: kinds.map(|category| views.category(category)).collect(),
        languages: goods.languages.all().iter().map(language).collect(),
        lang: views.lang(),
        texts: goods.texts.clone(),
    };
    view.into_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_shop() {
        for sample in crate::page::sample::samples(&["shop"]) {
            assert_eq!(ShopView::check(&sample), Ok(()));
        }
    }
}
