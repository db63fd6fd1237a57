//! Warnings about texts: pictures and links that lead nowhere, misspelt placeholders.

use crate::{error::CliError, files, load, shop_dir::ShopDir};
use shop_core::{
    catalog::{Catalog, category_slug},
    text::nearest,
};
use shop_web::{Language, Lint};
use std::{collections::HashSet, path::PathBuf};

/// Placeholders that a page may have in braces.
const PLACEHOLDERS: [&str; 2] = ["shop", "contact"];

pub(super) fn warnings(dir: &ShopDir, catalog: &Catalog) -> Result<Vec<String>, CliError> {
    let paths = load::page_files(dir)?;
    let known = Known::of(catalog, &paths);
    let mut all = Vec::new();
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = files::read_text(path, load::LARGEST_PAGE)?;
        let mut slips = known.lints(&text);
        slips.extend(placeholders(&text));
        slips.sort_by_key(|slip| slip.line);
        let said = |slip: Lint| format!("pages/{name}, line {}: {}", slip.line, slip.what);
        all.extend(slips.into_iter().map(said));
    }
    for product in catalog.products() {
        let translated = product.translations.iter().filter_map(|t| t.description.as_deref());
        for text in std::iter::once(product.description.as_str()).chain(translated) {
            let id = product.id.as_str();
            let said =
                |slip: Lint| format!("catalog.json, product {id:?}, description: {}", slip.what);
            all.extend(known.lints(text).into_iter().map(said));
        }
    }
    Ok(all)
}

/// Pictures and pages that texts of this shop can show and lead to.
struct Known<'a> {
    pictures: HashSet<&'a str>,
    paths: HashSet<String>,
}

impl<'a> Known<'a> {
    fn of(catalog: &'a Catalog, pages: &[PathBuf]) -> Self {
        let products = catalog.products().iter();
        let pictures = products.clone().flat_map(|p| &p.images).map(String::as_str).collect();
        let goods = products.map(|product| format!("/product/{}", product.slug));
        let categories = catalog.categories().iter().map(|c| format!("/category/{}", c.slug));
        let texts =
            pages.iter().map(|path| shop_web::page_path(&category_slug(load::named(path).0)));
        let fixed = shop_web::FIXED_PATHS.iter().map(|path| (*path).to_owned());
        Self { pictures, paths: goods.chain(categories).chain(texts).chain(fixed).collect() }
    }

    fn lints(&self, markdown: &str) -> Vec<Lint> {
        shop_web::lints(markdown, &|name| self.pictures.contains(name), &|path| self.leads(path))
    }

    /// Returns true if there is such a page, in any language.
    fn leads(&self, path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let translated = Language::ALL.iter().find_map(|language| {
            let rest = path.strip_prefix('/')?.strip_prefix(language.tag())?;
            rest.starts_with('/').then_some(rest)
        });
        let path = translated.unwrap_or(path);
        let path = if path == "/" { path } else { path.trim_end_matches('/') };
        self.paths.contains(path)
    }
}

/// Finds words in braces that stand for nothing.
fn placeholders(text: &str) -> Vec<Lint> {
    let mut slips = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        for part in text.split('{').skip(1) {
            let Some((name, _)) = part.split_once('}') else { continue };
            let word =
                !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_- ".contains(c));
            if !word || PLACEHOLDERS.contains(&name) {
                continue;
            }
            let what = match nearest(name, PLACEHOLDERS) {
                Some(meant) => {
                    format!("{{{name}}} is not a placeholder; did you mean {{{meant}}}?")
                }
                None => {
                    format!("{{{name}}} is not a placeholder; use {{shop}} or {{contact}}")
                }
            };
            slips.push(Lint { line, what });
        }
    }
    slips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_and_a_description_are_looked_through() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(&folder.path().join("shop"));
        crate::sample::create(dir.path(), &crate::system::System::fake()).unwrap();
        let catalog = load::catalog(&dir).unwrap();
        assert_eq!(warnings(&dir, &catalog).unwrap(), Vec::<String>::new());
        let page = "# Sizes of {shop}\n\n[ours](/policy) [mugs](/product/mgu)\nAsk {contcat} or {nobody}.\n\n\
            ![x](layers.jpg) ![x](images/layers.jpg)\n[pay](/fr-CA/page/how-to-pay)\n";
        files::write(&dir.pages().join("sizes.md"), page.as_bytes(), false).unwrap();
        let json = r#"{"products":{"mug":{"name":"Mug","price":1,"images":["layers.jpg"],
            "description":"See [sizes](/page/size)."}}}"#;
        let catalog = Catalog::from_json(json).unwrap();
        assert_eq!(
            warnings(&dir, &catalog).unwrap(),
            [
                "pages/sizes.md, line 3: the link to /product/mgu is broken: no page has this address",
                "pages/sizes.md, line 4: {contcat} is not a placeholder; did you mean {contact}?",
                "pages/sizes.md, line 4: {nobody} is not a placeholder; use {shop} or {contact}",
                "pages/sizes.md, line 6: a picture is missing its path: write ![x](layers.jpg)",
                "catalog.json, product \"mug\", description: the link to /page/size is broken: no page has \
                 this address",
            ]
        );
    }
}
