//! Reading `catalog.json`, field by field, so that every refusal names its place.

mod choices;
mod digital;

use super::{
    CatalogError, Product, ProductId, Translation,
    slug::{self, Slugs},
};
use crate::{
    money::{Amount, AssetId},
    stock::StockKey,
    text,
};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// One of the old layout's wallets: a currency and the seller's static address for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Its name inside the file (`eth` in `->wallets.eth`).
    pub id: String,
    /// The currency.
    pub asset: AssetId,
    /// The menu text.
    pub name: String,
    /// The address text, not yet checked by the chain; none in catalogues written for this shop.
    pub address: Option<String>,
}

/// Longest list of anything in one product; a price list is written by hand.
const MOST: usize = 64;

/// What a file says.
pub(super) struct File {
    pub(super) products: Vec<Product>,
    pub(super) wallets: Vec<Wallet>,
    pub(super) listed: HashMap<StockKey, u32>,
}

/// How many codes there are in a list of this name, or what is wrong with it.
type CountCodes<'a> = &'a dyn Fn(&str) -> Result<u32, String>;

pub(super) fn file(json: &str, codes: CountCodes<'_>) -> Result<File, CatalogError> {
    let top: Value =
        serde_json::from_str(json).map_err(|error| CatalogError::Json(error.to_string()))?;
    let Value::Object(mut top) = top else {
        return Err(top_error("catalogue", "it must be an object with a \"products\" section"));
    };
    let wallets = wallets(top.remove("wallets"))?;
    let section = top.remove("products").ok_or_else(|| top_error("products", "it is missing"))?;
    let mut file = File { products: Vec::new(), wallets: Vec::new(), listed: HashMap::new() };
    let (mut slugs, mut ids) = (Slugs::default(), HashSet::new());
    let mut lists = HashMap::new();
    for (name, value) in entries("products", section)? {
        let reader = Reader { product: &name, wallets: &wallets, codes };
        let product = reader.product(&value, &mut slugs, &mut file.listed)?;
        reader.lists_are_its_own(&product, &mut lists)?;
        if !ids.insert(product.id.clone()) {
            return Err(reader.error("id", "another product has the same one"));
        }
        file.products.push(product);
    }
    related(&file.products, &ids)?;
    Ok(File { wallets, ..file })
}

fn related(products: &[Product], ids: &HashSet<ProductId>) -> Result<(), CatalogError> {
    for product in products {
        if let Some(id) = product.related.iter().find(|id| !ids.contains(id)) {
            let why = format!("{:?} is no product of this file", id.as_str());
            return Err(product_error(product.id.as_str(), "related", why));
        }
    }
    Ok(())
}

/// A section is an object of named entries (`_model` and the like are the old seeder's) or a list.
fn entries(field: &str, section: Value) -> Result<Vec<(String, Value)>, CatalogError> {
    match section {
        Value::Object(map) => {
            Ok(map.into_iter().filter(|(name, _)| !name.starts_with('_')).collect())
        }
        Value::Array(list) => Ok(list
            .into_iter()
            .enumerate()
            .map(|(i, value)| (name_of(&value).unwrap_or_else(|| (i + 1).to_string()), value))
            .collect()),
        _ => Err(top_error(field, "it must be an object or a list")),
    }
}

/// List entries carry their name in `id` or `_id`.
fn name_of(value: &Value) -> Option<String> {
    ["id", "_id"].into_iter().find_map(|key| value.get(key)?.as_str().map(str::to_owned))
}

fn wallets(section: Option<Value>) -> Result<Vec<Wallet>, CatalogError> {
    let Some(section) = section else { return Ok(Vec::new()) };
    entries("wallets", section)?
        .into_iter()
        .map(|(id, value)| {
            let text = |key: &str| value.get(key).and_then(Value::as_str).map(text::line);
            let code = text("currency").ok_or_else(|| {
                top_error(&format!("wallets.{id}.currency"), "it is missing; write \"ETH\", say")
            })?;
            let asset = AssetId::from_code(&code).ok_or_else(|| {
                top_error(&format!("wallets.{id}.currency"), &unknown_asset(&code))
            })?;
            let name = text("name").unwrap_or_else(|| asset.name().to_owned());
            Ok(Wallet { id, asset, name, address: text("address").filter(|a| !a.is_empty()) })
        })
        .collect()
}

struct Reader<'a> {
    product: &'a str,
    wallets: &'a [Wallet],
    codes: CountCodes<'a>,
}

