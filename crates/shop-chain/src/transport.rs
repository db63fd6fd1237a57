//! How this crate reaches a node without opening a socket.

use std::{
    future::{Future, poll_fn},
    io,
    pin::Pin,
    task::Poll,
};
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

/// Runs futures side by side, in this task.
pub(crate) async fn join_all<T>(mut futures: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut all = Poll::Ready(());
        for (future, done) in futures.iter_mut().zip(&mut done) {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *done = Some(value),
                    Poll::Pending => all = Poll::Pending,
                }
            }
        }
        all
    })
    .await;
    done.into_iter().flatten().collect()
}
