//! The shop in one language.

use super::{BuildError, ContentPage, Fixed, PageText, StorefrontSource, views};
use crate::{
    language::{Language, Reader, Sentence},
    markdown,
    refusal::Refusal,
    templates::{Templates, address},
};
use axum::http::StatusCode;
use minijinja::{Value, context};
use shop_core::catalog::Product;
use std::collections::HashMap;

/// The shop in one language: its templates, and every page that is the same for everyone.
pub(super) struct Edition {
    reader: Reader,
    templates: Templates,
    shared: Value,
    pages: HashMap<String, Fixed>,
    refusals: Vec<(Refusal, Fixed)>,
}

impl Edition {
    /// Renders the shop for readers of one language. `css` is where the style sheet is.
    pub(super) fn build(
        source: &StorefrontSource,
        reader: Reader,
        css: &str,
    ) -> Result<Self, BuildError> {
        let templates = Templates::built_in(reader)?;
        let shared = shared(source, reader, css);
        let (pages, refusals) = (HashMap::new(), Vec::new());
        let mut edition = Self { reader, templates, shared, pages, refusals };
        edition.add_products(source)?;
        edition.add_texts(source)?;
        edition.add("/order/enter", "enter.html", context! { unknown => false })?;
        for refusal in Refusal::DRESSED {
            let page = edition.notice(refusal)?;
            edition.refusals.push((refusal, page));
        }
        Ok(edition)
    }

    pub(super) const fn language(&self) -> Language {
        self.reader.language
    }

    /// Where its pages are.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        self.pages.keys().map(|path| self.reader.to(path))
    }

    /// The page at a path without its language.
    pub(super) fn page(&self, path: &str) -> Option<&Fixed> {
        self.pages.get(path)
    }

    pub(super) fn refusal(&self, refusal: Refusal) -> Option<&Fixed> {
        self.refusals.iter().find(|(r, _)| *r == refusal).map(|(_, page)| page)
    }

    /// Renders one page. `here` is its path without its language.
    pub(super) fn render(
        &self,
        template: &str,
        here: &str,
        page: Value,
    ) -> Result<String, minijinja::Error> {
        let here = address(here.to_owned());
        self.templates.render(template, context! { shop => &self.shared, here, ..page })
    }

    fn add(&mut self, path: &str, template: &str, page: Value) -> Result<(), BuildError> {
        let html = self.render(template, path, page)?;
        self.pages.insert(path.to_owned(), Fixed::page(StatusCode::OK, html));
        Ok(())
    }

    fn add_products(&mut self, source: &StorefrontSource) -> Result<(), BuildError> {
        let catalog = &source.catalog;
        let reader = self.reader;
        let sellers = views::lang(reader, source.languages.own());
        let views: Vec<(&Product, Value)> =
            catalog.products().iter().map(|p| (p, views::product(p, source, reader))).collect();
        let all = views::list(views.iter().map(|(_, view)| view.clone()));
        self.add("/", "landing.html", context! { products => &all })?;
        let heading = reader.say(&Sentence::of("all-products"));
        self.add("/product", "list.html", context! { products => all, heading, lang => "" })?;
        for (product, view) in &views {
            let next = catalog.next(&product.id).map(|next| {
                context! { url => views::product_url(next), name => &next.name }
            });
            let page = context! { product => view, next };
            self.add(&views::product_url(product), "product.html", page)?;
        }
        for category in catalog.categories() {
            let url = views::category_url(category);
            let within = |p: &Product| p.categories.iter().any(|c| views::category_url(c) == url);
            let some = views.iter().filter(|(p, _)| within(p)).map(|(_, view)| view.clone());
            let lang = &sellers;
            let page = context! { products => views::list(some), heading => category, lang };
            self.add(&url, "list.html", page)?;
        }
        Ok(())
    }

    fn add_texts(&mut self, source: &StorefrontSource) -> Result<(), BuildError> {
        for page in &source.pages {
            let (text, lang) = text(page, source, self.reader);
            let picture = |name: &str| source.pictures.named(name).map(|p| views::url(&p.full));
            let body = markdown::render(&text.markdown, &picture, &|path| self.reader.to(path));
            let body = Value::from_safe_string(body);
            let shown = context! { title => &text.title, body, lang };
            self.add(&page_url(page), "content.html", shown)?;
        }
        Ok(())
    }

    fn notice(&self, refusal: Refusal) -> Result<Fixed, BuildError> {
        let (heading, what) = refusal.words();
        let links =
            refusal.ways().map(|(url, text)| context! { url, text => self.reader.say(&text) });
        let page = context! {
            heading => self.reader.say(&heading),
            sentences => [self.reader.say(&what)],
            links => Value::from(links.to_vec()),
        };
        let html = self.render("notice.html", "", page)?;
        Ok(Fixed::page(refusal.status(), html))
    }
}

/// What every template sees as `shop`.
fn shared(source: &StorefrontSource, reader: Reader, css: &str) -> Value {
    let lang = views::lang(reader, source.languages.own());
    let languages = source.languages.all().iter().map(|language| {
        let prefix = address(source.languages.reader(*language).prefix.to_owned());
        context! { tag => language.tag(), name => language.name(), prefix }
    });
    let pages = source.pages.iter().map(|page| {
        let (text, lang) = text(page, source, reader);
        context! { url => address(page_url(page)), title => &text.title, lang }
    });
    let kinds = source.catalog.categories().into_iter().map(|kind| views::kind(kind, &lang));
    context! {
        name => &source.name,
        tagline => &source.tagline,
        contact => source.contact.as_deref(),
        demo => source.demo,
        css => address(css.to_owned()),
        pages => views::list(pages),
        categories => views::list(kinds),
        languages => views::list(languages),
        lang => &lang,
    }
}

/// The page as this reader gets it, and what marks it where it is in another language.
fn text<'p>(
    page: &'p ContentPage,
    source: &StorefrontSource,
    reader: Reader,
) -> (&'p PageText, Value) {
    match page.translations.iter().find(|(language, _)| *language == reader.language) {
        Some((_, text)) if !reader.is_own() => (text, Value::from("")),
        _ => (&page.text, views::lang(reader, source.languages.own())),
    }
}

/// `/policy` is where the old cart had it.
pub(super) fn page_url(page: &ContentPage) -> String {
    match page.slug.as_str() {
        "policy" => "/policy".to_owned(),
        slug => format!("/page/{slug}"),
    }
}
