//! Streams to one node, and requests on them.
//!
//! Nothing here is a place on a chain: a restart loses no more than a few streams.

use crate::{transport::Node, watcher::NodeError};
use http_body_util::Full;
use hyper::{
    Request,
    body::Bytes,
    header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST},
};
use shop_http::{Connection, Fault, HttpError, Patience, Sink};
use std::sync::{Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Streams to one node: those in use, and those that wait to be used again.
pub(crate) struct Lines {
    /// One permit for each stream that may be open.
    permits: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

/// A stream in use.
pub(crate) struct Line<'a> {
    connection: Connection,
    /// True if it was used before: the node may have closed it meanwhile.
    pub(crate) is_used: bool,
    _permit: SemaphorePermit<'a>,
}

impl Lines {
    /// Allows this number of streams at a time, and one at least.
    pub(crate) fn new(most: usize) -> Self {
        Self { permits: Semaphore::new(most.max(1)), idle: Mutex::default() }
    }

    /// Returns a stream that was used before, or else a new one.
    pub(crate) async fn line(
        &self,
        node: &Node,
        patience: &Patience,
    ) -> Result<Line<'_>, NodeError> {
        let permit = self.permits.acquire().await.map_err(|_| NodeError::Unreachable)?;
        while let Some(mut connection) = self.take_idle() {
            if connection.is_usable().await {
                return Ok(Line { connection, is_used: true, _permit: permit });
            }
        }
        let connection = Connection::open(&*node.dial, patience).await?;
        Ok(Line { connection, is_used: false, _permit: permit })
    }

    fn take_idle(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Keeps a stream whose last answer was read to its end.
    pub(crate) fn keep(&self, line: Line<'_>) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(line.connection);
    }

    /// Closes all streams not in use: they may lead to a replica that is ill.
    pub(crate) fn close_idle(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Line<'_> {
    /// Posts JSON to a path of the node and hands the answer's body to `sink`.
    /// The body has at most `most` unpacked bytes. After a fault the stream is of no more use.
    pub(crate) async fn post(
        &mut self,
        host: &str,
        path: &str,
        question: String,
        patience: &Patience,
        most: u64,
        sink: Sink<'_, NodeError>,
    ) -> Result<(), Fault<NodeError>> {
        let request = Request::post(path)
            .header(HOST, host)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT_ENCODING, "gzip")
            .body(Full::new(Bytes::from(question)))
            .map_err(|_| Fault::Trouble(NodeError::Unreachable))?;
        self.connection.exchange(request, patience, most, sink).await
    }
}

impl From<HttpError> for NodeError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Unreachable => Self::Unreachable,
            HttpError::Disconnected => Self::Disconnected,
            HttpError::Timeout => Self::Timeout,
            HttpError::TooLarge => Self::TooLarge,
            HttpError::Malformed => Self::Malformed,
        }
    }
}
