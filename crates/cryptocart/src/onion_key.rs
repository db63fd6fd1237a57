//! The onion key at rest: open for its owner alone, or sealed with a passphrase.

use crate::{
    error::{CliError, IoContext},
    files,
    shop_dir::ShopDir,
};
use shop_core::{entropy::Entropy, kind::Kind};
use shop_net::onion::{OnionAddress, OnionKey};
use shop_seal::passphrase;
use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Files of a shop's onion key and of the address it makes.
pub(crate) struct OnionKeyFile {
    dir: ShopDir,
    open: PathBuf,
    sealed: PathBuf,
    address: PathBuf,
}

impl OnionKeyFile {
    pub(crate) fn of(dir: &ShopDir) -> Self {
        Self {
            dir: dir.clone(),
            open: dir.onion_key(),
            sealed: dir.sealed_onion_key(),
            address: dir.onion_address(),
        }
    }

    /// Returns true if the key is sealed with a passphrase.
    pub(crate) fn is_sealed(&self) -> bool {
        self.sealed.exists()
    }

    /// Returns true if there is a key.
    pub(crate) fn exists(&self) -> bool {
        self.is_sealed() || self.open.exists()
    }

    /// Opens the key; makes a new one if there is none yet and never was.
    pub(crate) fn open(
        &self,
        passphrase: Option<&Path>,
        entropy: &dyn Entropy,
    ) -> Result<OnionKey, CliError> {
        if self.exists() {
            let key = self.read(passphrase)?;
            // A key that was put there by hand has no address yet.
            self.record(&key)?;
            return Ok(key);
        }
        self.is_not_lost()?;
        let key = OnionKey::generate(entropy);
        self.write(&key)?;
        Ok(key)
    }

    /// Refuses where the shop had a key and it is gone.
    pub(crate) fn is_not_lost(&self) -> Result<(), CliError> {
        let Some(known) = self.known()?.filter(|_| !self.exists()) else { return Ok(()) };
        let what = format!(
            "the onion key of {known} is missing; a new key would change the shop's address"
        );
        Err(CliError::misconfigured(what).hint(format!(
            "restore your backup: {}\n  Without a backup that address is lost; remove {} to get a \
             new one",
            self.dir.command("onion import FILE"),
            self.address.display()
        )))
    }

    /// Reads the key that is there, if it makes the address that the shop had.
    /// A sealed one needs the passphrase, from the file or the terminal.
    pub(crate) fn read(&self, passphrase: Option<&Path>) -> Result<OnionKey, CliError> {
        let bytes = if self.is_sealed() {
            let sealed = files::read_secret(&self.sealed, 4_096)?;
            let phrase = ask(passphrase, "Passphrase for the onion key: ")?;
            passphrase::open(&phrase, &sealed).map_err(|error| {
                CliError::new(Kind::Denied, format!("cannot decrypt the onion key: {error}"))
                    .hint("use the passphrase you set with cryptocart onion lock")
            })?
        } else {
            files::read_secret(&self.open, 4_096)?
        };
        let key = OnionKey::parse(&bytes).map_err(|error| {
            CliError::misconfigured(format!("the onion key is damaged: {error}")).hint(format!(
                "restore your backup: {}",
                self.dir.command("onion import FILE --replace")
            ))
        })?;
        match self.known()? {
            Some(known) if known != key.address() => Err(self.another(&known, &key)),
            _ => Ok(key),
        }
    }

    fn another(&self, known: &OnionAddress, key: &OnionKey) -> CliError {
        let what = format!(
            "the onion key is for the address {}, but this shop's is {known}: the key was \
             changed, or belongs to another shop",
            key.address()
        );
        CliError::misconfigured(what).hint(format!(
            "restore your backup: {}\n  To switch to the other address, remove {}",
            self.dir.command("onion import FILE --replace"),
            self.address.display()
        ))
    }

    /// Returns the address of when the shop was last open, or a command last changed its key.
    pub(crate) fn known(&self) -> Result<Option<OnionAddress>, CliError> {
        if !self.address.exists() {
            return Ok(None);
        }
        let text = files::read_text(&self.address, 256)?;
        text.trim().parse().map(Some).map_err(|error| {
            CliError::misconfigured(format!("{}: {error}", self.address.display()))
                .hint("restore the file, or remove it to use the address of the onion key")
        })
    }

    fn record(&self, key: &OnionKey) -> Result<(), CliError> {
        let address = key.address();
        if self.known().is_ok_and(|known| known.as_ref() == Some(&address)) {
            return Ok(());
        }
        files::write(&self.address, format!("{address}\n").as_bytes(), true)
    }

    /// Keeps a key in the open. From now on the shop has its address.
    pub(crate) fn write(&self, key: &OnionKey) -> Result<(), CliError> {
        self.make_folder()?;
        files::write(&self.open, key.as_bytes(), true)?;
        self.record(key)
    }

    /// Seals the key with a passphrase and removes the open one.
    pub(crate) fn lock(&self, phrase: &str, entropy: &dyn Entropy) -> Result<(), CliError> {
        let key = files::read_secret(&self.open, 4_096)?;
        let sealed = passphrase::seal(phrase, &key, entropy).map_err(|error| {
            CliError::new(Kind::Bug, format!("encrypting the onion key: {error}"))
        })?;
        files::write(&self.sealed, &sealed, true)?;
        std::fs::remove_file(&self.open).io_context(|| "removing the unencrypted onion key".into())
    }

    /// Opens a sealed key for good.
    pub(crate) fn unlock(&self, key: &OnionKey) -> Result<(), CliError> {
        self.write(key)?;
        std::fs::remove_file(&self.sealed).io_context(|| "removing the encrypted onion key".into())
    }

    fn make_folder(&self) -> Result<(), CliError> {
        self.open.parent().map_or(Ok(()), files::private_folder)
    }
}

/// Reads a passphrase from its file or the terminal.
pub(crate) fn ask(file: Option<&Path>, prompt: &str) -> Result<Zeroizing<String>, CliError> {
    if let Some(file) = file {
        let text = Zeroizing::new(files::read_text(file, 4_096)?);
        return Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()));
    }
    if !std::io::stdin().is_terminal() {
        return Err(CliError::misconfigured(
            "the onion key is encrypted, and there is no terminal to ask for the passphrase",
        )
        .hint(
            "a service gets it as the systemd credential onion-passphrase \
             (docs/install-debian.md); otherwise set tor.passphrase_file in shop.toml",
        ));
    }
    rpassword::prompt_password(prompt)
        .map(Zeroizing::new)
        .io_context(|| "reading the passphrase".into())
}
