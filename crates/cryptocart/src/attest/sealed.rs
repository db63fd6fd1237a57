//! A folder of sealed files, each under a name that tells nothing.

use crate::{
    error::{CliError, IoContext},
    files,
};
use serde::{Serialize, de::DeserializeOwned};
use shop_core::entropy::Entropy;
use shop_seal::HomeKey;
use std::{path::PathBuf, sync::Arc};
use zeroize::Zeroizing;

/// Largest file, in bytes.
const LARGEST: u64 = 4 << 20;

/// Sealed files of a folder.
pub(super) struct SealedFolder {
    folder: PathBuf,
    key: HomeKey,
    entropy: Arc<dyn Entropy>,
}

/// Name of a record, and the ending of its file.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) ending: &'static str,
}

impl SealedFolder {
    /// Opens a folder, which is made if it is not there.
    pub(super) fn open(
        folder: PathBuf,
        key: HomeKey,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, CliError> {
        files::private_folder(&folder)?;
        Ok(Self { folder, key, entropy })
    }

    /// Reads a record; None if there is none.
    pub(super) fn read<T: DeserializeOwned>(&self, name: &Name) -> Result<Option<T>, CliError> {
        let sealed_as = self.key.file_name(&name.text);
        self.read_file(&file_of(&sealed_as, name.ending), &sealed_as)
    }

    /// Writes a record, in place of an earlier one of that name.
    pub(super) fn write(&self, name: &Name, record: &impl Serialize) -> Result<(), CliError> {
        let plain = serde_json::to_vec(record).map(Zeroizing::new);
        let plain = plain.map_err(|_| CliError::input("this record cannot be kept"))?;
        let sealed_as = self.key.file_name(&name.text);
        let sealed = self.key.seal(&sealed_as, &plain, &*self.entropy);
        files::write(&self.folder.join(file_of(&sealed_as, name.ending)), &sealed, true)
    }

    /// Removes a record. One that is not there is removed already.
    pub(super) fn remove(&self, name: &Name) -> Result<(), CliError> {
        let path = self.path(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            removed => removed.io_context(|| format!("removing {}", path.display())),
        }
    }

    /// Opens all records whose files have this ending. Those that do not open are passed over.
    pub(super) fn all<T: DeserializeOwned>(&self, ending: &str) -> Result<Vec<T>, CliError> {
        let entries = std::fs::read_dir(&self.folder);
        let entries = entries.io_context(|| format!("reading {}", self.folder.display()))?;
        let mut records = Vec::new();
        let mut damaged = 0_usize;
        for entry in entries.flatten() {
            let Some(file) = entry.file_name().to_str().map(str::to_owned) else { continue };
            let Some((name, found)) = file.rsplit_once('.') else { continue };
            if found != ending {
                continue;
            }
            match self.read_file::<T>(&file, name) {
                Ok(record) => records.extend(record),
                Err(_) => damaged += 1,
            }
        }
        if damaged > 0 {
            tracing::error!(
                "{damaged} files of {} do not open: restore the folder state/ as a whole",
                self.folder.display()
            );
        }
        Ok(records)
    }

    /// Returns the path of a record's file.
    pub(super) fn path(&self, name: &Name) -> PathBuf {
        self.folder.join(file_of(&self.key.file_name(&name.text), name.ending))
    }

    /// Reads a file. Records are sealed under the name of their file, so that none can be put in
    /// another one's place.
    fn read_file<T: DeserializeOwned>(
        &self,
        file: &str,
        name: &str,
    ) -> Result<Option<T>, CliError> {
        let path = self.folder.join(file);
        // An error is not "no such record".
        if !path.try_exists().io_context(|| format!("reading {}", path.display()))? {
            return Ok(None);
        }
        let sealed = files::read(&path, LARGEST)?;
        let plain = self.key.open(name, &sealed);
        let record = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
        record.map(Some).ok_or_else(|| {
            CliError::misconfigured(format!("{} does not open", path.display()))
                .hint("restore the folder state/ as a whole from your backup")
        })
    }
}

fn file_of(name: &str, ending: &str) -> String {
    format!("{name}.{ending}")
}
