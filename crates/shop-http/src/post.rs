//! One request with a body, and its answer.

use crate::{Connection, Dial, Fault, HttpError, Patience};
use http_body_util::Full;
use hyper::{
    Request,
    body::Bytes,
    header::{CONTENT_TYPE, HOST},
};

/// Answer to a request: status and body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
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
    exchange(dial, request, patience, most).await
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
    exchange(dial, request, patience, most).await
}

async fn exchange(
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
        Ok(()) => Ok(Reply { status: 200, body }),
        Err(Fault::Refused(refusal)) => Ok(Reply { status: refusal.status, body: refusal.body }),
        Err(Fault::Unanswered) => Err(HttpError::Disconnected),
        Err(Fault::Trouble(trouble)) => Err(trouble),
    }
}
