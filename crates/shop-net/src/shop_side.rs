//! The shop role's side: visitors of every door in one queue, and dialling by purpose.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::UnixStream,
    sync::mpsc,
};

use crate::{
    BoxStream,
    link::{Door, Link, Message},
    outbound::Target,
};

/// Somebody at a door.
#[derive(Debug)]
pub struct Visit {
    /// Which door.
    pub door: Door,
    /// Which circuit; at the preview, a number for this connection alone.
    pub circuit: u64,
    /// What they say and hear.
    pub stream: UnixStream,
}

/// What reaches the shop role.
#[derive(Debug)]
pub enum Event {
    /// Somebody is here.
    Visit(Visit),
    /// Read the catalogue again.
    Reload,
    /// The program's own word to this role.
    Word(serde_json::Value),
    /// Finish what is open, then end. Also when the supervisor is gone.
    Stop,
}

/// The shop role's links.
pub struct ShopSide {
    events: mpsc::Receiver<Event>,
    dialer: Dialer,
    reporter: Reporter,
}

impl ShopSide {
    /// Takes over `link` (whose plan has been read) and serves `targets` to the dialers.
    #[must_use]
    pub fn start(link: Link, targets: Vec<Target>) -> Self {
        let _ = (link, targets);
        todo!()
    }

    /// The next event. After [`Event::Stop`] there is none: it is given again.
    pub async fn next(&mut self) -> Event {
        self.events.recv().await.unwrap_or(Event::Stop)
    }

    /// Dials by purpose.
    #[must_use]
    pub fn dialer(&self) -> Dialer {
        self.dialer.clone()
    }

    /// Tells the supervisor and the doors things.
    #[must_use]
    pub fn reporter(&self) -> Reporter {
        self.reporter.clone()
    }
}

/// Connects to the places on the allow-list, through whichever door leads there.
#[derive(Clone)]
pub struct Dialer {
    targets: Arc<Vec<Target>>,
}

impl Dialer {
    /// Connects to the target of `purpose`, with TLS where the target asks for it.
    ///
    /// # Errors
    /// `NotFound`: no such purpose. `NotConnected`: the door is not there (yet). A target that
    /// cannot be reached is noticed at the first read.
    pub async fn dial(&self, purpose: &str) -> io::Result<BoxStream> {
        let _ = (&self.targets, purpose);
        todo!()
    }

    /// The target's `Host` and whether it is there at all.
    #[must_use]
    pub fn target(&self, purpose: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.purpose() == purpose)
    }
}

/// What the shop role says to others.
#[derive(Clone)]
pub struct Reporter {
    supervisor: Arc<Link>,
}

impl Reporter {
    /// Tells the supervisor; if it is gone, so are we soon.
    pub async fn tell(&self, message: &Message) {
        let _ = self.supervisor.send(message, None).await;
    }

    /// Asks the onion door to end a circuit that abuses us.
    pub async fn end_circuit(&self, circuit: u64) {
        let _ = circuit;
        todo!()
    }
}

impl AsyncRead for Visit {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Visit {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
