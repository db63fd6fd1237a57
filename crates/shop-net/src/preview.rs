//! The loopback preview: the shop on this machine, with or without Tor.
//!
//! The shop is given one end of a Unix pair, never the accepted socket itself: a TCP socket can be
//! disconnected and pointed elsewhere, and would still live in this process's network.

mod guests;

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU64, atomic::Ordering},
    time::Duration,
};

use shop_core::kind::{HasKind, Kind};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};
use tokio_util::task::TaskTracker;

use self::guests::{Guest, Guests};
use crate::{
    link::{Ingress, Link, Message},
    pair, pump,
};

/// Connections open at once: a browser or two, and a benchmark.
/// Whoever comes then takes the place of the one that has been silent for longest.
const CONNECTIONS: usize = 512;

/// Pause for the system to recover when it has no descriptor for a visitor.
const BREATH: Duration = Duration::from_millis(100);

/// Errors of opening the preview.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// Not an address of this machine alone.
    #[error("the preview can only use 127.0.0.1 or ::1")]
    NotLoopback,
    /// The port is taken, or may not be used.
    #[error("cannot open the preview: {0}")]
    Io(#[from] std::io::Error),
}

impl HasKind for PreviewError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

/// An open preview.
#[derive(Debug)]
pub struct Preview {
    listener: TcpListener,
    connections: usize,
}

impl Preview {
    /// Opens the preview.
    ///
    /// # Errors
    /// `at` is not loopback, or the port is taken.
    pub async fn bind(at: SocketAddr) -> Result<Self, PreviewError> {
        if !at.ip().is_loopback() {
            return Err(PreviewError::NotLoopback);
        }
        Ok(Self { listener: TcpListener::bind(at).await?, connections: CONNECTIONS })
    }

    /// Returns the address it opened at, with the port when 0 was asked for.
    ///
    /// # Errors
    /// The system failed.
    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Hands every connection to whichever shop role is there, until dropped.
    /// Connections that arrive while there is none wait for one.
    pub async fn serve(self, shop: watch::Receiver<Option<Arc<Link>>>) {
        let visits = AtomicU64::new(0);
        let guests = Guests::new(self.connections);
        let tasks = TaskTracker::new();
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                sleep(BREATH).await;
                continue;
            };
            let circuit = visits.fetch_add(1, Ordering::Relaxed);
            let shop = shop.clone();
            let guest = guests.enter();
            tasks.spawn(async move {
                tokio::select! {
                    () = hand_over(stream, circuit, shop, &guest) => {}
                    () = guest.sent_away() => {}
                }
            });
        }
    }
}

async fn hand_over(
    stream: TcpStream,
    circuit: u64,
    mut shop: watch::Receiver<Option<Arc<Link>>>,
    guest: &Guest,
) {
    let Ok(link) = shop.wait_for(Option::is_some).await.map(|link| link.clone()) else { return };
    let (Some(link), Ok((near, theirs)), Ok(())) = (link, pair::new(), stream.set_nodelay(true))
    else {
        return;
    };
    let visit = Message::Visit { door: Ingress::Preview, circuit };
    if link.send(&visit, Some(theirs)).await.is_ok() {
        pump::with_browser(near, stream, pump::LINGER, || guest.moved()).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::shop_side::{Event, ShopSide};

    #[tokio::test]
    async fn a_visitor_of_the_preview_reaches_the_shop() {
        let preview = Preview::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let at = preview.local_addr().unwrap();
        let (to_shop, theirs) = Link::pair().unwrap();
        let mut shop = ShopSide::start(Link::from_fd(theirs).unwrap(), Vec::new());
        let (_sender, links) = watch::channel(Some(Arc::new(to_shop)));
        let browser = async {
            let mut stream = TcpStream::connect(at).await.unwrap();
            stream.write_all(b"GET /\r\n").await.unwrap();
            let mut page = String::new();
            stream.read_to_string(&mut page).await.unwrap();
            page
        };
        let pages = async {
            let Event::Visit(mut visit) = shop.next().await else { panic!("a visit comes first") };
            assert_eq!(visit.door, Ingress::Preview);
            let mut request = [0; 7];
            visit.stream.read_exact(&mut request).await.unwrap();
            visit.stream.write_all(b"welcome").await.unwrap();
        };
        let page = tokio::select! {
            (page, ()) = async { tokio::join!(browser, pages) } => page,
            () = preview.serve(links) => panic!("the preview serves until dropped"),
        };
        assert_eq!(page, "welcome");
    }

    #[tokio::test]
    async fn a_visitor_who_comes_before_the_shop_is_ready_waits_for_it() {
        let preview = Preview::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let at = preview.local_addr().unwrap();
        let (sender, links) = watch::channel(None);
        let visit = async {
            let _stream = TcpStream::connect(at).await.unwrap();
            let (to_shop, theirs) = Link::pair().unwrap();
            sender.send(Some(Arc::new(to_shop))).unwrap();
            Link::from_fd(theirs).unwrap().recv().await.unwrap().0
        };
        let message = tokio::select! {
            message = visit => message,
            () = preview.serve(links) => panic!("the preview serves until dropped"),
        };
        assert!(message == Message::Visit { door: Ingress::Preview, circuit: 0 });
    }

    /// Two connections are held open by somebody who says nothing; there is room for two.
    #[tokio::test]
    async fn silent_connections_do_not_keep_a_visitor_out() {
        let mut preview = Preview::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        preview.connections = 2;
        let at = preview.local_addr().unwrap();
        let (to_shop, theirs) = Link::pair().unwrap();
        let mut shop = ShopSide::start(Link::from_fd(theirs).unwrap(), Vec::new());
        let (_sender, links) = watch::channel(Some(Arc::new(to_shop)));
        let mut silent = Vec::new();
        let visits = async {
            let mut held = Vec::new();
            for _ in 0..2 {
                silent.push(TcpStream::connect(at).await.unwrap());
                let Event::Visit(visit) = shop.next().await else { panic!("a visit comes") };
                held.push(visit);
            }
            let mut browser = TcpStream::connect(at).await.unwrap();
            let Event::Visit(mut visit) = shop.next().await else { panic!("a visit comes") };
            visit.stream.write_all(b"welcome").await.unwrap();
            drop(visit);
            let mut page = String::new();
            browser.read_to_string(&mut page).await.unwrap();
            // The first of them was the longest silent.
            assert_eq!(silent[0].read(&mut [0]).await.unwrap(), 0);
            page
        };
        let page = tokio::select! {
            page = visits => page,
            () = preview.serve(links) => panic!("the preview serves until dropped"),
        };
        assert_eq!(page, "welcome");
    }

    #[tokio::test]
    async fn the_preview_is_for_this_machine_alone() {
        for at in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
            let refused = Preview::bind(at.parse().unwrap()).await;
            assert!(matches!(refused, Err(PreviewError::NotLoopback)));
        }
    }
}
