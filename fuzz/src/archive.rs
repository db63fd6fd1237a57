//! Archives of backups, which anybody can seal to the seller.

use crate::sources::backup::{names, unpack};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Length of a header, and of what files are padded to.
const BLOCK: usize = 512;

/// Unpacks an archive, as it is and with right checksums.
/// The files that come out are in their folder, have names of a backup, and are no links.
pub fn backup(bytes: &[u8]) {
    unpacked(bytes);
    unpacked(&with_checksums(bytes.to_vec()));
}

fn unpacked(archive: &[u8]) {
    let folder = crate::folder();
    let to = folder.path().join("to");
    fs::create_dir(&to).expect("a folder");
    let mut shown = 0;
    let unpacked = unpack::unpack(archive, &to, &mut |bytes| shown += bytes);
    let names = fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(names, 1, "something is written outside of the folder");
    let mut found = BTreeSet::new();
    list(&to, &to, &mut found);
    let Ok(unpacked) = unpacked else { return };
    assert_eq!(found, unpacked.names.iter().cloned().collect());
    assert_eq!(found.len(), unpacked.names.len(), "a name is there twice");
    assert_eq!(shown, unpacked.bytes);
    assert!(
        found.contains(Path::new("shop-id.toml")) && found.contains(Path::new("state/shop.db"))
    );
}

fn list(folder: &Path, top: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let kind = entry.file_type().expect("an entry");
        assert!(!kind.is_symlink(), "a link");
        if kind.is_dir() {
            list(&path, top, found);
        } else {
            let name = path.strip_prefix(top).expect("below").to_owned();
            assert!(names::is_plain(&name), "{}", name.display());
            found.insert(name);
        }
    }
}

/// Computes the checksums of headers, which no mutation would get right.
fn with_checksums(mut archive: Vec<u8>) -> Vec<u8> {
    let mut at: usize = 0;
    while let Some(block) = archive.get_mut(at..at.saturating_add(BLOCK)) {
        let header = tar::Header::from_byte_slice(block);
        let length = header.entry_size().unwrap_or(0);
        let mut header = header.clone();
        header.set_cksum();
        block.copy_from_slice(header.as_bytes());
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        at = at.saturating_add(BLOCK).saturating_add(length.div_ceil(BLOCK).saturating_mul(BLOCK));
    }
    archive
}
