//! Reports on the library in words for the seller, without addresses, relays or hosts.

use std::{convert::Infallible, time::Duration};

use arti_client::{
    ErrorKind, HasKind as _,
    status::{BlockageKind, BootstrapStatus},
};
use futures_util::StreamExt as _;
use tokio::{sync::mpsc, time::timeout};
use tor_hsservice::{RunningOnionService, status::State};

use super::Client;
use crate::status::Status;

/// Message for the time in which Tor says nothing.
const SILENCE: &str =
    "the Tor network does not respond; this machine may be offline, or Tor may be blocked";

/// Reports progress into the network, for as long as it is polled.
/// Reports the silence when there is no progress for a `quiet` while.
pub(super) async fn follow_bootstrap(
    client: &Client,
    quiet: Duration,
    news: &mpsc::Sender<Status>,
) -> Infallible {
    let mut events = client.bootstrap_events();
    let mut last = None;
    loop {
        let status = match timeout(quiet, events.next()).await {
            Ok(Some(status)) => in_words(&status),
            Ok(None) => std::future::pending().await,
            Err(_) => Status::Waiting { reason: SILENCE.into() },
        };
        if last.as_ref() != Some(&status) {
            last = Some(status.clone());
            let _ = news.send(status).await;
        }
    }
}

/// Reports if the service can be reached, for as long as it is polled.
pub(super) async fn follow_service(
    service: &RunningOnionService,
    client: &Client,
    news: &mpsc::Sender<Status>,
) -> Infallible {
    let mut events = service.status_events();
    let mut last = None;
    loop {
        let state = match events.next().await {
            Some(status) => status.state(),
            None => std::future::pending().await,
        };
        let offline = client.bootstrap_status().blocked().map(|why| blocked(&why.kind()));
        let status = match (state, offline) {
            (State::Running | State::DegradedReachable, _) => Status::Reachable,
            (_, Some(reason)) => Status::Waiting { reason: reason.into() },
            (State::Bootstrapping | State::Shutdown, None) => Status::Announcing,
            (_, None) => {
                Status::Waiting { reason: "the shop has to be announced to Tor again".into() }
            }
        };
        if last.as_ref() != Some(&status) {
            last = Some(status.clone());
            let _ = news.send(status).await;
        }
    }
}

fn in_words(status: &BootstrapStatus) -> Status {
    if let Some(why) = status.blocked() {
        return Status::Waiting { reason: blocked(&why.kind()).into() };
    }
    let percent = percent(status.as_frac());
    let what = match percent {
        0..15 => "connecting to Tor",
        15..100 => "downloading Tor's list of relays",
        _ => "connected to Tor",
    };
    Status::Bootstrap { percent, what: what.into() }
}

/// Returns a share as percent.
/// The library counts from 0 to 1 in floats; `as` takes what lies outside to the nearest end.
#[expect(clippy::float_arithmetic, reason = "the library counts in floats")]
fn percent(fraction: f32) -> u8 {
    ((fraction * 100.0) as u8).min(100)
}

fn blocked(kind: &BlockageKind) -> &'static str {
    match kind {
        BlockageKind::Offline => "this machine seems to be offline",
        BlockageKind::Filtering => "something seems to block the connection to Tor",
        BlockageKind::ClockSkewed => "this machine's clock is wrong, and Tor needs the right time",
        BlockageKind::CantBootstrap => "Tor's list of relays cannot be downloaded right now",
        _ => "Tor cannot be reached from this machine",
    }
}

/// Returns the reason of an error of the library.
/// Its own text can hold hosts and relays, so only its kind is used, except for folders, where
/// the seller needs to know which.
pub(super) fn reason(error: &arti_client::Error) -> String {
    match error.kind() {
        ErrorKind::FsPermissions => format!(
            "Tor does not trust the permissions of its folder; other users must not be able to \
             write to it or to any folder above it ({}). If they cannot, {ANEW}",
            source(error)
        ),
        ErrorKind::PersistentStateAccessFailed
        | ErrorKind::PersistentStateCorrupted
        | ErrorKind::CacheAccessFailed
        | ErrorKind::CacheCorrupted
        // The settings were checked before; this kind is also a cache that is no database.
        | ErrorKind::InvalidConfig => {
            folder(&source(error))
        }
        ErrorKind::LocalResourceAlreadyInUse => {
            "another program is using Tor's folder; is the shop already running?".into()
        }
        ErrorKind::SoftwareDeprecated => {
            "the Tor network says that this program is too old; please upgrade".into()
        }
        ErrorKind::LocalResourceExhausted => "this machine is out of memory or file handles".into(),
        ErrorKind::TorAccessFailed
        | ErrorKind::TorNetworkTimeout
        | ErrorKind::TorDirectoryError
        | ErrorKind::DirectoryExpired
        | ErrorKind::LocalNetworkError => "Tor cannot be reached from this machine".into(),
        other => format!("Tor does not work right now ({other})"),
    }
}

/// Remedy for rubbish in Tor's own folder: nothing in it is lost that does not come back.
const ANEW: &str = "close the shop, move its folder state/tor away and open the shop again: Tor \
     creates a new one, and the address stays the same";

/// Returns the fault of Tor's own folder, and the remedy.
fn folder(cause: &str) -> String {
    format!("Tor cannot use its folder ({cause}). To fix this, {ANEW}")
}

/// Returns the innermost cause.
fn source(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(deeper) = inner.source() {
        inner = deeper;
    }
    inner.to_string()
}
