//! The transports that bridges use, kept running for the tor role.

use crate::{config::plan::Plan, transport};
use futures_util::future::{join_all, select_all};
use shop_net::transports::{Running, TransportEvent, TransportProcess};
use std::io;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Each transport, with the names that the seller knows it by.
pub(super) struct Transports(Vec<(String, TransportProcess)>);

/// The ports of all transports, as they change.
#[derive(Clone)]
pub(super) struct Ports(Vec<watch::Receiver<Option<Running>>>);

impl Transports {
    /// Starts those of the settings.
    pub(super) fn start(plan: &Plan) -> Self {
        let programs = plan.tor.iter().flat_map(|tor| tor.programs.clone());
        let start = |program: crate::config::plan::TransportProgram| {
            let folder = plan.dir.transports();
            let names = program.names.clone();
            let shown = names.join(", ");
            let command = move || {
                transport::command(&program, &folder)
                    .map_err(|error| io::Error::other(error.what().to_owned()))
            };
            (shown, TransportProcess::new(names, command))
        };
        Self(programs.map(start).collect())
    }

    /// Returns where their ports are told.
    pub(super) fn ports(&self) -> Ports {
        Ports(self.0.iter().map(|(_, process)| process.running()).collect())
    }

    /// Returns the next event, and whose it is. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> (String, TransportEvent) {
        if self.0.is_empty() {
            return std::future::pending().await;
        }
        let events = self.0.iter_mut().map(|(names, process)| {
            Box::pin(async move {
                let event = process.next().await;
                (names.clone(), event)
            })
        });
        select_all(events).await.0
    }

    /// Ends all of them, at once when `over` is cancelled.
    pub(super) async fn stop(self, over: &CancellationToken) {
        let stopping = self.0.into_iter().map(|(_, process)| process.stop_until(over.cancelled()));
        join_all(stopping).await;
    }
}

impl Ports {
    /// Waits until all transports are ready.
    pub(super) async fn wait(&self) -> io::Result<Vec<Running>> {
        let mut all = Vec::new();
        for running in &self.0 {
            all.push(Running::wait(&mut running.clone()).await?);
        }
        Ok(all)
    }
}
