//! `cryptocart monero`.

use super::{addresses::SHOWN, folder::Folder};
use crate::{
    config::{Config, plan::Plan},
    error::{CliError, IoContext},
    files,
    onion_key::OnionKeyFile,
    secret_file::Passphrase,
    shop_dir::ShopDir,
    shop_lock, terminal, view_accounts,
    view_key::{ViewKey, ViewKeyFile},
};
use clap::Subcommand;
use shop_chain::ViewAccount;
use shop_core::{entropy::Entropy, pay_to::PayTo};
use std::{
    io::{self, BufRead, IsTerminal, Read},
    ops::Range,
    path::Path,
    sync::Arc,
};
use zeroize::Zeroizing;

/// Section of the settings.
const SECTION: &str = "monero";
/// Most bytes of a line with a key. A seed of 25 words has less.
const LONGEST: u64 = 1_024;
/// Most addresses of one list.
const MOST: u32 = 20_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Monero {
    /// Store the private view key of the wallet whose address is in shop.toml.
    ///
    /// It asks for the key without showing it, or reads a line from a pipe, and compares it with the
    /// address. A spend key and a seed are refused. The key is stored in a file that only the shop's
    /// user can read; encrypted, if the onion key is (`cryptocart onion lock`). It shows the first
    /// addresses: compare them with those of your wallet. Restart the shop afterwards.
    #[command(after_help = "In monero-wallet-cli, `viewkey` prints the key. Examples:\n  \
        cryptocart monero key\n  \
        ssh HOME cat viewkey.txt | cryptocart monero key --dir my-shop")]
    Key {
        #[command(flatten)]
        dir: Folder,
        /// Read the key from the first line of a file.
        #[arg(long, value_name = "FILE")]
        file: Option<std::path::PathBuf>,
    },
    /// List addresses that orders get, to be compared with the wallet.
    Addresses {
        #[command(flatten)]
        dir: Folder,
        /// Number of the first one [default: `first` in shop.toml].
        #[arg(long, value_name = "NUMBER")]
        from: Option<u32>,
        /// Number of addresses.
        #[arg(long, value_name = "N", default_value_t = SHOWN)]
        count: u32,
        /// Print as JSON (docs/json.md).
        #[arg(long)]
        json: bool,
    },
}

impl Monero {
    pub(super) fn run(self, entropy: &dyn Entropy) -> Result<(), CliError> {
        match self {
            Self::Key { dir, file } => store(&dir.shop(), file.as_deref(), entropy),
            Self::Addresses { dir, from, count, json } => list(&dir.shop(), from, count, json),
        }
    }
}

/// Account that the settings name, as far as they are read without its key.
struct Settings {
    config: Config,
    passphrase: Passphrase,
}

impl Settings {
    fn load(dir: &ShopDir) -> Result<Self, CliError> {
        let config = Config::load(dir)?;
        if config.monero.address.trim().is_empty() {
            let what = "shop.toml has no address in [monero]";
            return Err(CliError::misconfigured(what)
                .hint("set address there: the primary one of a wallet for this shop alone"));
        }
        let passphrase = Plan::passphrase(dir, &config);
        Ok(Self { config, passphrase })
    }

    /// Opens the account with a key.
    fn account(&self, key: &ViewKey) -> Result<Arc<dyn ViewAccount>, CliError> {
        view_accounts::of_section(&self.config, SECTION, key)
    }
}

fn store(dir: &ShopDir, file: Option<&Path>, entropy: &dyn Entropy) -> Result<(), CliError> {
    let settings = Settings::load(dir)?;
    let key = ViewKey::new(read(file)?);
    let account = settings.account(&key)?;
    files::private_folder(&dir.state())?;
    let onion = OnionKeyFile::of(dir);
    let stored = ViewKeyFile::of(dir, SECTION);
    let passphrase = if onion.is_sealed() {
        // It must be the one that opens the onion key.
        onion.read(&settings.passphrase)?;
        Some(&settings.passphrase)
    } else {
        None
    };
    stored.write(&key, passphrase, entropy)?;
    let how = if passphrase.is_some() { "encrypted" } else { "readable only by you" };
    terminal::line(format!(
        "The view key is stored, {how}. It belongs to the address in shop.toml."
    ));
    let first = settings.config.monero.first.max(1);
    terminal::line("The first addresses that orders get; compare them with your wallet:");
    show(first, &account.pay_tos(numbers(first, SHOWN)?));
    if shop_lock::is_open(dir)? {
        terminal::line("The shop is open: restart it to use this key.");
    }
    Ok(())
}

fn list(dir: &ShopDir, from: Option<u32>, count: u32, json: bool) -> Result<(), CliError> {
    let settings = Settings::load(dir)?;
    let from = from.unwrap_or(settings.config.monero.first).max(1);
    if count > MOST {
        return Err(CliError::input(format!("--count is at most {MOST}")));
    }
    let numbers = numbers(from, count)?;
    let key = ViewKeyFile::of(dir, SECTION).read(&settings.passphrase)?;
    let pay_tos = settings.account(&key)?.pay_tos(numbers.clone());
    if json {
        let addresses: Vec<_> = numbers
            .zip(&pay_tos)
            .map(|(number, pay_to)| serde_json::json!({ "number": number, "address": pay_to.as_str() }))
            .collect();
        terminal::json(&serde_json::json!({ "version": 1, "addresses": addresses }));
    } else {
        show(from, &pay_tos);
    }
    Ok(())
}

fn show(first: u32, pay_tos: &[PayTo]) {
    for (number, pay_to) in (first..).zip(pay_tos) {
        terminal::line(format!("{number:>6}  {}", pay_to.as_str()));
    }
}

/// Returns the numbers of some addresses. An account derives all below them, too.
fn numbers(from: u32, count: u32) -> Result<Range<u32>, CliError> {
    const END: u32 = 200_000;
    let end = from.checked_add(count).filter(|end| *end <= END);
    end.map(|end| from..end).ok_or_else(|| CliError::input(format!("numbers end at {END}")))
}

/// Reads a key from a file, the terminal or a pipe.
fn read(file: Option<&Path>) -> Result<Zeroizing<String>, CliError> {
    let prompt = "Private view key (not shown): ";
    if file.is_some() || io::stdin().is_terminal() {
        return terminal::secret_line(file, prompt, "--file");
    }
    let mut line =
        Zeroizing::new(String::with_capacity(usize::try_from(LONGEST).unwrap_or_default()));
    let mut input = io::stdin().lock().take(LONGEST);
    input.read_line(&mut line).io_context(|| "reading the view key".into())?;
    if line.trim().is_empty() {
        return Err(
            CliError::input("no view key was given").hint("pipe it in, or run this on a terminal")
        );
    }
    Ok(Zeroizing::new(line.trim().to_owned()))
}
