//! The folder of an escrow home: its files, its lock, and the passphrase that opens its keys.

use super::settings::Settings;
use crate::{
    error::{CliError, IoContext},
    files,
};
use clap::Args;
use shop_chain::ethereum::escrow::{Key, checksum};
use shop_core::{entropy::Entropy, kind::Kind};
use shop_seal::{HomeKey, passphrase};
use std::{
    cell::OnceCell,
    fs::{File, OpenOptions, TryLockError},
    io::IsTerminal,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Largest sealed key, in bytes.
const LARGEST_KEY: u64 = 4_096;
/// Fewest characters of a new passphrase.
const SHORTEST_PASSPHRASE: usize = 8;

/// The home that a command is about.
#[derive(Args, Clone, Debug)]
pub(super) struct HomeArgs {
    /// The folder of the escrow home.
    #[arg(long, value_name = "DIR", default_value = "escrow-home")]
    pub(super) home: PathBuf,
    /// Read the passphrase from the first line of a file instead of the terminal.
    #[arg(long, value_name = "FILE")]
    pub(super) passphrase_file: Option<PathBuf>,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    pub(super) json: bool,
}

/// A secret of the home. Each is a file of its own, so that one can stay on another machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secret {
    /// The words that payout keys and the shop key are derived from.
    Mnemonic,
    /// The operator key.
    Operator,
    /// The key of the records.
    Records,
}

impl Secret {
    const fn file(self) -> &'static str {
        match self {
            Self::Mnemonic => "mnemonic.sealed",
            Self::Operator => "operator.sealed",
            Self::Records => "records.sealed",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Mnemonic => "the recovery words",
            Self::Operator => "the operator key",
            Self::Records => "the key of the records",
        }
    }
}

/// An escrow home, open for one command at a time.
pub(super) struct Home {
    folder: PathBuf,
    passphrase_file: Option<PathBuf>,
    phrase: OnceCell<Zeroizing<String>>,
    _lock: File,
}

impl Home {
    /// Makes the folder of a new home, or takes an empty one.
    pub(super) fn create(args: &HomeArgs) -> Result<Self, CliError> {
        let folder = &args.home;
        if folder.join("escrow.toml").exists() {
            let what = format!("{} is an escrow home already", folder.display());
            return Err(CliError::input(what).hint("name another folder with --home"));
        }
        // Keys are never written over: they may be the only ones of addresses that were given out.
        let all = [Secret::Mnemonic, Secret::Operator, Secret::Records];
        if all.iter().any(|secret| folder.join(secret.file()).exists()) {
            let what = format!("{} has keys in it, and no escrow.toml", folder.display());
            return Err(CliError::input(what).hint(
                "if its making was interrupted before it showed the words, remove the folder; else \
                 restore escrow.toml from your copy",
            ));
        }
        files::private_folder(folder)?;
        files::private_folder(&folder.join("orders"))?;
        Self::locked(args)
    }

    /// Opens a home that is there.
    pub(super) fn open(args: &HomeArgs) -> Result<Self, CliError> {
        if !args.home.join("escrow.toml").is_file() {
            let what = format!("{} is not an escrow home", args.home.display());
            return Err(CliError::new(Kind::NotFound, what)
                .hint("name it with --home, or make one: cryptocart escrow init"));
        }
        Self::locked(args)
    }

