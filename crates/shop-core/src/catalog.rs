//! The price list: what is for sale, read from `catalog.json`.
//!
//! The layout is the old cart's `db/data.json`: `products` (and `wallets`) as named objects or
//! lists, prices in 1e-9 of the coin, wallets by reference (`"->wallets.eth"`). What it did not
//! have is added beside it: axes and variants, nested categories, digital goods, translations.

mod category;
mod fault;
mod listing;
mod price_band;
mod product;
mod read;
mod search;
mod slug;

use crate::{
    digital::{Digital, DownloadLimits},
    fnv::fnv,
    money::{AssetId, Assets, Currency, Price, PriceUnit},
    stock::{Availability, StockKey},
};
pub use category::{Category, category_slug};
pub use fault::{CatalogError, CatalogWarning};
pub use listing::{Facet, ProductListQuery, Sort};
pub use price_band::PriceBand;
pub use product::{Axis, BETWEEN_VALUES, Product, ProductId, Translation, Variant, VariantName};
pub use read::Wallet;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// The goods for sale, in the seller's order. Clones share everything but the levels.
#[derive(Clone, Debug)]
pub struct Catalog {
    level: Arc<Contents>,
    levels: HashMap<StockKey, Availability>,
}

/// Contents that stay the same until the seller changes the file.
#[derive(Debug)]
struct Contents {
    assets: Assets,
    /// Currency of the prices that are not in an asset.
    currency: Option<Currency>,
    products: Vec<Product>,
    wallets: Vec<Wallet>,
    listed: HashMap<StockKey, u32>,
    warnings: Vec<CatalogWarning>,
    by_id: HashMap<ProductId, usize>,
    by_slug: HashMap<String, usize>,
    /// Hashes of ids, in order.
    by_hash: Vec<(u64, usize)>,
    categories: Vec<Category>,
    index: search::Index,
    ranks: listing::Ranks,
    /// Every product, the featured ones first.
    window: Vec<usize>,
}

impl Catalog {
    /// Reads a catalogue with prices in the coins that are built in, and no lists of codes.
    /// Goods that are sold from such lists are sold out.
    ///
    /// # Errors
    /// [`CatalogError`] for what is wrong, by product and field.
    pub fn from_json(text: &str) -> Result<Self, CatalogError> {
        Self::read(text, &Assets::default(), &|_| Ok(0))
    }

    /// Reads a catalogue with prices in these assets, and in one currency at most.
    /// Until [`Catalog::with_levels`] says otherwise there is as much of everything as the file
    /// says. `codes` says how many codes there are in a list of this name, or what is wrong with
    /// it: of such goods there are as many as codes.
    ///
    /// # Errors
    /// [`CatalogError`] for what is wrong, by product and field.
    pub fn read(
        text: &str,
        assets: &Assets,
        codes: &dyn Fn(&str) -> Result<u32, String>,
    ) -> Result<Self, CatalogError> {
        let read::File { products, wallets, listed, warnings } = read::file(text, assets, codes)?;
        let by_id = products.iter().enumerate().map(|(i, p)| (p.id.clone(), i)).collect();
        let by_slug = products.iter().enumerate().map(|(i, p)| (p.slug.clone(), i)).collect();
        let hashed = products.iter().enumerate().map(|(i, p)| (fnv(p.id.as_str()), i));
        let mut by_hash: Vec<(u64, usize)> = hashed.collect();
        by_hash.sort_unstable();
        let categories = category::tree(&products);
        let index = search::Index::of(&products);
        let currency = currency(&products);
        let units = assets.iter().map(PriceUnit::from).chain(currency.map(PriceUnit::from));
        let ranks = listing::Ranks::of(&products, units);
        let levels =
            listed.iter().map(|(key, n)| (key.clone(), Availability::from_count(*n))).collect();
        let window = listing::featured_first(&products, 0..products.len());
        let level = Contents {
            assets: assets.clone(),
            currency,
            products,
            wallets,
            listed,
            warnings,
            by_id,
            by_slug,
            by_hash,
            categories,
            index,
            ranks,
            window,
        };
        Ok(Self { level: Arc::new(level), levels })
    }

    /// Returns the catalogue with these stock levels; counted goods not named keep theirs.
    #[must_use]
    pub fn with_levels(&self, levels: impl IntoIterator<Item = (StockKey, Availability)>) -> Self {
        let mut now = self.clone();
        for (key, level) in levels {
            if let Some(known) = now.levels.get_mut(&key) {
                *known = level;
            }
        }
        now
    }

