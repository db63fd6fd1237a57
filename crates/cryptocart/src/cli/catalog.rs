//! `cryptocart catalog`.

use super::folder::Folder;
use crate::{
    config::{plan::Plan, rules},
    digital,
    error::CliError,
    load, say, serve, theme, till, warnings, words,
};
use clap::Subcommand;
use shop_core::stock::StockKey;
use std::collections::HashSet;

#[derive(Debug, Subcommand)]
pub(crate) enum Catalog {
    /// List what is for sale.
    ///
    /// KEY is what other commands call it: the product's name in catalog.json, followed by /VARIANT where
    /// a variant is counted by itself. ADDRESS is its page. CATALOGUE is the quantity the file says.
    List {
        #[command(flatten)]
        dir: Folder,
    },
    /// Check what the shop shows and reckons with, and have the running shop read it.
    ///
    /// That is catalog.json with images/ and digital/, shipping.toml, tax.toml, discounts.toml, pages/, the
    /// words of other languages, theme/ and identity/. What is broken is refused, the old stays; for a
    /// broken template the built-in one stands in. A change of shop.toml needs a restart.
    Reload {
        #[command(flatten)]
        dir: Folder,
    },
}

impl Catalog {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::List { dir } => {
                let dir = dir.shop();
                crate::config::Config::load(&dir)?;
                list(&load::catalog(&dir)?);
                Ok(())
            }
            Self::Reload { dir } => {
                let dir = dir.shop();
                let plan = Plan::load(&dir)?;
                let catalog = load::catalog(&dir)?;
                load::pictures(&dir, &catalog)?;
                till::taken(&plan, &catalog)?;
                digital::look(&dir, &catalog)?;
                load::pages(&plan)?;
                words::load(&dir, &plan.languages)?;
                load::seal_cert(&plan)?;
                rules::shipping(&dir)?;
                rules::tax(&dir)?;
                rules::discounts(&dir)?;
                for warning in warnings::all(&dir, &catalog)? {
                    say::warn(format!("warning: {warning}"));
                }
                for flaw in theme::load(&dir).flaws {
                    say::warn(format!("REFUSED {flaw}; what is built in stands in"));
                }
                serve::signal_reload(&dir)?;
                let count = say::many(catalog.products().len(), "product", "products");
                say::line(format!("The catalogue is sound ({count}); the shop reads it now."));
                Ok(())
            }
        }
    }
}

/// A line for everything that can be bought: its key, as other commands name it, its place in addresses,
/// the seller's count and the prices.
fn list(catalog: &shop_core::catalog::Catalog) {
    say::line(format!("{:<32} {:<32} {:>9}  PRICE", "KEY", "ADDRESS", "CATALOGUE"));
    for product in catalog.products() {
        let shared = StockKey::product(product.id.as_str());
        let mut counted = HashSet::new();
        // Choices from one shelf are one line.
        for variant in product.variants.iter().filter(|v| counted.insert(&v.stock)) {
            let stock = match catalog.listed().get(&variant.stock) {
                Some(0) => "SOLD".to_owned(),
                Some(count) => count.to_string(),
                None => "any".to_owned(),
            };
            let key = match &variant.name {
                Some(choice) if variant.stock != shared => {
                    format!("{}/{choice}", product.id.as_str())
                }
                _ => product.id.as_str().to_owned(),
            };
            let address = format!("/product/{}", product.slug);
            let prices: Vec<_> = variant.prices.iter().map(ToString::to_string).collect();
            say::line(format!("{key:<32} {address:<32} {stock:>9}  {}", prices.join("  ")));
        }
    }
}
