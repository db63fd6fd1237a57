//! `cryptocart import`: the old cart's folder becomes a shop.
//!
//! A report says what was taken, converted and left behind, and why.

mod bitcoin;
mod env;
mod report;

use crate::{
    config::chains::{section_of, takes_wallet},
    error::{CliError, IoContext},
    files, pictures, sample,
    shop_dir::ShopDir,
    terminal,
};
pub(crate) use bitcoin::USED_ADDRESS;
pub(crate) use report::Report;
use serde_json::{Map, Value};
use shop_core::{
    catalog::Catalog,
    money::{AssetId, Assets},
    pay_to::PayTo,
};
use std::{collections::BTreeMap, path::Path};

/// Largest `data.json`.
const LARGEST_CATALOG: u64 = 32 * 1024 * 1024;

/// Makes a shop in `to` from the old cart in `from`. Nothing is left in `to` if it fails.
pub(crate) fn import(from: &Path, to: &Path) -> Result<Report, CliError> {
    let mut report = Report::default();
    let env = read_env(from, &mut report)?;
    let (json, catalog) = read_catalog(from, &mut report)?;
    let wallets = choose_wallets(&env, &catalog, &mut report)?;
    let staging = sample::Staging::beside(to)?;
    let dir = ShopDir::new(staging.path());
    for folder in [dir.images(), dir.pages()] {
        files::private_folder(&folder)?;
    }
    let renamed = copy_images(from, &dir, &catalog, &mut report)?;
    let (clean, texts) = clean_catalog(json, &renamed);
    if texts > 0 {
        let texts = terminal::many(texts, "text", "texts");
        report.converted("descriptions", &format!("updated picture names in {texts}"));
    }
    let text = serde_json::to_string_pretty(&clean).unwrap_or_default();
    files::write(&dir.catalog(), format!("{text}\n").as_bytes(), false)?;
    sample::write_pages(&dir)?;
    report.made("pages/", "the sample policy and other texts; please edit them");
    let config = settings(&env, &wallets);
    files::write(&dir.config(), config.as_bytes(), true)?;
    if !wallets.used.is_empty() {
        let pool = bitcoin::pool(&wallets.used);
        files::write(&dir.resolve(bitcoin::POOL), pool.as_bytes(), true)?;
        report.made(bitcoin::POOL, "for addresses of your Bitcoin wallet");
    }
    staging.finish(to)?;
    report.made("shop.toml", "settings, including your old ones");
    Ok(report)
}

fn read_env(from: &Path, report: &mut Report) -> Result<BTreeMap<String, String>, CliError> {
    let path = from.join(".env");
    if !path.exists() {
        report.left(".env", "not found; shop.toml has the defaults");
        return Ok(BTreeMap::new());
    }
    let env = env::parse(&files::read_text(&path, 256 * 1024)?);
    for (key, value) in &env {
        env::judge(key, value, report);
    }
    Ok(env)
}

fn read_catalog(from: &Path, report: &mut Report) -> Result<(Value, Catalog), CliError> {
    let path = from.join("db").join("data.json");
    if !path.exists() {
        let what = format!("no db/data.json found in {}", from.display());
        return Err(CliError::new(shop_core::kind::Kind::NotFound, what)
            .hint("give the old cart's folder, the one with .env, db/ and public/"));
    }
    let text = files::read_text(&path, LARGEST_CATALOG)?;
    let catalog = Catalog::from_json(&text).map_err(|error| {
        CliError::misconfigured(format!("{}: {error}", path.display()))
            .hint("fix it there and import again; nothing was written")
    })?;
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    report.taken("db/data.json", &terminal::many(catalog.products().len(), "product", "products"));
    let bitcoin = catalog.products().iter().filter_map(|p| p.lowest(AssetId::BTC)).count();
    if bitcoin > 0 {
        report.converted(
            "prices in BTC",
            &format!(
                "{} in 1e-9 BTC, divided by ten to get satoshi",
                terminal::many(bitcoin, "price", "prices")
            ),
        );
    }
    if json.get("agents").is_some() {
        report.left("agents", "this shop has no accounts or passwords");
    }
    Ok((json, catalog))
}

/// Wallets of the old cart.
#[derive(Default)]
struct Wallets {
    /// Address of a coin that orders may share, and the setting it was in.
    shared: Vec<(String, PayTo)>,
    /// Key of Bitcoin addresses.
    descriptor: Option<String>,
    /// Bitcoin addresses that other people know.
    used: Vec<PayTo>,
}

