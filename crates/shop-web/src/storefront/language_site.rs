//! Shop in one language.

use super::{
    BuildError, CachedResponse, ContentPage, PageText,
    content::SiteContent,
    inline::InlineBudget,
    list_cache::ListCache,
    list_query::ListQuery,
    lists::{PAGE, Scope},
    views::{self, Views},
};
use crate::{
    language::{Language, Reader, Sentence},
    markdown,
    refusal::Refusal,
    templates::{Frame, Override, Templates, address},
};
use axum::http::StatusCode;
use minijinja::{Value, context};
use shop_core::catalog::{Catalog, Product};
use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

/// Page that is rendered and compressed once, when first asked for; none if it could not be.
type Once = Arc<OnceLock<Option<Arc<CachedResponse>>>>;

/// Paths of pages that are made for one visitor.
/// A language menu that leads nowhere else than to the landing page is at "".
const MADE_FOR_ONE: [&str; 6] =
    ["", "/cart", "/checkout", "/order", "/order/watch", "/order/receipt"];

/// Paths that a text may lead to in every shop.
pub const FIXED_PATHS: [&str; 11] = [
    "/",
    "/product",
    "/search",
    "/cart",
    "/checkout",
    "/order",
    "/order/enter",
    "/pgp.txt",
    "/mirrors.txt",
    "/canary.txt",
    "/.well-known/security.txt",
];

/// The shop in one language: its templates, and every page that is the same for everyone.
pub(super) struct LanguageSite {
    reader: Reader,
    templates: Arc<Templates>,
    shared: Value,
    /// Parts around pages that are made for one visitor.
    frames: Arc<Vec<(&'static str, Frame)>>,
    /// Texts of the seller and the few others that never change.
    texts: Arc<HashMap<String, Arc<CachedResponse>>>,
    refusals: Arc<Vec<(Refusal, Arc<CachedResponse>)>>,
    landing: Once,
    /// Pages of the products, in the catalogue's order.
    products: Vec<Once>,
    lists: ListCache,
}

impl LanguageSite {
    /// Builds the shop for readers of one language.
    /// Texts are rendered, and one page of each other kind, so that what is wrong with a template
    /// is found now.
    pub(super) fn build(
        goods: &SiteContent,
        catalog: &Catalog,
        reader: Reader,
        overrides: &[Override],
    ) -> Result<Self, BuildError> {
        let mut edition = Self {
            reader,
            templates: Arc::new(Templates::with(reader, overrides)?),
            shared: shared(Views { goods, catalog, reader }),
            frames: Arc::default(),
            texts: Arc::default(),
            refusals: Arc::default(),
            landing: Once::default(),
            products: vec![],
            lists: ListCache::default(),
        };
        let frames = MADE_FOR_ONE.map(|here| Ok((here, edition.frame(&address(here.to_owned()))?)));
        edition.frames = Arc::new(frames.into_iter().collect::<Result<_, BuildError>>()?);
        edition.products = catalog.products().iter().map(|_| Once::default()).collect();
        edition.texts = Arc::new(edition.render_texts(goods)?);
        let notices = Refusal::DRESSED
            .into_iter()
            .map(|refusal| Ok((refusal, Arc::new(edition.notice(refusal)?))));
        edition.refusals = Arc::new(notices.collect::<Result<_, BuildError>>()?);
        let views = edition.views(goods, catalog);
        edition.landing_page(views)?;
        edition.list_page(views, Scope::All, &ListQuery::default())?;
        if let Some(product) = catalog.products().first() {
            edition.product_page(views, product)?;
        }
        Ok(edition)
    }

    /// Returns the same with other levels: pages that do not show them stay rendered.
    pub(super) fn with_levels(&self, old: &Catalog, new: &Catalog) -> Self {
        let kept = |(product, page): (&Product, &Once)| {
            let same = product.variants.iter().all(|v| old.level(&v.stock) == new.level(&v.stock));
            if same { Arc::clone(page) } else { Once::default() }
        };
        Self {
            reader: self.reader,
            templates: Arc::clone(&self.templates),
            shared: self.shared.clone(),
            frames: Arc::clone(&self.frames),
            texts: Arc::clone(&self.texts),
            refusals: Arc::clone(&self.refusals),
            landing: Once::default(),
            products: new.products().iter().zip(&self.products).map(kept).collect(),
            lists: ListCache::default(),
        }
    }

    pub(super) const fn language(&self) -> Language {
        self.reader.language
    }

    /// Returns the paths of its pages, the first of each list.
    pub(super) fn paths(&self, catalog: &Catalog) -> Vec<String> {
        let products = catalog.products().iter().map(views::product_url);
        let lists = scopes(catalog).map(Scope::path);
        let texts = self.texts.keys().cloned();
        let all = std::iter::once("/".to_owned()).chain(products).chain(lists).chain(texts);
        all.map(|path| self.reader.to(&path)).collect()
    }

