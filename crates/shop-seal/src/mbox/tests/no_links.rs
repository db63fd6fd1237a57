//! File systems without hard links (FAT, some network file systems).
//! The dotlock is made in mutt's other way there.

use super::*;
use nix::errno::Errno;
use std::{ffi::OsStr, os::fd::OwnedFd};

const REFUSALS: [lock::Link; 4] = [
    |_, _, _| Err(Errno::EPERM),
    |_, _, _| Err(Errno::EOPNOTSUPP),
    |_, _, _| Err(Errno::ENOSYS),
    |_, _, _| Err(Errno::EMLINK),
];

fn without_links(path: &Path, link: lock::Link) -> Result<Delivered, MboxError> {
    Mbox { patience: 2, link, ..Mbox::open(path) }.deliver(&mail("a"))
}

#[test]
fn mail_is_delivered_where_hard_links_are_refused() {
    for link in REFUSALS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root");
        assert_eq!(without_links(&path, link).unwrap(), Delivered::Now);
        assert!(!folder.path().join("root.lock").exists());
        assert_eq!(messages(&fs::read(&path).unwrap()).len(), 1);
    }
}

#[test]
fn dotlock_without_links_excludes_others_and_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let Ok(locked) = Locked::open(&path, 1, REFUSALS[0]) else { panic!("nobody else is here") };
    let dotlock = folder.path().join("root.lock");
    let mode = fs::metadata(&dotlock).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    // What mutt does: it links a file of its own, and fails.
    put(&folder.path().join("mutt"), b"");
    assert!(fs::hard_link(folder.path().join("mutt"), &dotlock).is_err());
    drop(locked);
    assert!(!dotlock.exists());
}

#[test]
fn dotlock_of_a_killed_delivery_is_known_by_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let dotlock = folder.path().join("root.lock");
    for (text, ours) in [(&b"cryptocart\n"[..], true), (b"", false), (b"cryptocart\n1", false)] {
        put(&dotlock, text);
        // The next delivery may be on a file system that has links by now.
        for link in [REFUSALS[0], lock::hard_link] {
            put(&dotlock, text);
            let delivered = without_links(&path, link);
            assert_eq!(delivered.is_ok(), ours, "{text:?}");
            assert_eq!(dotlock.exists(), !ours, "{text:?}");
        }
    }
}

#[test]
fn a_dotlock_that_cannot_be_made_is_named_with_its_cause() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let read_only: fn(&OwnedFd, &OsStr, &OsStr) -> Result<(), Errno> = |_, _, _| Err(Errno::EROFS);
    let refused = without_links(&path, read_only).unwrap_err().to_string();
    assert!(refused.contains("root.lock: Read-only file system"), "{refused}");
    symlink("elsewhere", folder.path().join("root.lock")).unwrap();
    let refused = without_links(&path, REFUSALS[0]).unwrap_err();
    assert!(matches!(refused, MboxError::Locked { holder: Holder::Dotlock, .. }), "{refused}");
    assert!(!folder.path().join("elsewhere").exists());
}
