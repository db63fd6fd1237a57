//! Names and numbers that a file gives twice.

use super::outline::Twice;
use crate::catalog::{CatalogError, CatalogWarning, Product, fault::Warning};
use std::collections::HashMap;

/// Reports names given twice: an error for products, a warning for fields.
/// The parser keeps one of two products with the same name.
pub(super) fn twice(
    twice: Vec<Twice>,
    lines: &dyn Fn(&str) -> Option<usize>,
    warnings: &mut Vec<CatalogWarning>,
) -> Vec<CatalogError> {
    let mut errors = Vec::new();
    for Twice { path, line, product } in twice {
        let name = path.strip_prefix("products.").filter(|_| product);
        let first = lines(&path).unwrap_or_default();
        match name {
            Some(name) => errors.push(CatalogError::Product {
                product: name.to_owned(),
                field: "name in the file".to_owned(),
                why: format!("another product already has it, in line {first}"),
                line: Some(line),
            }),
            None => {
                let what = format!("{path} is already in line {first}: the last one counts");
                warnings.push(CatalogWarning { line: Some(line), what });
            }
        }
    }
    errors
}

/// Returns warnings about the seller's numbers that two things have.
pub(super) fn skus(products: &[Product]) -> Vec<Warning> {
    let mut first: HashMap<&str, String> = HashMap::new();
    let mut found = Vec::new();
    for product in products {
        for variant in &product.variants {
            let Some(sku) = variant.sku.as_deref() else { continue };
            let id = product.id.as_str();
            let name =
                variant.name.as_ref().map_or_else(|| id.to_owned(), |name| format!("{id}/{name}"));
            match first.get(sku) {
                None => drop(first.insert(sku, name)),
                Some(other) => found.push(Warning {
                    path: format!("products.{id}"),
                    what: format!("{name:?} and {other:?} have the same sku, {sku:?}"),
                }),
            }
        }
    }
    found
}

/// Returns the path of a product, in a file that names its products.
pub(super) fn path_of(error: &CatalogError) -> String {
    match error {
        CatalogError::Product { product, .. } => format!("products.{product}"),
        _ => String::new(),
    }
}
