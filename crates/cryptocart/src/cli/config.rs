//! `cryptocart config`.

use crate::{
    config::{self, plan::Plan},
    error::CliError,
    say,
    shop_dir::ShopDir,
};
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print a shop.toml with every key, its default and what it is for.
    Example,
    /// Check a shop's settings.
    Check {
        /// The shop's folder.
        #[arg(default_value = "my-shop")]
        dir: PathBuf,
    },
    /// Print the settings in force, defaults included.
    Show {
        /// The shop's folder.
        #[arg(default_value = "my-shop")]
        dir: PathBuf,
        /// Leave out the wallet, the nodes and the contact, to show the rest to a stranger.
        #[arg(long)]
        redacted: bool,
    },
}

impl Config {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::Example => say::raw(config::EXAMPLE),
            Self::Check { dir } => {
                Plan::load(&ShopDir::at(&dir))?;
                say::line(format!("{}/shop.toml is in order.", dir.display()));
            }
            Self::Show { dir, redacted } => {
                let config = config::Config::load(&ShopDir::at(&dir))?;
                let config = if redacted { config.redacted() } else { config };
                say::raw(&config.to_toml());
            }
        }
        Ok(())
    }
}
