//! Streams to the processes that read pictures.
//!
//! A command starts its own process; the shop role, which may start none, is given one by the
//! supervisor.

use super::{
    role,
    wire::{self, Frame},
};
use crate::error::{CliError, IoContext};
#[cfg(not(test))]
use crate::program::{self, Role};
use nix::sys::signal::Signal;
use shop_core::text;
use shop_net::shop_side::Reporter;
use std::{
    io::{self, Write},
    net::Shutdown,
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::ExitStatusExt},
    },
    process::{Child, Command, ExitStatus, Stdio},
    sync::OnceLock,
    time::Duration,
};
use tokio::runtime::Handle;

/// Longest wait for an answer.
/// The process's own limit counts seconds of a processor, of which it may have a part.
const PATIENCE: Duration = Duration::from_secs(300);
/// Longest reason that is shown.
const LONGEST_REASON: usize = 200;
const TOO_LONG: &str = "reading it takes too long";

/// The supervisor, for the one role that asks it.
static SUPERVISOR: OnceLock<(Reporter, Handle)> = OnceLock::new();

/// Lets this process ask the supervisor from now on. Called on the role's runtime.
pub(crate) fn start_through(supervisor: Reporter) {
    // The role calls it once.
    drop(SUPERVISOR.set((supervisor, Handle::current())));
}

/// A stream to a process that reads pictures.
pub(super) struct Process {
    stream: UnixStream,
    /// The process, if it is this one's own.
    child: Option<Child>,
}

impl Process {
    /// Waits until it is there. Not to be called by a task, which would hold up others.
    pub(super) fn start() -> Result<Self, CliError> {
        let process = match SUPERVISOR.get() {
            Some((supervisor, runtime)) => {
                runtime.block_on(supervisor.pictures()).map(|stream| Self { stream, child: None })
            }
            None => Self::start_own(),
        };
        let process = process.and_then(|process| {
            process.stream.set_read_timeout(Some(PATIENCE))?;
            process.stream.set_write_timeout(Some(PATIENCE))?;
            Ok(process)
        });
        process.io_context(|| "starting the picture process".into())
    }

    fn start_own() -> io::Result<Self> {
        let (stream, end) = UnixStream::pair()?;
        let end = OwnedFd::from(end);
        let mut command = program()?;
        command.stdin(end.try_clone()?).stdout(end).stderr(Stdio::null());
        let child = command.spawn()?;
        Ok(Self { stream, child: Some(child) })
    }

    /// Returns the process id, if the process is this one's own.
    #[cfg(test)]
    pub(super) fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Returns the process's output, to be read as it comes.
    pub(super) fn output(&mut self) -> &mut UnixStream {
        &mut self.stream
    }

    /// Asks the process; an error says why there is no answer and never will be.
    pub(super) fn ask(&mut self, question: &Frame) -> Result<Frame, String> {
        let asked = wire::write(&mut self.stream, question);
        let answer = asked.and_then(|()| wire::read(&mut self.stream));
        match answer {
            Ok(Some(Frame { number: role::ENDED, parts })) => Err(reason(&parts)),
            Ok(Some(answer)) => Ok(answer),
            Err(error) if is_timeout(&error) => Err(TOO_LONG.into()),
            // It may have ended while it was written to: its last words are still there.
            Ok(None) | Err(_) => Err(self.why_it_ended()),
        }
    }

    /// Returns the reason why the process has ended.
    pub(super) fn why_it_ended(&mut self) -> String {
        if let Some(child) = &mut self.child {
            // One that has ended already keeps its own reason.
            drop(child.kill());
            return child.wait().map_or_else(|_| ended(None), |status| ended(status.signal()));
        }
        match wire::read(&mut self.stream) {
            Ok(Some(Frame { number: role::ENDED, parts })) => reason(&parts),
            _ => ended(None),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It keeps nothing: there is nothing to let it finish. One of the supervisor's ends when it
        // finds its stream closed, or when its time for a picture is over.
        drop(self.stream.shutdown(Shutdown::Both));
        if let Some(child) = &mut self.child {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Says to whoever had pictures read why the process has ended; the supervisor's part.
pub(crate) fn last_words(out: &mut impl Write, status: ExitStatus) -> io::Result<()> {
    let why = ended(status.signal()).into_bytes();
    wire::write(out, &Frame { number: role::ENDED, parts: vec![why] })
}

fn ended(signal: Option<i32>) -> String {
    match signal.and_then(|number| Signal::try_from(number).ok()) {
        Some(Signal::SIGXCPU) => TOO_LONG.into(),
        Some(signal) => format!(
            "it crashed the picture process ({signal}): it is damaged, or needs too much memory"
        ),
        None => "the picture process has stopped".into(),
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// Returns the process's words, as far as they are fit to be shown.
pub(super) fn reason(parts: &[Vec<u8>]) -> String {
    let said = parts.first().map(|part| String::from_utf8_lossy(part)).unwrap_or_default();
    text::line(&said).chars().take(LONGEST_REASON).collect()
}

#[cfg(not(test))]
fn program() -> io::Result<Command> {
    let mut command = program::command(Role::Pictures);
    command.env_clear();
    Ok(command)
}

/// Returns the command of the process: a test is this program with other arguments.
#[cfg(test)]
fn program() -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--exact", "pictures::tests::a_child_that_makes_pictures", "--nocapture"]);
    command.env(super::tests::AS_CHILD, "yes");
    Ok(command)
}
