//! Pace at which an answer has to be read, and the time for which a connection goes on.
//!
//! Through Tor an answer may take long, and a file that is worth something takes hours: what counts
//! is not how long it takes but that it moves. A connection that does not move holds a place for
//! nothing.

use super::filter::WriteFilter;
use std::{
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Sleep, sleep, timeout};

/// An answer of which nobody takes a byte for so long ends its connection.
const STALL: Duration = Duration::from_secs(60);
/// Time between two checks that the last answer of an old connection moves.
const LOOK: Duration = Duration::from_secs(60);
/// Number of bytes that have to be taken in that time: 400 a second.
const LEAST: u64 = 24_000;
/// Number of checks: for six hours.
const MOST_LOOKS: u32 = 360;

/// Number of bytes of a connection's answers that were taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Written(Arc<AtomicU64>);

impl Written {
    fn so_far(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Waits for the end of a connection that is at its last answer, as long as that one moves.
/// Returns nothing if it does not.
pub(super) async fn last_answer<F: Future>(connection: F, written: &Written) -> Option<F::Output> {
    let mut connection = pin!(connection);
    let mut before = written.so_far();
    for _ in 0..MOST_LOOKS {
        if let Ok(ended) = timeout(LOOK, connection.as_mut()).await {
            return Some(ended);
        }
        let now = written.so_far();
        if now - before < LEAST {
            return None;
        }
        before = now;
    }
    None
}

/// Filter that breaks a stream that nobody reads, and counts what is read.
pub(super) struct Pace {
    written: Written,
    /// Timer that runs while a write waits.
    stall: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    pub(super) const fn new(written: Written) -> Self {
        Self { written, stall: None }
    }
}

impl WriteFilter for Pace {
    fn wrote(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if polled.is_pending() {
            let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(STALL)));
            ready!(stall.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        self.stall = None;
        if let Poll::Ready(Ok(count)) = polled {
            self.written.0.fetch_add(count as u64, Ordering::Relaxed);
        }
        polled
    }
}

#[cfg(test)]
mod tests {
    use super::{super::filter::Filtered, *};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        time::Instant,
    };

    /// The reader takes ten bytes in fifty seconds three times, and then nothing.
    #[tokio::test(start_paused = true)]
    async fn unread_answer_breaks_off_and_slowly_read_answer_goes_on() {
        let (mut near, far) = duplex(10);
        let written = Written::default();
        let mut paced = Filtered::new(far, Pace::new(written.clone()));
        let started = Instant::now();
        let writes = async {
            paced.write_all(&[0; 30]).await.unwrap();
            let broke = paced.write_all(&[0; 30]).await.unwrap_err();
            assert_eq!(broke.kind(), io::ErrorKind::TimedOut);
        };
        let reads = async {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_secs(50)).await;
                near.read_exact(&mut [0; 10]).await.unwrap();
            }
        };
        tokio::join!(writes, reads);
        assert_eq!(started.elapsed(), Duration::from_secs(150) + STALL);
        assert_eq!(written.so_far(), 40);
    }

    /// Takes `each` bytes a second from a connection, for `seconds`.
    async fn moves(written: Written, each: u64, seconds: u64) {
        for _ in 0..seconds {
            tokio::time::sleep(Duration::from_secs(1)).await;
            written.0.fetch_add(each, Ordering::Relaxed);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_last_answer_goes_on_while_it_moves_and_not_for_ever() {
        let hour = 3_600;
        for (each, seconds, comes_through, after) in [
            (410, 5 * hour, true, 5 * hour),
            (399, 59, true, 59),
            (390, hour, false, 60),
            (0, hour, false, 60),
            (410, 7 * hour, false, 6 * hour),
        ] {
            let started = Instant::now();
            let written = Written::default();
            let ended = last_answer(moves(written.clone(), each, seconds), &written).await;
            assert_eq!(ended.is_some(), comes_through, "{each} {seconds}");
            assert_eq!(started.elapsed().as_secs(), after, "{each} {seconds}");
        }
    }
}
