//! One tor in front: its streams, and the connection to its control socket.

use std::{convert::Infallible, path::PathBuf, sync::Arc, time::Duration};

use tokio::{
    net::UnixStream,
    sync::{Semaphore, mpsc},
    time::sleep,
};
use tokio_util::task::TaskTracker;

use super::{
    circuits::Circuits,
    control::Control,
    standing::{FrontState, Standing},
};
use crate::{
    onion::{Front, backend::Arrival, limits::ConnectionLimiter},
    proxy_line,
    unix_socket::{SocketAccess, SocketError, UnixSocket},
};

/// Streams whose PROXY line is waited for at once. Tor writes it with the stream.
const UNREAD: usize = 128;

/// Circuits that wait to be closed.
const CLOSINGS: usize = 256;

/// Waits between tries to reach a control socket. Trying costs next to nothing.
const RETRY: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// Reason for a tor that does not name circuits.
const NO_NUMBERS: &str = "tor hands over a stream without its circuit's number; its settings need \
     HiddenServiceExportCircuitID haproxy (cryptocart onion torrc)";

/// Everything about one tor in front.
pub(super) struct FrontTask {
    index: usize,
    socket: UnixSocket,
    control: Option<(PathBuf, Option<PathBuf>)>,
    circuits: Arc<Circuits>,
    closings: mpsc::Receiver<u32>,
    standing: Arc<Standing>,
}

impl FrontTask {
    /// Opens the socket to which this tor hands its streams.
    pub(super) fn bind(
        front: &Front,
        index: usize,
        gate: Arc<ConnectionLimiter>,
        standing: Arc<Standing>,
    ) -> Result<Self, SocketError> {
        let socket = UnixSocket::bind(&front.socket, SocketAccess::Group)?;
        let (sender, closings) = mpsc::channel(CLOSINGS);
        let control = front.control.clone().map(|control| (control, front.cookie.clone()));
        let circuits = Circuits::new(gate, sender);
        Ok(Self { index, socket, control, circuits, closings, standing })
    }

    /// Takes this tor's streams in, and keeps the connection to its control socket.
    pub(super) async fn run(self, arrivals: mpsc::Sender<Arrival>) -> Infallible {
        let Self { index, socket, control, circuits, closings, standing } = self;
        let visitors =
            Visitors { index, circuits: Arc::clone(&circuits), standing: Arc::clone(&standing) };
        tokio::select! {
            never = take_in(&socket, Arc::new(visitors), arrivals) => never,
            never = keep_control(index, control, closings, &circuits, &standing) => never,
        }
    }
}

/// Parts that the tasks of one tor's streams share.
struct Visitors {
    index: usize,
    circuits: Arc<Circuits>,
    standing: Arc<Standing>,
}

/// Accepts streams for ever.
async fn take_in(
    socket: &UnixSocket,
    visitors: Arc<Visitors>,
    arrivals: mpsc::Sender<Arrival>,
) -> Infallible {
    let unread = Arc::new(Semaphore::new(UNREAD));
    let tasks = TaskTracker::new();
    loop {
        let stream = socket.accept().await;
        // It is never closed.
        let Ok(place) = Arc::clone(&unread).acquire_owned().await else { continue };
        let visitors = Arc::clone(&visitors);
        let arrivals = arrivals.clone();
        tasks.spawn(async move {
            if let Some(arrival) = visitors.meet(stream).await {
                drop(place);
                let _ = arrivals.send(arrival).await;
            }
        });
    }
}

impl Visitors {
    /// Reads where a stream comes from, and finds it a place. `None`: the stream is closed.
    async fn meet(&self, mut stream: UnixStream) -> Option<Arrival> {
        let read = proxy_line::read(&mut stream, proxy_line::PATIENCE).await;
        let number = match read {
            Ok(source) => source.circuit(),
            // A stream that ended early says nothing about the settings.
            Err(proxy_line::ProxyLineError::Ended(_)) => return None,
            Err(_) => None,
        };
        let Some(number) = number else {
            self.standing.set(self.index, FrontState::Waiting(NO_NUMBERS.into())).await;
            return None;
        };
        self.standing.set(self.index, FrontState::Reached).await;
        let pass = self.circuits.admit(number)?;
        Some(Arrival { stream: Box::new(stream), pass })
    }
}

/// Keeps the connection to a control socket, and says how that stands.
async fn keep_control(
    index: usize,
    control: Option<(PathBuf, Option<PathBuf>)>,
    mut closings: mpsc::Receiver<u32>,
    circuits: &Circuits,
    standing: &Standing,
) -> Infallible {
    let Some((path, cookie)) = control else {
        standing.set(index, FrontState::Connected).await;
        loop {
            // Without the socket, a circuit loses its streams and stays.
            let _ = closings.recv().await;
        }
    };
    let mut waits = RETRY.into_iter();
    let mut wait = Duration::ZERO;
    loop {
        let reason = match Control::open(&path, cookie.as_deref()).await {
            Ok(control) => {
                waits = RETRY.into_iter();
                // These are numbers of a tor that has ended.
                while closings.try_recv().is_ok() {}
                standing.set(index, FrontState::Connected).await;
                let reason = control.serve(&mut closings).await;
                circuits.forget_all();
                reason
            }
            Err(error) => error,
        };
        standing.set(index, FrontState::Waiting(reason.to_string())).await;
        wait = waits.next().unwrap_or(wait);
        sleep(wait).await;
    }
}
