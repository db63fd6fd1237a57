//! Snapshot of what the shop shows to everyone; it never changes.

mod build;
mod cached;
mod content;
mod image;
mod inline;
mod landing;
mod language_site;
mod list_cache;
mod list_query;
mod lists;
mod localizer;
mod product;
mod seller_page;
mod shop_view;
mod views;

pub(crate) use self::image::Image;
pub(crate) use cached::CachedResponse;
pub use language_site::FIXED_PATHS;
pub(crate) use list_query::ListQuery;
pub(crate) use lists::ListPage;
pub(crate) use localizer::Localizer;
pub use seller_page::page_path;
pub(crate) use views::{lang, product_url};

use crate::{
    language::{Glossary, Language, Languages, Reader},
    page::Page,
    pictures::Pictures,
    refusal::Refusal,
    theme::Theme,
};
use content::SiteContent;
use inline::InlineBudget;
use language_site::LanguageSite;
use shop_core::{
    bill::PriceRules,
    catalog::{Catalog, Product, Variant},
    kind::{HasKind, Kind},
    money::AssetId,
    seller_mail::SellerMail,
    stock::{Availability, StockKey},
};
use shop_seal::{CodeSalt, SealCert};
use std::{collections::HashMap, sync::Arc};

/// Source of a storefront.
#[derive(Clone)]
pub struct StorefrontSource {
    /// Products for sale.
    pub catalog: Catalog,
    /// The shop's name, one line.
    pub name: String,
    /// A sentence that stands as a tile among the products; may be empty.
    pub tagline: String,
    /// Contact address of the seller, as the seller wants it shown.
    pub contact: Option<String>,
    /// The seller's own pages, in menu order. The one with the slug `policy` is at `/policy`, the
    /// others are at `/page/<slug>`.
    pub pages: Vec<ContentPage>,
    /// Plain texts by their paths: `/mirrors.txt`, say.
    pub texts: Vec<(String, String)>,
    /// The pictures the catalogue and the pages name.
    pub pictures: Pictures,
    /// Assets that can be paid with, the preferred first.
    pub offered: Vec<AssetId>,
    /// True if payments are simulated: every page says so.
    pub demo: bool,
    /// Certificate that orders are sealed to.
    pub seal_cert: SealCert,
    /// Languages in which it can be read.
    pub languages: Languages,
    /// The seller's short words in them.
    pub words: Glossary,
    /// Rules that bills are made by.
    pub rules: PriceRules,
    /// Salt that typed discount codes are hashed with.
    /// It is any where there are no discounts: a wrong code is hashed all the same.
    pub code_salt: CodeSalt,
    /// Theme of the pages.
    pub theme: Theme,
}

/// A page of the seller's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentPage {
    /// Its place in URLs: lower-case letters, digits and dashes.
    pub slug: String,
    /// The page in the shop's own language.
    pub text: PageText,
    /// The page in other languages; where one is missing, the shop's own stands in.
    pub translations: Vec<(Language, PageText)>,
}

/// A page of the seller's words in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageText {
    /// Its title, one line.
    pub title: String,
    /// Markdown.
    pub markdown: String,
}

/// Reason why a storefront cannot be built. The text is for the seller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// There is nothing to pay with.
    #[error("no currency is offered: set up at least one way to get paid")]
    NothingOffered,
    /// The product cannot be paid for in any of the offered currencies.
    #[error("product {product:?} has no price in a currency that is offered")]
    NoPrice {
        /// Its id.
        product: String,
    },
    /// Two pages are in one place, or a place cannot stand in a URL.
    #[error("page {slug:?}: {why}")]
    Page {
        /// Its slug.
        slug: String,
        /// Description of the mistake.
        why: &'static str,
    },
    /// A template does not render.
    #[error("template: {0}")]
    Template(String),
}

impl HasKind for BuildError {
    fn kind(&self) -> Kind {
        match self {
            Self::Template(_) => Kind::Bug,
            _ => Kind::Misconfigured,
        }
    }
}

impl From<minijinja::Error> for BuildError {
    fn from(error: minijinja::Error) -> Self {
        Self::Template(error.to_string())
    }
}

/// One immutable snapshot of what the shop shows to everyone.
/// Every page of the catalogue is rendered and compressed once for each language, when somebody
/// asks for it or [`Storefront::fill`] comes to it; pictures and styles stand under names made from
/// their contents.
pub struct Storefront {
    still: Arc<SharedContent>,
    catalog: Catalog,
    own: LanguageSite,
    others: Vec<LanguageSite>,
}

/// Content that does not depend on the stock.
struct SharedContent {
    goods: SiteContent,
    seal_cert: SealCert,
    letters: SellerMail,
    rules: PriceRules,
    code_salt: CodeSalt,
    /// Files that have one address in all languages.
    files: HashMap<String, Arc<CachedResponse>>,
}

impl Storefront {
    /// Builds a storefront.
    ///
    /// # Errors
    /// [`BuildError`], which says what is wrong with the shop's files.
    pub fn build(source: StorefrontSource) -> Result<Self, BuildError> {
        build::storefront(source)
    }

