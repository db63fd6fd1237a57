//! A C tor client, as a program behind it sees it.

use std::{io, net::SocketAddr};

use shop_net::socks;
use tokio::net::TcpStream;

/// The SOCKS port of a tor client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SocksClient {
    at: SocketAddr,
}

impl SocksClient {
    pub(super) const fn at(at: SocketAddr) -> Self {
        Self { at }
    }

    /// Returns the address it listens at, for programs that speak SOCKS themselves.
    #[must_use]
    pub(crate) const fn address(&self) -> SocketAddr {
        self.at
    }

    /// Connects to `host` through Tor. Connections with another `isolation` use another circuit.
    ///
    /// # Errors
    /// Tor is not ready, or cannot reach the host.
    pub(crate) async fn connect(
        &self,
        host: &str,
        port: u16,
        isolation: &str,
    ) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(self.at).await?;
        stream.set_nodelay(true)?;
        socks::connect(&mut stream, host, port, isolation).await?;
        Ok(stream)
    }
}
