//! `cryptocart onion`.

use crate::{
    config::plan::Plan,
    error::CliError,
    files, say,
    serve::{self, OnionKeyFile},
    shop_dir::ShopDir,
    system::SystemEntropy,
};
use clap::Subcommand;
use shop_core::kind::Kind;
use shop_net::onion::OnionKey;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum Onion {
    /// Print the shop's onion address; makes the key if there is none yet.
    Address {
        /// The shop's folder.
        #[arg(default_value = "my-shop")]
        dir: PathBuf,
    },
    /// Take over the address of a C tor onion service, from its hs_ed25519_secret_key.
    Import {
        /// C tor's file.
        file: PathBuf,
        /// The shop's folder.
        #[arg(default_value = "my-shop")]
        dir: PathBuf,
        /// Replace the key that is there: its address is then lost unless you exported it.
        #[arg(long)]
        replace: bool,
    },
    /// Write the key as C tor's hs_ed25519_secret_key, to keep a copy or to move.
    Export {
        /// The file to make; it must not exist.
        file: PathBuf,
        /// The shop's folder.
        #[arg(default_value = "my-shop")]
        dir: PathBuf,
    },
    /// Seal the key with a passphrase, asked for at every start from then on.
    Lock {
        /// The shop's folder.
        #[arg(default_value = "my-shop")]
        dir: PathBuf,
    },
    /// Keep the key in the open again.
    Unlock {
        /// The shop's folder.
        #[arg(default_value = "my-shop")]
        dir: PathBuf,
    },
}

impl Onion {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::Address { dir } => {
                let shop = Shop::at(&dir)?;
                let key = if shop.file.exists() { shop.read()? } else { shop.make()? };
                say::line(key.address().to_string());
                Ok(())
            }
            Self::Import { file, dir, replace } => import(&Shop::at(&dir)?, &file, replace),
            Self::Export { file, dir } => export(&Shop::at(&dir)?, &file),
            Self::Lock { dir } => lock(&Shop::at(&dir)?),
            Self::Unlock { dir } => {
                let shop = Shop::closed(&dir)?;
                if !shop.file.is_sealed() {
                    return Err(CliError::input("the onion key is not sealed"));
                }
                shop.file.unlock(&shop.read()?)?;
                say::line("The onion key is kept in the open now, readable by you alone.");
                Ok(())
            }
        }
    }
}

struct Shop {
    file: OnionKeyFile,
    passphrase_file: Option<PathBuf>,
}

impl Shop {
    fn at(dir: &Path) -> Result<Self, CliError> {
        let dir = ShopDir::at(dir);
        let plan = Plan::load(&dir)?;
        files::private_folder(&dir.state())?;
        Ok(Self { file: OnionKeyFile::of(&dir), passphrase_file: plan.passphrase_file })
    }

    /// The same, for what must not happen under a running shop.
    fn closed(dir: &Path) -> Result<Self, CliError> {
        let shop = Self::at(dir)?;
        if serve::is_open(&ShopDir::at(dir))? {
            return Err(CliError::new(Kind::Busy, "the shop is open").hint("close it first"));
        }
        Ok(shop)
    }

    fn read(&self) -> Result<OnionKey, CliError> {
        self.file.read(self.passphrase_file.as_deref())
    }

    fn make(&self) -> Result<OnionKey, CliError> {
        let key = OnionKey::generate(&SystemEntropy);
        self.file.write(&key)?;
        Ok(key)
    }
}

fn import(shop: &Shop, file: &Path, replace: bool) -> Result<(), CliError> {
    let key = OnionKey::parse(&files::read(file, 4_096)?)
        .map_err(|error| CliError::input(format!("{}: {error}", file.display())))?;
    if shop.file.exists() && !replace {
        return Err(CliError::input("this shop has an onion key already")
            .hint("keep a copy (cryptocart onion export FILE), then use --replace"));
    }
    if shop.file.is_sealed() {
        return Err(
            CliError::input("the onion key is sealed").hint("first: cryptocart onion unlock")
        );
    }
    shop.file.write(&key)?;
    say::line(format!("The shop's address is now {}", key.address()));
    say::line("Never run the same key in two places at once.");
    Ok(())
}

fn export(shop: &Shop, file: &Path) -> Result<(), CliError> {
    if file.exists() {
        return Err(CliError::input(format!("{} is there already", file.display())));
    }
    let key = shop.read()?;
    files::write(file, key.as_bytes(), true)?;
    say::line(format!("Wrote the key of {} to {}", key.address(), file.display()));
    say::line("Whoever has this file can be your shop. Keep it off this machine.");
    Ok(())
}

fn lock(shop: &Shop) -> Result<(), CliError> {
    if shop.file.is_sealed() {
        return Err(CliError::input("the onion key is sealed already"));
    }
    if !shop.file.exists() {
        shop.make()?;
    }
    let phrase = serve::ask(shop.passphrase_file.as_deref(), "A passphrase for the onion key: ")?;
    if phrase.chars().count() < 8 {
        return Err(CliError::input("the passphrase is too short").hint("use several words"));
    }
    if shop.passphrase_file.is_none() {
        let again = serve::ask(None, "The same once more: ")?;
        if *again != *phrase {
            return Err(CliError::input("the two passphrases differ"));
        }
    }
    shop.file.lock(&phrase)?;
    say::line("The onion key is sealed. Without the passphrase the address is lost: keep a copy.");
    Ok(())
}
