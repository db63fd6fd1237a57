//! Clear web: the shop behind a reverse proxy on this machine, which ends the TLS.
//!
//! The proxy connects to a Unix socket, and writes before each stream where its visitor comes from
//! ([`crate::proxy_line`]). The address ends here: the shop role gets a number that stands for it,
//! by which its limits count. Neither is written or printed anywhere.

mod address_key;
mod visitors;

pub use address_key::AddressKey;

use std::{path::Path, sync::Arc, time::Duration};

use tokio::{
    net::UnixStream,
    sync::{Semaphore, watch},
    time::{MissedTickBehavior, interval},
};
use tokio_util::task::TaskTracker;

use self::visitors::{Visitor, Visitors};
use crate::{
    link::{Ingress, Link, Message},
    pair, proxy_line, pump,
    unix_socket::{SocketAccess, SocketError, UnixSocket},
};

/// Streams that may wait at once for the line of the proxy, which writes it first of all.
const UNNAMED: usize = 64;

/// Interval at which visitors are forgotten.
const FORGETTING: Duration = Duration::from_secs(60);

/// An open door to the clear web.
#[derive(Debug)]
pub struct ClearWeb {
    socket: UnixSocket,
    visitors: Arc<Visitors>,
}

/// Ends what a visitor has open, while the door serves.
#[derive(Clone, Debug)]
pub struct VisitorEnder(Arc<Visitors>);

impl ClearWeb {
    /// Listens for the reverse proxy at this path.
    /// The proxy's user may be another one, of the same group. Needs a running tokio runtime.
    ///
    /// # Errors
    /// See [`SocketError`].
    pub fn bind(path: &Path, key: AddressKey) -> Result<Self, SocketError> {
        let socket = UnixSocket::bind(path, SocketAccess::Group)?;
        Ok(Self { socket, visitors: Arc::new(Visitors::new(key)) })
    }

    /// Returns what ends visitors of this door.
    #[must_use]
    pub fn ender(&self) -> VisitorEnder {
        VisitorEnder(Arc::clone(&self.visitors))
    }

    /// Hands every stream to whichever shop role is there, until dropped.
    /// Streams that arrive while there is none wait for one.
    pub async fn serve(self, shop: watch::Receiver<Option<Arc<Link>>>) {
        let tasks = TaskTracker::new();
        let unnamed = Arc::new(Semaphore::new(UNNAMED));
        let mut forgetting = interval(FORGETTING);
        forgetting.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let stream = tokio::select! {
                stream = self.socket.accept() => stream,
                _ = forgetting.tick() => {
                    self.visitors.forget_idle();
                    continue;
                }
            };
            let Ok(place) = Arc::clone(&unnamed).acquire_owned().await else { return };
            let visitors = Arc::clone(&self.visitors);
            let shop = shop.clone();
            tasks.spawn(async move {
                let mut stream = stream;
                // Whoever names nobody is no proxy of ours, and is not answered.
                let source = proxy_line::read(&mut stream, proxy_line::PATIENCE).await;
                drop(place);
                let Some(visitor) = source.ok().and_then(|source| visitors.enter(source)) else {
                    return;
                };
                tokio::select! {
                    () = hand_over(stream, &visitor, shop) => {}
                    () = visitor.ended() => {}
                }
            });
        }
    }
}

impl VisitorEnder {
    /// Ends all streams of a visitor, by the number the shop role knows.
    /// One who comes again is let in again: the shop role remembers what it has refused.
    pub fn end(&self, number: u64) {
        self.0.end(number);
    }
}

async fn hand_over(
    stream: UnixStream,
    visitor: &Visitor,
    mut shop: watch::Receiver<Option<Arc<Link>>>,
) {
    let Ok(link) = shop.wait_for(Option::is_some).await.map(|link| link.clone()) else { return };
    let (Some(link), Ok((near, theirs))) = (link, pair::new()) else { return };
    let visit = Message::Visit { door: Ingress::Clear, circuit: visitor.number() };
    if link.send(&visit, Some(theirs)).await.is_ok() {
        pump::with_browser(near, visitor.counting(stream), pump::LINGER, || {}).await;
    }
}

#[cfg(test)]
mod tests;
