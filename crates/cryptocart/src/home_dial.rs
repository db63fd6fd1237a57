//! Connections of a command through Tor, each by its purpose.

use crate::{config::plan::NodeUrl, home_tor::HomeTor};
use data_encoding::HEXLOWER;
use shop_chain::transport::{BoxFuture, Dial, Node, Stream};
use shop_core::entropy::{self, Entropy};
use shop_net::{
    outbound::{Target, TargetError, Via},
    shop_side::Dialer,
    socks_dialer::{SocksDialer, SocksPort},
};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Longest time until a process of Tor that was just started takes its first connection.
const FIRST: Duration = Duration::from_secs(5);
/// Pause before that is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// The way to some nodes, each on circuits of its own.
pub(crate) struct HomeDialer {
    way: Way,
    /// Beginning of the names of purposes, which end with the number of a node.
    prefix: String,
    has_no_tor: Arc<AtomicBool>,
}

/// The Tor that leads to nodes.
#[derive(Clone)]
enum Way {
    /// That of this machine. It also leads to this machine itself.
    Socks(SocksDialer, SocksPort),
    /// The one that is built in.
    BuiltIn(Dialer),
}

/// Returns the targets of some nodes.
///
/// # Errors
/// The prefix is too long for the name of a purpose, or has other letters than a name may have.
pub(crate) fn targets<'a>(
    nodes: impl Iterator<Item = &'a NodeUrl>,
    prefix: &str,
) -> Result<Vec<Target>, TargetError> {
    let target = |(number, url): (usize, &NodeUrl)| url.target(&purpose(prefix, number));
    (1..).zip(nodes).map(target).collect()
}

impl HomeDialer {
    /// Opens the way through the tor of this machine. Nothing is dialled yet.
    pub(crate) fn new(
        targets: Vec<Target>,
        prefix: &str,
        port: &SocksPort,
        entropy: &dyn Entropy,
    ) -> Self {
        let dialer = SocksDialer::new(targets, port.clone(), &session(entropy));
        Self::with(Way::Socks(dialer, port.clone()), prefix)
    }

    /// Opens the way through the Tor that is built in.
    pub(crate) fn through(tor: &HomeTor, prefix: &str) -> Self {
        Self::with(Way::BuiltIn(tor.dialer()), prefix)
    }

    fn with(way: Way, prefix: &str) -> Self {
        Self { way, prefix: prefix.to_owned(), has_no_tor: Arc::default() }
    }

    /// Returns the node with this number, counted from 1.
    pub(crate) fn node(&self, number: usize, url: &NodeUrl) -> Node {
        let dial = ByPurpose {
            way: self.way.clone(),
            purpose: purpose(&self.prefix, number),
            has_no_tor: Arc::clone(&self.has_no_tor),
        };
        Node { dial: Arc::new(dial), host: url.authority(), path: url.path.clone() }
    }

    /// Returns what to do if no tor listens at the SOCKS port.
    pub(crate) fn missing_tor(&self) -> Option<String> {
        let Way::Socks(_, port) = &self.way else { return None };
        self.has_no_tor.load(Relaxed).then(|| {
            format!(
                "no tor listens at {port}: start Debian's tor (apt install tor), or with Tor Browser \
                 open use --tor 127.0.0.1:9150"
            )
        })
    }
}

/// Returns true if one of these is reached through Tor.
pub(crate) fn needs_tor(targets: &[Target]) -> bool {
    targets.iter().any(|target| target.via() == Via::Tor)
}

fn purpose(prefix: &str, number: usize) -> String {
    format!("{prefix}-{number}")
}

/// Returns a name for this run, so that no circuit of another run is used.
pub(crate) fn session(entropy: &dyn Entropy) -> String {
    HEXLOWER.encode(&entropy::bytes::<8>(entropy))
}

/// Joins what a client asks for to the way there.
struct ByPurpose {
    way: Way,
    purpose: String,
    has_no_tor: Arc<AtomicBool>,
}

impl ByPurpose {
    async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        match &self.way {
            Way::Socks(dialer, _) => Ok(Box::new(dialer.dial(&self.purpose).await?)),
            Way::BuiltIn(dialer) => {
                let until = Instant::now() + FIRST;
                loop {
                    match dialer.dial(&self.purpose).await {
                        Err(error) if is_no_tor(&error) && Instant::now() < until => {
                            sleep(PAUSE).await;
                        }
                        dialled => return Ok(Box::new(dialled?)),
                    }
                }
            }
        }
    }
}

impl Dial for ByPurpose {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        Box::pin(async move {
            let dialled = self.connect().await;
            if dialled.as_ref().is_err_and(is_no_tor) {
                self.has_no_tor.store(true, Relaxed);
            }
            dialled
        })
    }
}

fn is_no_tor(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotConnected
}