/// Chooses the wallets: `.env` and the catalogue must not name two that orders share.
fn choose_wallets(
    env: &BTreeMap<String, String>,
    catalog: &Catalog,
    report: &mut Report,
) -> Result<Wallets, CliError> {
    let mut found = Wallets::default();
    let currency = env.get("CURRENCY").or_else(|| env.get("PREFERRED_CURRENCY"));
    let assets = catalog.known_assets();
    let asset = currency.and_then(|code| assets.find(code)).unwrap_or(assets.usual());
    if let Some(wallet) = env.get("WALLET").filter(|wallet| !wallet.is_empty()) {
        keep_wallet(".env, WALLET", asset, wallet, &mut found, report)?;
    }
    for wallet in catalog.wallets() {
        let field = format!("db/data.json, wallets.{}.address", wallet.id);
        if let Some(address) = &wallet.address {
            keep_wallet(&field, wallet.asset, address, &mut found, report)?;
        }
    }
    if let [(one, a), (two, b), ..] = found.shared.as_slice()
        && a != b
    {
        let coin = a.asset().name();
        let what = format!("{one} and {two} have different {coin} addresses");
        return Err(CliError::misconfigured(what).hint("keep the right one and import again"));
    }
    Ok(found)
}

fn keep_wallet(
    field: &str,
    asset: AssetId,
    text: &str,
    found: &mut Wallets,
    report: &mut Report,
) -> Result<(), CliError> {
    if asset == AssetId::BTC {
        match bitcoin::take(field, text, report)? {
            Some(bitcoin::Wallet::Descriptor(text)) => found.descriptor = Some(text),
            Some(bitcoin::Wallet::Address(pay_to)) if !found.used.contains(&pay_to) => {
                found.used.push(pay_to);
            }
            Some(bitcoin::Wallet::Address(_)) | None => {}
        }
        return Ok(());
    }
    let section = section_of(asset.chain()).filter(|_| asset.token_on_chain().is_none());
    let Some(section) = section else {
        let why = format!("real payments in {} are not supported yet", asset.name());
        report.left(field, &why);
        return Ok(());
    };
    if !takes_wallet(asset.chain()) {
        let why = format!("each order has an address of its own: see [{section}] in shop.toml");
        report.left(field, &why);
        return Ok(());
    }
    let pay_to = shop_chain::pay_to(asset, text).map_err(|error| {
        CliError::misconfigured(format!("{field}: {error}"))
            .hint("fix it there and import again; nothing was written")
    })?;
    report.taken(field, &format!("your {} wallet, in shop.toml [{section}]", asset.name()));
    found.shared.push((field.to_owned(), pay_to));
    Ok(())
}

/// Number of pictures held at once before they are written.
const AT_ONCE: usize = 32;

/// New names of the old cart's pictures; none for one that is left behind.
type Renamed = BTreeMap<String, Option<String>>;

/// Copies the pictures the catalogue names, without metadata.
/// One that cannot be used is left behind, and the report says so.
fn copy_images(
    from: &Path,
    dir: &ShopDir,
    catalog: &Catalog,
    report: &mut Report,
) -> Result<Renamed, CliError> {
    let folder = from.join("public").join("images").join("products");
    let mut names = Vec::new();
    let mut renamed = Renamed::new();
    for product in catalog.products() {
        for name in &product.images {
            if !folder.join(name).is_file() {
                let similar = files::similar(&folder, name).unwrap_or_default();
                let product = product.id.as_str();
                let what = format!("product {product:?}, images: there is no {name}{similar}");
                return Err(CliError::misconfigured(what)
                    .hint(format!("it should be in {}; nothing was written", folder.display())));
            }
            if renamed.insert(name.clone(), None).is_none() {
                names.push(name.as_str());
            }
        }
    }
    let mut used = std::collections::BTreeSet::new();
    for names in names.chunks(AT_ONCE) {
        for (name, copy) in names.iter().zip(pictures::copies(&folder, names)?) {
            let pictures::Copy { extension, bytes } = match copy {
                Ok(copy) => copy,
                Err(error) => {
                    let hint = error.hint_text().unwrap_or_default();
                    report.left(name, &format!("{}; {hint}", error.what()));
                    continue;
                }
            };
            let stem = Path::new(name).file_stem().and_then(|s| s.to_str()).unwrap_or("picture");
            let mut new = format!("{stem}.{extension}");
            for n in 2.. {
                if used.insert(new.clone()) {
                    break;
                }
                new = format!("{stem}-{n}.{extension}");
            }
            files::write(&dir.images().join(&new), &bytes, false)?;
            renamed.insert((*name).to_owned(), Some(new));
        }
    }
    report.converted(
        "public/images/products",
        &format!(
            "{}, re-encoded without metadata",
            terminal::many(used.len(), "picture", "pictures")
        ),
    );
    let unused = std::fs::read_dir(&folder)
        .io_context(|| format!("reading {}", folder.display()))
        .map(|entries| {
            entries
                .flatten()
                .filter(|e| pictures::is_picture(&e.path()))
                .filter(|e| !renamed.contains_key(&e.file_name().to_string_lossy().into_owned()))
                .count()
        })
        .unwrap_or(0);
    if unused > 0 {
        report.left(
            "public/images/products",
            &format!("{} not used by any product", terminal::many(unused, "picture", "pictures")),
        );
    }
    Ok(renamed)
}