    /// Returns the page at a path without its language, looked at in this way.
    pub(super) fn page(
        &self,
        goods: &SiteContent,
        catalog: &Catalog,
        path: &str,
        look: &str,
    ) -> Option<Arc<CachedResponse>> {
        let views = self.views(goods, catalog);
        if path == "/" {
            return once(&self.landing, || self.landing_page(views));
        }
        if let Some(text) = self.texts.get(path) {
            return Some(Arc::clone(text));
        }
        if let Some(slug) = path.strip_prefix("/product/") {
            let at = catalog.place(slug)?;
            let product = catalog.products().get(at)?;
            return once(self.products.get(at)?, || self.product_page(views, product));
        }
        let scope = match path.strip_prefix("/category/") {
            Some(slug) => Scope::Category(catalog.category(slug)?),
            None if path == "/product" => Scope::All,
            None => return None,
        };
        self.looked_at(views, scope, &ListQuery { search: String::new(), ..ListQuery::read(look) })
    }

    /// Returns what a search finds; none for a page behind the last one. Never kept.
    pub(super) fn found(
        &self,
        goods: &SiteContent,
        catalog: &Catalog,
        look: &ListQuery,
    ) -> Option<Value> {
        self.views(goods, catalog).listed(Scope::Search, look, InlineBudget::none())
    }

    /// Renders what nobody has asked for yet, a little at a time: `go_on` is asked between pages.
    pub(super) fn fill(&self, goods: &SiteContent, catalog: &Catalog, go_on: &dyn Fn() -> bool) {
        let views = self.views(goods, catalog);
        once(&self.landing, || self.landing_page(views));
        for scope in scopes(catalog) {
            for page in 1..=views.pages_of(scope) {
                if !go_on() {
                    return;
                }
                self.looked_at(views, scope, &ListQuery::default().on(page));
            }
        }
        for (product, page) in catalog.products().iter().zip(&self.products) {
            if !go_on() {
                return;
            }
            once(page, || self.product_page(views, product));
        }
    }

    pub(super) fn refusal(&self, refusal: Refusal) -> Option<Arc<CachedResponse>> {
        self.refusals.iter().find(|(r, _)| *r == refusal).map(|(_, page)| Arc::clone(page))
    }

    /// Renders one page. `here` is its path without its language.
    pub(super) fn render(
        &self,
        template: &str,
        here: &str,
        page: Value,
    ) -> Result<String, minijinja::Error> {
        let ready = self.frames.iter().find(|(at, _)| *at == here);
        let here = address(here.to_owned());
        let frame = match ready {
            Some((_, frame)) => frame.clone(),
            None => self.frame(&here)?,
        };
        let Frame { header, footer } = frame;
        let page = context! { shop => &self.shared, here, header, footer, ..page };
        self.templates.render(template, page)
    }

    fn frame(&self, here: &Value) -> Result<Frame, minijinja::Error> {
        self.templates.frame(&self.shared, here, Templates::render)
    }

    const fn views<'a>(&self, goods: &'a SiteContent, catalog: &'a Catalog) -> Views<'a> {
        Views { goods, catalog, reader: self.reader }
    }

    /// Renders a look at a list.
    /// It is kept if the list's links lead to it: what somebody invents must take no room from what
    /// others look at.
    fn looked_at(
        &self,
        views: Views<'_>,
        scope: Scope<'_>,
        look: &ListQuery,
    ) -> Option<Arc<CachedResponse>> {
        let address = look.at(&scope.path());
        let kept = self.lists.get(look, &address);
        if kept.is_some() {
            return kept;
        }
        let page = Arc::new(told(self.list_page(views, scope, look))??);
        if views.offers(scope, look) {
            self.lists.keep(look, address, Arc::clone(&page));
        }
        Some(page)
    }

    fn landing_page(&self, views: Views<'_>) -> Result<CachedResponse, minijinja::Error> {
        let catalog = views.catalog;
        // With the slogan among them they fill their rows, of two, three or four.
        let most = PAGE - usize::from(!views.goods.tagline.is_empty());
        let every = catalog.window();
        let more = catalog.products().len() > most;
        let window = every.iter().take(most).filter_map(|at| catalog.products().get(*at));
        let products = views.tiles(window, InlineBudget::of_first_view());
        let style = views.goods.style.as_ref();
        let element = style.map(|style| &style.element);
        let page = context! { products, more, count => every.len(), style => element };
        Ok(CachedResponse::written_in(self.render("landing.html", "/", page)?, style))
    }

    fn product_page(
        &self,
        views: Views<'_>,
        product: &Product,
    ) -> Result<CachedResponse, minijinja::Error> {
        let page = context! { product => views.product(product) };
        let html = self.render("product.html", &views::product_url(product), page)?;
        Ok(CachedResponse::page(StatusCode::OK, html))
    }

