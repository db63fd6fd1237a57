//! Reading `catalog.json`, field by field, so that every refusal names its place.

mod choices;
mod digital;
mod fields;
mod lints;
mod outline;
mod prices;
mod syntax;

use super::{CatalogError, CatalogWarning, Product, ProductId, Translation, fault::Warning, slug};
use crate::{
    money::{AssetId, Assets, PriceUnit},
    stock::StockKey,
    text,
};
use outline::Outline;
use serde_json::{Map, Value};
use std::{
    cell::{LazyCell, RefCell},
    collections::{HashMap, HashSet},
};

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

/// Contents of a file.
#[derive(Default)]
pub(super) struct File {
    pub(super) products: Vec<Product>,
    pub(super) wallets: Vec<Wallet>,
    pub(super) listed: HashMap<StockKey, u32>,
    pub(super) warnings: Vec<CatalogWarning>,
}

/// Function that counts the codes in a list of this name, or says what is wrong with it.
type CountCodes<'a> = &'a dyn Fn(&str) -> Result<u32, String>;

pub(super) fn file(
    json: &str,
    assets: &Assets,
    codes: CountCodes<'_>,
) -> Result<File, CatalogError> {
    let top = syntax::parse(json)?;
    let Value::Object(mut top) = top else {
        return Err(top_error("catalogue", "it must be an object with a \"products\" section"));
    };
    let outline = LazyCell::new(|| Outline::of(json));
    let mut unknown = fields::of_top(&top);
    let wallets = wallets(top.remove("wallets"), assets, &mut unknown)?;
    let usual = usual_unit(&top, &wallets, assets)?;
    let section = top.remove("products").ok_or_else(|| top_error("products", "it is missing"))?;
    let mut file = File { wallets, ..File::default() };
    let mut wishes = Vec::new();
    let mut ids = HashSet::new();
    let mut lists = HashMap::new();
    let mut currency = None;
    let mut errors = Vec::new();
    for Entry { name, path, value } in entries("products", section)? {
        let reader = Reader::new(&name, &file.wallets, assets, usual, codes);
        let product = reader.product(&value, &mut file.listed);
        if let Some(product) = reader.note(product) {
            reader.note(reader.lists_are_its_own(&product, &mut lists));
            reader.note(reader.is_in_one_currency(&product, &mut currency));
            file.products.push(product);
        }
        if ProductId::parse(&name).is_some_and(|id| !ids.insert(id)) {
            reader.note::<()>(Err(reader.error("id", "another product has the same one")));
        }
        errors.extend(
            reader.errors.into_inner().into_iter().map(|error| outline.place(error, &path)),
        );
        wishes.push(value.get("friendlyLink").and_then(Value::as_str).map(str::to_owned));
        unknown.extend(fields::of_product(&value, &name, &path));
    }
    errors.extend(lints::twice(
        Outline::twice(json),
        &|path| outline.line(path),
        &mut file.warnings,
    ));
    errors.extend(related(&file.products, &ids).map(|error| {
        let path = lints::path_of(&error);
        outline.place(error, &path)
    }));
    if let Some(error) = CatalogError::all(errors) {
        return Err(error);
    }
    for field in unknown {
        let line = outline.line(&field.path);
        file.warnings.push(CatalogWarning { line, what: field.what });
    }
    for what in
        slug::assign(&mut file.products, &wishes).into_iter().chain(lints::skus(&file.products))
    {
        file.warnings.push(CatalogWarning { line: outline.line(&what.path), what: what.what });
    }
    file.warnings.sort_by_key(|warning| warning.line);
    Ok(file)
}

fn related(products: &[Product], ids: &HashSet<ProductId>) -> impl Iterator<Item = CatalogError> {
    products.iter().filter_map(|product| {
        let id = product.related.iter().find(|id| !ids.contains(id))?;
        let why = format!("{:?} is not a product in this file", id.as_str());
        Some(product_error(product.id.as_str(), "related", why))
    })
}

/// One entry of a section: its name, path and value.
struct Entry {
    name: String,
    path: String,
    value: Value,
}

/// Reads a section: an object of named entries, or a list.
/// `_model` and the like are the old seeder's and left out.
fn entries(field: &str, section: Value) -> Result<Vec<Entry>, CatalogError> {
    let entry = |name: String, path: String, value| Entry { name, path, value };
    match section {
        Value::Object(map) => Ok(map
            .into_iter()
            .filter(|(name, _)| !name.starts_with('_'))
            .map(|(name, value)| entry(name.clone(), format!("{field}.{name}"), value))
            .collect()),
        Value::Array(list) => Ok(list
            .into_iter()
            .enumerate()
            .map(|(i, value)| {
                let name = name_of(&value).unwrap_or_else(|| (i + 1).to_string());
                entry(name, format!("{field}[{i}]"), value)
            })
            .collect()),
        _ => Err(top_error(field, "it must be an object or a list")),
    }
}

/// Returns the name of a list entry, which stands in `id` or `_id`.
fn name_of(value: &Value) -> Option<String> {
    ["id", "_id"].into_iter().find_map(|key| value.get(key)?.as_str().map(str::to_owned))
}

