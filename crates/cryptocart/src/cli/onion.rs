//! `cryptocart onion`.

mod ssh;

use super::folder::Folder;
use crate::{
    config::plan::Plan,
    error::CliError,
    files,
    onion_key::OnionKeyFile,
    secret_file::{self, Passphrase},
    shop_dir::ShopDir,
    shop_lock, terminal, tor_fronts, view_key,
};
use clap::Subcommand;
use shop_core::{entropy::Entropy, kind::Kind};
use shop_net::onion::OnionKey;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum Onion {
    /// Print the shop's onion address; creates the key if there is none yet.
    Address {
        #[command(flatten)]
        dir: Folder,
        /// Print as JSON (docs/json.md).
        #[arg(long)]
        json: bool,
    },
    /// Import the address of a C tor onion service from its hs_ed25519_secret_key.
    Import {
        /// C tor's file.
        file: PathBuf,
        #[command(flatten)]
        dir: Folder,
        /// Replace the existing key. Its address is lost unless you exported it.
        #[arg(long)]
        replace: bool,
    },
    /// Export the key as C tor's hs_ed25519_secret_key, for a backup or a move.
    Export {
        /// The file to create; it must not exist yet.
        file: PathBuf,
        #[command(flatten)]
        dir: Folder,
    },
    /// Print the settings for Debian's tor in front of the shop, for /etc/tor/torrc.
    ///
    /// They turn on everything that the shop relies on, and tor's own defences against floods. With
    /// several fronts, each tor gets a part of its own (docs/tor.md).
    Torrc {
        #[command(flatten)]
        dir: Folder,
        /// Print the part of one front alone: 1 is the first in shop.toml.
        #[arg(long, value_name = "NUMBER")]
        front: Option<usize>,
        /// The folder of the onion key on tor's machine; tor makes a key if it has none.
        #[arg(long, default_value = "/var/lib/tor/cryptocart")]
        service_dir: PathBuf,
    },
    /// Encrypt the key with a passphrase, which is then asked for at every start.
    ///
    /// A view key that the shop has (`cryptocart monero key`) is encrypted with it, too.
    Lock {
        #[command(flatten)]
        dir: Folder,
    },
    /// Store the key unencrypted again, and a view key too.
    Unlock {
        #[command(flatten)]
        dir: Folder,
    },
    /// Log in to this server over an onion address of its own, and shut the port of SSH.
    #[command(subcommand)]
    Ssh(ssh::Ssh),
}

impl Onion {
    pub(super) fn run(self, entropy: &dyn Entropy) -> Result<(), CliError> {
        match self {
            Self::Address { dir, json } => {
                let shop = Shop::at(&dir.shop())?;
                let key = if shop.file.exists() { shop.read()? } else { shop.make(entropy)? };
                let address = key.address().to_string();
                if json {
                    terminal::json(&serde_json::json!({ "version": 1, "onion": address }));
                } else {
                    terminal::line(address);
                }
                Ok(())
            }
            Self::Import { file, dir, replace } => import(&Shop::at(&dir.shop())?, &file, replace),
            Self::Export { file, dir } => export(&Shop::at(&dir.shop())?, &file),
            Self::Torrc { dir, front, service_dir } => torrc(&dir.shop(), front, &service_dir),
            Self::Lock { dir } => lock(&Shop::at(&dir.shop())?, entropy),
            Self::Ssh(command) => command.run(entropy),
            Self::Unlock { dir } => {
                let shop = Shop::closed(&dir.shop())?;
                if !shop.file.is_sealed() {
                    return Err(CliError::input("the onion key is not encrypted"));
                }
                let passphrase = Passphrase::new(shop.passphrase_file.as_deref());
                let key = shop.file.read(&passphrase)?;
                view_key::unlock_all(&shop.dir, &passphrase, entropy)?;
                shop.file.unlock(&key)?;
                terminal::line("The onion key is now stored unencrypted, readable only by you.");
                Ok(())
            }
        }
    }
}

struct Shop {
    file: OnionKeyFile,
    passphrase_file: Option<PathBuf>,
    dir: ShopDir,
}

impl Shop {
    fn at(dir: &ShopDir) -> Result<Self, CliError> {
        let plan = Plan::load(dir)?;
        files::private_folder(&dir.state())?;
        let file = OnionKeyFile::of(dir);
        let dir = dir.clone();
        Ok(Self { file, passphrase_file: plan.passphrase_file, dir })
    }

