//! One immutable snapshot of what the shop shows to everyone.

mod build;
mod edition;
mod fixed;
mod views;

pub(crate) use fixed::Fixed;
pub(crate) use views::{lang, product_url};

use crate::{
    language::{Language, Languages, Reader},
    pictures::Pictures,
    refusal::Refusal,
};
use edition::Edition;
use minijinja::Value;
use shop_core::{
    catalog::{Catalog, ProductId},
    kind::{HasKind, Kind},
    money::AssetId,
    order::Letters,
};
use shop_seal::SealCert;
use std::collections::HashMap;

/// What a storefront is built from.
pub struct StorefrontSource {
    /// What is for sale.
    pub catalog: Catalog,
    /// The shop's name, one line.
    pub name: String,
    /// A sentence that stands as a tile among the products; may be empty.
    pub tagline: String,
    /// Where buyers write to, as the seller wants it shown.
    pub contact: Option<String>,
    /// The seller's own pages, in menu order. The one with the slug `policy` is at `/policy`, the
    /// others are at `/page/<slug>`.
    pub pages: Vec<ContentPage>,
    /// The pictures the catalogue and the pages name.
    pub pictures: Pictures,
    /// What can be paid with, the preferred first.
    pub offered: Vec<AssetId>,
    /// Whether payments are simulated: every page says so.
    pub demo: bool,
    /// To what orders are sealed.
    pub seal_cert: SealCert,
    /// In which languages it can be read.
    pub languages: Languages,
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

/// Why a storefront cannot be built. The text is for the seller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Nothing to pay with.
    #[error("no currency is offered: set up at least one way to be paid")]
    NothingOffered,
    /// The product cannot be paid for in any of the offered currencies.
    #[error("product {product:?} has no price in a currency that is offered")]
    NoPrice {
        /// Its id.
        product: String,
    },
    /// Two pages in one place, or a place that cannot stand in a URL.
    #[error("page {slug:?}: {why}")]
    Page {
        /// Its slug.
        slug: String,
        /// What is wrong.
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

/// One immutable snapshot of what the shop shows to everyone: every page of the catalogue rendered
/// and compressed once for each language, pictures and styles under names made from their contents.
pub struct Storefront {
    catalog: Catalog,
    offered: Vec<AssetId>,
    contact: Option<String>,
    seal_cert: SealCert,
    letters: Letters,
    languages: Languages,
    thumbs: HashMap<ProductId, Value>,
    /// What has one address in all languages.
    files: HashMap<String, Fixed>,
    own: Edition,
    others: Vec<Edition>,
}

impl Storefront {
    /// Renders everything.
    ///
    /// # Errors
    /// [`BuildError`], which says what is wrong with the shop's files.
    pub fn build(source: StorefrontSource) -> Result<Self, BuildError> {
        build::storefront(source)
    }

    /// What is for sale.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What can be paid with, the preferred first.
    #[must_use]
    pub fn offered(&self) -> &[AssetId] {
        &self.offered
    }

    /// Every path that is the same for everyone, in all languages: for benchmarks, and tests over all
    /// pages.
    pub fn paths(&self) -> impl Iterator<Item = String> {
        let editions = std::iter::once(&self.own).chain(&self.others);
        self.files.keys().cloned().chain(editions.flat_map(Edition::paths))
    }

    pub(crate) fn contact(&self) -> Option<&str> {
        self.contact.as_deref()
    }

    pub(crate) const fn seal_cert(&self) -> &SealCert {
        &self.seal_cert
    }

    pub(crate) const fn letters(&self) -> &Letters {
        &self.letters
    }

    pub(crate) const fn languages(&self) -> &Languages {
        &self.languages
    }

    /// Who reads in the shop's own language.
    pub(crate) fn own_reader(&self) -> Reader {
        self.languages.reader(self.languages.own())
    }

    /// What stands at this path for everyone who reads in this language.
    pub(crate) fn fixed(&self, reader: Reader, path: &str) -> Option<&Fixed> {
        let file = reader.is_own().then(|| self.files.get(path)).flatten();
        file.or_else(|| self.edition(reader).page(path))
    }

    /// The page of a refusal, where it has one in the shop's clothes.
    pub(crate) fn refusal(&self, reader: Reader, refusal: Refusal) -> Option<&Fixed> {
        self.edition(reader).refusal(refusal)
    }

    /// The small picture of a product, for a template.
    pub(crate) fn thumb(&self, product: &str) -> Value {
        ProductId::parse(product)
            .and_then(|id| self.thumbs.get(&id).cloned())
            .unwrap_or(Value::from(()))
    }

    /// Renders a page for one visitor.
    pub(crate) fn render(
        &self,
        reader: Reader,
        template: &str,
        here: &str,
        page: Value,
    ) -> Result<String, Refusal> {
        self.edition(reader).render(template, here, page).map_err(|error| {
            // The kind of error alone: a template's error may quote what it was rendering.
            tracing::error!(template, kind = ?error.kind(), "a page did not render");
            Refusal::Kind(Kind::Bug)
        })
    }

    /// The shop in a reader's language; in its own where, since the request came in, the languages
    /// changed.
    fn edition(&self, reader: Reader) -> &Edition {
        let language = reader.language;
        self.others.iter().find(|edition| edition.language() == language).unwrap_or(&self.own)
    }
}
