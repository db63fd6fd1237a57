//! Reports of an order's other attestors, from their services.

use crate::{attest::settings::peer_purpose, escrow::published, outbound};
use shop_core::escrow::{Account, SignedReport, Statement};
use shop_http::{BoxFuture, Dial};
use shop_net::shop_side::Dialer;
use std::{collections::BTreeMap, sync::Arc};

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
}

impl Peers {
    /// Opens the ways to these. Nothing is dialled yet.
    pub(in crate::attest) fn open<'a>(
        peers: impl IntoIterator<Item = (&'a Account, String)>,
        dialer: &Dialer,
    ) -> Self {
        let peer = |(place, (account, host)): (usize, (&Account, String))| {
            let dial = outbound::by_purpose(dialer, peer_purpose(place));
            (*account, Peer { dial, host })
        };
        Self(peers.into_iter().enumerate().map(peer).collect())
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
                let Some(Peer { dial, host }) = self.0.get(account) else { continue };
                // One that is silent, or has nothing that counts, holds up no other.
                let told = published::fetch_report(&**dial, host, *account, statement).await;
                reports.extend(told);
            }
            reports
        })
    }
}
