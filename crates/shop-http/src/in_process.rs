//! Stream to a server inside this process: for fakes, and for tests.

use crate::{BoxFuture, Stream};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};

/// Bytes under way in one direction.
const BUFFER: usize = 64 << 10;

/// Returns a stream to a server that `serve` makes of the far end.
/// No task is started: the server runs while its client reads or writes.
pub fn in_process(serve: impl FnOnce(DuplexStream) -> BoxFuture<'static, ()>) -> Box<dyn Stream> {
    let (near, far) = duplex(BUFFER);
    Box::new(Driven { near, server: Some(serve(far)) })
}

/// The near end of a stream, which also runs the server at the far end.
struct Driven {
    near: DuplexStream,
    server: Option<BoxFuture<'static, ()>>,
}

impl Driven {
    fn drive(&mut self, context: &mut Context<'_>) {
        if let Some(server) = &mut self.server
            && server.as_mut().poll(context).is_ready()
        {
            self.server = None;
        }
    }
}

impl AsyncRead for Driven {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.drive(context);
        Pin::new(&mut self.near).poll_read(context, buffer)
    }
}

impl AsyncWrite for Driven {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.drive(context);
        Pin::new(&mut self.near).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.drive(context);
        Pin::new(&mut self.near).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.drive(context);
        Pin::new(&mut self.near).poll_shutdown(context)
    }
}
