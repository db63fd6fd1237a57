//! The price list: what is for sale, read from `catalog.json`.
//!
//! The layout is the old cart's `db/data.json`: `products` (and `wallets`) as named objects or
//! lists, prices in 1e-9 of the coin, wallets by reference (`"->wallets.eth"`).

mod read;
mod slug;

use crate::{
    kind::{HasKind, Kind},
    money::{Amount, AssetId},
};
pub use read::Wallet;

/// What is for sale, in the seller's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    products: Vec<Product>,
    wallets: Vec<Wallet>,
}

/// One thing for sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The name it has inside `catalog.json`, and in a cart: 1 to 64 of `a-z A-Z 0-9 . _ -`.
    pub id: ProductId,
    /// Its place in URLs, unique, made from the name where the file has none.
    pub slug: String,
    /// One line.
    pub name: String,
    /// Markdown.
    pub description: String,
    /// Image file names inside `images/`, the first is the main one.
    pub images: Vec<String>,
    /// What the buyer chooses from (sizes, say); empty for no choice.
    pub options: Vec<String>,
    /// In the seller's spelling.
    pub categories: Vec<String>,
    /// One price an asset, in the seller's order. Never empty.
    pub prices: Vec<Amount>,
    /// How many there are; 0 is SOLD.
    pub quantity: u32,
}

/// A product's name inside the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProductId(pub(crate) String);

/// What is wrong with a catalogue: which product, which field, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// The text is not JSON.
    #[error("it is not valid JSON: {0}")]
    Json(String),
    /// The top level is not as it should be.
    #[error("{field}: {why}")]
    Top {
        /// The section.
        field: String,
        /// What is wrong and what it should be.
        why: String,
    },
    /// A product is not as it should be.
    #[error("product {product:?}, {field}: {why}")]
    Product {
        /// Its name in the file.
        product: String,
        /// The field.
        field: String,
        /// What is wrong and what it should be.
        why: String,
    },
}

impl HasKind for CatalogError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

impl ProductId {
    /// From text that names a product.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        shaped.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Product {
    /// Whether none is left.
    #[must_use]
    pub const fn is_sold(&self) -> bool {
        self.quantity == 0
    }

    /// The price in `asset`, if it has one.
    #[must_use]
    pub fn price(&self, asset: AssetId) -> Option<Amount> {
        self.prices.iter().copied().find(|price| price.asset() == asset)
    }
}

impl Catalog {
    /// Reads a catalogue.
    ///
    /// # Errors
    /// [`CatalogError`] for the first thing that is wrong, by product and field.
    pub fn from_json(text: &str) -> Result<Self, CatalogError> {
        read::catalog(text)
    }

    /// What is for sale, oldest first.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// The old layout's wallets: the currencies, in menu order.
    #[must_use]
    pub fn wallets(&self) -> &[Wallet] {
        &self.wallets
    }

    /// The product with this id.
    #[must_use]
    pub fn product(&self, id: &ProductId) -> Option<&Product> {
        self.products.iter().find(|product| product.id == *id)
    }

    /// The product at this place in URLs.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.slug == slug)
    }

    /// The product after this one, if it is not the last.
    #[must_use]
    pub fn next(&self, id: &ProductId) -> Option<&Product> {
        let at = self.products.iter().position(|product| product.id == *id)?;
        self.products.get(at + 1)
    }

    /// Every category, in order of first use, each once.
    #[must_use]
    pub fn categories(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for category in self.products.iter().flat_map(|product| &product.categories) {
            if !all.contains(&category.as_str()) {
                all.push(category);
            }
        }
        all
    }

    /// The assets in which *every* product has a price: a cart can always be paid in these.
    #[must_use]
    pub fn assets(&self) -> Vec<AssetId> {
        let Some(first) = self.products.first() else { return Vec::new() };
        let everywhere = |asset: &AssetId| self.products.iter().all(|p| p.price(*asset).is_some());
        first.prices.iter().map(|price| price.asset()).filter(everywhere).collect()
    }
}

/// The place in URLs of a category: `Men's Shirts` is at `mens-shirts`.
#[must_use]
pub fn category_slug(category: &str) -> String {
    slug::from_name(category)
}

#[cfg(test)]
mod tests;
