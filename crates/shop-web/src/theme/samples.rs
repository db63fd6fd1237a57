//! Values to try templates with: each page full, and as empty as it can be.

use crate::templates::{Frame, Templates};
use minijinja::{Error, Value, context};
use serde_json::Value as Json;
use std::{collections::BTreeMap, sync::LazyLock};

/// `shop` as all pages see it, twice, and `pages`: by template, what each is rendered with.
static SAMPLES: LazyLock<Vec<(String, Value)>> = LazyLock::new(read);

/// Returns the names of templates, and what to render them with.
pub(super) fn pages() -> impl Iterator<Item = (&'static str, Value)> {
    SAMPLES.iter().map(|(name, page)| (name.as_str(), page.clone()))
}

/// Renders a template with such values, as the seller would have it, or not at all.
pub(super) fn render(templates: &Templates, name: &str, page: &Value) -> Result<String, Error> {
    let shop = page.get_attr("shop")?;
    let here = page.get_attr("here")?;
    let Frame { header, footer } = templates.frame(&shop, &here, Templates::render_strictly)?;
    templates.render_strictly(name, context! { header, footer, ..page.clone() })
}

fn read() -> Vec<(String, Value)> {
    // A file of ours: a test renders every template with it.
    let all: Json = serde_json::from_str(include_str!("samples.json")).unwrap_or_default();
    let list = |json: &Json| json.as_array().cloned().unwrap_or_default();
    let shops = all.get("shop").map(list).unwrap_or_default();
    let pages = all.get("pages").and_then(Json::as_object).cloned().unwrap_or_default();
    let mut samples = Vec::new();
    for shop in shops.iter().map(value) {
        for (name, variants) in &pages {
            for page in list(variants).iter().map(value) {
                samples.push((name.clone(), context! { shop => shop.clone(), ..page }));
            }
        }
    }
    samples
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(yes) => Value::from(*yes),
        Json::Number(number) => Value::from(number.as_u64()),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(all) => Value::from(all.iter().map(value).collect::<Vec<_>>()),
        Json::Object(all) => {
            let all = all.iter().map(|(name, one)| (name.clone(), value(one)));
            Value::from(all.collect::<BTreeMap<_, _>>())
        }
    }
}
