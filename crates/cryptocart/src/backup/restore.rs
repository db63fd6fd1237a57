//! A shop made from a backup: written next to its place, checked, and moved there.

use super::unpack::{self, Unpacked};
use crate::{
    config::Config,
    data_loss,
    error::{CliError, Context},
    onion_key::OnionKeyFile,
    sample::Staging,
    shop_dir::ShopDir,
};
use shop_db::Db;
use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

/// Tags of OpenPGP messages have this bit; text and archives do not begin with it.
const OPENPGP: u8 = 0x80;

/// A shop that was unpacked and checked, and is not at its place yet.
pub(crate) struct Ready {
    staging: Staging,
    restored: Restored,
}

/// A restored shop, for whoever reads about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Restored {
    /// The hour in which the backup was made.
    pub(crate) made: String,
    /// Its onion address, if it ever had one.
    pub(crate) onion: Option<String>,
    /// True if the onion key needs a passphrase.
    pub(crate) is_locked: bool,
    /// Number of orders.
    pub(crate) orders: usize,
    /// Number of files.
    pub(crate) files: usize,
    /// Bytes of all files.
    pub(crate) bytes: u64,
    /// Files that the settings name and that are not there.
    pub(crate) missing: Vec<PathBuf>,
}

/// Unpacks the archive of a backup next to `to`, and checks it.
/// `to` must not exist or be empty.
/// `shown` is told of bytes that were written.
///
/// # Errors
/// It is no archive of a backup, or its parts do not belong together. Nothing stays of it then.
pub(crate) fn unpack(
    archive: impl Read,
    to: &Path,
    shown: &mut dyn FnMut(u64),
) -> Result<Ready, CliError> {
    let staging = Staging::beside(to)?;
    let mut archive = BufReader::with_capacity(1 << 16, archive);
    is_open(&mut archive)?;
    let unpacked = unpack::unpack(archive, staging.path(), shown)?;
    let restored = check(&ShopDir::new(staging.path()), unpacked)?;
    Ok(Ready { staging, restored })
}

impl Ready {
    /// Moves the shop to its place.
    pub(crate) fn finish(self, to: &Path) -> Result<Restored, CliError> {
        self.staging.finish(to)?;
        Ok(self.restored)
    }
}

/// Refuses a backup that is still sealed.
fn is_open(archive: &mut impl BufRead) -> Result<(), CliError> {
    let begin = archive.fill_buf().unwrap_or_default();
    let is_sealed = begin.first().is_some_and(|first| first & OPENPGP != 0)
        || begin.starts_with(b"-----BEGIN PGP MESSAGE");
    if !is_sealed {
        return Ok(());
    }
    Err(CliError::input("this backup is still encrypted").hint(
        "where your secret key is: gpg --decrypt FILE | ssh SERVER cryptocart restore - FOLDER\n  \
         or, if the shop is to be on that machine: cryptocart restore FILE FOLDER",
    ))
}

/// Checks that the parts belong together: settings, database, key, and what tells its age.
fn check(dir: &ShopDir, unpacked: Unpacked) -> Result<Restored, CliError> {
    let config = Config::load(dir)?;
    let orders = Db::orders_in(&dir.database()).context(|| "checking the database".into())?;
    data_loss::database_is_there(dir)?;
    data_loss::key_is_right(dir)?;
    let made = data_loss::backup_hour(dir)?;
    let onion = OnionKeyFile::of(dir);
    let named = super::names::named_by(&config).into_iter();
    let named = named.filter(|path| !dir.resolve(path).is_file());
    Ok(Restored {
        made,
        onion: onion.known()?.map(|address| address.to_string()),
        is_locked: onion.is_sealed(),
        orders: orders.len(),
        files: unpacked.names.len(),
        bytes: unpacked.bytes,
        missing: named.map(PathBuf::from).collect(),
    })
}
