//! One request with a body, and its answer.

use crate::{Connection, Dial, Fault, HttpError, Patience};
use http_body_util::Full;
use hyper::{
    Request,
    body::Bytes,
    header::{CONTENT_TYPE, HOST},
};
use std::time::Duration;

/// Answer to a request: status and body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Time the server asks to be left alone, where it says so in seconds.
    pub retry_after: Option<Duration>,
    /// Body; of another status than 200 at most its first 64 KiB.
    pub body: Vec<u8>,
}

/// Posts a JSON document over a new stream, and reads an answer of at most `most` bytes.
///
/// # Errors
/// [`HttpError`]; `host` or `path` are not what a request can have: [`HttpError::Unreachable`].
pub async fn post_json(
    dial: &dyn Dial,
    host: &str,
    path: &str,
    json: Vec<u8>,
    patience: &Patience,
    most: u64,
) -> Result<Reply, HttpError> {
    let request = Request::post(path)
        .header(HOST, host)
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(json)))
        .map_err(|_| HttpError::Unreachable)?;
    send(dial, request, patience, most).await
}

/// Gets a document over a new stream, and reads an answer of at most `most` bytes.
///
/// # Errors
/// As [`post_json`].
pub async fn get(
    dial: &dyn Dial,
    host: &str,
    path: &str,
    patience: &Patience,
    most: u64,
) -> Result<Reply, HttpError> {
    let request = Request::get(path)
        .header(HOST, host)
        .body(Full::new(Bytes::new()))
        .map_err(|_| HttpError::Unreachable)?;
    send(dial, request, patience, most).await
}

/// Sends a request over a new stream, and reads an answer of at most `most` bytes.
///
/// # Errors
/// [`HttpError`].
pub async fn send(
    dial: &dyn Dial,
    request: Request<Full<Bytes>>,
    patience: &Patience,
    most: u64,
) -> Result<Reply, HttpError> {
    let mut connection = Connection::open(dial, patience).await?;
    let mut body = Vec::new();
    let mut keep = |bytes: &[u8]| {
        body.extend_from_slice(bytes);
        Ok::<(), HttpError>(())
    };
    match connection.exchange(request, patience, most, &mut keep).await {
        Ok(()) => Ok(Reply { status: 200, retry_after: None, body }),
        Err(Fault::Refused(refusal)) => Ok(Reply {
            status: refusal.status,
            retry_after: refusal.retry_after,
            body: refusal.body,
        }),
        Err(Fault::Unanswered) => Err(HttpError::Disconnected),
        Err(Fault::Trouble(trouble)) => Err(trouble),
    }
}