impl Reader<'_> {
    fn product(
        &self,
        value: &Value,
        slugs: &mut Slugs,
        listed: &mut HashMap<StockKey, u32>,
    ) -> Result<Product, CatalogError> {
        let Value::Object(map) = value else { return Err(self.error("product", "not an object")) };
        let id = ProductId::parse(self.product).ok_or_else(|| {
            self.error("name in the file", "use 1 to 64 of a-z, A-Z, 0-9, dot, dash, underscore")
        })?;
        let name = text::line(self.string(map, "name")?.unwrap_or_default());
        if name.is_empty() {
            return Err(self.error("name", "it is missing or blank"));
        }
        let (axes, variants) = self.choices(map, listed)?;
        let wanted = slug::from_name(self.string(map, "friendlyLink")?.unwrap_or(&name));
        let mut images = self.images(map)?;
        for image in variants.iter().filter_map(|variant| variant.image.as_ref()) {
            if !images.contains(image) {
                images.push(image.clone());
            }
        }
        Ok(Product {
            id,
            slug: slugs.unique(&wanted),
            description: text::block(self.string(map, "description")?.unwrap_or_default()),
            translations: self.translations(map)?,
            images,
            categories: self.lines(map, "categories")?,
            axes,
            variants,
            featured: self.flag(map, "featured")?,
            is_new: self.flag(map, "new")?,
            related: self.related(map)?,
            name,
        })
    }

    fn related(&self, map: &Map<String, Value>) -> Result<Vec<ProductId>, CatalogError> {
        self.lines(map, "related")?
            .iter()
            .map(|id| {
                ProductId::parse(id).ok_or_else(|| self.error("related", "this names no product"))
            })
            .collect()
    }

    /// `"translations": { "fr-CA": { "name": "..", "description": ".." } }`
    fn translations(&self, map: &Map<String, Value>) -> Result<Vec<Translation>, CatalogError> {
        let languages = match map.get("translations") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Object(languages)) => languages,
            Some(_) => return Err(self.error("translations", "it must be an object")),
        };
        languages
            .iter()
            .map(|(language, texts)| {
                let field = format!("translations.{language}");
                let Value::Object(texts) = texts else {
                    return Err(self.error(&field, "it must have a name and a description"));
                };
                let text =
                    |key| self.string(texts, key).map(|t| t.filter(|t| !t.trim().is_empty()));
                Ok(Translation {
                    language: language.clone(),
                    name: text("name")?.map(text::line),
                    description: text("description")?.map(text::block),
                })
            })
            .collect()
    }

    fn images(&self, map: &Map<String, Value>) -> Result<Vec<String>, CatalogError> {
        let mut images = self.lines(map, "images")?;
        if let Some(one) = self.string(map, "image")?.filter(|one| !one.is_empty()) {
            images.insert(0, one.to_owned());
        }
        images.iter().map(|image| self.image("images", image)).collect()
    }

    /// A file's name inside `images/`.
    fn image(&self, field: &str, name: &str) -> Result<String, CatalogError> {
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', ':']) {
            let why = format!("{name:?} must be a file name inside images/, without a path");
            return Err(self.error(field, &why));
        }
        Ok(name.to_owned())
    }

    /// Empty where there is none.
    fn prices(&self, map: &Map<String, Value>) -> Result<Vec<Amount>, CatalogError> {
        let mut prices: Vec<Amount> = Vec::new();
        let listed = match map.get("prices") {
            Some(Value::Array(list)) => list.clone(),
            Some(_) => return Err(self.error("prices", "it must be a list")),
            None => Vec::new(),
        };
        for (i, entry) in listed.iter().enumerate() {
            let field = format!("prices[{i}]");
            let asset = self.asset(&field, entry)?;
            let price = self.price(&field, asset, entry.get("price"))?;
            if prices.iter().any(|other| other.asset() == asset) {
                return Err(self.error(&field, &format!("there is already a price in {asset}")));
            }
            prices.push(price);
        }
        if let (Some(single), true) = (map.get("price"), listed.is_empty()) {
            let asset = self.wallets.first().map_or(AssetId::Eth, |wallet| wallet.asset);
            prices.push(self.price("price", asset, Some(single))?);
        }
        Ok(prices)
    }

    /// `"wallet": "->wallets.eth"`, or `"currency": "ETH"`.
    fn asset(&self, field: &str, entry: &Value) -> Result<AssetId, CatalogError> {
        if let Some(reference) = entry.get("wallet").and_then(Value::as_str) {
            let id = reference.strip_prefix("->wallets.").unwrap_or(reference);
            return self.wallets.iter().find(|w| w.id == id).map(|w| w.asset).ok_or_else(|| {
                self.error(field, &format!("{reference:?} names no wallet of this file"))
            });
        }
        let code = entry.get("currency").and_then(Value::as_str).ok_or_else(|| {
            self.error(field, "it needs a \"wallet\" (\"->wallets.eth\") or a \"currency\"")
        })?;
        AssetId::from_code(code).ok_or_else(|| self.error(field, &unknown_asset(code)))
    }

    fn price(
        &self,
        field: &str,
        asset: AssetId,
        value: Option<&Value>,
    ) -> Result<Amount, CatalogError> {
        let nano = value.and_then(Value::as_u64).filter(|n| *n > 0).ok_or_else(|| {
            self.error(
                field,
                "the price must be a whole number above 0, in 1e-9 of the coin (Gwei)",
            )
        })?;
        Amount::from_price_list(asset, nano).map_err(|error| self.error(field, &error.to_string()))
    }

    fn flag(&self, map: &Map<String, Value>, field: &str) -> Result<bool, CatalogError> {
        match map.get(field) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.error(field, "it must be true or false")),
        }
    }

    fn string<'m>(
        &self,
        map: &'m Map<String, Value>,
        field: &str,
    ) -> Result<Option<&'m str>, CatalogError> {
        match map.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.error(field, "it must be text")),
        }
    }

    fn lines(&self, map: &Map<String, Value>, field: &str) -> Result<Vec<String>, CatalogError> {
        let list = match map.get(field) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(list)) if list.len() <= MOST => list,
            Some(_) => return Err(self.error(field, "it must be a list of at most 64 texts")),
        };
        list.iter()
            .map(|value| match value.as_str().map(text::line) {
                Some(line) if !line.is_empty() => Ok(line),
                _ => Err(self.error(field, "every entry must be text, not blank")),
            })
            .collect()
    }

    fn error(&self, field: &str, why: &str) -> CatalogError {
        product_error(self.product, field, why.to_owned())
    }
}

fn product_error(product: &str, field: &str, why: String) -> CatalogError {
    CatalogError::Product { product: product.to_owned(), field: field.to_owned(), why }
}

fn top_error(field: &str, why: &str) -> CatalogError {
    CatalogError::Top { field: field.to_owned(), why: why.to_owned() }
}

fn unknown_asset(code: &str) -> String {
    format!("{code:?} is not a currency this shop knows (ETH, BTC, XMR)")
}
