//! Process of a transport: starts it, learns its ports, and starts it again when it ends.

use std::{io, process::Stdio, time::Duration};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use tokio::{
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    TransportAddress,
    handshake::{Handshake, TransportError},
    lines::Lines,
};
use crate::roles::Backoff;

/// Longest time until a transport has told its ports. It needs no network for that.
const STARTING: Duration = Duration::from_secs(20);

/// Longest time a transport may take to end when it is not wanted any more.
const ENDING: Duration = Duration::from_secs(1);

/// Events on their way to the supervisor.
const QUEUE: usize = 16;

/// A transport that is ready.
#[derive(Clone, Debug)]
pub struct Running {
    /// The ports, one for each name.
    pub addresses: Vec<TransportAddress>,
    /// Cancelled when the process ends: the ports are nobody's then.
    pub ended: CancellationToken,
}

/// Event in the life of a transport.
#[derive(Debug)]
pub enum TransportEvent {
    /// It takes streams.
    Ready,
    /// It does not work, and is started again after a pause.
    Failed(TransportError),
}

/// A transport and the task that keeps it. Dropping it kills the process.
#[derive(Debug)]
pub struct TransportProcess {
    events: mpsc::Receiver<TransportEvent>,
    running: watch::Receiver<Option<Running>>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Waits until the transport is ready.
    ///
    /// # Errors
    /// It was stopped.
    pub async fn wait(running: &mut watch::Receiver<Option<Self>>) -> io::Result<Self> {
        let is_ready = |state: &Option<Self>| {
            // The ports of one that has just ended are in the channel for a moment longer.
            state.as_ref().is_some_and(|running| !running.ended.is_cancelled())
        };
        let state = running.wait_for(is_ready).await.map(|state| state.clone());
        state.ok().flatten().ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }
}

impl TransportProcess {
    /// Starts the program that offers these transports, and starts it again until stopped.
    ///
    /// `start` makes the command, with its environment. Needs a running tokio runtime.
    pub fn new<F>(names: Vec<String>, start: F) -> Self
    where
        F: Fn() -> io::Result<Command> + Send + Sync + 'static,
    {
        let (event_sender, events) = mpsc::channel(QUEUE);
        let (running_sender, running) = watch::channel(None);
        let stop = CancellationToken::new();
        let task = Task { names, start, events: event_sender, running: running_sender };
        let task = tokio::spawn(task.run(stop.clone()));
        Self { events, running, stop, task }
    }

    /// Returns the next event. Dropping the future loses nothing.
    pub async fn next(&mut self) -> TransportEvent {
        match self.events.recv().await {
            Some(event) => event,
            // The task only ends when it is stopped, which takes this keeper away.
            None => std::future::pending().await,
        }
    }

    /// Returns the ports while the transport is ready, as they change.
    #[must_use]
    pub fn running(&self) -> watch::Receiver<Option<Running>> {
        self.running.clone()
    }

    /// Ends the transport.
    /// It is asked to, and killed when `over` is done or when it has not ended after a second.
    pub async fn stop_until(self, over: impl Future<Output = ()>) {
        let Self { events, stop, mut task, .. } = self;
        // Nobody reads on: whoever waits to tell something need not.
        drop(events);
        stop.cancel();
        tokio::select! {
            _ = &mut task => {}
            () = over => {
                // The process belongs to the task and is killed with it.
                task.abort();
                let _ = task.await;
            }
        }
    }
}

/// Starts a transport to see if it gets ready, and ends it.
///
/// # Errors
/// See [`TransportError`].
pub async fn try_out(names: Vec<String>, command: Command) -> Result<(), TransportError> {
    let mut process = Process::spawn(command)?;
    let addresses = process.addresses(names).await;
    process.end().await;
    addresses.map(drop)
}

/// The task behind a [`TransportProcess`].
struct Task<F> {
    names: Vec<String>,
    start: F,
    events: mpsc::Sender<TransportEvent>,
    running: watch::Sender<Option<Running>>,
}

