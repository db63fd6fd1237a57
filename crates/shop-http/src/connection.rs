//! Stream to a server: requests one after the other, and their answers.

use crate::{
    BoxFuture, Dial, HttpError, Patience, Sink, Stream,
    body::{read_body, retry_after},
};
use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// A stream to a server. Bytes move only while a request is open, so no task outlives a call.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: Driver,
    over: bool,
    /// The moment the last answer ended.
    idle_since: Instant,
}

type Driver = BoxFuture<'static, ()>;

/// A request that got no good answer.
#[derive(Debug)]
pub enum Fault<E> {
    /// The stream ended before anything of an answer came: it may have been closed long ago.
    Unanswered,
    /// The server answered, but not with status 200.
    Refused(Refusal),
    /// The answer did not come, or the caller's sink refused it.
    Trouble(E),
}

/// An answer with another status than 200.
#[derive(Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Time the server asks to be left alone, where it says so in seconds.
    pub retry_after: Option<Duration>,
    /// The first bytes of its body, at most 64 KiB.
    pub body: Vec<u8>,
}

/// The most of a refusal's body that is read.
const REFUSAL: u64 = 64 << 10;
/// A stream that was idle for longer is not used again.
const LONGEST_IDLE: Duration = Duration::from_secs(60);

impl Connection {
    /// Opens a stream, and greets in HTTP/1.1.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`], [`HttpError::Disconnected`] or [`HttpError::Timeout`].
    pub async fn open(dial: &dyn Dial, patience: &Patience) -> Result<Self, HttpError> {
        let opening = async {
            let stream = dial.dial().await.map_err(|_| HttpError::Unreachable)?;
            let io: TokioIo<Box<dyn Stream>> = TokioIo::new(stream);
            http1::handshake(io).await.map_err(|_| HttpError::Disconnected)
        };
        let opened =
            timeout(patience.dial_time, opening).await.map_err(|_| HttpError::Timeout)??;
        let (sender, driver) = opened;
        let driver: Driver = Box::pin(async move {
            // How the stream ended shows in the answer that is missing.
            let _ = driver.await;
        });
        Ok(Self { sender, driver, over: false, idle_since: Instant::now() })
    }

    /// Returns true if another request can be sent.
    /// The server may have closed after its last answer.
    pub async fn is_usable(&mut self) -> bool {
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

    /// Sends `request` and hands the answer's body to `sink`.
    /// The body has at most `most` unpacked bytes. After a fault the connection is of no more use.
    ///
    /// # Errors
    /// [`Fault`]: what came instead of status 200 and a whole body.
    pub async fn exchange<E: From<HttpError>>(
        &mut self,
        request: Request<Full<Bytes>>,
        patience: &Patience,
        most: u64,
        sink: Sink<'_, E>,
    ) -> Result<(), Fault<E>> {
        let Self { sender, driver, over, idle_since } = self;
        let answer = answer(sender, request, patience, most, sink);
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

async fn answer<E: From<HttpError>>(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
    patience: &Patience,
    most: u64,
    sink: Sink<'_, E>,
) -> Result<(), Fault<E>> {
    let trouble = |error: HttpError| Fault::Trouble(E::from(error));
    let head = timeout(patience.idle_time, sender.send_request(request));
    let response = head.await.map_err(|_| trouble(HttpError::Timeout))?.map_err(|error| {
        let is_answered = error.is_parse() || error.is_parse_too_large();
        if is_answered { trouble(HttpError::Disconnected) } else { Fault::Unanswered }
    })?;
    if response.status() == StatusCode::OK {
        return read_body(response, patience, most, sink).await.map_err(Fault::Trouble);
    }
    Err(Fault::Refused(read_refusal(response, patience).await))
}

async fn read_refusal(response: Response<Incoming>, patience: &Patience) -> Refusal {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let mut body = Vec::new();
    let mut keep = |bytes: &[u8]| {
        body.extend_from_slice(bytes);
        Ok::<(), HttpError>(())
    };
    // It only explains the refusal: whatever came of it will do.
    let _ = read_body(response, patience, REFUSAL, &mut keep).await;
    Refusal { status, retry_after, body }
}