    fn locked(args: &HomeArgs) -> Result<Self, CliError> {
        let path = args.home.join("lock");
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.io_context(|| format!("opening {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let what = "another command is at work in this escrow home";
                return Err(CliError::new(Kind::Busy, what).hint("wait until it is done"));
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).io_context(|| "locking the escrow home".into());
            }
        }
        Ok(Self {
            folder: args.home.clone(),
            passphrase_file: args.passphrase_file.clone(),
            phrase: OnceCell::new(),
            _lock: file,
        })
    }

    /// Returns the path of a file of the home.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Reads the settings.
    pub(super) fn settings(&self) -> Result<Settings, CliError> {
        Settings::load(&self.path("escrow.toml"))
    }

    /// Opens a secret with the passphrase.
    pub(super) fn secret(&self, secret: Secret) -> Result<Zeroizing<Vec<u8>>, CliError> {
        let path = self.path(secret.file());
        if !path.exists() {
            let what = format!("{} is not in this home ({})", secret.words(), path.display());
            return Err(CliError::new(Kind::NotFound, what).hint(match secret {
                Secret::Records => "restore your copy of the home",
                _ => {
                    "to sign on the machine that has it, use --write FILE here, and there: \
                      cryptocart escrow sign FILE"
                }
            }));
        }
        let sealed = files::read_secret(&path, LARGEST_KEY)?;
        passphrase::open(self.phrase()?, &sealed).map_err(|error| {
            let what = format!("cannot open {}: {error}", secret.words());
            CliError::new(Kind::Denied, what).hint("use the passphrase of cryptocart escrow init")
        })
    }

    /// Seals a new secret with the passphrase.
    pub(super) fn keep_secret(
        &self,
        secret: Secret,
        plain: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<(), CliError> {
        let sealed = passphrase::seal(self.phrase()?, plain, entropy)
            .map_err(|error| CliError::new(Kind::Bug, format!("sealing: {error}")))?;
        files::write(&self.path(secret.file()), &sealed, true)
    }

    /// Opens the operator key, which must be the one of the settings.
    pub(super) fn operator_key(&self, settings: &Settings) -> Result<Key, CliError> {
        let bytes = self.secret(Secret::Operator)?;
        let key = bytes.first_chunk().and_then(|bytes| Key::from_bytes(bytes).ok());
        let damaged = || CliError::misconfigured("the sealed operator key is damaged");
        let key = key.ok_or_else(damaged)?;
        let address = key.account();
        if address == settings.operator {
            return Ok(key);
        }
        let what = "the operator key is not the one that escrow.toml names";
        Err(CliError::misconfigured(what).hint(format!("its address is {}", checksum(address))))
    }

    /// Opens the key of the records.
    pub(super) fn records_key(&self) -> Result<HomeKey, CliError> {
        let bytes = self.secret(Secret::Records)?;
        let bytes: Option<&[u8; 32]> = bytes.first_chunk();
        let damaged = || CliError::misconfigured("the key of the records is damaged");
        bytes.map(HomeKey::from_bytes).ok_or_else(damaged)
    }

    /// Asks for a new passphrase, twice on a terminal.
    pub(super) fn choose_passphrase(&self) -> Result<(), CliError> {
        let phrase = read_line(self.passphrase_file.as_deref(), "New passphrase for the keys: ")?;
        if phrase.chars().count() < SHORTEST_PASSPHRASE {
            return Err(CliError::input("the passphrase is too short").hint("use several words"));
        }
        if self.passphrase_file.is_none() && *read_line(None, "Repeat the passphrase: ")? != *phrase
        {
            return Err(CliError::input("the passphrases do not match"));
        }
        // There is none yet: the home is new.
        drop(self.phrase.set(phrase));
        Ok(())
    }

    /// Returns the passphrase, which is asked for once.
    fn phrase(&self) -> Result<&str, CliError> {
        if let Some(phrase) = self.phrase.get() {
            return Ok(phrase);
        }
        let read = read_line(self.passphrase_file.as_deref(), "Passphrase of the escrow home: ")?;
        Ok(self.phrase.get_or_init(|| read))
    }
}

/// Reads a secret line from a file or the terminal, without showing it.
pub(super) fn read_line(file: Option<&Path>, prompt: &str) -> Result<Zeroizing<String>, CliError> {
    if let Some(file) = file {
        let text = Zeroizing::new(files::read_text(file, 4_096)?);
        return Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()));
    }
    if !std::io::stdin().is_terminal() {
        let what = "there is no terminal to ask for the passphrase";
        return Err(CliError::misconfigured(what).hint("name a file with it: --passphrase-file"));
    }
    rpassword::prompt_password(prompt)
        .map(Zeroizing::new)
        .io_context(|| "reading the passphrase".into())
}
