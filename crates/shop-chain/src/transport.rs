//! How this crate reaches a node without opening a socket.

use std::{future::Future, io, pin::Pin};
use tokio::io::{AsyncRead, AsyncWrite};

/// A future on the heap, so that traits returning one can be made into objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Bytes both ways: a Tor stream, TLS around one, or a loopback socket.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Opens a stream to one node. Which node, and over which circuit, the implementor knows.
pub trait Dial: Send + Sync {
    /// Opens a new stream.
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>>;
}
