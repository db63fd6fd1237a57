//! Replacement of bare answers by answers with the frozen headers.
//!
//! The HTTP library answers what it cannot read by itself, with a status line and nothing else, and
//! has no hook for it. Such an answer would be the one that lacks the frozen headers, so it is
//! replaced on its way out.

use crate::{
    guard,
    headers::{self, SandboxPermissions},
    language::Language,
    refusal::Refusal,
};
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream on which every answer has the frozen headers.
pub(super) struct BareErrorFilter<S> {
    inner: S,
    /// Answer written in place of a bare one, and how much of it is.
    instead: Vec<u8>,
    written: usize,
    bare: BareErrorFlag,
}

/// Flag that a bare answer was given on a stream.
#[derive(Clone, Debug, Default)]
pub(super) struct BareErrorFlag(Arc<AtomicBool>);

impl BareErrorFlag {
    pub(super) fn was_answered(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A bare answer is written at once and shorter than this.
const LONGEST: usize = 160;

impl<S: AsyncWrite + Unpin> BareErrorFilter<S> {
    pub(super) const fn new(inner: S, bare: BareErrorFlag) -> Self {
        Self { inner, instead: Vec::new(), written: 0, bare }
    }

    /// Writes what is still to be written in place of a bare answer.
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.instead.get(self.written..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut self.inner).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.written += count,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Takes a bare answer, if this is one.
    fn takes(&mut self, bytes: &[u8]) -> bool {
        let Some(refusal) = bare(bytes) else { return false };
        self.instead = dressed(refusal);
        self.written = 0;
        self.bare.0.store(true, Ordering::Relaxed);
        true
    }
}

/// Returns the refusal a bare answer stands for.
fn bare(bytes: &[u8]) -> Option<Refusal> {
    if bytes.len() > LONGEST || !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let status = bytes.strip_prefix(b"HTTP/1.1 ").or_else(|| bytes.strip_prefix(b"HTTP/1.0 "))?;
    match status.get(..3)? {
        b"400" => Some(Refusal::BadRequest),
        b"414" => Some(Refusal::LongAddress),
        b"431" => Some(Refusal::LongHead),
        _ => None,
    }
}

/// Renders the same refusal as it should be: the whole answer.
fn dressed(refusal: Refusal) -> Vec<u8> {
    // What could not be read names no shop, and so no language of one.
    let language = Language::English;
    let mut response = guard::bare(refusal, language);
    headers::freeze(response.headers_mut(), SandboxPermissions::None);
    let body = refusal.bare_page(language);
    let mut bytes = format!("HTTP/1.1 {}\r\n", refusal.status()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    let rest = format!("connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

impl<S: AsyncWrite + Unpin> AsyncWrite for BareErrorFilter<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.drain(cx))?;
        if self.takes(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.drain(cx))?;
        if let [only] = slices
            && self.takes(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        Pin::new(&mut self.inner).poll_write_vectored(cx, slices)
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

impl<S: AsyncRead + Unpin> AsyncRead for BareErrorFilter<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}
