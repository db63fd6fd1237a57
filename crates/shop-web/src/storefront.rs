//! One immutable snapshot of what the shop shows to everyone.

mod build;
mod fixed;
mod views;

pub(crate) use fixed::Fixed;
pub(crate) use views::{path, product_url};

use crate::{pictures::Pictures, refusal::Refusal, templates::Templates};
use minijinja::{Value, context};
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
/// and compressed once, pictures and styles under names made from their contents.
pub struct Storefront {
    catalog: Catalog,
    offered: Vec<AssetId>,
    contact: Option<String>,
    seal_cert: SealCert,
    letters: Letters,
    templates: Templates,
    shared: Value,
    thumbs: HashMap<ProductId, Value>,
    fixed: HashMap<String, Fixed>,
    refusals: Vec<(Refusal, Fixed)>,
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

    /// Every path that is the same for everyone: for benchmarks, and tests over all pages.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.fixed.keys().map(String::as_str)
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

    /// What stands at this path for everyone.
    pub(crate) fn fixed(&self, path: &str) -> Option<&Fixed> {
        self.fixed.get(path)
    }

    /// The page of a refusal, where it has one in the shop's clothes.
    pub(crate) fn refusal(&self, refusal: Refusal) -> Option<&Fixed> {
        self.refusals.iter().find(|(r, _)| *r == refusal).map(|(_, page)| page)
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
        template: &str,
        here: &str,
        page: Value,
    ) -> Result<String, Refusal> {
        render(&self.templates, &self.shared, template, here, page).map_err(|error| {
            // The kind of error alone: a template's error may quote what it was rendering.
            tracing::error!(template, kind = ?error.kind(), "a page did not render");
            Refusal::Kind(Kind::Bug)
        })
    }
}

fn render(
    templates: &Templates,
    shared: &Value,
    template: &str,
    here: &str,
    page: Value,
) -> Result<String, minijinja::Error> {
    templates.render(template, context! { shop => shared, here, ..page })
}
