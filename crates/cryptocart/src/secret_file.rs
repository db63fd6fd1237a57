//! Secret of a shop in a file: open for its owner alone, or sealed with the onion passphrase.

use crate::{
    error::{CliError, IoContext},
    files,
};
use shop_core::{entropy::Entropy, kind::Kind};
use shop_seal::passphrase;
use std::{
    cell::OnceCell,
    io::IsTerminal,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Most bytes of a secret.
const LARGEST: u64 = 4_096;

/// The passphrase that secrets of a shop are sealed with. It is read at most once.
pub(crate) struct Passphrase {
    file: Option<PathBuf>,
    read: OnceCell<Zeroizing<String>>,
}

impl Passphrase {
    /// Returns the one in a file; without a file, the one that is asked for when it is needed.
    pub(crate) fn new(file: Option<&Path>) -> Self {
        Self { file: file.map(Path::to_owned), read: OnceCell::new() }
    }

    /// Returns one that is known.
    pub(crate) fn known(phrase: Zeroizing<String>) -> Self {
        Self { file: None, read: OnceCell::from(phrase) }
    }

    /// Returns true if nobody has to type it.
    pub(crate) fn is_known(&self) -> bool {
        self.file.is_some() || self.read.get().is_some()
    }

    /// Reads it, the first time.
    pub(crate) fn read(&self) -> Result<&str, CliError> {
        if let Some(phrase) = self.read.get() {
            return Ok(phrase);
        }
        let phrase = ask(self.file.as_deref(), "Passphrase for the onion key: ")?;
        Ok(self.read.get_or_init(|| phrase))
    }
}

/// Files of a secret: one of them is there, if there is a secret.
#[derive(Clone, Debug)]
pub(crate) struct SecretFile {
    open: PathBuf,
    sealed: PathBuf,
    /// Name of the secret, as in `the onion key`.
    name: String,
}

impl SecretFile {
    pub(crate) fn new(open: PathBuf, sealed: PathBuf, name: impl Into<String>) -> Self {
        Self { open, sealed, name: name.into() }
    }

    /// Returns true if it is sealed with a passphrase.
    pub(crate) fn is_sealed(&self) -> bool {
        self.sealed.exists()
    }

    /// Returns true if it is there.
    pub(crate) fn exists(&self) -> bool {
        self.is_sealed() || self.open.exists()
    }

    /// Reads it. A sealed one needs the passphrase.
    ///
    /// # Errors
    /// Also where other users may read a file that is open.
    pub(crate) fn read(&self, passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, CliError> {
        if !self.is_sealed() {
            return files::read_secret(&self.open, LARGEST);
        }
        let sealed = files::read_secret(&self.sealed, LARGEST)?;
        passphrase::open(passphrase.read()?, &sealed).map_err(|error| {
            CliError::new(Kind::Denied, format!("cannot decrypt {}: {error}", self.name))
                .hint("use the passphrase you set with cryptocart onion lock")
        })
    }

    /// Writes it for its owner alone, not sealed.
    pub(crate) fn write(&self, secret: &[u8]) -> Result<(), CliError> {
        self.make_folder()?;
        files::write(&self.open, secret, true)
    }

    /// Writes it sealed, and removes one that is open.
    pub(crate) fn write_sealed(
        &self,
        secret: &[u8],
        passphrase: &Passphrase,
        entropy: &dyn Entropy,
    ) -> Result<(), CliError> {
        let sealed = passphrase::seal(passphrase.read()?, secret, entropy).map_err(|error| {
            CliError::new(Kind::Bug, format!("encrypting {}: {error}", self.name))
        })?;
        self.make_folder()?;
        files::write(&self.sealed, &sealed, true)?;
        remove(&self.open)
    }

    /// Seals one that is open.
    pub(crate) fn lock(
        &self,
        passphrase: &Passphrase,
        entropy: &dyn Entropy,
    ) -> Result<(), CliError> {
        let secret = files::read_secret(&self.open, LARGEST)?;
        self.write_sealed(&secret, passphrase, entropy)
    }

    /// Writes it not sealed, and removes the sealed one.
    pub(crate) fn unlock(&self, secret: &[u8]) -> Result<(), CliError> {
        self.write(secret)?;
        remove(&self.sealed)
    }

    fn make_folder(&self) -> Result<(), CliError> {
        self.open.parent().map_or(Ok(()), files::private_folder)
    }
}

fn remove(path: &Path) -> Result<(), CliError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed.io_context(|| format!("removing {}", path.display())),
    }
}

/// Reads a passphrase from its file or the terminal.
pub(crate) fn ask(file: Option<&Path>, prompt: &str) -> Result<Zeroizing<String>, CliError> {
    if let Some(file) = file {
        let text = Zeroizing::new(files::read_text(file, LARGEST)?);
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
