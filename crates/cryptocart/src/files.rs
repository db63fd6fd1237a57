//! Files that are whole or not there.

use crate::error::{CliError, WhileIo};
use std::{
    fs::{DirBuilder, File},
    io::Write,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

/// Writes a file so that a crash leaves the old one or the new one, never half of it.
/// `private` files are readable by the owner alone.
pub(crate) fn write(path: &Path, bytes: &[u8], private: bool) -> Result<(), CliError> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let written = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        let mode = if private { 0o600 } else { 0o644 };
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        File::open(folder)?.sync_all()
    };
    written().doing_io(|| format!("writing {}", path.display()))
}

/// Makes a folder, and those above it, for the owner alone.
pub(crate) fn private_folder(path: &Path) -> Result<(), CliError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .doing_io(|| format!("making the folder {}", path.display()))
}

/// Reads a text file of at most `most` bytes. The mark that some editors put in front of UTF-8 is left
/// away.
pub(crate) fn read_text(path: &Path, most: u64) -> Result<String, CliError> {
    let bytes = read(path, most)?;
    let mut text = String::from_utf8(bytes).map_err(|_| {
        CliError::misconfigured(format!("{} is not UTF-8 text", path.display()))
            .hint("save it as UTF-8 in your editor")
    })?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
}

/// Reads a file of at most `most` bytes. What is no file is not opened: a pipe would wait for ever.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, CliError> {
    use std::io::Read;
    let doing = || format!("reading {}", path.display());
    if !path.metadata().doing_io(doing)?.is_file() {
        return Err(CliError::misconfigured(format!("{} is no file", path.display())));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| {
        // Room for it at once: what grows as it is read has up to twice the room it needs.
        let length = usize::try_from(file.metadata()?.len().min(most)).unwrap_or_default();
        bytes.reserve_exact(length);
        file.take(most + 1).read_to_end(&mut bytes)
    });
    read.doing_io(doing)?;
    if bytes.len() as u64 > most {
        let what = format!("{} is larger than {} KiB", path.display(), most / 1024);
        return Err(CliError::misconfigured(what));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe.as_path(), folder.path(), Path::new("/dev/zero")] {
            let error = read(path, 10).unwrap_err().to_string();
            assert!(error.contains("is no file"), "{error}");
        }
    }
}
