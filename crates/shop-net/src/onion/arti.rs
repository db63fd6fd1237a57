//! The backend that runs inside the tor role: arti.
//!
//! All use of the Tor library is in this module and below. It changes every month, and it may end
//! the process with `exit(1)` when the network declares its version obsolete: only a process of its
//! own may run it, under a supervisor that starts it again.

mod config;
mod door;
mod news;

use std::{
    collections::HashMap,
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};

use arti_client::{IsolationToken, StreamPrefs, TorClient, config::BoolOrAuto};
use tokio::{sync::mpsc, time::sleep};
use tor_rtcompat::PreferredRuntime;

use super::{
    ArtiPlan,
    backend::{Arrival, BoxFuture, OnionBackend},
    limits::{ConnectionLimiter, Limits},
};
use crate::{
    BoxStream,
    outbound::{Target, Via},
    status::Status,
};

/// Log filter of the tor role, as `EnvFilter` directives, with nothing of the Tor library.
/// Below errors the library names relays, and its errors can name targets. A seller hears of it as
/// [`Status`].
pub const LOG_FILTER: &str = "off,shop_net=info,cryptocart=info";

/// The service's name in the library's state folder.
const NICKNAME: &str = "shop";

/// Waits between tries to enter the network.
const RETRY: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(60),
];

/// Longest time without progress into the network before the seller is told.
/// The library itself speaks of a problem after a minute and more.
const QUIET: Duration = Duration::from_secs(15);

/// The client, made when the service starts to serve.
type Client = Arc<TorClient<PreferredRuntime>>;

/// Embedded arti.
pub struct Arti {
    plan: ArtiPlan,
    limits: Limits,
    client: OnceLock<Client>,
    gate: Arc<ConnectionLimiter>,
    /// One token a purpose: streams of two purposes never share a circuit.
    isolation: HashMap<String, IsolationToken>,
    quiet: Duration,
}

impl Arti {
    /// Checks the plan's settings. Nothing is started yet.
    ///
    /// # Errors
    /// The settings make no sense, as a test network can: the reason, in words.
    pub fn new(plan: ArtiPlan, targets: &[Target], limits: Limits) -> Result<Self, String> {
        config::client(&plan)?;
        let tokens = targets.iter().filter(|target| target.via() == Via::Tor);
        let isolation =
            tokens.map(|target| (target.purpose().to_owned(), IsolationToken::new())).collect();
        let gate = ConnectionLimiter::new(limits, super::first_circuit());
        Ok(Self { plan, limits, client: OnceLock::new(), gate, isolation, quiet: QUIET })
    }

    /// Goes as far as publishing, and then serves. Returns the reason to give up.
    async fn live(
        &self,
        arrivals: mpsc::Sender<Arrival>,
        news: mpsc::Sender<Status>,
    ) -> Result<std::convert::Infallible, String> {
        // A second provider in the process is no harm: ours came first, or another ring.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = TorClient::builder()
            .config(config::client(&self.plan)?)
            .create_unbootstrapped_async()
            .await
            .map_err(|error| news::reason(&error))?;
        let client = Arc::clone(self.client.get_or_init(|| client));
        tokio::select! {
            never = news::follow_bootstrap(&client, self.quiet, &news) => match never {},
            entered = enter(&client, &news) => entered,
        }
        if self.plan.client_only {
            return std::future::pending().await;
        }
        let (service, requests) = self.publish(&client)?;
        tokio::select! {
            never = news::follow_service(&service, &client, &news) => match never {},
            () = door::keep(requests, Arc::clone(&self.gate), arrivals) => {}
        }
        Err("the onion service stopped unexpectedly".into())
    }

    fn publish(
        &self,
        client: &Client,
    ) -> Result<
        (
            Arc<tor_hsservice::RunningOnionService>,
            impl futures_util::Stream<Item = tor_hsservice::RendRequest> + use<>,
        ),
        String,
    > {
        // The library remembers introduction points whose keys lived in memory and are gone.
        let remembered = self.plan.state_folder().join("hss").join(NICKNAME);
        if let Err(error) = std::fs::remove_dir_all(remembered)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(format!("cannot clear Tor's state folder: {error}"));
        }
        let config = config::service(&self.limits)?;
        client
            .launch_onion_service_with_hsid(config, self.plan.key.pair())
            .map_err(|error| news::reason(&error))?
            .ok_or_else(|| "the onion service is disabled".to_owned())
    }

    fn prefs(&self, target: &Target) -> Option<StreamPrefs> {
        let mut prefs = StreamPrefs::new();
        prefs.set_isolation(*self.isolation.get(target.purpose())?);
        prefs.connect_to_onion_services(BoolOrAuto::Explicit(true));
        Some(prefs)
    }
}

impl OnionBackend for Arti {
    fn serve(
        &self,
        arrivals: mpsc::Sender<Arrival>,
        news: mpsc::Sender<Status>,
    ) -> BoxFuture<'_, String> {
        Box::pin(async move {
            match self.live(arrivals, news).await {
                Ok(never) => match never {},
                Err(reason) => reason,
            }
        })
    }

    fn dial<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, io::Result<BoxStream>> {
        Box::pin(async move {
            let prefs = self.prefs(target).ok_or(io::ErrorKind::NotFound)?;
            let client = self.client.get().ok_or(io::ErrorKind::NotConnected)?;
            let stream = client
                .connect_with_prefs((target.host(), target.port()), &prefs)
                .await
                .map_err(|_| io::ErrorKind::ConnectionRefused)?;
            Ok(Box::new(stream) as BoxStream)
        })
    }

    fn end_circuit(&self, circuit: u64) {
        self.gate.end(circuit);
    }
}

/// Tries to enter the network until that works.
async fn enter(client: &Client, news: &mpsc::Sender<Status>) {
    let mut waits = RETRY.into_iter();
    let mut wait = Duration::ZERO;
    while let Err(error) = client.bootstrap().await {
        let _ = news.send(Status::Waiting { reason: news::reason(&error) }).await;
        wait = waits.next().unwrap_or(wait);
        sleep(wait).await;
    }
    let _ = news.send(Status::Bootstrap { percent: 100, what: "connected to Tor".into() }).await;
}

#[cfg(test)]
mod tests;
