//! One immutable snapshot of what the shop shows to everyone.

use crate::pictures::Pictures;
use shop_core::{
    catalog::Catalog,
    kind::{HasKind, Kind},
    money::AssetId,
};
use shop_seal::SealCert;

/// What a storefront is built from.
pub struct StorefrontSource {
    /// What is for sale.
    pub catalog: Catalog,
    /// The shop's name, one line.
    pub name: String,
    /// A sentence under the name; may be empty.
    pub tagline: String,
    /// Where buyers write to, as the seller wants it shown.
    pub contact: Option<String>,
    /// The seller's own pages, in menu order. The one named `policy` is linked from every page.
    pub pages: Vec<ContentPage>,
    /// The pictures the catalogue names.
    pub pictures: Pictures,
    /// What can be paid with, the preferred first.
    pub offered: Vec<AssetId>,
    /// Whether payments are simulated: every page says so.
    pub demo: bool,
    /// To what orders are sealed.
    pub seal_cert: SealCert,
}

/// A page of the seller's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentPage {
    /// Its place in URLs: lower-case letters, digits and dashes.
    pub slug: String,
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
    /// No product can be paid for in any of the offered currencies.
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

/// One immutable snapshot of what the shop shows to everyone: every page of the catalogue rendered
/// and compressed once.
pub struct Storefront {
    source: StorefrontSource,
}

impl Storefront {
    /// Renders everything.
    ///
    /// # Errors
    /// [`BuildError`], which says what is wrong with the shop's files.
    pub fn build(source: StorefrontSource) -> Result<Self, BuildError> {
        Ok(Self { source })
    }

    /// What is for sale.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.source.catalog
    }
}