    /// Opens a shop for a change that must not happen while it runs.
    fn closed(dir: &ShopDir) -> Result<Self, CliError> {
        let shop = Self::at(dir)?;
        if shop_lock::is_open(dir)? {
            return Err(CliError::new(Kind::Busy, "the shop is open").hint("close it first"));
        }
        Ok(shop)
    }

    fn read(&self) -> Result<OnionKey, CliError> {
        self.file.read(&Passphrase::new(self.passphrase_file.as_deref()))
    }

    fn make(&self, entropy: &dyn Entropy) -> Result<OnionKey, CliError> {
        self.file.is_not_lost()?;
        let key = OnionKey::generate(entropy);
        self.file.write(&key)?;
        Ok(key)
    }
}

fn import(shop: &Shop, file: &Path, replace: bool) -> Result<(), CliError> {
    let key = OnionKey::parse(&files::read(file, 4_096)?)
        .map_err(|error| CliError::input(format!("{}: {error}", file.display())))?;
    if shop.file.exists() && !replace {
        let export = shop.dir.command("onion export FILE");
        return Err(CliError::input("this shop already has an onion key")
            .hint(format!("back it up ({export}), then use --replace")));
    }
    if shop.file.is_sealed() {
        let unlock = shop.dir.command("onion unlock");
        return Err(
            CliError::input("the onion key is encrypted").hint(format!("run this first: {unlock}"))
        );
    }
    if let Some(known) = shop.file.known()?.filter(|known| *known != key.address() && !replace) {
        let what = format!("this key does not belong to the shop's address, {known}");
        return Err(CliError::input(what).hint("to change the shop's address, add --replace"));
    }
    shop.file.write(&key)?;
    terminal::line(format!("The shop's address is now {}", key.address()));
    terminal::line("Never run the same key in two places at once.");
    Ok(())
}

fn export(shop: &Shop, file: &Path) -> Result<(), CliError> {
    if file.exists() {
        return Err(CliError::input(format!("{} already exists", file.display())));
    }
    let key = shop.read()?;
    files::write(file, key.as_bytes(), true)?;
    terminal::line(format!("Wrote the key of {} to {}", key.address(), file.display()));
    terminal::line("Anyone who has this file can impersonate your shop. Keep it off this machine.");
    Ok(())
}

/// Prints the settings of each tor in front, or of one of them.
fn torrc(dir: &ShopDir, only: Option<usize>, service: &Path) -> Result<(), CliError> {
    let plan = Plan::load(dir)?;
    let fronts = tor_fronts::fronts(&plan)?;
    if fronts.is_empty() {
        return Err(CliError::input("this shop runs Tor itself (backend = \"arti\")")
            .hint("to use Debian's tor, set backend = \"socket\" under [tor] in shop.toml"));
    }
    let count = fronts.len();
    if let Some(number) = only.filter(|number| !(1..=count).contains(number)) {
        let what = format!("there is no front {number}; shop.toml names {count}");
        return Err(CliError::input(what));
    }
    let address = OnionKeyFile::of(dir).known()?;
    let bridges = tor_fronts::bridges(&plan);
    for (index, front) in fronts.iter().enumerate() {
        let number = index + 1;
        if only.is_none_or(|only| only == number) {
            let of = (number, count);
            terminal::line(tor_fronts::torrc(front, service, &bridges, of, address.as_ref()));
        }
    }
    Ok(())
}

fn lock(shop: &Shop, entropy: &dyn Entropy) -> Result<(), CliError> {
    if shop.file.is_sealed() {
        return Err(CliError::input("the onion key is already encrypted"));
    }
    if !shop.file.exists() {
        shop.make(entropy)?;
    }
    let phrase =
        secret_file::ask(shop.passphrase_file.as_deref(), "New passphrase for the onion key: ")?;
    if phrase.chars().count() < 8 {
        return Err(CliError::input("the passphrase is too short").hint("use several words"));
    }
    if shop.passphrase_file.is_none() {
        let again = secret_file::ask(None, "Repeat the passphrase: ")?;
        if *again != *phrase {
            return Err(CliError::input("the passphrases do not match"));
        }
    }
    let passphrase = Passphrase::known(phrase);
    // The onion key comes last: if this stops before, the command can be run again.
    view_key::lock_all(&shop.dir, &passphrase, entropy)?;
    shop.file.lock(&passphrase, entropy)?;
    terminal::line(
        "The onion key is encrypted. Without the passphrase the address is lost, so keep a \
         copy of it.",
    );
    Ok(())
}
