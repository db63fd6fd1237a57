//! Fields the shop does not know: a misspelt one would be passed over in silence.

use crate::{catalog::fault::Warning, text};
use serde_json::{Map, Value};

/// Fields of the old cart's files that mean nothing here; its seeder's begin with `_`.
const OLD: [&str; 3] = ["id", "createdAt", "updatedAt"];

const TOP: [&str; 4] = ["products", "wallets", "agents", "currency"];
const WALLET: [&str; 3] = ["currency", "name", "address"];
const PRODUCT: [&str; 19] = [
    "name",
    "description",
    "price",
    "prices",
    "currency",
    "quantity",
    "image",
    "images",
    "categories",
    "axes",
    "variants",
    "options",
    "weight",
    "featured",
    "new",
    "related",
    "digital",
    "friendlyLink",
    "translations",
];
const PRICE: [&str; 3] = ["price", "currency", "wallet"];
const AXIS: [&str; 2] = ["name", "values"];
const VARIANT: [&str; 9] =
    ["choice", "quantity", "sku", "price", "prices", "currency", "image", "weight", "digital"];
const DIGITAL: [&str; 4] = ["file", "downloads", "days", "codes"];
const TRANSLATION: [&str; 2] = ["name", "description"];

pub(super) fn of_top(top: &Map<String, Value>) -> Vec<Warning> {
    let mut found = Vec::new();
    look(top, &TOP, "", &mut found);
    found
}

pub(super) fn of_wallet(wallet: &Value, path: &str) -> Vec<Warning> {
    let mut found = Vec::new();
    each(Some(wallet), &WALLET, path, &mut found);
    found
}

/// Returns warnings, each of which says in which part of the product it is.
pub(super) fn of_product(product: &Value, name: &str, path: &str) -> Vec<Warning> {
    let mut found = within_product(product, path);
    for warning in &mut found {
        let part = warning.path.strip_prefix(path).unwrap_or_default();
        let part = part.rsplit_once('.').map_or("", |(part, _)| part.trim_start_matches('.'));
        let part = if part.is_empty() { String::new() } else { format!(", {part}") };
        warning.what = format!("product {name:?}{part}: {}", warning.what);
    }
    found
}

fn within_product(product: &Value, path: &str) -> Vec<Warning> {
    let mut found = Vec::new();
    let Value::Object(map) = product else { return found };
    look(map, &PRODUCT, path, &mut found);
    priced(map, path, &mut found);
    listed(map, "axes", &AXIS, path, &mut found);
    listed(map, "variants", &VARIANT, path, &mut found);
    for (at, variant) in entries(map, "variants") {
        if let Value::Object(variant) = variant {
            priced(variant, &format!("{path}.variants[{at}]"), &mut found);
        }
    }
    if let Some(Value::Object(languages)) = map.get("translations") {
        for (language, texts) in languages {
            each(Some(texts), &TRANSLATION, &format!("{path}.translations.{language}"), &mut found);
        }
    }
    found
}

/// Checks the fields that a product and a variant have in common.
fn priced(map: &Map<String, Value>, path: &str, found: &mut Vec<Warning>) {
    listed(map, "prices", &PRICE, path, found);
    each(map.get("digital"), &DIGITAL, &format!("{path}.digital"), found);
}

fn listed(
    map: &Map<String, Value>,
    field: &str,
    known: &[&str],
    path: &str,
    found: &mut Vec<Warning>,
) {
    for (at, entry) in entries(map, field) {
        each(Some(entry), known, &format!("{path}.{field}[{at}]"), found);
    }
}

fn entries<'a>(
    map: &'a Map<String, Value>,
    field: &str,
) -> impl Iterator<Item = (usize, &'a Value)> {
    map.get(field).and_then(Value::as_array).into_iter().flatten().enumerate()
}

fn each(value: Option<&Value>, known: &[&str], path: &str, found: &mut Vec<Warning>) {
    if let Some(Value::Object(map)) = value {
        look(map, known, path, found);
    }
}

fn look(map: &Map<String, Value>, known: &[&str], path: &str, found: &mut Vec<Warning>) {
    for name in map.keys() {
        if name.starts_with('_') || known.contains(&name.as_str()) || OLD.contains(&name.as_str()) {
            continue;
        }
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let what = match text::nearest(name, known.iter().copied()) {
            Some(meant) => format!("unknown field {name:?}; did you mean {meant:?}?"),
            None => format!("unknown field {name:?}, which is ignored"),
        };
        found.push(Warning { path, what });
    }
}
