//! A C tor client, as a program behind it sees it.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

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
        // RFC 1928 with the names and passwords of RFC 1929, which tor isolates by.
        stream.write_all(&[5, 1, 2]).await?;
        expect(&mut stream, &[5, 2]).await?;
        let name = [&[1], counted(isolation)?.as_slice(), &[1, b'x']].concat();
        stream.write_all(&name).await?;
        expect(&mut stream, &[1, 0]).await?;
        let request = [&[5, 1, 0, 3], counted(host)?.as_slice(), &port.to_be_bytes()].concat();
        stream.write_all(&request).await?;
        let mut answer = [0; 10];
        stream.read_exact(&mut answer).await?;
        match answer {
            [5, 0, ..] => Ok(stream),
            [_, code, ..] => Err(io::Error::other(format!("SOCKS answered {code}"))),
        }
    }
}

fn counted(text: &str) -> io::Result<Vec<u8>> {
    let length = u8::try_from(text.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    Ok([&[length], text.as_bytes()].concat())
}

async fn expect(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    let mut answer = vec![0; bytes.len()];
    stream.read_exact(&mut answer).await?;
    if answer == bytes { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}
