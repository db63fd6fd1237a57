//! Keeping roles alive: start one with its link, notice its end, start it again.

use std::{io, process::ExitStatus, sync::Arc, time::Duration};

use tokio::process::{Child, Command};

use crate::link::{Link, LinkError};

/// A running role.
#[derive(Debug)]
pub struct Role {
    child: Child,
    link: Arc<Link>,
}

impl Role {
    /// Starts `command` with a link as its standard input. The child ends with this value.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn spawn(command: Command) -> io::Result<Self> {
        let _ = command;
        todo!()
    }

    /// The supervisor's end of the role's link.
    #[must_use]
    pub fn link(&self) -> Arc<Link> {
        Arc::clone(&self.link)
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits for the role to end. Dropping the future loses nothing.
    ///
    /// # Errors
    /// The system failed.
    pub async fn exited(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Asks the role to stop, and kills it when `patience` is over.
    ///
    /// # Errors
    /// The system failed.
    pub async fn stop(self, patience: Duration) -> io::Result<ExitStatus> {
        let _ = patience;
        todo!()
    }
}

/// Joins two roles: sends each one end of a fresh link, with [`crate::link::Message::Door`].
///
/// # Errors
/// One of them is gone.
pub async fn introduce(one: &Link, other: &Link) -> Result<(), LinkError> {
    let _ = (one, other);
    todo!()
}

/// How long to wait before a role is started again.
#[derive(Debug)]
pub struct Backoff {
    next: Duration,
}

impl Backoff {
    /// Starts from the shortest wait.
    #[must_use]
    pub const fn new() -> Self {
        Self { next: Duration::from_secs(1) }
    }

    /// The wait after a run of `ran`: doubled each time, and forgotten after a long run.
    pub fn after(&mut self, ran: Duration) -> Duration {
        let _ = ran;
        self.next
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}
