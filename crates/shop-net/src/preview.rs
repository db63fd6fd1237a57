//! The loopback preview: the shop on this machine, with or without Tor.

use std::{net::SocketAddr, sync::Arc};

use shop_core::kind::{HasKind, Kind};
use tokio::{net::TcpListener, sync::watch};

use crate::link::Link;

/// Why the preview cannot open.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// Not an address of this machine alone.
    #[error("the preview opens on 127.0.0.1 or ::1 and nowhere else")]
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
        Ok(Self { listener: TcpListener::bind(at).await? })
    }

    /// Where it opened; tells the port when 0 was asked for.
    ///
    /// # Errors
    /// The system failed.
    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Hands every connection to whichever shop role is there, until dropped.
    pub async fn serve(self, shop: watch::Receiver<Option<Arc<Link>>>) {
        let _ = (self.listener, shop);
        todo!()
    }
}
