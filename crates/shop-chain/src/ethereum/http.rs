//! HTTP requests to a node: JSON posted on a dialled stream.

use super::{Node, Settings};
use crate::watcher::NodeError;
use http_body_util::Full;
use hyper::{
    Request,
    body::Bytes,
    header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST},
};
use shop_http::{Connection, Fault, HttpError, Patience, Sink};

impl Settings {
    /// Returns the patience with a stream.
    pub(super) const fn patience(&self) -> Patience {
        Patience { dial_time: self.dial_time, idle_time: self.idle_time, floor: self.floor }
    }
}

/// Sends `question` and hands the answer's body to `sink`.
/// The body has at most `most` unpacked bytes. After a fault the connection is of no more use.
pub(super) async fn exchange(
    connection: &mut Connection,
    node: &Node,
    question: String,
    settings: &Settings,
    most: u64,
    sink: Sink<'_, NodeError>,
) -> Result<(), Fault<NodeError>> {
    let request = Request::post(&node.path)
        .header(HOST, &node.host)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT_ENCODING, "gzip")
        .body(Full::new(Bytes::from(question)))
        .map_err(|_| Fault::Trouble(NodeError::Unreachable))?;
    connection.exchange(request, &settings.patience(), most, sink).await
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