    /// Returns the products, oldest first.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        &self.level.products
    }

    /// Returns the old layout's wallets: the currencies, in menu order.
    #[must_use]
    pub fn wallets(&self) -> &[Wallet] {
        &self.level.wallets
    }

    /// Returns the seller's counts by stock key. Goods that are not in here never run out.
    #[must_use]
    pub fn listed(&self) -> &HashMap<StockKey, u32> {
        &self.level.listed
    }

    /// Returns the warnings about probable mistakes: misspelt fields, numbers given twice.
    #[must_use]
    pub fn warnings(&self) -> &[CatalogWarning] {
        &self.level.warnings
    }

    /// Returns every list of codes, by what is counted with it.
    pub fn code_lists(&self) -> impl Iterator<Item = (&StockKey, &str)> {
        let mut seen = HashSet::new();
        let variants = self.level.products.iter().flat_map(|product| &product.variants);
        let lists = variants.filter_map(|variant| match &variant.digital {
            Some(Digital::Codes { list }) => Some((&variant.stock, list.as_str())),
            _ => None,
        });
        lists.filter(move |(key, _)| seen.insert(*key))
    }

    /// Returns every file that is handed out, each once.
    pub fn files(&self) -> impl Iterator<Item = &DownloadLimits> {
        let mut seen = HashSet::new();
        let variants = self.level.products.iter().flat_map(|product| &product.variants);
        let files = variants.filter_map(|variant| match &variant.digital {
            Some(Digital::File(file)) => Some(file),
            _ => None,
        });
        files.filter(move |file| seen.insert(file.name.as_str()))
    }

    /// Returns the stock level of one key; goods that are not counted never run out.
    #[must_use]
    pub fn level(&self, key: &StockKey) -> Availability {
        self.levels.get(key).copied().unwrap_or(Availability::InStock)
    }

    /// Returns the highest stock level among a product's variants.
    #[must_use]
    pub fn level_of(&self, product: &Product) -> Availability {
        product.variants.iter().map(|v| self.level(&v.stock)).max().unwrap_or(Availability::SoldOut)
    }

    /// Returns the product with this id.
    #[must_use]
    pub fn product(&self, id: &ProductId) -> Option<&Product> {
        self.level.by_id.get(id).and_then(|at| self.level.products.get(*at))
    }

    /// Returns the product whose id has this hash, as packed carts name it.
    pub(crate) fn product_by_hash(&self, hash: u64) -> Option<&Product> {
        let hashes = &self.level.by_hash;
        let (_, at) = hashes.get(hashes.partition_point(|(known, _)| *known < hash))?;
        self.level.products.get(*at).filter(|product| fnv(product.id.as_str()) == hash)
    }

    /// Returns the product at this place in URLs.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<&Product> {
        self.level.by_slug.get(slug).and_then(|at| self.level.products.get(*at))
    }

    /// Returns the place, in [`Catalog::products`], of the product at this place in URLs.
    #[must_use]
    pub fn place(&self, slug: &str) -> Option<usize> {
        self.level.by_slug.get(slug).copied()
    }

    /// Returns true if two states of the same catalogue look the same.
    #[must_use]
    pub fn shows_as_much_as(&self, other: &Self) -> bool {
        self.levels == other.levels
    }

    /// Returns the product after this one, if it is not the last.
    #[must_use]
    pub fn next(&self, id: &ProductId) -> Option<&Product> {
        self.level.products.get(self.level.by_id.get(id)? + 1)
    }

    /// Returns the products that go with this one, at most `most`, never itself.
    /// They are those the seller named, or else those that follow it in its innermost category,
    /// beginning again at the front.
    #[must_use]
    pub fn related(&self, product: &Product, most: usize) -> Vec<&Product> {
        if !product.related.is_empty() {
            return product.related.iter().filter_map(|id| self.product(id)).take(most).collect();
        }
        let Some(at) = self.level.by_id.get(&product.id) else { return Vec::new() };
        let innermost = self
            .level
            .categories
            .iter()
            .filter(|category| category.products.binary_search(at).is_ok())
            .max_by_key(|category| category.depth);
        let Some(category) = innermost else { return Vec::new() };
        let after = category.products.partition_point(|i| i <= at);
        let (before, behind) = category.products.split_at(after);
        behind
            .iter()
            .chain(before)
            .filter(|i| *i != at)
            .filter_map(|i| self.level.products.get(*i))
            .take(most)
            .collect()
    }

    /// Returns every category, those within another straight after it, in order of first use.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.level.categories
    }

    /// Returns the category at this place in URLs: `clothing/shirts`.
    #[must_use]
    pub fn category(&self, slug: &str) -> Option<&Category> {
        self.level.categories.iter().find(|category| category.slug == slug)
    }

    /// Returns the assets in which a price could be.
    #[must_use]
    pub fn known_assets(&self) -> &Assets {
        &self.level.assets
    }

    /// Returns the assets in which anything has a price.
    #[must_use]
    pub fn assets(&self) -> Vec<AssetId> {
        let mut assets = Vec::new();
        let variants = self.level.products.iter().flat_map(|product| &product.variants);
        let prices = variants.flat_map(|variant| &variant.prices);
        for asset in prices.filter_map(|price| price.unit().asset()) {
            if !assets.contains(&asset) {
                assets.push(asset);
            }
        }
        assets
    }

    /// Returns the currency in which anything has a price, if there is one.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.level.currency
    }

    /// Returns the lowest price in `unit` of what is left of a product.
    /// If nothing is left, it is that of all choices. Returns None if not every choice has a price.
    #[must_use]
    pub fn lowest(&self, product: &Product, unit: impl Into<PriceUnit>) -> Option<Price> {
        let unit = unit.into();
        let lowest = product.lowest(unit)?;
        let left =
            product.variants.iter().filter(|v| self.level(&v.stock) != Availability::SoldOut);
        let left = left.filter_map(|variant| variant.price(unit));
        Some(left.min_by_key(|price| price.units()).unwrap_or(lowest))
    }
}

/// Returns the currency in which a product has a price. All have the same.
fn currency(products: &[Product]) -> Option<Currency> {
    let variants = products.iter().flat_map(|product| &product.variants);
    let mut prices = variants.flat_map(|variant| &variant.prices);
    prices.find_map(|price| price.unit().currency())
}

#[cfg(test)]
mod tests;
