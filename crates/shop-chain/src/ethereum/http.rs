//! HTTP/1.1 request on a dialled stream, and its answer unpacked as it comes.

use super::{Node, Settings};
use crate::{
    transport::{BoxFuture, Stream},
    watcher::NodeError,
};
use flate2::write::MultiGzDecoder;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, RETRY_AFTER},
};
use hyper_util::rt::TokioIo;
use std::{
    io::{self, Write},
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// Receives the unpacked bytes of an answer, in order and in small pieces.
pub(super) type Sink<'a> = &'a mut (dyn FnMut(&[u8]) -> Result<(), NodeError> + Send);

/// A stream to a node. Bytes move only while a question is open, so no task outlives a call.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: BoxFuture<'static, ()>,
    over: bool,
    /// The moment the last answer ended.
    idle_since: Instant,
}

/// A question that got no good answer.
pub(super) enum Fault {
    /// The stream ended before anything of an answer came: it may have been closed long ago.
    Unanswered,
    /// The node answered, but not with status 200.
    Refused(Refusal),
    Trouble(NodeError),
}

/// An answer with another status than 200.
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    /// The first bytes of its body.
    pub(super) body: Vec<u8>,
}

impl From<NodeError> for Fault {
    fn from(trouble: NodeError) -> Self {
        Self::Trouble(trouble)
    }
}

/// The most of a refusal's body that is read.
const REFUSAL: u64 = 64 << 10;
/// Packed bytes unpacked at a time: gzip makes at most a thousand of each.
const PIECE: usize = 1024;
/// A stream that was idle for longer is not used again.
const LONGEST_IDLE: Duration = Duration::from_secs(60);

impl Connection {
    pub(super) async fn open(node: &Node, settings: &Settings) -> Result<Self, NodeError> {
        let dial = async {
            let stream = node.dial.dial().await.map_err(|_| NodeError::Unreachable)?;
            let io: TokioIo<Box<dyn Stream>> = TokioIo::new(stream);
            http1::handshake(io).await.map_err(|_| NodeError::Disconnected)
        };
        let dialled = timeout(settings.dial_time, dial).await.map_err(|_| NodeError::Timeout)??;
        let (sender, driver) = dialled;
        let driver = Box::pin(async move {
            // How the stream ended shows in the answer that is missing.
            let _ = driver.await;
        });
        Ok(Self { sender, driver, over: false, idle_since: Instant::now() })
    }

    /// Returns true if another question can be sent.
    /// The node may have closed after its last answer.
    pub(super) async fn is_usable(&mut self) -> bool {
        if self.over || self.idle_since.elapsed() > LONGEST_IDLE {
            return false;
        }
        tokio::select! {
            // First, so that an end that has come is noticed before something is sent into it.
            biased;
            () = &mut self.driver => {
                self.over = true;
                false
            }
            ready = self.sender.ready() => ready.is_ok(),
        }
    }

    /// Sends `question` and hands the answer's body to `sink`.
    /// The body has at most `most` unpacked bytes. After a fault the connection is of no more use.
    pub(super) async fn exchange(
        &mut self,
        node: &Node,
        question: String,
        settings: &Settings,
        most: u64,
        sink: Sink<'_>,
    ) -> Result<(), Fault> {
        let request = Request::post(&node.path)
            .header(HOST, &node.host)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT_ENCODING, "gzip")
            .body(Full::new(Bytes::from(question)))
            .map_err(|_| NodeError::Unreachable)?;
        let Self { sender, driver, over, idle_since } = self;
        let answer = async {
            let head = timeout(settings.idle_time, sender.send_request(request));
            let response = head.await.map_err(|_| NodeError::Timeout)?.map_err(|error| {
                let answered = error.is_parse() || error.is_parse_too_large();
                if answered { Fault::Trouble(NodeError::Disconnected) } else { Fault::Unanswered }
            })?;
            if response.status() == StatusCode::OK {
                read_body(response, settings, most, sink).await?;
                return Ok(());
            }
            Err(Fault::Refused(read_refusal(response, settings).await))
        };
        tokio::pin!(answer);
        let result = tokio::select! {
            result = &mut answer => result,
            () = driver => {
                *over = true;
                answer.await
            }
        };
        *idle_since = Instant::now();
        result
    }
}

async fn read_refusal(response: Response<Incoming>, settings: &Settings) -> Refusal {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let mut body = Vec::new();
    let mut keep = |bytes: &[u8]| {
        body.extend_from_slice(bytes);
        Ok(())
    };
    // It only explains the refusal: whatever came of it will do.
    let _ = read_body(response, settings, REFUSAL, &mut keep).await;
    Refusal { status, retry_after, body }
}

/// Reads the seconds of `Retry-After`; the form with a date needs a clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Hands the body to `sink` as it comes.
/// The node has to go on: [`Settings::idle_time`] bounds each pause, [`Settings::floor`] the whole.
async fn read_body(
    response: Response<Incoming>,
    settings: &Settings,
    most: u64,
    sink: Sink<'_>,
) -> Result<(), NodeError> {
    let mut unpacking = Unpacking::new(response.headers(), most, sink)?;
    let mut body = response.into_body();
    if unpacking.is_plain() && body.size_hint().lower() > most {
        return Err(NodeError::TooLarge);
    }
    let began = Instant::now();
    let mut received = 0u64;
    loop {
        let frame =
            timeout(settings.idle_time, body.frame()).await.map_err(|_| NodeError::Timeout)?;
        let Some(frame) = frame else { return unpacking.finish() };
        let frame = frame.map_err(|_| NodeError::Disconnected)?;
        let Some(bytes) = frame.data_ref() else { continue };
        unpacking.take(bytes)?;
        received = received.saturating_add(bytes.len() as u64);
        let earned = Duration::from_secs(received / settings.floor.max(1));
        if began.elapsed() > settings.idle_time.saturating_add(earned) {
            return Err(NodeError::Timeout);
        }
    }
}

/// Decoder that unpacks a body and counts what comes out.
enum Unpacking<'a> {
    Plain(Counted<'a>),
    Gzip(Box<MultiGzDecoder<Counted<'a>>>),
}

struct Counted<'a> {
    sink: Sink<'a>,
    left: u64,
    trouble: Option<NodeError>,
}

impl<'a> Unpacking<'a> {
    fn new(headers: &HeaderMap, most: u64, sink: Sink<'a>) -> Result<Self, NodeError> {
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
            Some(_) => Err(NodeError::Malformed),
        }
    }

    const fn is_plain(&self) -> bool {
        matches!(self, Self::Plain(_))
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), NodeError> {
        match self {
            Self::Plain(counted) => counted.hand_on(bytes),
            Self::Gzip(decoder) => {
                for piece in bytes.chunks(PIECE) {
                    let written = decoder.write_all(piece);
                    let trouble = decoder.get_mut().trouble.take();
                    written.map_err(|_| trouble.unwrap_or(NodeError::Malformed))?;
                }
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<(), NodeError> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Gzip(mut decoder) => {
                let finished = decoder.try_finish();
                let trouble = decoder.get_mut().trouble.take();
                finished.map_err(|_| trouble.unwrap_or(NodeError::Disconnected))
            }
        }
    }
}

impl Counted<'_> {
    fn hand_on(&mut self, bytes: &[u8]) -> Result<(), NodeError> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or(NodeError::TooLarge)?;
        (self.sink)(bytes)
    }
}

impl Write for Counted<'_> {
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
