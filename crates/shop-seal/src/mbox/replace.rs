//! Puts a shorter mailbox in the place of the one that is locked.

use super::{
    entries::Span,
    lock::{CAREFUL, Locked, joined},
};
use nix::{
    errno::Errno,
    fcntl::{OFlag, openat, renameat},
    sys::stat::{Mode, fchmod},
    unistd::{UnlinkatFlags, unlinkat},
};
use std::{
    ffi::OsStr,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::MetadataExt,
};

/// Copies the mailbox without these spans, and puts the copy in its place.
/// The spans are in the order of the file. A copy that a killed process left is taken away first.
pub(super) fn without(
    locked: &mut Locked,
    name: &OsStr,
    spans: impl Iterator<Item = Span>,
) -> io::Result<()> {
    let new = joined(".", name, ".cryptocart-new");
    match unlinkat(&locked.folder, new.as_os_str(), UnlinkatFlags::NoRemoveDir) {
        Ok(()) | Err(Errno::ENOENT) => {}
        Err(error) => return Err(error.into()),
    }
    let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | CAREFUL;
    let mode = Mode::S_IRUSR | Mode::S_IWUSR;
    let mut file = File::from(openat(&locked.folder, new.as_os_str(), flags, mode)?);
    let written = copy(&mut locked.file, &mut file, spans).and_then(|()| {
        renameat(&locked.folder, new.as_os_str(), &locked.folder, name).map_err(io::Error::from)
    });
    if let Err(error) = written {
        // A full disk, say: its room is given back.
        let _ = unlinkat(&locked.folder, new.as_os_str(), UnlinkatFlags::NoRemoveDir);
        return Err(error);
    }
    locked.sync_folder()
}

fn copy(from: &mut File, to: &mut File, spans: impl Iterator<Item = Span>) -> io::Result<()> {
    let old = from.metadata()?;
    fchmod(&*to, Mode::from_bits_truncate(old.mode() & 0o777))?;
    let new = to.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        std::os::unix::fs::fchown(&*to, Some(old.uid()), Some(old.gid()))?;
    }
    let mut at = 0;
    let end = Span { at: old.len(), length: 0 };
    for span in spans.chain([end]) {
        from.seek(SeekFrom::Start(at))?;
        let wanted = span.at.saturating_sub(at);
        let copied = io::copy(&mut from.by_ref().take(wanted), to)?;
        if copied != wanted {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        at = span.at + span.length;
    }
    to.sync_all()
}
