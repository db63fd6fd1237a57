//! Reading an archive into a folder: foreign bytes, because anybody can seal to the seller.

use super::names::{MOST_BYTES, MOST_FILES, Names, TOP};
use crate::{
    config::Config,
    error::{CliError, IoContext},
    files,
    shop_dir::ShopDir,
};
use std::{
    ffi::OsStr,
    fs::OpenOptions,
    io::{self, Read},
    os::unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    path::{Path, PathBuf},
};
use tar::{Archive, EntryType};

/// Most bytes of a name that stands in front of its file, as GNU tar writes long ones.
const LONGEST_PATH: u64 = 4 << 10;

/// Most bytes behind the last file. GNU tar fills the last 20 blocks of 512 bytes with zeros.
const LONGEST_END: u64 = 16 << 10;

/// Files that came out of an archive.
#[derive(Debug, Default)]
pub(crate) struct Unpacked {
    /// Their names, relative to the shop's folder, in the order of the archive.
    pub(crate) names: Vec<PathBuf>,
    /// Bytes of all of them.
    pub(crate) bytes: u64,
}

/// Unpacks an archive into an empty folder. `shown` is told of bytes that were written.
///
/// Folders and files alone are taken, of names that a backup has, each once, for their owner alone.
/// The database is the last of them.
///
/// # Errors
/// It is no archive of a backup, or it is cut off. What was written until then stays in the folder.
pub(crate) fn unpack(
    archive: impl Read,
    to: &Path,
    shown: &mut dyn FnMut(u64),
) -> Result<Unpacked, CliError> {
    let shop = ShopDir::new(Path::new(""));
    let mut archive = Archive::new(archive);
    let mut state = State { to, names: Names::default(), unpacked: Unpacked::default() };
    let mut long = None;
    let mut is_whole = false;
    // Raw: the library would follow long names and links of any length itself.
    let entries = archive.entries().map_err(no_archive)?.raw(true);
    for entry in entries {
        let mut entry = entry.map_err(no_archive)?;
        let kind = entry.header().entry_type();
        if kind == EntryType::GNULongName {
            long = Some(long_name(&mut entry)?);
            continue;
        }
        let name = long.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let name = in_top(&name)?;
        match kind {
            EntryType::Directory => {}
            EntryType::Regular => {
                let length = entry.header().size().map_err(no_archive)?;
                state.file(&name, length, &mut entry)?;
                shown(length);
            }
            _ => return Err(refused(&name, "is no file and no folder, but a link, say")),
        }
        if name == shop.database() {
            is_whole = true;
            break;
        }
    }
    if !is_whole {
        return Err(cut_off());
    }
    end(archive.into_inner())?;
    Ok(state.unpacked)
}

/// Reads the rest of the archive, so that its writer can write it to its end.
fn end(mut rest: impl Read) -> Result<(), CliError> {
    let mut zeros = Vec::new();
    (&mut rest).take(LONGEST_END).read_to_end(&mut zeros).map_err(no_archive)?;
    let has_more = zeros.len() as u64 == LONGEST_END || zeros.iter().any(|byte| *byte != 0);
    if has_more { Err(refused(Path::new(TOP), "has more behind its database")) } else { Ok(()) }
}

struct State<'a> {
    to: &'a Path,
    names: Names,
    unpacked: Unpacked,
}

impl State<'_> {
    fn file(&mut self, name: &Path, length: u64, from: &mut impl Read) -> Result<(), CliError> {
        let shop = ShopDir::new(Path::new(""));
        let unpacked = &mut self.unpacked;
        if unpacked.names.is_empty() && name != shop.shop_id() {
            return Err(refused(name, "comes before shop-id.toml"));
        }
        let most = self.names.most_bytes(name);
        let most = most.ok_or_else(|| refused(name, "is not a file that a backup has"))?;
        unpacked.bytes = unpacked.bytes.saturating_add(length);
        if length > most || unpacked.bytes > MOST_BYTES {
            return Err(refused(name, "is too large"));
        }
        if unpacked.names.len() >= MOST_FILES {
            return Err(refused(name, "is one file too many"));
        }
        let path = self.to.join(name);
        write(&path, length, from)?;
        unpacked.names.push(name.to_owned());
        if name == shop.config() {
            let text = files::read_text(&path, most)?;
            self.names = Names::with(&Config::parse(&text)?);
        }
        Ok(())
    }
}

/// Writes a new file, which is on the disk when this returns.
fn write(path: &Path, length: u64, from: &mut impl Read) -> Result<(), CliError> {
    let doing = || format!("writing {}", path.display());
    path.parent().map_or(Ok(()), files::private_folder)?;
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).io_context(doing)?;
    let copied = io::copy(&mut from.take(length), &mut file).io_context(doing)?;
    if copied < length {
        return Err(cut_off());
    }
    file.sync_all().io_context(doing)
}

/// Reads a name that is too long for a header.
fn long_name(entry: &mut impl Read) -> Result<Vec<u8>, CliError> {
    let mut name = Vec::new();
    entry.take(LONGEST_PATH).read_to_end(&mut name).map_err(no_archive)?;
    while name.last() == Some(&0) {
        name.pop();
    }
    Ok(name)
}

/// Returns the name of a file relative to the shop's folder, unchecked.
/// It is empty for that folder itself.
fn in_top(name: &[u8]) -> Result<PathBuf, CliError> {
    let inner = name.strip_prefix(TOP.as_bytes()).and_then(|rest| match rest {
        [] => Some(rest),
        [b'/', inner @ ..] => Some(inner),
        _ => None,
    });
    let path = |bytes| Path::new(OsStr::from_bytes(bytes));
    inner
        .map(|inner| path(inner).to_owned())
        .ok_or_else(|| refused(path(name), "is not in the shop's folder"))
}

fn no_archive(error: io::Error) -> CliError {
    CliError::input(format!("this is not the archive of a backup: {error}"))
        .hint("make it with gpg --decrypt from the file that cryptocart backup wrote")
}

fn cut_off() -> CliError {
    CliError::input("the backup is incomplete: it ends before the database").hint(
        "copy the file again, compare its SHA-256 with the one that cryptocart backup said, and \
         look for an error of gpg or ssh above",
    )
}

fn refused(name: &Path, why: &str) -> CliError {
    let name = shop_core::text::line(&name.to_string_lossy());
    let what = format!("this is not the archive of a backup: {name} {why}");
    CliError::input(what).hint("nothing was restored. Use a file that cryptocart backup wrote")
}

#[cfg(test)]
mod tests;
