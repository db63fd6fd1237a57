//! A shop's files, read and checked: catalogue, pictures, pages, seller key.

use crate::{
    config::plan::Plan,
    error::{CliError, While, WhileIo},
    files, pictures,
    shop_dir::ShopDir,
    system::SystemClock,
};
use shop_core::{catalog::Catalog, stock::StockKey, time::Clock};
use shop_seal::SealCert;
use shop_web::ContentPage;

/// `catalog.json`.
pub(crate) fn catalog(dir: &ShopDir) -> Result<Catalog, CliError> {
    let path = dir.catalog();
    let text = files::read_text(&path, 32 * 1024 * 1024)?;
    Catalog::from_json(&text).map_err(|error| {
        CliError::misconfigured(format!("{}: {error}", path.display()))
            .hint("a running shop keeps the catalogue it has until this one is sound")
    })
}

/// How many there are of each thing, by the catalogue.
pub(crate) fn counts(catalog: &Catalog) -> Vec<(StockKey, u32)> {
    let count = |p: &shop_core::catalog::Product| (StockKey::product(p.id.as_str()), p.quantity);
    catalog.products().iter().map(count).collect()
}

/// Every picture the catalogue names.
pub(crate) fn pictures(
    dir: &ShopDir,
    catalog: &Catalog,
    progress: &dyn Fn(usize, usize),
) -> Result<Vec<(String, pictures::Picture)>, CliError> {
    let mut names: Vec<String> = Vec::new();
    for product in catalog.products() {
        for image in &product.images {
            if !dir.images().join(image).is_file() {
                let what = format!(
                    "product {:?}, images: there is no images/{image}",
                    product.id.as_str()
                );
                return Err(CliError::misconfigured(what)
                    .hint("put the picture there, or take the name out of catalog.json"));
            }
            if !names.contains(image) {
                names.push(image.clone());
            }
        }
    }
    pictures::load(dir, &names, progress)
}

/// The seller's texts: `pages/NAME.md`, whose first line is `# Title`. `{shop}` and `{contact}`
/// stand for the shop's name and the contact from the settings.
pub(crate) fn pages(plan: &Plan) -> Result<Vec<ContentPage>, CliError> {
    let folder = plan.dir.pages();
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .doing_io(|| format!("reading {}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = files::read_text(&path, 256 * 1024)?;
            let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
            let title = first.strip_prefix("# ").map(str::trim).unwrap_or_default();
            if title.is_empty() {
                let what = format!("{}: the first line is no title", path.display());
                return Err(CliError::misconfigured(what).hint("begin the file with: # Title"));
            }
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let contact = plan.contact.as_deref().unwrap_or("the address the seller gave you");
            let fill =
                |text: &str| text.replace("{shop}", &plan.name).replace("{contact}", contact);
            Ok(ContentPage {
                slug: shop_core::catalog::category_slug(stem),
                title: fill(title),
                markdown: fill(rest),
            })
        })
        .collect()
}

/// The certificate orders are sealed to.
pub(crate) fn seal_cert(plan: &Plan) -> Result<SealCert, CliError> {
    let path = &plan.seller_key;
    let export = "export yours: gpg --armor --export YOU > seller.asc";
    if !path.exists() {
        let what = format!("there is no seller key at {}", path.display());
        return Err(CliError::misconfigured(what).hint(export));
    }
    let cert = SealCert::parse(&files::read_text(path, 256 * 1024)?)
        .doing(|| format!("reading {}", path.display()))
        .map_err(|error| error.hint(export))?;
    cert.check(SystemClock.now().coarse())
        .doing(|| format!("checking {}", path.display()))
        .map_err(|error| error.hint(export))?;
    Ok(cert)
}
