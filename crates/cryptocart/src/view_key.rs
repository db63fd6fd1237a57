//! Private view keys: they show the payments to a wallet, and cannot spend.
//!
//! Each is in a file of its own, which no setting names. It is sealed with the onion passphrase where
//! the onion key is. A role is told it over its link, never by its command line or environment.

use crate::{
    error::CliError,
    files,
    secret_file::{Passphrase, SecretFile},
    shop_dir::ShopDir,
};
use serde::{Deserialize, Serialize};
use shop_core::entropy::Entropy;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Sections of the settings that name an account.
pub(crate) const SECTIONS: [&str; 1] = ["monero"];

/// Most bytes of a sealed key.
const LARGEST: u64 = 4_096;

/// Text of a view key.
///
/// Wiped when dropped; has no `Debug`. It is `Serialize` only because a plan carries it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) struct ViewKey(Zeroizing<String>);

impl From<String> for ViewKey {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<ViewKey> for String {
    fn from(key: ViewKey) -> Self {
        key.as_str().to_owned()
    }
}

/// View keys of a shop, by the sections of its settings.
pub(crate) type ViewKeys = BTreeMap<String, ViewKey>;

impl ViewKey {
    pub(crate) const fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// Returns its text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// File of the view key of one section.
pub(crate) struct ViewKeyFile {
    dir: ShopDir,
    section: String,
    file: SecretFile,
}

impl ViewKeyFile {
    pub(crate) fn of(dir: &ShopDir, section: &str) -> Self {
        let name = format!("the view key of [{section}]");
        Self {
            dir: dir.clone(),
            section: section.to_owned(),
            file: SecretFile::new(dir.view_key(section), dir.sealed_view_key(section), name),
        }
    }

    /// Returns the files of all keys that are there.
    pub(crate) fn all(dir: &ShopDir) -> Vec<Self> {
        let files = SECTIONS.into_iter().map(|section| Self::of(dir, section));
        files.filter(Self::exists).collect()
    }

    /// Returns true if the key is there.
    pub(crate) fn exists(&self) -> bool {
        self.file.exists()
    }

    /// Returns true if the key is sealed with a passphrase.
    pub(crate) fn is_sealed(&self) -> bool {
        self.file.is_sealed()
    }

    /// Refuses a sealed key that other users may read.
    pub(crate) fn is_private(&self) -> Result<(), CliError> {
        files::read_secret(&self.dir.sealed_view_key(&self.section), LARGEST).map(drop)
    }

    /// Reads the key. A sealed one needs the passphrase.
    pub(crate) fn read(&self, passphrase: &Passphrase) -> Result<ViewKey, CliError> {
        let store = self.dir.command(&format!("{} key", self.section));
        if !self.exists() {
            let what = format!("the private view key of [{}] is not stored here", self.section);
            return Err(CliError::misconfigured(what).hint(format!("store it: {store}")));
        }
        let bytes = self.file.read(passphrase)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            CliError::misconfigured(format!("the view key of [{}] is damaged", self.section))
                .hint(format!("store it again: {store}"))
        })?;
        Ok(ViewKey(Zeroizing::new(text.trim().to_owned())))
    }

    /// Writes the key; sealed, where a passphrase is given.
    pub(crate) fn write(
        &self,
        key: &ViewKey,
        passphrase: Option<&Passphrase>,
        entropy: &dyn Entropy,
    ) -> Result<(), CliError> {
        match passphrase {
            Some(passphrase) => self.file.write_sealed(key.0.as_bytes(), passphrase, entropy),
            None => self.file.unlock(key.0.as_bytes()),
        }
    }
}

/// Seals all keys of a shop with a passphrase.
///
/// # Errors
/// Also where one is sealed with another passphrase.
pub(crate) fn lock_all(
    dir: &ShopDir,
    passphrase: &Passphrase,
    entropy: &dyn Entropy,
) -> Result<(), CliError> {
    for file in ViewKeyFile::all(dir) {
        let key = file.read(passphrase)?;
        if !file.is_sealed() {
            file.write(&key, Some(passphrase), entropy)?;
        }
    }
    Ok(())
}

/// Writes all keys of a shop unsealed.
pub(crate) fn unlock_all(
    dir: &ShopDir,
    passphrase: &Passphrase,
    entropy: &dyn Entropy,
) -> Result<(), CliError> {
    for file in ViewKeyFile::all(dir).into_iter().filter(ViewKeyFile::is_sealed) {
        let key = file.read(passphrase)?;
        file.write(&key, None, entropy)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::plan::tests::VIEW_KEY as KEY;
    use shop_core::entropy::Seeded;
    use std::{fs, os::unix::fs::PermissionsExt};

    static CHANCE: Seeded = Seeded::new(1);

    fn key() -> ViewKey {
        ViewKey::new(Zeroizing::new(KEY.to_owned()))
    }

    fn phrase(text: &str) -> Passphrase {
        Passphrase::known(Zeroizing::new(text.to_owned()))
    }

    fn read(file: &ViewKeyFile, text: &str) -> Result<String, String> {
        let read = file.read(&phrase(text)).map(|key| key.as_str().to_owned());
        read.map_err(|error| error.to_string())
    }

    #[test]
    fn key_is_sealed_and_opened_with_the_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(folder.path());
        let file = ViewKeyFile::of(&dir, "monero");
        let missing = read(&file, "").unwrap_err();
        assert!(missing.contains("not stored") && missing.contains("monero key"), "{missing}");
        file.write(&key(), None, &CHANCE).unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(dir.view_key("monero")), 0o600);
        assert_eq!(mode(dir.view_keys()), 0o700);
        lock_all(&dir, &phrase("correct horse"), &CHANCE).unwrap();
        assert!(file.is_sealed() && !dir.view_key("monero").exists());
        let sealed = fs::read(dir.sealed_view_key("monero")).unwrap();
        assert!(!sealed.windows(KEY.len()).any(|window| window == KEY.as_bytes()));
        assert_eq!(mode(dir.sealed_view_key("monero")), 0o600);
        assert_eq!(read(&file, "correct horse").unwrap(), KEY);
        let wrong = read(&file, "wrong").unwrap_err();
        assert!(wrong.contains("cannot decrypt the view key of [monero]"), "{wrong}");
        assert!(lock_all(&dir, &phrase("another"), &CHANCE).is_err(), "sealed with another");
        unlock_all(&dir, &phrase("correct horse"), &CHANCE).unwrap();
        assert!(!file.is_sealed());
        assert_eq!(read(&file, "").unwrap(), KEY);
    }

    #[test]
    fn file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(folder.path());
        let file = ViewKeyFile::of(&dir, "monero");
        file.write(&key(), None, &CHANCE).unwrap();
        let open = |path| fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
        open(dir.view_key("monero"));
        let refused = read(&file, "").unwrap_err();
        assert!(refused.contains("chmod 600") && !refused.contains(KEY), "{refused}");
        file.write(&key(), Some(&phrase("correct horse")), &CHANCE).unwrap();
        file.is_private().unwrap();
        open(dir.sealed_view_key("monero"));
        assert!(file.is_private().is_err() && read(&file, "correct horse").is_err());
    }
}
