//! Root acting as the user a shop belongs to.
//!
//! A shop is one user's: the open shop answers that user alone, and what a command writes must be
//! that user's too. Root types `cryptocart status` all the same, through sudo say.

use nix::unistd::{Group, User, getegid, geteuid, initgroups, setgid, setgroups, setuid};
use std::{ffi::CString, os::unix::fs::MetadataExt as _, path::Path};

/// Makes a process of root one of the user who owns the folder.
/// To be called while the process has one thread. Gives up rights, and gains none.
///
/// If the system refuses, the process stays as it is: it is told later what it may not do, with the
/// reason.
pub(crate) fn act_as(folder: &Path) {
    let Ok(folder) = std::fs::metadata(folder) else { return };
    if !geteuid().is_root() || folder.uid() == 0 {
        return;
    }
    let _ = become_user(folder.uid(), folder.gid());
}

/// `group`: for a user whom the system does not know by name.
fn become_user(user: u32, group: u32) -> nix::Result<()> {
    let user = nix::unistd::Uid::from_raw(user);
    match User::from_uid(user)? {
        Some(known) => {
            let name = CString::new(known.name).unwrap_or_default();
            initgroups(&name, known.gid)?;
            setgid(known.gid)?;
        }
        None => {
            let group = nix::unistd::Gid::from_raw(group);
            setgroups(&[group])?;
            setgid(group)?;
        }
    }
    setuid(user)
}

/// Has the C library load what it needs to look up users and groups.
/// Before glibc 2.34 these are modules of their own, which a confined process may not read.
pub(crate) fn load_user_database() {
    let _ = User::from_uid(geteuid());
    let _ = Group::from_gid(getegid());
}
