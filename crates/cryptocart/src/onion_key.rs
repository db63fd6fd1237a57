//! The onion key at rest: open for its owner alone, or sealed with a passphrase.

use crate::{
    error::CliError,
    files,
    secret_file::{Passphrase, SecretFile},
    shop_dir::ShopDir,
};
use shop_core::entropy::Entropy;
use shop_net::onion::{OnionAddress, OnionKey};
use std::path::PathBuf;

/// Files of a shop's onion key and of the address it makes.
pub(crate) struct OnionKeyFile {
    dir: ShopDir,
    key: SecretFile,
    address: PathBuf,
}

impl OnionKeyFile {
    pub(crate) fn of(dir: &ShopDir) -> Self {
        Self {
            dir: dir.clone(),
            key: SecretFile::new(dir.onion_key(), dir.sealed_onion_key(), "the onion key"),
            address: dir.onion_address(),
        }
    }

    /// Returns true if the key is sealed with a passphrase.
    pub(crate) fn is_sealed(&self) -> bool {
        self.key.is_sealed()
    }

    /// Returns true if there is a key.
    pub(crate) fn exists(&self) -> bool {
        self.key.exists()
    }

    /// Opens the key; makes a new one if there is none yet and never was.
    pub(crate) fn open(
        &self,
        passphrase: &Passphrase,
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
    pub(crate) fn read(&self, passphrase: &Passphrase) -> Result<OnionKey, CliError> {
        let bytes = self.key.read(passphrase)?;
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
        self.key.write(key.as_bytes())?;
        self.record(key)
    }

    /// Seals the key with a passphrase and removes the open one.
    pub(crate) fn lock(
        &self,
        passphrase: &Passphrase,
        entropy: &dyn Entropy,
    ) -> Result<(), CliError> {
        self.key.lock(passphrase, entropy)
    }

    /// Opens a sealed key for good.
    pub(crate) fn unlock(&self, key: &OnionKey) -> Result<(), CliError> {
        self.key.unlock(key.as_bytes())?;
        self.record(key)
    }
}
