//! A shop's files, read and checked: catalogue, pages, seller key.

use crate::{
    config::{Config, plan::Plan},
    digital,
    error::{CliError, Context, IoContext},
    files, pictures,
    shop_dir::ShopDir,
};
use shop_core::{
    bill::Discounts, catalog::Catalog, kind::HasKind, stock::StockKey, time::CoarseTime,
};
use shop_seal::{SealCert, SealCertError};
use shop_web::{ContentPage, Language, PageText};
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

/// Most bytes of `catalog.json`.
pub(crate) const LARGEST_CATALOG: u64 = 32 << 20;

/// Most bytes of a text.
pub(crate) const LARGEST_PAGE: u64 = 256 * 1024;

/// Most bytes of the seller's certificate.
const LARGEST_KEY: u64 = shop_seal::LARGEST_CERT_FILE as u64;

/// Reads `catalog.json`.
pub(crate) fn catalog(dir: &ShopDir) -> Result<Catalog, CliError> {
    let path = dir.catalog();
    let text = files::read_text(&path, LARGEST_CATALOG)?;
    let assets = Config::known_assets(dir)?;
    Catalog::read(&text, &assets, &|list| digital::count(dir, list)).map_err(|error| {
        CliError::misconfigured(format!("{}: {error}", path.display()))
            .hint("an open shop keeps its current catalogue until this is fixed")
    })
}

/// Returns the number of each counted thing: goods, and uses of discount codes.
/// Goods are counted as the catalogue says.
pub(crate) fn counts(catalog: &Catalog, discounts: &Discounts) -> Vec<(StockKey, u32)> {
    let goods = catalog.listed().iter().map(|(key, count)| (key.clone(), *count));
    goods.chain(discounts.levels()).collect()
}

/// Returns every picture the catalogue names, once, in its order.
pub(crate) fn wanted_pictures(catalog: &Catalog) -> Vec<pictures::Wanted<'_>> {
    let mut wanted = Vec::new();
    let mut seen = HashSet::new();
    for product in catalog.products() {
        for image in product.images.iter().filter(|image| seen.insert(*image)) {
            wanted.push(pictures::Wanted { name: image, product: product.id.as_str() });
        }
    }
    wanted
}

/// Reads the seller's texts.
/// They are `pages/NAME.md`, whose first line is `# Title`, and beside it `pages/NAME.fr-CA.md` in
/// another language. `{shop}` and `{contact}` stand for the shop's name and the contact from the
/// settings.
pub(crate) fn pages(plan: &Plan) -> Result<Vec<ContentPage>, CliError> {
    let paths = page_files(&plan.dir)?;
    let (translations, originals): (Vec<_>, Vec<_>) =
        paths.iter().map(|path| (path, named(path))).partition(|(_, (_, tag))| tag.is_some());
    let mut pages = Vec::new();
    for (path, (name, _)) in &originals {
        let slug = shop_core::catalog::category_slug(name);
        pages.push((
            *name,
            ContentPage {
                slug,
                text: text(plan, path, plan.languages.own())?,
                translations: Vec::new(),
            },
        ));
    }
    for (path, (name, tag)) in translations {
        let Some(language) = tag.and_then(Language::from_tag) else {
            let what =
                format!("{}: {:?} is not a language", path.display(), tag.unwrap_or_default());
            let known = Language::ALL.map(Language::tag).join(", ");
            return Err(CliError::misconfigured(what)
                .hint(format!("a name has no dot, or ends in one of {known}")));
        };
        let Some((_, page)) = pages.iter_mut().find(|(original, _)| *original == name) else {
            let what =
                format!("{}: it is a translation, but there is no {name}.md", path.display());
            return Err(CliError::misconfigured(what)
                .hint("first write the page in the shop's own language"));
        };
        page.translations.push((language, text(plan, path, language)?));
    }
    Ok(pages.into_iter().map(|(_, page)| page).collect())
}

