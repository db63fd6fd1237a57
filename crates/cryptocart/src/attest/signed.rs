//! Files that the attestor signed: written once, and never another for the same order.

use crate::{
    error::{CliError, IoContext},
    files,
};
use shop_core::escrow::{Attestation, Hash};
use std::path::PathBuf;

/// Everything that was signed, one file an order.
pub(super) struct Signed(PathBuf);

impl Signed {
    /// Opens the folder, which is made if it is not there.
    pub(super) fn open(folder: PathBuf) -> Result<Self, CliError> {
        files::private_folder(&folder)?;
        Ok(Self(folder))
    }

    /// Returns what was signed of an order.
    pub(super) fn of(&self, id: Hash) -> Result<Option<Attestation>, CliError> {
        let path = self.path(id);
        // An error is not "nothing signed".
        if !path.try_exists().io_context(|| format!("reading {}", path.display()))? {
            return Ok(None);
        }
        let bytes = files::read(&path, 64 << 10)?;
        serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            CliError::misconfigured(format!("{} is damaged", path.display()))
                .hint("restore it from your backup: nothing is signed twice")
        })
    }

    /// Returns true if something was signed of an order. It is not opened for it.
    pub(super) fn has(&self, id: Hash) -> bool {
        self.path(id).exists()
    }

    /// Publishes what was signed, unless something was before. Returns what is published now.
    /// The file is on the disk before anybody sees it.
    pub(super) fn publish(&self, id: Hash, signed: Attestation) -> Result<Attestation, CliError> {
        if let Some(before) = self.of(id)? {
            return Ok(before);
        }
        let bytes = serde_json::to_vec_pretty(&signed);
        let bytes = bytes.map_err(|_| CliError::input("this cannot be written as JSON"))?;
        files::write(&self.path(id), &bytes, true)?;
        Ok(signed)
    }

    fn path(&self, id: Hash) -> PathBuf {
        self.0.join(format!("{id}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::escrow::{Account, RefusedFile, Signature};

    fn refused(reason: &str) -> Attestation {
        Attestation::Refused(RefusedFile {
            id: Hash([1; 32]),
            contract: Account([2; 20]),
            reason: reason.into(),
            attestor: Account([3; 20]),
            signature: Signature([4; 65]),
        })
    }

    #[test]
    fn first_word_stands() {
        let folder = tempfile::tempdir().unwrap();
        let signed = Signed::open(folder.path().join("signed")).unwrap();
        let id = Hash([1; 32]);
        assert_eq!(signed.of(id).unwrap(), None);
        assert_eq!(signed.publish(id, refused("returned")).unwrap(), refused("returned"));
        assert_eq!(signed.publish(id, refused("too-old")).unwrap(), refused("returned"));
        let again = Signed::open(folder.path().join("signed")).unwrap();
        assert_eq!(again.of(id).unwrap(), Some(refused("returned")));
    }
}
