//! HTTP on a stream somebody else opened.

mod dressed;

use crate::router::{Answering, Routes};
use axum::{
    body::Body,
    http::{Extensions, Request},
};
use dressed::Dressed;
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::Notify,
};

/// How a visitor came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// Through the onion service.
    Onion,
    /// On the seller's own machine.
    Preview,
}

/// What is known about a visitor: nothing but the way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Visit {
    /// The way in.
    pub door: Door,
    /// The Tor circuit, as a number without meaning: all that limits can hold on to.
    pub circuit: u64,
}

impl Visit {
    /// How a request came in. Who calls without a visit is a test or a benchmark on this machine.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self { door: Door::Preview, circuit: 0 })
    }
}

/// How a connection ended, where it did so in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As connections end.
    Quietly,
    /// It went on asking for more than anybody may: who can should end its circuit.
    Crowding,
}

/// Counts what a connection asked for in vain. An extension of its requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strikes(Arc<AtomicU32>);

/// So many refusals for crowding are an accident: a reader with many tabs, say. More are not.
const MOST_STRIKES: u32 = 30;

impl Strikes {
    /// One more.
    pub(crate) fn strike(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn are_out(&self) -> bool {
        self.0.load(Ordering::Relaxed) > MOST_STRIKES
    }
}

/// A connection that ended in disorder. There is nothing to do about it.
#[derive(Debug, thiserror::Error)]
#[error("the connection broke")]
pub struct ServeError;

/// How long a request's head may take, and how long a connection may wait between requests.
const HEAD_SECONDS: u64 = 15;
/// How long one connection lives; browsers open another without a word.
const LIFE_SECONDS: u64 = 300;
/// How long a last answer may take then.
const LAST_SECONDS: u64 = 60;
/// More than the guard lets through, so that the guard's page explains what was too long.
const BUFFER: usize = 16 * 1024;

/// Serves one connection until it ends. `router` is what [`crate::router()`] made; a clone is cheap.
///
/// # Errors
/// [`ServeError`] if the other side broke off, was too slow, or spoke no HTTP.
pub async fn serve_connection<S>(
    stream: S,
    visit: Visit,
    router: Routes,
) -> Result<Ended, ServeError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let strikes = Strikes::default();
    let (theirs, out) = (strikes.clone(), Arc::new(Notify::new()));
    let told = Arc::clone(&out);
    let service = service_fn(move |request: Request<Incoming>| {
        if theirs.are_out() {
            told.notify_one();
        }
        if let Some(answer) = router.at_once(&request, visit, Some(&theirs)) {
            return Answering::from(answer);
        }
        // What has no body needs no box for one.
        let boxed = |body: Incoming| {
            if body.is_end_stream() { Body::empty() } else { Body::new(body) }
        };
        let mut request = request.map(boxed);
        request.extensions_mut().insert(visit);
        request.extensions_mut().insert(theirs.clone());
        router.routed(request)
    });
    let mut connection = pin!(
        http1::Builder::new()
            // A date tells how the machine's clock drifts, and that tells machines apart.
            .auto_date_header(false)
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(HEAD_SECONDS))
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(Dressed::new(stream)), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => {
            let crowding = strikes.are_out();
            let how = if crowding { Ended::Crowding } else { Ended::Quietly };
            return ended.map(|()| how).map_err(|_| ServeError);
        }
        () = out.notified() => return Ok(Ended::Crowding),
        () = tokio::time::sleep(Duration::from_secs(LIFE_SECONDS)) => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(Duration::from_secs(LAST_SECONDS), connection).await
        }
    };
    ended.map_err(|_| ServeError)?.map_err(|_| ServeError)?;
    Ok(Ended::Quietly)
}
