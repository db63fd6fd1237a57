//! `cryptocart config`.

use super::folder::Folder;
use crate::{
    config::{self, overrides::Overrides, plan::Plan, rules},
    error::CliError,
    load, terminal, warnings,
};
use clap::Subcommand;
use serde_json::json;
use std::collections::BTreeMap;

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print a commented example: shop.toml with every key and its default, shipping.toml or
    /// tax.toml.
    Example {
        /// The file to print.
        #[arg(value_enum, default_value_t = File::Shop)]
        file: File,
    },
    /// Check a shop's settings: shop.toml, and shipping.toml, tax.toml and discounts.toml if
    /// present.
    Check {
        #[command(flatten)]
        dir: Folder,
    },
    /// Print the current settings, including defaults.
    Show {
        #[command(flatten)]
        dir: Folder,
        /// Leave out the wallet, the nodes and the contact, so that you can share the rest.
        #[arg(long)]
        redacted: bool,
        /// Print as JSON, with the names of shop.toml (docs/json.md).
        #[arg(long)]
        json: bool,
    },
}

/// The files a seller writes by hand.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum File {
    /// shop.toml
    Shop,
    /// shipping.toml
    Shipping,
    /// tax.toml
    Tax,
}

impl Config {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::Example { file } => terminal::raw(match file {
                File::Shop => config::EXAMPLE,
                File::Shipping => rules::SHIPPING_EXAMPLE,
                File::Tax => rules::TAX_EXAMPLE,
            }),
            Self::Check { dir } => {
                let plan = Plan::load(&dir.shop())?;
                rules::shipping(&plan.dir)?;
                rules::tax(&plan.dir)?;
                rules::discounts(&plan.dir)?;
                terminal::line(format!("The settings in {} are valid.", plan.dir.path().display()));
                // An error of the catalogue is another command's: `check`.
                if let Ok(catalog) = load::catalog(&plan.dir) {
                    for warning in warnings::of_currencies(&plan, &catalog) {
                        terminal::line(format!("Warning: {warning}"));
                    }
                }
                if let Some(words) = Overrides::from_env()?.words() {
                    terminal::line(format!("Some are {words}"));
                }
            }
            Self::Show { dir, redacted, json } => {
                let config = config::Config::load(&dir.shop())?;
                let config = if redacted { config.redacted() } else { config };
                let overrides = Overrides::from_env()?;
                if json {
                    let names: BTreeMap<_, _> =
                        overrides.names().map(|(variable, key)| (key, variable)).collect();
                    let shown = json!({ "version": 1, "settings": config, "environment": names });
                    terminal::json(&shown);
                } else {
                    if let Some(words) = overrides.words() {
                        terminal::line(format!("# {words}"));
                    }
                    terminal::raw(&config.to_toml());
                }
            }
        }
        Ok(())
    }
}
