//! The files of the shop role.

use crate::{config::plan::Plan, error::CliError, files};
use shop_net::isolate::Paths;
use std::path::{Path, PathBuf};

/// The shop's folder is read, and only `state/` and the mailbox's folder are written: whoever breaks
/// into the pages changes neither prices, nor settings, nor the seller's key.
pub(super) fn of(plan: &Plan) -> Result<Paths, CliError> {
    let dir = &plan.dir;
    let mut read = vec![dir.path().to_owned(), plan.seller_key.clone()];
    // A folder of pictures, say, that lies on another disk.
    read.extend(links_in(dir.path()));
    let mut write = vec![dir.state()];
    for folder in mail_folders(&plan.mailbox) {
        files::private_folder(&folder)?;
        write.push(folder);
    }
    Ok(Paths { read, write })
}

/// Where the mailbox is, and where it is in truth if it is a link.
fn mail_folders(mailbox: &Path) -> Vec<PathBuf> {
    let real = std::fs::canonicalize(mailbox).ok();
    let mailboxes = std::iter::once(mailbox.to_owned()).chain(real);
    mailboxes.filter_map(|path| Some(path.parent()?.to_owned())).collect()
}

fn links_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_symlink()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_mailbox_gives_both_folders() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("elsewhere");
        std::fs::create_dir(&real).unwrap();
        std::fs::File::create(real.join("mail")).unwrap();
        let link = folder.path().join("root");
        std::os::unix::fs::symlink(real.join("mail"), &link).unwrap();
        let folders = mail_folders(&link);
        assert_eq!(folders, [folder.path().to_owned(), real.canonicalize().unwrap()]);
        assert_eq!(links_in(folder.path()), [link]);
    }
}
