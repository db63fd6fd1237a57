//! Signals, introductions and the end of roles, for the supervisors of shops and of services.

use crate::error::{CliError, IoContext};
use shop_net::{
    link::Link,
    roles::{self, Event, RoleProcess},
    service_manager::ServiceManager,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
    time::{Interval, MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// Longest time the roles may take to finish what is open; they are killed then.
/// Data that was committed is safe, and whoever ends the program waits less than two seconds.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// Longest time a role may take to read what it is sent.
pub(crate) const SENDING: Duration = Duration::from_secs(5);

/// Signals the supervisor listens to.
pub(crate) struct Signals {
    pub(crate) interrupt: Signal,
    pub(crate) terminate: Signal,
    pub(crate) hang_up: Signal,
}

impl Signals {
    /// Listens from now on.
    pub(crate) fn new() -> Result<Self, CliError> {
        let on = |kind| signal(kind).io_context(|| "listening for signals".into());
        Ok(Self {
            interrupt: on(SignalKind::interrupt())?,
            terminate: on(SignalKind::terminate())?,
            hang_up: on(SignalKind::hangup())?,
        })
    }
}

/// Stops two roles and the `rest`: in order, or at once when [`PATIENCE`] is over or another
/// signal comes. `rest` is told by the token when its time is over.
pub(crate) async fn stop(
    role: RoleProcess,
    tor: Option<RoleProcess>,
    rest: impl AsyncFnOnce(&CancellationToken),
    signals: &mut Signals,
) {
    let over = CancellationToken::new();
    let stop_tor = async {
        if let Some(tor) = tor {
            tor.stop_until(over.cancelled()).await;
        }
        rest(&over).await;
    };
    let stopping = async { tokio::join!(role.stop_until(over.cancelled()), stop_tor) };
    let mut stopping = std::pin::pin!(stopping);
    tokio::select! {
        _ = &mut stopping => return,
        () = sleep(PATIENCE) => {}
        _ = signals.interrupt.recv() => {}
        _ = signals.terminate.recv() => {}
    }
    over.cancel();
    stopping.await;
}

/// Returns the pauses between signs of life, if the service manager waits for them.
pub(crate) fn heartbeat(manager: Option<&ServiceManager>) -> Option<Interval> {
    let pause = manager?.heartbeat()?;
    let mut heartbeat = interval(pause);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Some(heartbeat)
}

/// Waits until the next sign of life is due, if ever.
pub(crate) async fn beat(heartbeat: Option<&mut Interval>) {
    match heartbeat {
        Some(heartbeat) => drop(heartbeat.tick().await),
        None => std::future::pending().await,
    }
}

/// Waits for the next event of a role that may not be there.
pub(crate) async fn next(keeper: Option<&mut RoleProcess>) -> Event {
    match keeper {
        Some(keeper) => keeper.next().await,
        None => std::future::pending().await,
    }
}

/// Starts the task that introduces roles to each other.
pub(crate) fn introductions() -> mpsc::Sender<(Arc<Link>, Arc<Link>)> {
    let (sender, mut pairs) = mpsc::channel::<(Arc<Link>, Arc<Link>)>(16);
    spawn(async move {
        while let Some((shop, tor)) = pairs.recv().await {
            // If one of them is gone already, its next start introduces it.
            drop(timeout(SENDING, roles::introduce(&shop, &tor)).await);
        }
    });
    sender
}

/// Starts a task of the supervisor; it ends with the process.
#[expect(clippy::disallowed_methods, reason = "the supervisor owns these until the process ends")]
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}
