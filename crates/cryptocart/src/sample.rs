//! The sample shop: what `new` writes, and `serve` on first use.

use crate::{
    config,
    error::{CliError, IoContext},
    files,
    shop_dir::ShopDir,
    system::System,
};
use include_dir::{Dir, include_dir};
use shop_core::kind::Kind;
use shop_seal::keygen;
use std::path::{Path, PathBuf};

/// Catalogue, pictures and pages, inside the program.
static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sample");

/// A shop written beside its final place, so that it appears whole or not at all.
pub(crate) struct Staging(tempfile::TempDir);

impl Staging {
    /// Makes a folder beside `to`, which must not exist or be empty.
    pub(crate) fn beside(to: &Path) -> Result<Self, CliError> {
        let taken = std::fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some());
        if taken || to.is_file() {
            let what = format!("{} already exists", to.display());
            return Err(CliError::input(what).hint("choose a folder that does not exist yet"));
        }
        let parent = parent_of(to);
        std::fs::create_dir_all(parent).io_context(|| format!("creating {}", parent.display()))?;
        let folder = tempfile::Builder::new().prefix(".cryptocart-new-").tempdir_in(parent);
        Ok(Self(folder.io_context(|| format!("creating a folder in {}", parent.display()))?))
    }

    /// Returns the folder to write into.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Moves it to its place.
    pub(crate) fn finish(self, to: &Path) -> Result<(), CliError> {
        drop(std::fs::remove_dir(to));
        let moved = std::fs::rename(self.0.path(), to).and_then(|()| {
            // It is gone from its place, so there is nothing to remove.
            let _gone = self.0.keep();
            std::fs::File::open(parent_of(to))?.sync_all()
        });
        moved.io_context(|| format!("moving the shop to {}", to.display()))
    }
}

fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."))
}

/// Result of [`create`].
#[derive(Debug)]
pub(crate) struct Made {
    /// Path of the throw-away secret key.
    pub(crate) seller: PathBuf,
}

/// Writes the sample shop to `to`, and a throw-away seller key beside it.
pub(crate) fn create(to: &Path, system: &System) -> Result<Made, CliError> {
    let staging = Staging::beside(to)?;
    let dir = ShopDir::new(staging.path());
    extract(&SAMPLE, staging.path())?;
    files::write(&dir.config(), config::EXAMPLE.as_bytes(), true)?;
    let seller = ShopDir::new(to).throw_away_key();
    let public = throw_away_key(&seller, system)?;
    files::write(&dir.path().join("seller.asc"), public.as_bytes(), false)?;
    staging.finish(to)?;
    Ok(Made { seller })
}

/// Returns the names of the shop's texts, and its catalogue, that are still the sample's.
pub(crate) fn unchanged(dir: &ShopDir) -> Vec<String> {
    let pages = SAMPLE.get_dir("pages").into_iter().flat_map(Dir::files);
    let all = SAMPLE.get_file("catalog.json").into_iter().chain(pages);
    let same = all.filter(|file| {
        std::fs::read(dir.path().join(file.path())).is_ok_and(|now| now == file.contents())
    });
    let mut names: Vec<String> = same.map(|file| file.path().display().to_string()).collect();
    names.sort();
    names
}

/// Writes the sample pages alone.
pub(crate) fn write_pages(dir: &ShopDir) -> Result<(), CliError> {
    match SAMPLE.get_dir("pages") {
        Some(pages) => {
            for file in pages.files() {
                let name = file.path().file_name().unwrap_or_default();
                files::write(&dir.pages().join(name), file.contents(), false)?;
            }
            Ok(())
        }
        None => Err(CliError::new(Kind::Bug, "the program contains no sample pages")),
    }
}

/// Makes a key for trying things out and returns its public half.
/// One that is there already is kept: mail may be sealed to it.
fn throw_away_key(folder: &Path, system: &System) -> Result<String, CliError> {
    let public = folder.join("public.asc");
    if public.exists() {
        return files::read_text(&public, 256 * 1024);
    }
    files::private_folder(folder)?;
    let user = keygen::THROW_AWAY_USER_ID;
    let key = keygen::throw_away(user, system.hour(), &*system.entropy)
        .map_err(|error| CliError::new(Kind::Bug, format!("creating a seller key: {error}")))?;
    files::write(&folder.join("secret.asc"), key.secret_armored.as_bytes(), true)?;
    files::write(&folder.join("README.txt"), README.as_bytes(), false)?;
    files::write(&public, key.public_armored.as_bytes(), false)?;
    Ok(key.public_armored)
}

const README: &str = "\
A throw-away OpenPGP key, so that you can try the shop right away.

  gpg --import secret.asc        then read orders with mutt

Before you take real money, create your own key on another machine, and put its public half
into the shop as seller.asc. Anyone with secret.asc can read every order encrypted to this key.
";

fn extract(dir: &Dir<'_>, to: &Path) -> Result<(), CliError> {
    for file in dir.files() {
        let path = to.join(file.path());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .io_context(|| format!("creating {}", folder.display()))?;
        }
        files::write(&path, file.contents(), false)?;
    }
    dir.dirs().try_for_each(|dir| extract(dir, to))
}
