//! Processes that read pictures, for the shop role, which may start none.

use crate::{
    pictures::{last_words, role::MOST_AT_ONCE},
    program::{self, Role},
};
use std::{
    io,
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{ExitStatus, Stdio},
    sync::Arc,
};
use tokio::{
    process::Command,
    sync::{Notify, Semaphore},
};

/// The processes that run, as many as the shop role may have at once.
#[derive(Clone)]
pub(super) struct PictureProcesses {
    places: Arc<Semaphore>,
    unwanted: Arc<Notify>,
}

impl PictureProcesses {
    pub(super) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(MOST_AT_ONCE)), unwanted: Arc::default() }
    }

    /// Kills those that run: the shop role that asked for them is gone.
    /// They would end by themselves, but for one that hangs.
    pub(super) fn end_all(&self) {
        self.unwanted.notify_waiters();
    }

    /// Runs one with `end` as its input and output, and says on it why it has ended.
    /// If there is none, `end` is closed, which the shop role notices.
    pub(super) async fn run(self, end: OwnedFd) {
        let unwanted = self.unwanted.notified();
        let Ok(_place) = self.places.acquire().await else { return };
        let Ok(stream) = end.try_clone() else { return };
        let status = tokio::select! {
            status = run(end) => status,
            () = unwanted => return,
        };
        let Ok(status) = status else { return };
        let mut stream = UnixStream::from(stream);
        // A reader that is gone, or does not read, is told nothing.
        drop(stream.set_nonblocking(true).and_then(|()| last_words(&mut stream, status)));
    }
}

/// Runs a process, which ends when the shop role closes its end, or with this one.
async fn run(end: OwnedFd) -> io::Result<ExitStatus> {
    let mut command = program::command(Role::Pictures);
    command.env_clear().stdin(end.try_clone()?).stdout(end).stderr(Stdio::null());
    let mut command = Command::from(command);
    let mut child = command.kill_on_drop(true).spawn()?;
    // It holds the process's end, whose closing must be noticed.
    drop(command);
    child.wait().await
}
