//! Names made fit for URLs.

use super::{Product, fault::Warning, search::fold};
use deunicode::deunicode;
use std::collections::HashMap;

/// Writes a name in ASCII letters (other scripts by how they sound), fit for a URL.
/// Letters become lower case and spaces dashes; everything but letters, digits, dashes and
/// underscores is dropped. Empty names become `item`.
pub(super) fn from_name(name: &str) -> String {
    // Accents go by our own rules, which the search has too; what they leave is spelled out.
    let slug: String = fold(&deunicode(&fold(name.trim())))
        .chars()
        .filter_map(|c| match c {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            c if c.is_ascii_alphanumeric() => Some(c),
            _ => None,
        })
        .collect();
    let slug = slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    if slug.is_empty() { "item".to_owned() } else { slug }
}

/// Gives each product its place in addresses.
/// Products that ask for one come first, so that nobody else's name takes it away. `wishes` are
/// those requests.
pub(super) fn assign(products: &mut [Product], wishes: &[Option<String>]) -> Vec<Warning> {
    let mut slugs = Slugs::default();
    let mut odd = Vec::new();
    let wish = |at: usize| wishes.get(at)?.as_deref().filter(|wish| !wish.trim().is_empty());
    for asking in [true, false] {
        for (at, product) in products.iter_mut().enumerate() {
            let wish = wish(at);
            if wish.is_some() != asking {
                continue;
            }
            let free = slugs.unique(&product.slug);
            let id = product.id.as_str();
            if let Some(wish) = wish.filter(|wish| **wish != *free) {
                let why = if free == product.slug {
                    "was adapted for use in addresses"
                } else {
                    "is already used by another product"
                };
                odd.push(Warning {
                    path: format!("products.{id}.friendlyLink"),
                    what: format!(
                        "product {id:?}: friendlyLink {wish:?} {why}: it is {free:?} now"
                    ),
                });
            }
            product.slug = free;
        }
    }
    odd
}

/// Slugs that are given already, and the number at which counting on from each stopped.
/// Because of that number, many equal names do not make it slow.
#[derive(Default)]
struct Slugs(HashMap<String, u32>);

impl Slugs {
    /// Returns `wanted`, or the first of `wanted-2`, `wanted-3`.. that is free, and takes it.
    fn unique(&mut self, wanted: &str) -> String {
        let mut free = wanted.to_owned();
        let mut count = self.0.get(wanted).copied().unwrap_or(1);
        while self.0.contains_key(&free) {
            count += 1;
            free = format!("{wanted}-{count}");
        }
        self.0.insert(wanted.to_owned(), count);
        self.0.entry(free.clone()).or_insert(1);
        free
    }
}
