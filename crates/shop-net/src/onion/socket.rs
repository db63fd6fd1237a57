//! The backend that is C tor in processes of its own: Debian's tor, one or several.
//!
//! Each tor hands over the streams of its onion service on a Unix socket, with a PROXY line that
//! names their circuit. Connections out go through its SOCKS socket. On its control socket one
//! command is used, `CLOSECIRCUIT`; so tor is not asked if it has entered the network. A visitor
//! shows that the address can be reached, and until one comes the role is its own visitor.

mod circuits;
mod control;
mod front;
mod standing;

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use futures_util::future::select_all;
use tokio::{
    net::UnixStream,
    sync::mpsc,
    time::{sleep, timeout},
};

use super::{
    SocketPlan,
    backend::{Arrival, BoxFuture, OnionBackend},
    limits::{ConnectionLimiter, Limits},
};
use crate::{BoxStream, outbound::Target, socks, status::Status};
use front::FrontTask;
use standing::Standing;

/// Purpose by which the role visits the shop's address; no target has it.
const OWN_ADDRESS: &str = "own-address";

/// The one port the shop has.
const PORT: u16 = 80;

/// Pause between visits to the shop's address while nobody has come.
const PROBE: Duration = Duration::from_secs(10);

/// Longest time for one of them.
const PROBE_PATIENCE: Duration = Duration::from_secs(90);

/// C tor, in processes of its own.
pub struct SocketBackend {
    plan: SocketPlan,
    gate: Arc<ConnectionLimiter>,
}

impl SocketBackend {
    /// Takes the plan. Nothing is opened yet.
    #[must_use]
    pub fn new(plan: SocketPlan, limits: Limits) -> Self {
        Self { plan, gate: ConnectionLimiter::new(limits, super::first_circuit()) }
    }

    /// Visits the shop's address through tor until somebody has come.
    /// It does so again after tor has ended. The visit itself is noticed where it arrives.
    async fn probe(&self, standing: &Standing) -> Infallible {
        loop {
            sleep(PROBE).await;
            if standing.waits_for_visitor() {
                let visit = self.connect(self.plan.address.as_str(), PORT, OWN_ADDRESS);
                // One that fails is tried again.
                let _ = timeout(PROBE_PATIENCE, visit).await;
            }
        }
    }

    /// Connects through the first tor that runs.
    async fn connect(&self, host: &str, port: u16, purpose: &str) -> io::Result<UnixStream> {
        for path in self.plan.fronts.iter().filter_map(|front| front.socks.as_ref()) {
            // A tor that does not run is passed over; the answer of one that does counts.
            let Ok(mut stream) = UnixStream::connect(path).await else { continue };
            let dialled = socks::connect(&mut stream, host, port, purpose).await;
            dialled.map_err(|_| io::ErrorKind::ConnectionRefused)?;
            return Ok(stream);
        }
        Err(io::ErrorKind::NotConnected.into())
    }
}

impl OnionBackend for SocketBackend {
    fn serve(
        &self,
        arrivals: mpsc::Sender<Arrival>,
        news: mpsc::Sender<Status>,
    ) -> BoxFuture<'_, String> {
        Box::pin(async move {
            let standing = Standing::new(&self.plan.fronts, news);
            let mut fronts = Vec::new();
            for (index, front) in self.plan.fronts.iter().enumerate() {
                let gate = Arc::clone(&self.gate);
                match FrontTask::bind(front, index, gate, Arc::clone(&standing)) {
                    Ok(task) => fronts.push(Box::pin(task.run(arrivals.clone()))),
                    Err(error) => return error.to_string(),
                }
            }
            if fronts.is_empty() {
                return "the settings name no tor".into();
            }
            tokio::select! {
                (never, ..) = select_all(fronts) => match never {},
                never = self.probe(&standing) => match never {},
            }
        })
    }

    fn dial<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, io::Result<BoxStream>> {
        Box::pin(async move {
            let stream = self.connect(target.host(), target.port(), target.purpose()).await?;
            Ok(Box::new(stream) as BoxStream)
        })
    }

    fn end_circuit(&self, circuit: u64) {
        self.gate.end(circuit);
    }
}

#[cfg(test)]
mod tests;
