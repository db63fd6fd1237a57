//! The files of the shop role.

use crate::{
    config::{Config, plan::Plan},
    error::CliError,
    files,
};
use shop_net::isolate::Paths;
use std::path::{Path, PathBuf};

/// Depth below the shop's folder to which links are looked for.
/// Templates of a theme lie two folders deep.
const DEPTH: usize = 3;

/// Returns the paths the role may read, and those it may write.
/// The shop's folder is read, and only `state/` and the mailbox's folder are written: whoever breaks
/// into the pages changes neither prices, nor settings, nor the seller's key.
pub(super) fn of(config: &Config, plan: &Plan) -> Result<Paths, CliError> {
    let dir = &plan.dir;
    let state = plan.dir.state();
    let mut read = vec![dir.path().to_owned(), plan.seller_key.clone()];
    // They are read again with every reload.
    read.extend(config.pools().into_iter().map(|pool| dir.resolve(pool)));
    // A folder of pictures, say, that lies on another disk.
    read.extend(links_in(dir.path(), &state, DEPTH));
    let mut write = vec![state.clone()];
    write.extend(links_in(&state, &state, 1).iter().filter_map(|link| folder_of(link)));
    for folder in mail_folders(&plan.mailbox) {
        files::private_folder(&folder)?;
        write.push(folder);
    }
    Ok(Paths { read, write, ..Paths::default() })
}

/// Returns the mailbox's folder, and the one it is really in if the mailbox is a link.
fn mail_folders(mailbox: &Path) -> Vec<PathBuf> {
    let real = std::fs::canonicalize(mailbox).ok();
    let mailboxes = std::iter::once(mailbox.to_owned()).chain(real);
    mailboxes.filter_map(|path| Some(path.parent()?.to_owned())).collect()
}

/// Returns the links in a folder and `depth` folders below, but not those in `except`.
fn links_in(folder: &Path, except: &Path, depth: usize) -> Vec<PathBuf> {
    let mut links = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let kind = entry.file_type();
        match kind {
            Ok(kind) if kind.is_symlink() => links.push(path),
            Ok(kind) if kind.is_dir() && depth > 1 && path != except => {
                links.extend(links_in(&path, except, depth - 1));
            }
            _ => {}
        }
    }
    links
}

/// Returns the folder that a link leads to, or that has the file it leads to.
/// A database needs its log beside it.
fn folder_of(link: &Path) -> Option<PathBuf> {
    let real = std::fs::canonicalize(link).ok()?;
    if real.is_dir() { Some(real) } else { Some(real.parent()?.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop_dir::ShopDir;
    use std::os::unix::fs::symlink;

    #[test]
    fn linked_mailbox_gives_both_folders() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("elsewhere");
        std::fs::create_dir(&real).unwrap();
        std::fs::File::create(real.join("mail")).unwrap();
        let link = folder.path().join("root");
        symlink(real.join("mail"), &link).unwrap();
        let folders = mail_folders(&link);
        assert_eq!(folders, [folder.path().to_owned(), real.canonicalize().unwrap()]);
        assert_eq!(links_in(folder.path(), &real, DEPTH), [link]);
    }

    /// Without them the shop would not open, nor could it read such files again.
    #[test]
    fn files_that_lie_elsewhere_may_be_used() {
        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().canonicalize().unwrap().join("outside");
        std::fs::create_dir(&outside).unwrap();
        for name in ["pool.txt", "tee.jpg", "footer.html", "shop.db"] {
            let address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266\n";
            files::write(&outside.join(name), address.as_bytes(), true).unwrap();
        }
        let dir = ShopDir::new(&folder.path().join("shop"));
        crate::sample::create(dir.path(), &crate::system::System::fake()).unwrap();
        let images = dir.images();
        let templates = dir.theme().join("templates");
        files::private_folder(&templates).unwrap();
        files::private_folder(&dir.state()).unwrap();
        let picture = images.join("linked.jpg");
        let template = templates.join("linked.html");
        symlink(outside.join("tee.jpg"), &picture).unwrap();
        symlink(outside.join("footer.html"), &template).unwrap();
        symlink(outside.join("shop.db"), dir.database()).unwrap();
        let settings = std::fs::read_to_string(dir.config()).unwrap();
        assert!(settings.contains("pool = \"\""));
        let settings = settings.replacen("pool = \"\"", "pool = \"../outside/pool.txt\"", 1);
        files::write(&dir.config(), settings.as_bytes(), false).unwrap();
        let config = Config::load(&dir).unwrap();
        let plan = Plan::load(&dir).unwrap();
        let Paths { read, write, .. } = of(&config, &plan).unwrap();
        for path in [dir.resolve("../outside/pool.txt"), picture, template] {
            assert!(read.contains(&path), "{}", path.display());
        }
        assert!(write.contains(&outside) && !read.contains(&dir.database()));
    }
}
