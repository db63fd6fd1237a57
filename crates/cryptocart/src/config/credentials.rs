//! Credentials that a service manager gives to this program: files in a folder it names.
//!
//! systemd keeps them in memory that is not swapped, readable by the service alone
//! (`LoadCredential=`, systemd.exec(5)).

use std::{env, ffi::OsString, path::PathBuf};

/// Variable of the environment that names the folder.
pub(crate) const FOLDER: &str = "CREDENTIALS_DIRECTORY";

/// Name of the credential with the onion key's passphrase.
const ONION_PASSPHRASE: &str = "onion-passphrase";

/// Returns the path of the onion key's passphrase, if the manager gave one.
pub(crate) fn onion_passphrase() -> Option<PathBuf> {
    passphrase_in(env::var_os(FOLDER))
}

fn passphrase_in(folder: Option<OsString>) -> Option<PathBuf> {
    let file = PathBuf::from(folder?).join(ONION_PASSPHRASE);
    file.exists().then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passphrase_is_taken_where_the_manager_gave_one() {
        let folder = tempfile::tempdir().unwrap();
        let named = || Some(folder.path().as_os_str().to_owned());
        assert_eq!(passphrase_in(None), None);
        assert_eq!(passphrase_in(named()), None, "credentials, but not this one");
        let file = folder.path().join("onion-passphrase");
        crate::files::write(&file, b"six words of a passphrase", true).unwrap();
        assert_eq!(passphrase_in(named()), Some(file));
    }
}