/// Returns the catalogue without accounts and addresses, and the number of changed texts.
/// It has the pictures' new names, in texts too.
fn clean_catalog(mut json: Value, renamed: &Renamed) -> (Value, usize) {
    let mut texts = 0;
    if let Value::Object(top) = &mut json {
        top.retain(|section, _| section == "wallets" || section == "products");
    }
    each_entry(json.get_mut("wallets"), &mut |wallet| {
        if let Value::Object(wallet) = wallet {
            wallet.remove("address");
        }
    });
    each_entry(json.get_mut("products"), &mut |product| {
        // False for a picture that was left behind.
        let rename = |value: &mut Value| match value.as_str().and_then(|old| renamed.get(old)) {
            Some(Some(new)) => {
                *value = Value::String(new.clone());
                true
            }
            Some(None) => false,
            None => true,
        };
        let Value::Object(product) = product else { return };
        if product.get_mut("image").is_some_and(|image| !rename(image)) {
            product.remove("image");
        }
        if let Some(Value::Array(images)) = product.get_mut("images") {
            images.retain_mut(rename);
        }
        let mut follow = |product: &mut Map<String, Value>| {
            let Some(Value::String(text)) = product.get_mut("description") else { return };
            let new = shop_web::rename_pictures(text, &|target| new_name(renamed, target));
            texts += usize::from(*text != new);
            *text = new;
        };
        follow(product);
        if let Some(Value::Object(translations)) = product.get_mut("translations") {
            translations.values_mut().filter_map(Value::as_object_mut).for_each(follow);
        }
    });
    (json, texts)
}

/// Returns the new name of a picture that an old text shows by its name or its path.
fn new_name(renamed: &Renamed, target: &str) -> Option<String> {
    let name = target.rsplit('/').next().unwrap_or_default().replace("%20", " ");
    renamed.get(&name)?.clone()
}

fn each_entry(section: Option<&mut Value>, change: &mut dyn FnMut(&mut Value)) {
    match section {
        Some(Value::Object(map)) => map.values_mut().for_each(change),
        Some(Value::Array(list)) => list.iter_mut().for_each(change),
        _ => {}
    }
}

/// Fills the old settings into the example, so that every key keeps its explanation.
fn settings(env: &BTreeMap<String, String>, wallets: &Wallets) -> String {
    let mut text = crate::config::EXAMPLE.to_owned();
    let mut set = |key: &str, value: &str| {
        let value = toml::Value::String(value.to_owned()).to_string();
        text = text
            .lines()
            .map(|line| match line.split_once(" = ") {
                Some((found, _)) if found == key => format!("{key} = {value}"),
                _ => line.to_owned(),
            })
            .collect::<Vec<_>>()
            .join("\n")
            + "\n";
    };
    if let Some(name) = env.get("SITE_NAME").filter(|name| !name.is_empty()) {
        set("name", name);
        set("tagline", "");
    }
    if let Some(contact) = env.get("CONTACT").filter(|contact| !contact.is_empty()) {
        set("contact", contact);
    }
    if let Some(code) = env.get("PREFERRED_CURRENCY").or_else(|| env.get("CURRENCY"))
        && let Some(asset) = Assets::default().find(code)
    {
        set("currency", asset.code());
    }
    if let Some((_, wallet)) = wallets.shared.last() {
        set("wallet", wallet.as_str());
    }
    if let Some(descriptor) = &wallets.descriptor {
        set("descriptor", descriptor);
    }
    text
}

#[cfg(test)]
mod tests;
