//! The seller's files outside of the shop's folder, opened for the shop role.
//!
//! The confinement of that role knows files, not names. A file that was exchanged by renaming, as
//! editors and gpg do, is another, which the role may not open. This process is not confined. It opens
//! what the settings name, and what lies in the shop's folder or is linked there: what the role may read
//! when it starts, and what took its place. The role can make no link, so it cannot choose where one
//! leads.

use crate::{
    config::{Config, plan::Plan},
    error::CliError,
};
use nix::fcntl::OFlag;
use shop_net::shop_side::pass_file;
use std::{
    fs::{File, OpenOptions},
    io,
    os::{fd::OwnedFd, unix::fs::OpenOptionsExt},
    path::{Component, Path, PathBuf},
    sync::Arc,
};
use tokio::sync::Semaphore;

/// Files that are opened at once; more requests wait.
const AT_ONCE: usize = 4;

/// The files that are given.
#[derive(Clone)]
pub(super) struct SellersFiles {
    paths: Arc<Paths>,
    places: Arc<Semaphore>,
}

struct Paths {
    /// The shop's folder.
    dir: PathBuf,
    /// Folders that the role writes itself; nothing below them is given.
    written: Vec<PathBuf>,
    /// Named in the settings; anywhere.
    named: Vec<PathBuf>,
}

impl SellersFiles {
    /// Returns those of a shop with these settings.
    pub(super) fn new(plan: &Plan) -> Result<Self, CliError> {
        let config = Config::load(&plan.dir)?;
        let mut named = vec![plan.seller_key.clone()];
        named.extend(config.pools().into_iter().map(|pool| plan.dir.resolve(pool)));
        let mailbox = plan.mailbox.parent().map(Path::to_owned);
        let written = std::iter::once(plan.dir.state()).chain(mailbox).collect();
        let dir = plan.dir.path().to_owned();
        let paths = Paths { dir, written, named };
        let places = Semaphore::new(AT_ONCE);
        Ok(Self { paths: Arc::new(paths), places: Arc::new(places) })
    }

    /// Opens a file and passes it on. One that is not given is answered by the stream's end.
    pub(super) async fn pass(self, path: PathBuf, end: OwnedFd) {
        let Ok(_place) = self.places.acquire().await else { return };
        if !self.paths.gives(&path) {
            return;
        }
        // A disk may be slow, and the supervisor waits for none.
        let pass = move || {
            if let Ok(file) = open(&path) {
                pass_file(&end, file);
            }
        };
        drop(tokio::task::spawn_blocking(pass).await);
    }
}

impl Paths {
    fn gives(&self, path: &Path) -> bool {
        let is_plain = |part| matches!(part, Component::Normal(_));
        let rest = path.strip_prefix(&self.dir);
        let is_inside = rest.is_ok_and(|rest| rest.components().all(is_plain));
        let is_written = self.written.iter().any(|folder| path.starts_with(folder));
        is_inside && !is_written || self.named.iter().any(|named| named == path)
    }
}

/// Opens files alone: a pipe would wait for ever.
fn open(path: &Path) -> io::Result<File> {
    let refused = || Err(io::ErrorKind::InvalidInput.into());
    if !path.metadata()?.is_file() {
        return refused();
    }
    let never_wait = OFlag::O_NONBLOCK.bits();
    let file = OpenOptions::new().read(true).custom_flags(never_wait).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { refused() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_named_or_in_the_folder_are_given_and_no_others() {
        let paths = Paths {
            dir: "my-shop".into(),
            written: vec!["my-shop/state".into(), "my-shop/mailorders".into()],
            named: vec!["my-shop/../keys/seller.asc".into(), "/srv/pool.txt".into()],
        };
        for given in [
            "my-shop/catalog.json",
            "my-shop/theme/templates/footer.html",
            "my-shop/../keys/seller.asc",
            "/srv/pool.txt",
        ] {
            assert!(paths.gives(Path::new(given)), "{given}");
        }
        for refused in [
            "my-shop/../keys/secret.asc",
            "my-shop/images/../../keys/secret.asc",
            "my-shop/state/onion/hs_ed25519_secret_key",
            "my-shop/mailorders/root",
            "my-shop-seller/secret.asc",
            "/srv/pool.txt/../other",
            "/etc/passwd",
            "",
        ] {
            assert!(!paths.gives(Path::new(refused)), "{refused}");
        }
    }

    #[test]
    fn pipe_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe.as_path(), folder.path(), Path::new("/dev/zero")] {
            assert!(open(path).is_err(), "{}", path.display());
        }
    }
}
