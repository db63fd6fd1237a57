//! Replacement of bare answers by answers with the frozen headers.
//!
//! The HTTP library answers what it cannot read by itself, with a status line and nothing else, and
//! has no hook for it. Such an answer would be the one that lacks the frozen headers, so it is
//! replaced on its way out.

use super::filter::WriteFilter;
use crate::{
    guard,
    headers::{self, SandboxPermissions},
    language::Language,
    refusal::Refusal,
};
use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};
use tokio::io::AsyncWrite;

/// Filter that gives every answer the frozen headers.
#[derive(Default)]
pub(super) struct BareErrorFilter {
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

impl BareErrorFilter {
    pub(super) fn new(bare: BareErrorFlag) -> Self {
        Self { bare, ..Self::default() }
    }
}

impl WriteFilter for BareErrorFilter {
    /// Writes what is still to be written in place of a bare answer.
    fn drain<S: AsyncWrite + Unpin>(
        &mut self,
        inner: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while let Some(rest) = self.instead.get(self.written..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut *inner).poll_write(cx, rest))? {
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
