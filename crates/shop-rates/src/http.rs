//! Requests to a source's server.

use crate::source_error::SourceError;
use http_body_util::Full;
use hyper::{
    Request,
    body::Bytes,
    header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, HOST, USER_AGENT},
};
use shop_http::{Dial, Patience};
use std::sync::Arc;

/// Server of a source.
#[derive(Clone)]
pub struct Server {
    /// Dialer of streams to it, TLS included where it is wanted.
    pub dial: Arc<dyn Dial>,
    /// Value of the `Host` header.
    pub host: String,
    /// Path in front of the source's own; empty, or without a slash at its end.
    pub prefix: String,
}

/// Most unpacked bytes of an honest answer: a price node lists some hundred prices.
const MOST: u64 = 256 << 10;
/// Word that says nothing of this program. Some servers refuse whoever sends none.
const AGENT: &str = "Mozilla/5.0";

impl Server {
    /// Gets a document over a stream of its own.
    pub(crate) async fn get(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        let path = format!("{}{path}", self.prefix);
        let request = Request::get(path)
            .header(HOST, &self.host)
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "application/json")
            .header(ACCEPT_ENCODING, "gzip")
            .header(CONNECTION, "close")
            .body(Full::new(Bytes::new()))
            .map_err(|_| SourceError::Unreachable)?;
        let reply = shop_http::send(&*self.dial, request, &Patience::default(), MOST).await?;
        match reply.status {
            200 => Ok(reply.body),
            status => Err(SourceError::from_status(status, reply.retry_after)),
        }
    }
}
