//! Stream with a filter of what is written on it.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Filter of what is written on a stream. It changes nothing where a method is left out.
pub(super) trait WriteFilter: Unpin {
    /// Writes what the filter itself has to write, before anything else is written.
    fn drain<S: AsyncWrite + Unpin>(
        &mut self,
        _inner: &mut S,
        _cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Takes these bytes in place of the stream. Returns false if they are the stream's.
    fn takes(&mut self, _bytes: &[u8]) -> bool {
        false
    }

    /// Sees the result of each write. Returns the result that the writer is told.
    fn wrote(
        &mut self,
        _cx: &mut Context<'_>,
        polled: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        polled
    }
}

/// A stream whose writes pass a filter. Reads pass by it.
pub(super) struct Filtered<S, F> {
    inner: S,
    filter: F,
}

impl<S, F> Filtered<S, F> {
    pub(super) const fn new(inner: S, filter: F) -> Self {
        Self { inner, filter }
    }
}

impl<S: AsyncWrite + Unpin, F: WriteFilter> Filtered<S, F> {
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.filter.drain(&mut self.inner, cx)
    }
}

impl<S: AsyncWrite + Unpin, F: WriteFilter> AsyncWrite for Filtered<S, F> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.drain(cx))?;
        if self.filter.takes(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let polled = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.filter.wrote(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.drain(cx))?;
        if let [only] = slices
            && self.filter.takes(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        let polled = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.filter.wrote(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.drain(cx))?;
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.drain(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + Unpin, F: Unpin> AsyncRead for Filtered<S, F> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}
