//! Process of one role: starts it, watches it, and starts it again, whatever ends it.
//!
//! Everything about one role happens in a task of its own, so that the supervisor waits for none of
//! it: not for a process that ends slowly, and not for the pause before the next start.

use std::{io, os::fd::OwnedFd, process::ExitStatus, sync::Arc, time::Duration};

use futures_util::future::select_all;
use tokio::{
    process::Command,
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{Backoff, RoleHandle, Watchdog};
use crate::link::{Link, LinkError, Message};

/// Events on their way to the supervisor.
const QUEUE: usize = 64;

/// Longest time a process may live on after it has closed its link.
const GRACE: Duration = Duration::from_secs(2);

/// Command and plan with which a role is started each time.
pub struct Start {
    /// The program and its arguments.
    pub command: Command,
    /// The role's first message.
    pub plan: serde_json::Value,
    /// The role is stopped when one of these is cancelled: its plan holds no more.
    pub until: Vec<CancellationToken>,
}

/// Event in the life of a role.
#[derive(Debug)]
pub enum Event {
    /// The process runs and its plan is on its way. What the link carries next is for the role.
    Started(Arc<Link>),
    /// The role said something.
    Said(Message, Option<OwnedFd>),
    /// The role has not answered for as long as its [`Watchdog`] allows, and is being killed.
    Stuck,
    /// The role ended, and is started again after a pause.
    Ended(ExitStatus),
    /// The role was stopped because its plan held no more; it is started again with another.
    Outdated,
    /// The role could not be started at all; that is tried again after a pause.
    NotStarted(io::Error),
}

/// A role and the task that keeps it. Dropping it kills the process.
#[derive(Debug)]
pub struct RoleProcess {
    events: mpsc::Receiver<Event>,
    link: watch::Receiver<Option<Arc<Link>>>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl RoleProcess {
    /// Starts the role, and starts it again whenever it ends, until stopped.
    /// `start` may wait for whatever the plan needs.
    ///
    /// Needs a running tokio runtime.
    pub fn new<F, S>(start: F, watchdog: Watchdog) -> Self
    where
        F: Fn() -> S + Send + Sync + 'static,
        S: Future<Output = io::Result<Start>> + Send + 'static,
    {
        let (event_sender, events) = mpsc::channel(QUEUE);
        let (link_sender, link) = watch::channel(None);
        let stop = CancellationToken::new();
        let task = Task { start, watchdog, events: event_sender, link: link_sender };
        let task = tokio::spawn(task.run(stop.clone()));
        Self { events, link, stop, task }
    }

    /// Returns the next event. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Event {
        match self.events.recv().await {
            Some(event) => event,
            // The task only ends when it is stopped, which takes this keeper away.
            None => std::future::pending().await,
        }
    }

    /// Returns the link to the role that runs now, if one does.
    #[must_use]
    pub fn link(&self) -> Option<Arc<Link>> {
        self.link.borrow().clone()
    }

    /// Returns the link to the role that runs now, as it changes.
    #[must_use]
    pub fn links(&self) -> watch::Receiver<Option<Arc<Link>>> {
        self.link.clone()
    }

    /// Asks the role to stop, and kills it when `patience` is over.
    /// A pause before a start ends at once.
    pub async fn stop(self, patience: Duration) {
        self.stop_until(sleep(patience)).await;
    }

    /// Asks the role to stop, and kills it when `over` is done.
    /// A pause before a start ends at once.
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

/// The task behind a [`RoleProcess`].
struct Task<F> {
    start: F,
    watchdog: Watchdog,
    events: mpsc::Sender<Event>,
    link: watch::Sender<Option<Arc<Link>>>,
}

impl<F, S> Task<F>
where
    F: Fn() -> S,
    S: Future<Output = io::Result<Start>>,
{
    async fn run(self, stop: CancellationToken) {
        let mut backoff = Backoff::new();
        loop {
            let started = Instant::now();
            let begun = tokio::select! {
                begun = self.begin() => begun,
                () = stop.cancelled() => return,
            };
            let event = match begun {
                Ok((role, until)) => {
                    let is_outdated = tokio::select! {
                        () = self.live(&role) => false,
                        () = any(&until) => true,
                        () = stop.cancelled() => {
                            // The keeper holds the clock.
                            let _ = role.stop(Duration::MAX).await;
                            return;
                        }
                    };
                    self.link.send_replace(None);
                    tokio::select! {
                        ended = role.stop(GRACE) => match ended {
                            Ok(_) if is_outdated => Event::Outdated,
                            ended => ended.map_or_else(Event::NotStarted, Event::Ended),
                        },
                        () = stop.cancelled() => return,
                    }
                }
                Err(error) => Event::NotStarted(error),
            };
            let pause = backoff.after(started.elapsed());
            let told_and_rested = async {
                let _ = self.events.send(event).await;
                sleep(pause).await;
            };
            tokio::select! {
                () = told_and_rested => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Starts the process and sends it its plan.
    async fn begin(&self) -> io::Result<(RoleHandle, Vec<CancellationToken>)> {
        let Start { command, plan, until } = (self.start)().await?;
        let role = RoleHandle::spawn(command)?;
        // On a fresh link there is room for it. One that ended before it was told is a role that
        // has ended; its link says so at once.
        let _ = timeout(GRACE, role.link().send(&Message::Plan(plan), None)).await;
        Ok((role, until))
    }

    /// Carries what the role says, until its link closes or it is stuck.
    async fn live(&self, role: &RoleHandle) {
        let link = role.link();
        self.link.send_replace(Some(Arc::clone(&link)));
        if self.events.send(Event::Started(Arc::clone(&link))).await.is_err() {
            return;
        }
        let answers = watch::Sender::new(0);
        tokio::select! {
            () = self.hear(&link, &answers) => {}
            () = self.watchdog.watch(&link, answers.subscribe()) => {
                role.kill();
                let _ = self.events.send(Event::Stuck).await;
            }
        }
    }

    async fn hear(&self, link: &Link, answers: &watch::Sender<u64>) {
        loop {
            match link.recv().await {
                Ok((Message::Pong, _)) => answers.send_modify(|count| *count += 1),
                Ok((message, fd)) => {
                    if self.events.send(Event::Said(message, fd)).await.is_err() {
                        return;
                    }
                }
                Err(LinkError::NotAMessage | LinkError::TooLong | LinkError::TooManyFds) => {}
                Err(LinkError::Closed | LinkError::Io(_)) => return,
            }
        }
    }
}

/// Waits until one of them is cancelled; for ever if there is none.
async fn any(tokens: &[CancellationToken]) {
    if tokens.is_empty() {
        return std::future::pending().await;
    }
    select_all(tokens.iter().map(|token| Box::pin(token.cancelled()))).await;
}

#[cfg(test)]
mod tests;
