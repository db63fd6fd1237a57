//! Streams to the fake carrier inside this process.

use super::FakePost;
use shop_http::{BoxFuture, Dial, Stream};
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};

/// Dialer of a fake carrier. No task is started: its server runs while its client reads.
pub struct FakeDial(
    /// The carrier that is reached.
    pub Arc<FakePost>,
);

/// Bytes under way in one direction.
const BUFFER: usize = 64 << 10;

impl Dial for FakeDial {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        let (near, far) = duplex(BUFFER);
        let post = Arc::clone(&self.0);
        let server: BoxFuture<'static, ()> = Box::pin(async move { post.serve(far).await });
        let stream: Box<dyn Stream> = Box::new(Driven { near, server: Some(server) });
        Box::pin(async move { Ok(stream) })
    }
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
