//! HTTP service on a stream somebody else opened.

mod bare_errors;
mod filter;
mod pace;

use crate::{
    client::ClientInfo,
    site::{Answering, Site},
};
use axum::{
    body::Body,
    http::{HeaderValue, Request, header},
};
use bare_errors::{BareErrorFilter, BareErrorFlag};
use filter::Filtered;
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use pace::{Pace, Written};
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::Notify,
};

/// End of a connection that ended in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The connection ended as connections do.
    Quietly,
    /// The visitor went on asking for more than anybody may: who can should end its circuit.
    Crowding,
}

/// A connection that ended in disorder. There is nothing to do about it.
#[derive(Debug, thiserror::Error)]
#[error("the connection broke")]
pub struct ServeError;

/// Seconds a request's head may take, and a connection may wait between requests.
const HEAD_SECONDS: u64 = 15;
/// Seconds one connection lives; browsers open another without a word.
/// An answer that it is at then goes on for as long as it moves. A connection that waits for a
/// request is not closed at that moment, because a request may be on its way: the next answer is
/// its last, or it ends as any that waits too long.
const LIFE_SECONDS: u64 = 300;
/// Longest head in bytes.
/// The guard lets less through, so that its page explains what was too long.
const BUFFER: usize = 16 * 1024;

/// Serves one connection until it ends.
/// `site` is what [`crate::router()`] made, or a [`crate::service::ServiceSite`].
///
/// # Errors
/// [`ServeError`] if the other side broke off, was too slow, or spoke no HTTP.
pub async fn serve_connection<S>(
    stream: S,
    visit: ClientInfo,
    site: impl Site,
) -> Result<Ended, ServeError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    site.count_connection(visit);
    let written = Written::default();
    let bare = BareErrorFlag::default();
    let paced = Filtered::new(stream, Pace::new(written.clone()));
    let stream = Filtered::new(paced, BareErrorFilter::new(bare.clone()));
    let ended = serve(stream, visit, &site, &written).await;
    // What the HTTP library refused by itself came to no page of ours, and counts all the same.
    if bare.was_answered() {
        site.strike(visit);
    }
    if site.is_out(visit) { Ok(Ended::Crowding) } else { ended.map(|()| Ended::Quietly) }
}

async fn serve<S>(
    stream: S,
    visit: ClientInfo,
    site: &impl Site,
    written: &Written,
) -> Result<(), ServeError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    if site.is_out(visit) {
        return Ok(());
    }
    let out = Arc::new(Notify::new());
    let over = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&out);
    let of = site.clone();
    let closes = Arc::clone(&over);
    let service = service_fn(move |request: Request<Incoming>| {
        if of.is_out(visit) {
            told.notify_one();
        }
        let is_last = closes.load(Ordering::Relaxed);
        if let Some(answer) = of.at_once(&request, visit) {
            return perhaps_last(Answering::from(answer), is_last);
        }
        // What has no body needs no box for one.
        let boxed = |body: Incoming| {
            if body.is_end_stream() { Body::empty() } else { Body::new(body) }
        };
        let mut request = request.map(boxed);
        request.extensions_mut().insert(visit);
        perhaps_last(of.routed(request), is_last)
    });
    let mut connection = pin!(
        http1::Builder::new()
            // A date tells how the machine's clock drifts, and that tells machines apart.
            .auto_date_header(false)
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(HEAD_SECONDS))
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(stream), service)
    );
    tokio::select! {
        ended = connection.as_mut() => ended.map_err(|_| ServeError),
        () = out.notified() => Ok(()),
        () = tokio::time::sleep(Duration::from_secs(LIFE_SECONDS)) => {
            over.store(true, Ordering::Relaxed);
            let ended = pace::last_answer(connection, written).await;
            ended.and_then(Result::ok).ok_or(ServeError)
        }
    }
}

/// Returns the answer; the last one says that the connection ends with it.
fn perhaps_last(answering: Answering, is_last: bool) -> Answering {
    if !is_last {
        return answering;
    }
    Answering::Routed(Box::pin(async move {
        let mut response = match answering.await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        response
    }))
}