    /// Returns the same with the stock of now; none if buyers would see no difference.
    #[must_use]
    pub fn with_levels(
        &self,
        levels: impl IntoIterator<Item = (StockKey, Availability)>,
    ) -> Option<Self> {
        let catalog = self.catalog.with_levels(levels);
        if catalog.shows_as_much_as(&self.catalog) {
            return None;
        }
        let edition = |edition: &LanguageSite| edition.with_levels(&self.catalog, &catalog);
        let own = edition(&self.own);
        let others = self.others.iter().map(edition).collect();
        Some(Self { still: Arc::clone(&self.still), own, others, catalog })
    }

    /// Renders what nobody has asked for yet; between pages `go_on` is asked whether to.
    /// Once this is through, the time an answer takes does not tell whether somebody was there
    /// before.
    pub fn fill(&self, go_on: &dyn Fn() -> bool) {
        for edition in std::iter::once(&self.own).chain(&self.others) {
            edition.fill(&self.still.goods, &self.catalog, go_on);
        }
    }

    /// Returns the products for sale.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Returns the assets that can be paid with, the preferred first.
    #[must_use]
    pub fn offered(&self) -> &[AssetId] {
        &self.still.goods.offered
    }

    /// Returns the asset that is offered first.
    pub(crate) fn preferred(&self) -> AssetId {
        self.still.goods.preferred()
    }

    /// Returns every path that is the same for everyone, in all languages.
    /// Lists have their first page there. For benchmarks, and tests over all pages.
    pub fn paths(&self) -> impl Iterator<Item = String> {
        let editions = std::iter::once(&self.own).chain(&self.others);
        let pages = editions.flat_map(|edition| edition.paths(&self.catalog));
        self.still.files.keys().cloned().chain(pages)
    }

    pub(crate) fn contact(&self) -> Option<&str> {
        self.still.goods.contact.as_deref()
    }

    pub(crate) fn seal_cert(&self) -> &SealCert {
        &self.still.seal_cert
    }

    pub(crate) fn letters(&self) -> &SellerMail {
        &self.still.letters
    }

    /// Returns the rules that bills are made by.
    #[must_use]
    pub fn rules(&self) -> &PriceRules {
        &self.still.rules
    }

    fn views(&self, reader: Reader) -> views::Views<'_> {
        views::Views { goods: &self.still.goods, catalog: &self.catalog, reader }
    }

    /// Returns the salt that typed discount codes are hashed with.
    pub(crate) fn code_salt(&self) -> CodeSalt {
        self.still.code_salt
    }

    pub(crate) fn languages(&self) -> &Languages {
        &self.still.goods.languages
    }

    /// Returns the reader of the shop's own language.
    pub(crate) fn own_reader(&self) -> Reader {
        self.languages().reader(self.languages().own())
    }

    /// Returns true if this is a file that pages bring along, rather than a page.
    pub(crate) fn is_file(&self, path: &str) -> bool {
        self.still.files.get(path).is_some_and(|file| file.is_file())
    }

    /// Returns the page at this path, for everyone who reads in this language.
    /// `look` is the part of the address behind the question mark.
    pub(crate) fn fixed(
        &self,
        reader: Reader,
        path: &str,
        look: &str,
    ) -> Option<Arc<CachedResponse>> {
        let file = reader.is_own().then(|| self.still.files.get(path).cloned()).flatten();
        let page = || self.edition(reader).page(&self.still.goods, &self.catalog, path, look);
        file.or_else(page)
    }

    /// Returns what a search finds, for a template; none for a page behind the last one.
    pub(crate) fn found(&self, reader: Reader, look: &ListQuery) -> Option<ListPage> {
        self.edition(reader).found(&self.still.goods, &self.catalog, look)
    }

    /// Returns the page of a refusal, where it has one in the shop's theme.
    pub(crate) fn refusal(&self, reader: Reader, refusal: Refusal) -> Option<Arc<CachedResponse>> {
        self.edition(reader).refusal(refusal)
    }

    /// Returns the small picture of a variant, or of its product, for a template.
    pub(crate) fn thumb(&self, product: &Product, variant: Option<&Variant>) -> Option<Image> {
        let own = variant.and_then(|variant| self.still.goods.picture(variant.image.as_deref()?));
        match own {
            Some(shown) => Some(shown.thumb.clone()),
            None => self.still.goods.thumb(product, &mut InlineBudget::none()),
        }
    }

    /// Renders a page for one visitor.
    pub(crate) fn render<P: Page>(
        &self,
        reader: Reader,
        here: &str,
        page: P,
    ) -> Result<String, Refusal> {
        self.edition(reader).render(here, page).map_err(|error| {
            // The kind of error alone: a template's error may quote what it was rendering.
            tracing::error!(template = P::TEMPLATE, kind = ?error.kind(), "a page did not render");
            Refusal::Kind(Kind::Bug)
        })
    }

    /// Returns the shop in a reader's language.
    /// It is in its own if the languages changed since the request came in.
    fn edition(&self, reader: Reader) -> &LanguageSite {
        let language = reader.language;
        self.others.iter().find(|edition| edition.language() == language).unwrap_or(&self.own)
    }
}