/// Returns the files of `pages/`, in order.
pub(crate) fn page_files(dir: &ShopDir) -> Result<Vec<PathBuf>, CliError> {
    let folder = dir.pages();
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .io_context(|| format!("reading {}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    Ok(paths)
}

/// Splits `policy.fr-CA.md` into the page's name and the part after the dot, if any.
pub(crate) fn named(path: &Path) -> (&str, Option<&str>) {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    match stem.split_once('.') {
        Some((name, tag)) => (name, Some(tag)),
        None => (stem, None),
    }
}

fn text(plan: &Plan, path: &Path, language: Language) -> Result<PageText, CliError> {
    let text = files::read_text(path, LARGEST_PAGE)?;
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let title = first.strip_prefix("# ").map(str::trim).unwrap_or_default();
    if title.is_empty() {
        let what = format!("{}: the first line is not a title", path.display());
        return Err(CliError::misconfigured(what).hint("start the file with: # Title"));
    }
    let contact = plan.contact.clone().unwrap_or_else(|| language.contact_elsewhere());
    let fill = |text: &str| text.replace("{shop}", &plan.name).replace("{contact}", &contact);
    Ok(PageText { title: fill(title), markdown: fill(rest) })
}

/// Reads the certificate orders are sealed to.
pub(crate) fn seal_cert(plan: &Plan, today: CoarseTime) -> Result<SealCert, CliError> {
    let path = &plan.seller_key;
    let export = "export your key: gpg --armor --output seller.asc --export YOU";
    if !path.exists() {
        let what = format!("no seller key found at {}", path.display());
        return Err(CliError::misconfigured(what).hint(export));
    }
    let cert = SealCert::from_file(&files::read(path, LARGEST_KEY)?)
        .context(|| format!("reading {}", path.display()))
        .map_err(|error| error.hint(export))?;
    cert.check(today).map_err(|error| {
        let hint = match error {
            SealCertError::NotYet => "set this machine's clock, for example with timedatectl",
            _ => export,
        };
        let what = format!("checking {}: {error}", path.display());
        CliError::new(error.kind(), what).hint(hint)
    })?;
    if cert.is_throw_away() && !plan.is_demo() {
        let what = format!(
            "{} is a throw-away key: its secret half was created on this machine without a \
             passphrase, so it must not be used for real money",
            path.display()
        );
        return Err(CliError::misconfigured(what).hint(format!(
            "create a key on another machine (gpg --full-generate-key), and {export}"
        )));
    }
    Ok(cert)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages_with(files: &[(&str, &str)]) -> Result<Vec<ContentPage>, CliError> {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(&folder.path().join("shop"));
        crate::sample::create(dir.path(), &crate::system::System::fake()).unwrap();
        for (name, text) in files {
            files::write(&dir.pages().join(name), text.as_bytes(), false).unwrap();
        }
        pages(&Plan::load(&dir).unwrap())
    }

    #[test]
    fn every_sample_page_is_there_in_french() {
        let pages = pages_with(&[]).unwrap();
        assert_eq!(pages.len(), 4);
        for page in &pages {
            let [(language, text)] = &page.translations[..] else { panic!("{}", page.slug) };
            assert_eq!(*language, Language::CanadianFrench);
            assert_ne!(text.title, page.text.title);
            assert!(!text.markdown.contains(['{', '}']) && !text.markdown.contains("seller gave"));
        }
    }

    #[test]
    fn a_translation_belongs_to_a_page_and_names_a_language() {
        let alone = pages_with(&[("terms.fr-CA.md", "# Conditions\n")]).unwrap_err();
        assert!(alone.to_string().contains("there is no terms.md"), "{alone}");
        let unknown = pages_with(&[("about.fr.md", "# Nous\n")]).unwrap_err();
        assert!(unknown.to_string().contains("\"fr\" is not a language"), "{unknown}");
        assert!(pages_with(&[("about.ar.md", "# عنا\n")]).is_ok());
    }
}