impl<F: Fn() -> io::Result<Command>> Task<F> {
    async fn run(self, stop: CancellationToken) {
        let mut backoff = Backoff::new();
        loop {
            let started = Instant::now();
            let Some(error) = self.live(&stop).await else { return };
            let pause = backoff.after(started.elapsed());
            let told_and_rested = async {
                let _ = self.events.send(TransportEvent::Failed(error)).await;
                sleep(pause).await;
            };
            tokio::select! {
                () = told_and_rested => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Runs the transport once, and returns why it ended; none if it was stopped.
    async fn live(&self, stop: &CancellationToken) -> Option<TransportError> {
        let spawned = (self.start)().map_err(TransportError::NotStarted).and_then(Process::spawn);
        let mut process = match spawned {
            Ok(process) => process,
            Err(error) => return Some(error),
        };
        let ended = tokio::select! {
            error = self.serve(&mut process) => Some(error),
            () = stop.cancelled() => None,
        };
        self.running.send_replace(None);
        process.end().await;
        ended
    }

    async fn serve(&self, process: &mut Process) -> TransportError {
        let addresses = match process.addresses(self.names.clone()).await {
            Ok(addresses) => addresses,
            Err(error) => return error,
        };
        let ended = CancellationToken::new();
        let _ended: DropGuard = ended.clone().drop_guard();
        self.running.send_replace(Some(Running { addresses, ended }));
        let _ = self.events.send(TransportEvent::Ready).await;
        process.ended().await
    }
}

/// A transport that was started. Dropping it kills the process.
struct Process {
    child: Child,
    /// Its end tells the transport to end. Waiting for the child would close it there.
    input: Option<ChildStdin>,
    /// The child and whatever it starts.
    group: Option<Pid>,
    output: Lines<ChildStdout>,
}

impl Process {
    fn spawn(mut command: Command) -> Result<Self, TransportError> {
        // Standard error is not read: it may name the bridge.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.process_group(0).kill_on_drop(true);
        let mut child = command.spawn().map_err(TransportError::NotStarted)?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        let output = child.stdout.take().ok_or_else(|| io::Error::other("it has no output"));
        let output = Lines::new(output.map_err(TransportError::Io)?);
        let input = child.stdin.take();
        Ok(Self { child, input, group, output })
    }

    /// Reads what it says until its ports are known.
    async fn addresses(
        &mut self,
        names: Vec<String>,
    ) -> Result<Vec<TransportAddress>, TransportError> {
        let mut handshake = Handshake::new(names);
        let saying = async {
            while let Some(line) = self.output.next().await? {
                if let Some(addresses) = handshake.take(&line)? {
                    return Ok(addresses);
                }
            }
            Err(ended(self.child.wait().await))
        };
        timeout(STARTING, saying).await.unwrap_or(Err(TransportError::Silent))
    }

    /// Waits for its end. What it says meanwhile may name the bridge, and is not read.
    async fn ended(&mut self) -> TransportError {
        let Self { child, output, .. } = self;
        let silent = async {
            output.discard().await;
            std::future::pending::<TransportError>().await
        };
        tokio::select! {
            status = child.wait() => ended(status),
            never = silent => never,
        }
    }

    /// Ends it and whatever it has started, and waits for that.
    async fn end(&mut self) {
        let group = self.group;
        // A group that is gone already is what was wanted.
        let signal = |signal| group.map(|group| killpg(group, signal));
        drop(self.input.take());
        let _ = signal(Signal::SIGTERM);
        let waited =
            timeout(ENDING, async { tokio::join!(self.output.discard(), self.child.wait()).1 });
        if waited.await.is_err() {
            let _ = signal(Signal::SIGKILL);
            let _ = self.child.wait().await;
        }
    }
}

fn ended(status: io::Result<std::process::ExitStatus>) -> TransportError {
    match status {
        Ok(status) => TransportError::Ended(status.to_string()),
        Err(error) => TransportError::Io(error),
    }
}

#[cfg(test)]
mod tests;
