//! Page of the seller's words.

use super::{ContentPage, PageText, content::SiteContent, views};
use crate::{
    language::Reader,
    markdown,
    page::{Html, Page, view},
};
use std::borrow::Cow;

view! {
    /// Values of `content.html`.
    pub(super) struct SellerPage<'a> {
        title: Cow<'a, str>,
        /// Words, from the seller's Markdown.
        body: Html,
        /// Attributes of the element with the words.
        lang: Html,
    }
}

impl Page for SellerPage<'_> {
    const TEMPLATE: &'static str = "content.html";
}

impl<'a> SellerPage<'a> {
    /// Renders the words.
    pub(super) fn new(page: &'a ContentPage, goods: &SiteContent, reader: Reader) -> Self {
        let (text, lang) = text(page, goods, reader);
        let to = |path: &str| reader.to(path);
        let body = markdown::render(&text.markdown, &|name| goods.picture_url(name), &to);
        let body = Html::new(body);
        Self { title: Cow::Borrowed(&text.title), body, lang }
    }
}

/// Returns the page as this reader gets it, and its mark if it is in another language.
pub(super) fn text<'p>(
    page: &'p ContentPage,
    goods: &SiteContent,
    reader: Reader,
) -> (&'p PageText, Html) {
    match page.translations.iter().find(|(language, _)| *language == reader.language) {
        Some((_, text)) if !reader.is_own() => (text, Html::empty()),
        _ => (&page.text, views::lang(reader, goods.languages.own())),
    }
}

/// Returns the path of a text of the seller's. `/policy` is where the old cart had it.
#[must_use]
pub fn page_path(slug: &str) -> String {
    match slug {
        "policy" => "/policy".to_owned(),
        slug => format!("/page/{slug}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<SellerPage<'_>>();
    }
}
