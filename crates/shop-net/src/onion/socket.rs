//! The backend that is C tor in processes of its own: Debian's tor, one or several.
//!
//! Each tor hands over the streams of its onion service on a Unix socket, with a PROXY line that
//! names their circuit. Connections out go through its SOCKS socket. On its control socket one
//! command is used, `CLOSECIRCUIT`; so whether tor has entered the network is not asked, and the
//! first visitor is what shows that the address can be reached.

mod circuits;
mod control;
mod front;
mod standing;

use std::{io, sync::Arc};

use futures_util::future::select_all;
use tokio::{net::UnixStream, sync::mpsc};

use super::{
    SocketPlan,
    backend::{Arrival, BoxFuture, OnionBackend},
    limits::{ConnectionLimiter, Limits},
};
use crate::{BoxStream, outbound::Target, socks, status::Status};
use front::FrontTask;
use standing::Standing;

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
            match select_all(fronts).await.0 {}
        })
    }

    fn dial<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, io::Result<BoxStream>> {
        Box::pin(async move {
            for path in self.plan.fronts.iter().filter_map(|front| front.socks.as_ref()) {
                // A tor that does not run is passed over; the answer of one that does counts.
                let Ok(mut stream) = UnixStream::connect(path).await else { continue };
                let asked = (target.host(), target.port(), target.purpose());
                let dialled = socks::connect(&mut stream, asked.0, asked.1, asked.2).await;
                dialled.map_err(|_| io::ErrorKind::ConnectionRefused)?;
                return Ok(Box::new(stream) as BoxStream);
            }
            Err(io::ErrorKind::NotConnected.into())
        })
    }

    fn end_circuit(&self, circuit: u64) {
        self.gate.end(circuit);
    }
}

#[cfg(test)]
mod tests;
