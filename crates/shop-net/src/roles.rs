//! Keeping roles alive: start one with its link, notice its end, start it again.

mod process;
mod watchdog;

pub use process::{Event, RoleProcess, Start};
pub use watchdog::Watchdog;

use std::{
    io,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use nix::sys::signal::Signal;
use tokio::{
    process::{Child, Command},
    time::timeout,
};

use crate::link::{Link, LinkError, Message};

/// A running role. Dropping it kills the process.
#[derive(Debug)]
pub struct RoleHandle {
    child: Child,
    link: Arc<Link>,
}

impl RoleHandle {
    /// Starts `command` with a link as its standard input.
    ///
    /// The child gets a process group of its own: Ctrl-C in a terminal reaches the supervisor
    /// alone, which then stops its roles in order. Should the supervisor be killed, the link
    /// closes, and roles end by themselves.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn spawn(mut command: Command) -> io::Result<Self> {
        let (link, theirs) = Link::pair()?;
        command.stdin(Stdio::from(theirs)).process_group(0).kill_on_drop(true);
        let child = command.spawn()?;
        // The command still holds the child's end; while it lives, the child's end is not noticed.
        drop(command);
        Ok(Self { child, link: Arc::new(link) })
    }

    /// Returns the supervisor's end of the role's link.
    #[must_use]
    pub fn link(&self) -> Arc<Link> {
        Arc::clone(&self.link)
    }

    /// Returns the process id, while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Kills the process, if it still runs. Its end is noticed as any other.
    pub fn kill(&self) {
        let Some(pid) = self.child.id().and_then(|id| i32::try_from(id).ok()) else { return };
        // A process that is gone already is what was wanted.
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), Signal::SIGKILL);
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
    pub async fn stop(mut self, patience: Duration) -> io::Result<ExitStatus> {
        let asked = async {
            let _ = self.link.send(&Message::Stop, None).await;
            self.child.wait().await
        };
        match timeout(patience, asked).await {
            Ok(status) => status,
            Err(_) => {
                self.child.kill().await?;
                self.child.wait().await
            }
        }
    }
}

/// Joins two roles: sends each one end of a fresh link, with [`Message::Door`].
///
/// # Errors
/// One of them is gone.
pub async fn introduce(one: &Link, other: &Link) -> Result<(), LinkError> {
    let (a, b) = crate::link::ends()?;
    one.send(&Message::Door, Some(a)).await?;
    other.send(&Message::Door, Some(b)).await
}

/// Wait before a role is started again.
#[derive(Clone, Debug)]
pub struct Backoff {
    next: Duration,
}

impl Backoff {
    /// The first wait.
    const SHORTEST: Duration = Duration::from_secs(1);
    /// The last; a seller who has repaired something does not want to wait longer.
    const LONGEST: Duration = Duration::from_secs(60);
    /// A role that ran this long was well, and what ended it is news.
    const WELL: Duration = Duration::from_secs(300);

    /// Starts from the shortest wait.
    #[must_use]
    pub const fn new() -> Self {
        Self { next: Self::SHORTEST }
    }

    /// Returns the wait after a run of `ran`: twice the last one, the shortest after a long run.
    pub fn after(&mut self, ran: Duration) -> Duration {
        let wait = if ran >= Self::WELL { Self::SHORTEST } else { self.next };
        self.next = wait.saturating_mul(2).min(Self::LONGEST);
        wait
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_keeps_ending_is_started_less_and_less_often() {
        let mut backoff = Backoff::new();
        let waits: Vec<u64> =
            (0..9).map(|_| backoff.after(Duration::from_secs(2)).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(backoff.after(Duration::from_secs(301)).as_secs(), 1);
        assert_eq!(backoff.after(Duration::ZERO).as_secs(), 2);
    }

    #[tokio::test]
    async fn role_gets_its_link_as_stdin_and_its_end_is_noticed() {
        let mut command = Command::new("sh");
        command.args(["-c", "test -S /dev/stdin && exit 7"]);
        let mut role = RoleHandle::spawn(command).unwrap();
        assert_eq!(role.exited().await.unwrap().code(), Some(7));
        assert!(matches!(role.link().recv().await, Err(LinkError::Closed)));
    }

    #[tokio::test]
    async fn a_role_that_does_not_stop_is_killed() {
        let mut command = Command::new("sleep");
        command.arg("600");
        let role = RoleHandle::spawn(command).unwrap();
        let status = role.stop(Duration::from_millis(50)).await.unwrap();
        assert!(!status.success());
    }

    #[tokio::test]
    async fn introduced_roles_can_talk_to_each_other() {
        let (to_shop, shop) = Link::pair().unwrap();
        let (to_tor, tor) = Link::pair().unwrap();
        introduce(&to_shop, &to_tor).await.unwrap();
        let mut ends = Vec::new();
        for role in [shop, tor] {
            let (message, fd) = Link::from_fd(role).unwrap().recv().await.unwrap();
            assert!(message == Message::Door);
            ends.push(Link::from_fd(fd.unwrap()).unwrap());
        }
        ends[0].send(&Message::Reload, None).await.unwrap();
        assert!(ends[1].recv().await.unwrap().0 == Message::Reload);
    }
}
