//! The onion key at rest: open for its owner alone, or sealed with the seller's passphrase.

use crate::{
    error::{CliError, WhileIo},
    files,
    shop_dir::ShopDir,
    system::SystemEntropy,
};
use shop_core::kind::Kind;
use shop_net::onion::OnionKey;
use shop_seal::passphrase;
use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Where a shop's onion key is kept.
pub(crate) struct OnionKeyFile {
    dir: ShopDir,
    open: PathBuf,
    sealed: PathBuf,
}

impl OnionKeyFile {
    pub(crate) fn of(dir: &ShopDir) -> Self {
        Self { dir: dir.clone(), open: dir.onion_key(), sealed: dir.sealed_onion_key() }
    }

    /// Whether it is sealed with a passphrase.
    pub(crate) fn is_sealed(&self) -> bool {
        self.sealed.exists()
    }

    /// Whether there is one.
    pub(crate) fn exists(&self) -> bool {
        self.is_sealed() || self.open.exists()
    }

    /// The key; a new one if there is none yet.
    pub(crate) fn open(&self, passphrase: Option<&Path>) -> Result<OnionKey, CliError> {
        if !self.exists() {
            let key = OnionKey::generate(&SystemEntropy);
            self.write(&key)?;
            return Ok(key);
        }
        self.read(passphrase)
    }

    /// The key that is there. A sealed one needs the passphrase, from the file or the terminal.
    pub(crate) fn read(&self, passphrase: Option<&Path>) -> Result<OnionKey, CliError> {
        let bytes = if self.is_sealed() {
            let sealed = files::read(&self.sealed, 4_096)?;
            let phrase = ask(passphrase, "Passphrase of the onion key: ")?;
            passphrase::open(&phrase, &sealed).map_err(|error| {
                CliError::new(Kind::Denied, format!("the onion key stays closed: {error}"))
                    .hint("the passphrase is the one given to cryptocart onion lock")
            })?
        } else {
            Zeroizing::new(files::read(&self.open, 4_096)?)
        };
        OnionKey::parse(&bytes).map_err(|error| {
            CliError::misconfigured(format!("the onion key is damaged: {error}")).hint(format!(
                "put back your copy: {}",
                self.dir.command("onion import FILE --replace")
            ))
        })
    }

    /// Keeps a key in the open.
    pub(crate) fn write(&self, key: &OnionKey) -> Result<(), CliError> {
        self.make_folder()?;
        files::write(&self.open, key.as_bytes(), true)
    }

    /// Seals the key with a passphrase and removes the open one.
    pub(crate) fn lock(&self, phrase: &str) -> Result<(), CliError> {
        let key = Zeroizing::new(files::read(&self.open, 4_096)?);
        let sealed = passphrase::seal(phrase, &key, &SystemEntropy)
            .map_err(|error| CliError::new(Kind::Bug, format!("sealing the onion key: {error}")))?;
        files::write(&self.sealed, &sealed, true)?;
        std::fs::remove_file(&self.open).doing_io(|| "removing the open onion key".into())
    }

    /// Opens a sealed key for good.
    pub(crate) fn unlock(&self, key: &OnionKey) -> Result<(), CliError> {
        self.write(key)?;
        std::fs::remove_file(&self.sealed).doing_io(|| "removing the sealed onion key".into())
    }

    fn make_folder(&self) -> Result<(), CliError> {
        self.open.parent().map_or(Ok(()), files::private_folder)
    }
}

/// A passphrase, from its file or the terminal.
pub(crate) fn ask(file: Option<&Path>, prompt: &str) -> Result<Zeroizing<String>, CliError> {
    if let Some(file) = file {
        let text = Zeroizing::new(files::read_text(file, 4_096)?);
        return Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()));
    }
    if !std::io::stdin().is_terminal() {
        return Err(CliError::misconfigured("the onion key is sealed, and nobody can be asked")
            .hint("set tor.passphrase_file in shop.toml (a systemd credential, say)"));
    }
    rpassword::prompt_password(prompt)
        .map(Zeroizing::new)
        .doing_io(|| "reading the passphrase".into())
}
