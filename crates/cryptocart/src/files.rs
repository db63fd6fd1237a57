//! Files that are whole or not there.

use crate::error::{CliError, IoContext};
use shop_core::text;
use shop_net::shop_side::{Reporter, wait_for_file};
use std::{
    fs::{DirBuilder, File},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
    sync::OnceLock,
    time::Duration,
};
use tokio::runtime::Handle;
use zeroize::Zeroizing;

/// The supervisor, for the one role that asks it.
static SUPERVISOR: OnceLock<(Reporter, Handle)> = OnceLock::new();

/// Time that the supervisor may take to open a file.
const OPENING: Duration = Duration::from_secs(30);

/// Lets this process ask the supervisor from now on for files which it may not open itself. Called on
/// the role's runtime.
pub(crate) fn open_through(supervisor: Reporter) {
    // The role calls it once.
    drop(SUPERVISOR.set((supervisor, Handle::current())));
}

/// Opens a file to be read. Not to be called by a task, which would hold up others.
fn open(path: &Path) -> io::Result<File> {
    let refused = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => error,
        opened => return opened,
    };
    let Some((supervisor, runtime)) = SUPERVISOR.get() else { return Err(refused) };
    let ask = || runtime.block_on(supervisor.open_file(path));
    // On a thread of its own: this one may run something of the runtime, which then cannot wait for it.
    let asked = std::thread::scope(|scope| scope.spawn(ask).join());
    let Ok(Ok(stream)) = asked else { return Err(refused) };
    wait_for_file(&stream, OPENING).map_err(|_| refused)
}

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
    written().io_context(|| format!("writing {}", path.display()))
}

/// Makes a folder, and those above it, for the owner alone.
pub(crate) fn private_folder(path: &Path) -> Result<(), CliError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .io_context(|| format!("creating the folder {}", path.display()))
}

/// Reads a text file of at most `most` bytes: UTF-8, or UTF-16 with its mark.
pub(crate) fn read_text(path: &Path, most: u64) -> Result<String, CliError> {
    text::decode(read(path, most)?).ok_or_else(|| {
        CliError::misconfigured(format!("{} is not UTF-8 text", path.display()))
            .hint("save it as UTF-8 in your editor")
    })
}

/// Reads a file of at most `most` bytes.
/// Anything that is no file is not opened: a pipe would wait for ever.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, CliError> {
    use std::io::Read;
    let doing = || format!("reading {}", path.display());
    if !path.metadata().io_context(doing)?.is_file() {
        return Err(CliError::misconfigured(format!("{} is not a file", path.display())));
    }
    let mut bytes = Vec::new();
    let read = open(path).and_then(|file| {
        // Room for it at once: what grows as it is read has up to twice the room it needs.
        let length = usize::try_from(file.metadata()?.len().min(most)).unwrap_or_default();
        bytes.reserve_exact(length);
        file.take(most + 1).read_to_end(&mut bytes)
    });
    read.io_context(doing)?;
    if bytes.len() as u64 > most {
        let most = if most < 1 << 20 {
            format!("{} KiB", most >> 10)
        } else {
            format!("{} MiB", most >> 20)
        };
        let what = format!("{} is larger than {most}", path.display());
        return Err(CliError::misconfigured(what));
    }
    Ok(bytes)
}

/// Names a file of the folder that is called nearly like one that is not there.
/// It is for a sentence that says so; none if there is none.
pub(crate) fn similar(folder: &Path, name: &str) -> Option<String> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let found = names.filter(|found| text::is_spelt_alike(found, name)).min()?;
    Some(if text::is_same_in_nfc(&found, name) {
        ", but there is one whose name looks the same: its accented letters are encoded \
         differently (as macOS does). Rename the file by typing the name again"
            .to_owned()
    } else {
        format!(", but there is {found}: upper and lower case matter")
    })
}

/// Reads a file of at most `most` bytes that nobody but its owner may read.
///
/// # Errors
/// Also where others may read it: what is in it can be known to them.
pub(crate) fn read_secret(path: &Path, most: u64) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let doing = || format!("reading {}", path.display());
    let mode = path.metadata().io_context(doing)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let what = format!(
            "other users on this machine can read or change {} (its mode is {mode:o}, not 600)",
            path.display()
        );
        return Err(CliError::misconfigured(what).hint(format!("chmod 600 {}", path.display())));
    }
    read(path, most).map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_names_are_told_apart_by_their_difference() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["Mug.JPG", "cafe\u{301}.png", "other.jpg"] {
            write(&folder.path().join(name), b"x", false).unwrap();
        }
        let said = |name: &str| similar(folder.path(), name).unwrap_or_default();
        assert_eq!(said("mug.jpg"), ", but there is Mug.JPG: upper and lower case matter");
        assert!(said("caf\u{e9}.png").contains("looks the same"), "{}", said("caf\u{e9}.png"));
        assert!(
            said("CAF\u{c9}.png").contains("upper and lower case"),
            "{}",
            said("CAF\u{c9}.png")
        );
        assert_eq!(said("cup.jpg"), "");
    }

    #[test]
    fn what_is_no_file_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe.as_path(), folder.path(), Path::new("/dev/zero")] {
            let error = read(path, 10).unwrap_err().to_string();
            assert!(error.contains("is not a file"), "{error}");
        }
    }

    #[test]
    fn secret_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cookie.key");
        write(&path, b"secret", true).unwrap();
        for (mode, good) in
            [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o602, false)]
        {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = read_secret(&path, 10);
            assert_eq!(read.is_ok(), good, "{mode:o}");
            let said = read.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(
                good || said.contains("chmod 600") && said.contains(&format!("{mode:o}")),
                "{said}"
            );
        }
    }
}
