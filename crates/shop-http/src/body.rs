//! Body of an answer, unpacked and counted as it comes.

use crate::{HttpError, Patience, Sink};
use flate2::write::MultiGzDecoder;
use http_body_util::BodyExt;
use hyper::{
    Response,
    body::{Body, Incoming},
    header::{CONTENT_ENCODING, HeaderMap, RETRY_AFTER},
};
use std::{
    io::{self, Write},
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// Packed bytes unpacked at a time: gzip makes at most a thousand of each.
const PIECE: usize = 1024;

/// Reads the seconds of `Retry-After`; the form with a date needs a clock.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Hands the body to `sink` as it comes.
/// The server has to go on: [`Patience::idle_time`] bounds each pause, [`Patience::floor`] the
/// whole.
pub(crate) async fn read_body<E: From<HttpError>>(
    response: Response<Incoming>,
    patience: &Patience,
    most: u64,
    sink: Sink<'_, E>,
) -> Result<(), E> {
    let mut unpacking = Unpacking::new(response.headers(), most, sink)?;
    let mut body = response.into_body();
    if unpacking.is_plain() && body.size_hint().lower() > most {
        return Err(HttpError::TooLarge.into());
    }
    let began = Instant::now();
    let mut received = 0u64;
    loop {
        let frame =
            timeout(patience.idle_time, body.frame()).await.map_err(|_| HttpError::Timeout)?;
        let Some(frame) = frame else { return unpacking.finish() };
        let frame = frame.map_err(|_| HttpError::Disconnected)?;
        let Some(bytes) = frame.data_ref() else { continue };
        unpacking.take(bytes)?;
        received = received.saturating_add(bytes.len() as u64);
        let earned = Duration::from_secs(received / patience.floor.max(1));
        if began.elapsed() > patience.idle_time.saturating_add(earned) {
            return Err(HttpError::Timeout.into());
        }
    }
}

/// Decoder that unpacks a body and counts what comes out.
enum Unpacking<'a, E: From<HttpError>> {
    Plain(Counted<'a, E>),
    Gzip(Box<MultiGzDecoder<Counted<'a, E>>>),
}

struct Counted<'a, E> {
    sink: Sink<'a, E>,
    left: u64,
    trouble: Option<E>,
}

impl<'a, E: From<HttpError>> Unpacking<'a, E> {
    fn new(headers: &HeaderMap, most: u64, sink: Sink<'a, E>) -> Result<Self, HttpError> {
        let counted = Counted { sink, left: most, trouble: None };
        let coding = headers.get(CONTENT_ENCODING).map(|coding| coding.as_bytes());
        match coding {
            None => Ok(Self::Plain(counted)),
            Some(coding) if coding.eq_ignore_ascii_case(b"identity") || coding.is_empty() => {
                Ok(Self::Plain(counted))
            }
            Some(coding)
                if coding.eq_ignore_ascii_case(b"gzip")
                    || coding.eq_ignore_ascii_case(b"x-gzip") =>
            {
                Ok(Self::Gzip(Box::new(MultiGzDecoder::new(counted))))
            }
            // Nobody asked for it.
            Some(_) => Err(HttpError::Malformed),
        }
    }

    const fn is_plain(&self) -> bool {
        matches!(self, Self::Plain(_))
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), E> {
        match self {
            Self::Plain(counted) => counted.hand_on(bytes),
            Self::Gzip(decoder) => {
                for piece in bytes.chunks(PIECE) {
                    let written = decoder.write_all(piece);
                    let trouble = decoder.get_mut().trouble.take();
                    written.map_err(|_| trouble.unwrap_or_else(|| HttpError::Malformed.into()))?;
                }
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<(), E> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Gzip(mut decoder) => {
                let finished = decoder.try_finish();
                let trouble = decoder.get_mut().trouble.take();
                finished.map_err(|_| trouble.unwrap_or_else(|| HttpError::Disconnected.into()))
            }
        }
    }
}

impl<E: From<HttpError>> Counted<'_, E> {
    fn hand_on(&mut self, bytes: &[u8]) -> Result<(), E> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or(HttpError::TooLarge)?;
        (self.sink)(bytes)
    }
}

impl<E: From<HttpError>> Write for Counted<'_, E> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.hand_on(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(trouble) => {
                self.trouble = Some(trouble);
                Err(io::Error::other("the answer is not wanted any more"))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
