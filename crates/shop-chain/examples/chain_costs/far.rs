//! Distance: a loopback port before a node, which passes every byte on a while later.

use shop_chain::{
    BoxFuture,
    transport::{Dial, Stream},
};
use std::{
    io,
    net::TcpListener as Listener,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream},
    net::TcpListener,
    sync::mpsc::unbounded_channel,
    time::{Instant, sleep, sleep_until},
};

/// Opens a stream to a node in this process.
#[expect(clippy::disallowed_methods, reason = "a benchmark's node needs no lifecycle")]
pub(crate) fn served<F>(
    node: impl FnOnce(DuplexStream) -> F,
) -> BoxFuture<'static, io::Result<Box<dyn Stream>>>
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let (near, far) = tokio::io::duplex(1 << 16);
    let serving = node(far);
    Box::pin(async {
        // The watcher may go whenever it has heard enough.
        tokio::spawn(async { drop(serving.await) });
        Ok(Box::new(near) as Box<dyn Stream>)
    })
}

/// A line to a node.
#[derive(Clone, Copy, Default)]
pub(crate) struct Line {
    /// The way there and back.
    pub(crate) delay: Duration,
    /// Bytes a second that come back on each stream; 0 for no limit.
    pub(crate) rate: u64,
}

/// Bytes and streams to a node.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) asked: AtomicU64,
    pub(crate) told: AtomicU64,
    open: AtomicUsize,
    pub(crate) most_open: AtomicUsize,
}

impl Counts {
    /// Returns the bytes of both directions.
    pub(crate) fn bytes(&self) -> u64 {
        self.asked.load(SeqCst) + self.told.load(SeqCst)
    }
}

/// Puts a node behind a port at this distance. Returns the port.
#[expect(clippy::disallowed_methods, reason = "a benchmark over loopback")]
pub(crate) fn listen(node: Arc<dyn Dial>, line: Line, counts: Arc<Counts>) -> io::Result<u16> {
    let listener = Listener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    let listener = TcpListener::from_std(listener)?;
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let node = Arc::clone(&node);
            let counts = Arc::clone(&counts);
            tokio::spawn(async move {
                // A stream is opened by a question and an answer, as any other.
                sleep(line.delay).await;
                let Ok(far) = node.dial().await else { return };
                let now = counts.open.fetch_add(1, SeqCst) + 1;
                counts.most_open.fetch_max(now, SeqCst);
                carry_both(near, far, line, &counts).await;
                counts.open.fetch_sub(1, SeqCst);
            });
        }
    });
    Ok(port)
}

async fn carry_both(near: tokio::net::TcpStream, far: Box<dyn Stream>, line: Line, to: &Counts) {
    // Small answers are not held back to be sent with later ones.
    let _ = near.set_nodelay(true);
    let (near_out, near_in) = near.into_split();
    let (far_out, far_in) = tokio::io::split(far);
    let there = Line { rate: 0, ..line };
    let asking = carry(near_out, far_in, there, &to.asked);
    let telling = carry(far_out, near_in, line, &to.told);
    // One side may go whenever it has heard enough.
    tokio::select! {
        _ = asking => {}
        _ = telling => {}
    }
}

async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    line: Line,
    count: &AtomicU64,
) -> io::Result<()> {
    let (put, mut take) = unbounded_channel::<(Instant, Vec<u8>)>();
    let reading = async {
        let mut free = Instant::now();
        let mut piece = vec![0; 16 << 10];
        loop {
            let read = from.read(&mut piece).await?;
            if read == 0 {
                return io::Result::Ok(());
            }
            count.fetch_add(read as u64, SeqCst);
            free = free.max(Instant::now());
            if let Some(micros) = (read as u64 * 1_000_000).checked_div(line.rate) {
                free += Duration::from_micros(micros);
            }
            if put.send((free + line.delay / 2, piece[..read].to_vec())).is_err() {
                return Ok(());
            }
        }
    };
    let writing = async {
        while let Some((due, piece)) = take.recv().await {
            sleep_until(due).await;
            to.write_all(&piece).await?;
        }
        io::Result::Ok(())
    };
    tokio::select! {
        done = reading => done,
        done = writing => done,
    }
}