fn wallets(
    section: Option<Value>,
    assets: &Assets,
    unknown: &mut Vec<Warning>,
) -> Result<Vec<Wallet>, CatalogError> {
    let Some(section) = section else { return Ok(Vec::new()) };
    entries("wallets", section)?
        .into_iter()
        .map(|Entry { name: id, path, value }| {
            unknown.extend(fields::of_wallet(&value, &path));
            let text = |key: &str| value.get(key).and_then(Value::as_str).map(text::line);
            let code = text("currency").ok_or_else(|| {
                top_error(
                    &format!("wallets.{id}.currency"),
                    "it is missing; write, for example, \"ETH\"",
                )
            })?;
            let asset = assets.find(&code).ok_or_else(|| {
                let why = format!("{code:?} is not a supported currency ({})", assets.codes());
                top_error(&format!("wallets.{id}.currency"), &why)
            })?;
            let name = text("name").unwrap_or_else(|| asset.name().to_owned());
            Ok(Wallet { id, asset, name, address: text("address").filter(|a| !a.is_empty()) })
        })
        .collect()
}

/// Returns the unit of prices that name none: the file's, or that of its first wallet.
fn usual_unit(
    top: &Map<String, Value>,
    wallets: &[Wallet],
    assets: &Assets,
) -> Result<PriceUnit, CatalogError> {
    let code = match top.get("currency") {
        None | Some(Value::Null) => {
            let asset = wallets.first().map_or(assets.usual(), |wallet| wallet.asset);
            return Ok(asset.into());
        }
        Some(Value::String(code)) => code,
        Some(_) => return Err(top_error("currency", "it must be text, such as \"CAD\"")),
    };
    prices::unit(code, assets).ok_or_else(|| top_error("currency", &prices::unknown(code, assets)))
}

struct Reader<'a> {
    product: &'a str,
    wallets: &'a [Wallet],
    assets: &'a Assets,
    /// Unit of prices that name none.
    usual: PriceUnit,
    codes: CountCodes<'a>,
    /// Errors so far: reading goes on, so that the seller hears of all of them.
    errors: RefCell<Vec<CatalogError>>,
}

impl<'a> Reader<'a> {
    fn new(
        product: &'a str,
        wallets: &'a [Wallet],
        assets: &'a Assets,
        usual: PriceUnit,
        codes: CountCodes<'a>,
    ) -> Self {
        Self { product, wallets, assets, usual, codes, errors: RefCell::default() }
    }

    /// Returns what was found, or records the error and returns the default.
    fn note<T: Default>(&self, found: Result<T, CatalogError>) -> T {
        found.unwrap_or_else(|error| {
            self.errors.borrow_mut().push(error);
            T::default()
        })
    }

    /// Reads a product; None where enough is wrong that there is no product.
    fn product(
        &self,
        value: &Value,
        listed: &mut HashMap<StockKey, u32>,
    ) -> Result<Option<Product>, CatalogError> {
        let Value::Object(map) = value else { return Err(self.error("product", "not an object")) };
        let id = self.note(ProductId::parse(self.product).map(Some).ok_or_else(|| {
            self.error(
                "name in the file",
                "use 1 to 64 characters of a-z, A-Z, 0-9, dot, dash, underscore",
            )
        }));
        let name = self.note(self.string(map, "name").and_then(|name| {
            let name = text::line(name.unwrap_or_default());
            if name.is_empty() {
                Err(self.error("name", "it is missing or blank"))
            } else {
                Ok(name)
            }
        }));
        let (axes, variants) = self.note(self.choices(map, listed));
        let link =
            self.note(self.string(map, "friendlyLink")).filter(|link| !link.trim().is_empty());
        let mut images = self.note(self.images(map));
        for image in variants.iter().filter_map(|variant| variant.image.as_ref()) {
            if !images.contains(image) {
                images.push(image.clone());
            }
        }
        let Some(id) = id else { return Ok(None) };
        Ok(Some(Product {
            id,
            slug: slug::from_name(link.unwrap_or(&name)),
            description: text::block(
                self.note(self.string(map, "description")).unwrap_or_default(),
            ),
            translations: self.note(self.translations(map)),
            images,
            categories: self.note(self.lines(map, "categories")),
            axes,
            variants,
            featured: self.note(self.flag(map, "featured")),
            is_new: self.note(self.flag(map, "new")),
            related: self.note(self.related(map)),
            name,
        }))
    }

    fn related(&self, map: &Map<String, Value>) -> Result<Vec<ProductId>, CatalogError> {
        self.lines(map, "related")?
            .iter()
            .map(|id| {
                ProductId::parse(id).ok_or_else(|| self.error("related", "it is not a product"))
            })
            .collect()
    }

    /// Reads `"translations": { "fr-CA": { "name": "..", "description": ".." } }`.
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

    /// Checks a file's name inside `images/`.
    fn image(&self, field: &str, name: &str) -> Result<String, CatalogError> {
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', ':']) {
            let why = format!("{name:?} must be a file name inside images/, without a path");
            return Err(self.error(field, &why));
        }
        Ok(name.to_owned())
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
                _ => Err(self.error(field, "every entry must be text and not blank")),
            })
            .collect()
    }

    fn error(&self, field: &str, why: &str) -> CatalogError {
        product_error(self.product, field, why.to_owned())
    }
}

fn product_error(product: &str, field: &str, why: String) -> CatalogError {
    CatalogError::Product { product: product.to_owned(), field: field.to_owned(), why, line: None }
}

fn top_error(field: &str, why: &str) -> CatalogError {
    CatalogError::Top { field: field.to_owned(), why: why.to_owned() }
}

#[cfg(test)]
mod tests;
