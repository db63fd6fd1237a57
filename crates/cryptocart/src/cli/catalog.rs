//! `cryptocart catalog`.

use crate::{error::CliError, load, say, serve, shop_dir::ShopDir};
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Catalog {
    /// List what is for sale.
    List {
        /// The shop's folder.
        #[arg(default_value = "my-shop")]
        dir: PathBuf,
    },
    /// Check catalog.json and have the running shop read it; a broken one is refused, the old one stays.
    Reload {
        /// The shop's folder.
        #[arg(default_value = "my-shop")]
        dir: PathBuf,
    },
}

impl Catalog {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::List { dir } => {
                let dir = ShopDir::at(&dir);
                crate::config::Config::load(&dir)?;
                for product in load::catalog(&dir)?.products() {
                    let stock = if product.is_sold() {
                        "SOLD".to_owned()
                    } else {
                        product.quantity.to_string()
                    };
                    let prices: Vec<_> = product.prices.iter().map(ToString::to_string).collect();
                    let slug = &product.slug;
                    say::line(format!("{slug:<32} {stock:>6}  {}", prices.join("  ")));
                }
                Ok(())
            }
            Self::Reload { dir } => {
                let dir = ShopDir::at(&dir);
                let catalog = load::catalog(&dir)?;
                load::pictures(&dir, &catalog, &|_, _| {})?;
                serve::signal_reload(&dir)?;
                let count = catalog.products().len();
                say::line(format!(
                    "The catalogue is sound ({count} products); the shop reads it now."
                ));
                Ok(())
            }
        }
    }
}
