//! Streams, and where they come from.

use std::{future::Future, io, pin::Pin};
use tokio::io::{AsyncRead, AsyncWrite};

/// A future on the heap, so that traits returning one can be made into objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Bytes both ways: a Tor stream, TLS around one, or a loopback socket.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Dialer of one server.
/// The implementor knows which server it is, and over which circuit it is reached.
pub trait Dial: Send + Sync {
    /// Opens a new stream.
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>>;
}
