//! Shop in one language.

use super::{
    BuildError, CachedResponse,
    content::SiteContent,
    inline::InlineBudget,
    landing::LandingPage,
    list_cache::ListCache,
    list_query::ListQuery,
    lists::{ListPage, Scope},
    product::ProductPage,
    seller_page::{SellerPage, page_path},
    shop_view::shop_view,
    views::{self, Views},
};
use crate::{
    language::{Language, Reader, Sentence},
    page::{Address, Page, enter::EnterPage, notice::NoticePage},
    refusal::Refusal,
    route_table,
    templates::{Frame, Override, Templates},
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
    /// Value every template sees as `shop`.
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
            shared: shop_view(Views { goods, catalog, reader }),
            frames: Arc::default(),
            texts: Arc::default(),
            refusals: Arc::default(),
            landing: Once::default(),
            products: vec![],
            lists: ListCache::default(),
        };
        // Where a language menu leads nowhere else than to the landing page, the path is "".
        let private = std::iter::once("").chain(route_table::private_pages());
        let frames = private.map(|here| Ok((here, edition.frame(&path_value(here))?)));
        edition.frames = Arc::new(frames.collect::<Result<_, BuildError>>()?);
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
    ) -> Option<ListPage> {
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
    pub(super) fn render<P: Page>(&self, here: &str, page: P) -> Result<String, minijinja::Error> {
        let ready = self.frames.iter().find(|(at, _)| *at == here);
        let here = path_value(here);
        let frame = match ready {
            Some((_, frame)) => frame.clone(),
            None => self.frame(&here)?,
        };
        let Frame { header, footer } = frame;
        let page = context! { shop => &self.shared, here, header, footer, ..page.into_value() };
        self.templates.render(P::TEMPLATE, page)
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
        let html = self.render("/", LandingPage::new(views))?;
        Ok(CachedResponse::written_in(html, views.goods.style.as_ref()))
    }

    fn product_page(
        &self,
        views: Views<'_>,
        product: &Product,
    ) -> Result<CachedResponse, minijinja::Error> {
        let page = ProductPage::new(views, product);
        let html = self.render(&views::product_url(product), page)?;
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
        let html = self.render(&look.at(&scope.path()), page)?;
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
        for page in &goods.pages {
            let path = page_path(&page.slug);
            let page = self.text_page(&path, SellerPage::new(page, goods, self.reader))?;
            texts.insert(path, page);
        }
        let enter = self.text_page("/order/enter", EnterPage::default())?;
        texts.insert("/order/enter".to_owned(), enter);
        let forgotten = self.text_page("/order/forgotten", forgotten(self.reader))?;
        texts.insert("/order/forgotten".to_owned(), forgotten);
        Ok(texts)
    }

    fn text_page(&self, path: &str, page: impl Page) -> Result<Arc<CachedResponse>, BuildError> {
        let html = self.render(path, page)?;
        Ok(Arc::new(CachedResponse::page(StatusCode::OK, html)))
    }

    fn notice(&self, refusal: Refusal) -> Result<CachedResponse, BuildError> {
        let (heading, what) = refusal.words();
        let page = NoticePage::new(self.reader, &heading, &[what], &refusal.ways());
        let html = self.render("", page)?;
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

/// Returns the path of a page as every template sees it by the name `here`.
fn path_value(path: &str) -> Value {
    Value::from(Address::from_path(path.to_owned()))
}

/// Builds the end of an order its buyer made us forget.
/// It is the same for everyone: there is nothing left to tell apart.
fn forgotten(reader: Reader) -> NoticePage {
    NoticePage::new(
        reader,
        &Sentence::new("forgotten-heading"),
        &[Sentence::new("forgotten-what")],
        &[("/", Sentence::new("back-to-shop"))],
    )
}
