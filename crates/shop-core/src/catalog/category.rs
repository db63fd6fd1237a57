//! Categories, nested: `Clothing/Shirts` is within `Clothing`.

use super::{Product, slug};

/// A category, with everything in it and in those within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its own name, in the spelling of its first use.
    pub name: String,
    /// Its place in URLs, those around it first: `clothing/shirts`.
    pub slug: String,
    /// Number of categories around it.
    pub depth: usize,
    /// Products in it: places in [`super::Catalog::products`], rising.
    pub products: Vec<usize>,
}

/// Deepest nesting of categories: deeper ones are counted to the last one allowed.
const DEEPEST: usize = 4;

/// Returns the place in URLs of a category: `Men's Shirts/Plain` is at `mens-shirts/plain`.
#[must_use]
pub fn category_slug(category: &str) -> String {
    let parts: Vec<String> = names(category).map(slug::from_name).collect();
    if parts.is_empty() { slug::from_name("") } else { parts.join("/") }
}

/// Returns the names on a category's path, the outermost first.
fn names(category: &str) -> impl Iterator<Item = &str> {
    category.split('/').map(str::trim).filter(|name| !name.is_empty()).take(DEEPEST)
}

/// Returns all categories, each straight before those within it, else in order of first use.
pub(super) fn tree(products: &[Product]) -> Vec<Category> {
    let mut roots: Vec<Node> = Vec::new();
    for (at, product) in products.iter().enumerate() {
        for path in &product.categories {
            let mut level = &mut roots;
            let mut slug = String::new();
            for name in names(path) {
                if !slug.is_empty() {
                    slug.push('/');
                }
                slug.push_str(&slug::from_name(name));
                let found = level.iter().position(|node| node.category.slug == slug);
                let here = found.unwrap_or_else(|| {
                    level.push(Node::new(name, &slug));
                    level.len() - 1
                });
                let Some(node) = level.get_mut(here) else { break };
                node.add(at);
                level = &mut node.within;
            }
        }
    }
    let mut all = Vec::new();
    flatten(roots, &mut all);
    all
}

struct Node {
    category: Category,
    within: Vec<Node>,
}

impl Node {
    fn new(name: &str, slug: &str) -> Self {
        let depth = slug.matches('/').count();
        let category =
            Category { name: name.to_owned(), slug: slug.to_owned(), depth, products: Vec::new() };
        Self { category, within: Vec::new() }
    }

    /// Products come in order, so the last one is the only one that can come twice.
    fn add(&mut self, product: usize) {
        if self.category.products.last() != Some(&product) {
            self.category.products.push(product);
        }
    }
}

fn flatten(nodes: Vec<Node>, all: &mut Vec<Category>) {
    for node in nodes {
        all.push(node.category);
        flatten(node.within, all);
    }
}