    fn list_page(
        &self,
        views: Views<'_>,
        scope: Scope<'_>,
        look: &ListQuery,
    ) -> Result<Option<CachedResponse>, minijinja::Error> {
        let first = *look == ListQuery::default();
        let room = if first { InlineBudget::of_first_view() } else { InlineBudget::none() };
        let Some(page) = views.listed(scope, look, room) else { return Ok(None) };
        let html = self.render("list.html", &look.at(&scope.path()), page)?;
        Ok(Some(if first {
            CachedResponse::written_in(html, None)
        } else {
            CachedResponse::page(StatusCode::OK, html)
        }))
    }

    fn render_texts(
        &self,
        goods: &SiteContent,
    ) -> Result<HashMap<String, Arc<CachedResponse>>, BuildError> {
        let mut texts = HashMap::new();
        let mut add = |path: &str, template: &str, page: Value| -> Result<(), BuildError> {
            let page = CachedResponse::page(StatusCode::OK, self.render(template, path, page)?);
            texts.insert(path.to_owned(), Arc::new(page));
            Ok(())
        };
        for page in &goods.pages {
            let (text, lang) = text(page, goods, self.reader);
            let to = |path: &str| self.reader.to(path);
            let body = markdown::render(&text.markdown, &|name| goods.picture_url(name), &to);
            let body = Value::from_safe_string(body);
            let shown = context! { title => &text.title, body, lang };
            add(&page_path(&page.slug), "content.html", shown)?;
        }
        add("/order/enter", "enter.html", context! { unknown => false, wrong => (), typed => "" })?;
        add("/order/forgotten", "notice.html", forgotten(self.reader))?;
        Ok(texts)
    }

    fn notice(&self, refusal: Refusal) -> Result<CachedResponse, BuildError> {
        let (heading, what) = refusal.words();
        let links =
            refusal.ways().map(|(url, text)| context! { url, text => self.reader.say(&text) });
        let page = context! {
            heading => self.reader.say(&heading),
            sentences => [self.reader.say(&what)],
            links => Value::from(links.to_vec()),
        };
        let html = self.render("notice.html", "", page)?;
        Ok(CachedResponse::page(refusal.status(), html))
    }
}

/// Returns every list but searches.
fn scopes(catalog: &Catalog) -> impl Iterator<Item = Scope<'_>> {
    std::iter::once(Scope::All).chain(catalog.categories().iter().map(Scope::Category))
}

fn once(
    page: &Once,
    render: impl FnOnce() -> Result<CachedResponse, minijinja::Error>,
) -> Option<Arc<CachedResponse>> {
    page.get_or_init(|| told(render()).map(Arc::new)).clone()
}

/// Logs a page of the catalogue that does not render, even with our own templates.
/// It is not there then.
fn told<T>(rendered: Result<T, minijinja::Error>) -> Option<T> {
    rendered
        .inspect_err(|error| {
            let template = error.name();
            let line = error.line();
            tracing::error!(?template, ?line, kind = ?error.kind(), "a page did not render");
        })
        .ok()
}

/// Builds what every template sees as `shop`.
fn shared(views: Views<'_>) -> Value {
    let Views { goods, catalog, reader } = views;
    let languages = goods.languages.all().iter().map(|language| {
        let prefix = address(goods.languages.reader(*language).prefix.to_owned());
        context! { tag => language.tag(), name => language.name(), prefix }
    });
    let pages = goods.pages.iter().map(|page| {
        let (text, lang) = text(page, goods, reader);
        context! { url => address(page_path(&page.slug)), title => &text.title, lang }
    });
    let kinds = catalog.categories().iter().filter(|category| category.depth == 0);
    let tagline = views.word(&goods.tagline);
    context! {
        name => &goods.name,
        tagline => tagline.0,
        tagline_lang => tagline.1,
        contact => goods.contact.as_deref(),
        demo => goods.demo,
        shipping_included => goods.shipping_included,
        tax_added => goods.tax_added,
        css => address(goods.css.clone()),
        logo => goods.logo.as_ref(),
        pages => views::list(pages),
        categories => views::list(kinds.map(|category| views.category(category))),
        languages => views::list(languages),
        lang => views.lang(),
        texts => views::list(goods.texts.iter().map(|path| Value::from(path.as_str()))),
    }
}

/// Returns the page as this reader gets it, and its mark if it is in another language.
fn text<'p>(page: &'p ContentPage, goods: &SiteContent, reader: Reader) -> (&'p PageText, Value) {
    match page.translations.iter().find(|(language, _)| *language == reader.language) {
        Some((_, text)) if !reader.is_own() => (text, Value::from("")),
        _ => (&page.text, views::lang(reader, goods.languages.own())),
    }
}

/// Builds the end of an order its buyer made us forget.
/// It is the same for everyone: there is nothing left to tell apart.
fn forgotten(reader: Reader) -> Value {
    let back = context! { url => "/", text => reader.say(&Sentence::new("back-to-shop")) };
    context! {
        heading => reader.say(&Sentence::new("forgotten-heading")),
        sentences => [reader.say(&Sentence::new("forgotten-what"))],
        links => Value::from(vec![back]),
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
