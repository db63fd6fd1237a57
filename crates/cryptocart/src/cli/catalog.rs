//! `cryptocart catalog`.

use super::folder::Folder;
use crate::{
    config::Config,
    control::{self, Question, Reloaded, not_open},
    error::CliError,
    load,
    shop_dir::ShopDir,
    terminal,
};
use clap::Subcommand;
use shop_core::{
    catalog::{Product, Variant},
    seller_mail::data::Money,
    stock::StockKey,
};
use std::collections::HashSet;

#[derive(Debug, Subcommand)]
pub(crate) enum Catalog {
    /// List what is for sale.
    ///
    /// KEY is the name that other commands use: the product's name in catalog.json, followed by
    /// /VARIANT where a variant has its own stock. ADDRESS is its page. CATALOGUE is the quantity
    /// in the file.
    List {
        #[command(flatten)]
        dir: Folder,
        /// Print as JSON (docs/json.md).
        #[arg(long)]
        json: bool,
    },
    /// Have the open shop reload its files, and print the outcome.
    ///
    /// It reloads catalog.json with images/ and digital/, shipping.toml, tax.toml, discounts.toml,
    /// pages/, translations, theme/, identity/, the seller's key and the pool of addresses. If a
    /// file has an error, the shop keeps what it has; a template with an error is replaced by the built-in one. Changes to
    /// shop.toml need a restart.
    Reload {
        #[command(flatten)]
        dir: Folder,
    },
}

impl Catalog {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::List { dir, json } => {
                let dir = dir.shop();
                Config::load(&dir)?;
                let catalog = load::catalog(&dir)?;
                let entries = entries(&catalog);
                if json {
                    terminal::json(&as_json(&entries))
                } else {
                    list(&entries)
                }
                Ok(())
            }
            Self::Reload { dir } => reload(&dir.shop()),
        }
    }
}

/// Has the open shop read everything again, and prints its answer.
pub(super) fn reload(dir: &ShopDir) -> Result<(), CliError> {
    Config::load(dir)?;
    let Some(shop) = control::open_shop(dir)? else {
        return Err(not_open(dir, "the shop reads the catalogue when it opens"));
    };
    let reloaded: Reloaded = shop.ask(Question::Reload).map_err(|error| {
        let what =
            format!("not reloaded, the shop still shows the old catalogue: {}", error.what());
        let refused = CliError::new(error.kind(), what);
        match error.hint_text() {
            Some(hint) => refused.hint(hint),
            None => refused,
        }
    })?;
    for warning in &reloaded.warnings {
        terminal::warn(format!("warning: {warning}"));
    }
    let count = terminal::many(reloaded.products, "product", "products");
    terminal::line(format!("Reloaded: {count}."));
    if let Some(added) = reloaded.addresses_said() {
        terminal::line(format!("The shop takes {added}."));
    }
    if let Some(key) = &reloaded.key {
        terminal::line(format!("New seller key: {}.", key.said()));
    }
    if !reloaded.needs_restart.is_empty() {
        terminal::line(format!(
            "NOT yet in effect, needs a restart: {}",
            reloaded.needs_restart.join(", ")
        ));
    }
    Ok(())
}

/// One thing that can be bought.
struct Entry<'a> {
    product: &'a Product,
    variant: &'a Variant,
    /// Its name for other commands.
    key: String,
    /// The seller's count; none if there is no count.
    listed: Option<u32>,
}

/// Returns everything that can be bought. Choices from one stock level are one entry.
fn entries(catalog: &shop_core::catalog::Catalog) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    for product in catalog.products() {
        let shared = StockKey::product(product.id.as_str());
        let mut counted = HashSet::new();
        for variant in product.variants.iter().filter(|v| counted.insert(&v.stock)) {
            let key = match &variant.name {
                Some(choice) if variant.stock != shared => {
                    format!("{}/{choice}", product.id.as_str())
                }
                _ => product.id.as_str().to_owned(),
            };
            let listed = catalog.listed().get(&variant.stock).copied();
            entries.push(Entry { product, variant, key, listed });
        }
    }
    entries
}

/// Prints a line for each entry.
/// It has the key, as other commands name it, the place in addresses, the seller's count and the
/// prices.
fn list(entries: &[Entry<'_>]) {
    terminal::line(format!("{:<32} {:<32} {:>9}  PRICE", "KEY", "ADDRESS", "CATALOGUE"));
    for Entry { product, variant, key, listed } in entries {
        let stock = match listed {
            Some(0) => "sold out".to_owned(),
            Some(count) => count.to_string(),
            None => "any".to_owned(),
        };
        let address = format!("/product/{}", product.slug);
        let prices: Vec<_> = variant.prices.iter().map(ToString::to_string).collect();
        terminal::line(format!("{key:<32} {address:<32} {stock:>9}  {}", prices.join("  ")));
    }
}

fn as_json(entries: &[Entry<'_>]) -> serde_json::Value {
    let entry = |entry: &Entry<'_>| {
        let prices: Vec<Money<'_>> =
            entry.variant.prices.iter().map(|price| Money::from(*price)).collect();
        serde_json::json!({
            "key": entry.key,
            "address": format!("/product/{}", entry.product.slug),
            "catalogue": entry.listed,
            "prices": prices,
        })
    };
    let entries: Vec<_> = entries.iter().map(entry).collect();
    serde_json::json!({ "version": 1, "products": entries })
}
