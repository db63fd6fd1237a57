//! Reports of an order's other attestors, from their services.

use crate::{attest::settings::peer_purpose, escrow::published, outbound};
use shop_core::escrow::{Account, SignedReport, Statement};
use shop_http::{BoxFuture, Dial};
use shop_net::shop_side::Dialer;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Time after which a service that has not answered is a silent one.
const SLOW: Duration = Duration::from_secs(15);
/// Time for which a silent service is not asked again.
/// Else each order that waits for its report would hold up what is due for the others.
const SILENCE: Duration = Duration::from_secs(1_800);

/// Source of what an order's other attestors have published.
pub(in crate::attest) trait Reports: Send + Sync {
    /// Returns the reports of those of an order's attestors that are not in `known`.
    fn of_others<'a>(
        &'a self,
        statement: &'a Statement,
        known: Account,
    ) -> BoxFuture<'a, Vec<SignedReport>>;
}

/// Services of other attestors, each reached by a purpose of its own.
pub(in crate::attest) struct Peers(BTreeMap<Account, Peer>);

struct Peer {
    dial: Arc<dyn Dial>,
    host: String,
    /// Time at which it was silent.
    silent: Mutex<Option<Instant>>,
}

impl Peer {
    fn new(dial: Arc<dyn Dial>, host: String) -> Self {
        Self { dial, host, silent: Mutex::default() }
    }

    fn silent(&self) -> MutexGuard<'_, Option<Instant>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a report of an order. None: there is none that counts, or it was silent before.
    async fn report(&self, by: Account, statement: &Statement) -> Option<SignedReport> {
        if self.silent().is_some_and(|since| since.elapsed() < SILENCE) {
            return None;
        }
        let began = Instant::now();
        let told = published::fetch_report(&*self.dial, &self.host, by, statement).await;
        let is_silent = told.is_err() && began.elapsed() >= SLOW;
        *self.silent() = is_silent.then(Instant::now);
        told.ok()
    }
}

impl Peers {
    /// Opens the ways to these. Nothing is dialled yet.
    pub(in crate::attest) fn open<'a>(
        peers: impl IntoIterator<Item = (&'a Account, String)>,
        dialer: &Dialer,
    ) -> Self {
        let peer = |(place, (account, host)): (usize, (&Account, String))| {
            let dial = outbound::by_purpose(dialer, peer_purpose(place));
            (*account, Peer::new(dial, host))
        };
        Self(peers.into_iter().enumerate().map(peer).collect())
    }

    /// Returns one whose service is reached by this way.
    #[cfg(test)]
    pub(in crate::attest) fn one(account: Account, dial: Arc<dyn Dial>) -> Self {
        Self([(account, Peer::new(dial, "peer.onion".into()))].into())
    }
}

impl Reports for Peers {
    fn of_others<'a>(
        &'a self,
        statement: &'a Statement,
        known: Account,
    ) -> BoxFuture<'a, Vec<SignedReport>> {
        Box::pin(async move {
            let mut reports = Vec::new();
            for account in statement.attestors.accounts().iter().filter(|one| **one != known) {
                let Some(peer) = self.0.get(account) else { continue };
                // One that is silent, or has nothing that counts, holds up no other.
                reports.extend(peer.report(*account, statement).await);
            }
            reports
        })
    }
}
