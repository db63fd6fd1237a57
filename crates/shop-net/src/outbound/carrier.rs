//! Dialling carriers over the clear net: what the supervisor of an attestor may do, and no
//! other.

use super::{Target, Via};
use crate::{pair, pump};
use std::{io, os::fd::OwnedFd, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// Longest time it may take to find a carrier's host and to reach it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Dialler in the supervisor of an attestor.
///
/// It leads to the carriers of the attestor's settings, and nowhere else. Carriers refuse who comes
/// by Tor, so an attestor's machine is known to its carriers; buyers and sellers never meet it but
/// at its onion address. TLS is spoken in the role that asks.
#[derive(Clone, Debug)]
pub struct CarrierDialer {
    targets: Vec<Target>,
}

impl CarrierDialer {
    /// Creates a dialler; targets of another kind are left out.
    #[must_use]
    pub fn new(mut targets: Vec<Target>) -> Self {
        targets.retain(|target| target.via() == Via::Carrier);
        Self { targets }
    }

    /// Returns true if this purpose is a carrier's.
    #[must_use]
    pub fn has(&self, purpose: &str) -> bool {
        self.target(purpose).is_some()
    }

    /// Connects `fd` to a carrier. Closing `fd` is the answer when that is impossible, or when
    /// the purpose is none of this dialler's.
    pub async fn answer(&self, purpose: &str, fd: OwnedFd) {
        let Some(target) = self.target(purpose) else { return };
        if let (Ok(near), Ok(far)) = (pair::from_fd(fd), connect(target).await) {
            pump::with_node(near, far).await;
        }
    }

    fn target(&self, purpose: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.purpose() == purpose)
    }
}

async fn connect(target: &Target) -> io::Result<TcpStream> {
    let stream = timeout(PATIENCE, TcpStream::connect((target.host(), target.port()))).await??;
    stream.set_nodelay(true)?;
    Ok(stream)
}
