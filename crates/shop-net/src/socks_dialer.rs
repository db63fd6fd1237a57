//! Connections of a command at home: through the tor of this machine, or to this machine.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::{TcpStream, UnixStream},
    time::timeout,
};

use crate::{
    BoxStream,
    outbound::{self, Target, Via},
    socks, tls,
};

/// Longest time for a target to answer through Tor. Onion targets need a few circuits first.
const PATIENCE: Duration = Duration::from_secs(90);

/// The SOCKS port of a tor on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocksPort {
    /// A port on loopback, such as 127.0.0.1:9050.
    Loopback(SocketAddr),
    /// A Unix socket, such as /run/tor/socks.
    Unix(PathBuf),
}

/// Error of a text that names no SOCKS port of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no SOCKS port of a tor on this machine: write 127.0.0.1:9050, or unix:/run/tor/socks"
)]
pub struct NotASocksPort;

impl FromStr for SocksPort {
    type Err = NotASocksPort;

    fn from_str(text: &str) -> Result<Self, NotASocksPort> {
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.starts_with('/') {
                Ok(Self::Unix(path.into()))
            } else {
                Err(NotASocksPort)
            };
        }
        let (host, port) = text.rsplit_once(':').ok_or(NotASocksPort)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or(NotASocksPort)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let ip = if host == "localhost" { Ok(IpAddr::from([127, 0, 0, 1])) } else { host.parse() };
        match ip {
            // To another machine, names and bytes would go in clear text.
            Ok(ip) if ip.is_loopback() => Ok(Self::Loopback(SocketAddr::new(ip, port))),
            _ => Err(NotASocksPort),
        }
    }
}

impl fmt::Display for SocksPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loopback(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// Connects a command to the places on its allow-list.
///
/// A shop has a role for Tor; a command that runs for a minute uses the tor of its machine.
#[derive(Clone, Debug)]
pub struct SocksDialer {
    targets: Arc<[Target]>,
    port: SocksPort,
    session: Arc<str>,
}

impl SocksDialer {
    /// Creates a dialler for `targets`.
    ///
    /// `session` is a name for this run, of at most 200 bytes: connections of another run, or for
    /// another purpose, use other circuits.
    #[must_use]
    pub fn new(targets: Vec<Target>, port: SocksPort, session: &str) -> Self {
        Self { targets: targets.into(), port, session: session.into() }
    }

    /// Connects to the target of `purpose`, with TLS where the target asks for it.
    ///
    /// # Errors
    /// `NotFound`: no such purpose. `NotConnected`: no tor listens at the SOCKS port. Others: the
    /// target cannot be reached, or cannot prove its name. No error names the host.
    pub async fn dial(&self, purpose: &str) -> io::Result<BoxStream> {
        let target = self.targets.iter().find(|target| target.purpose() == purpose);
        let target = target.ok_or(io::ErrorKind::NotFound)?;
        let connected = async {
            let stream = if target.via() == Via::Loopback {
                Box::new(outbound::connect(target).await?) as BoxStream
            } else if target.via() == Via::Tor {
                self.through_tor(target).await?
            } else {
                return Err(io::ErrorKind::NotFound.into());
            };
            if target.tls() { tls::connect(target.host(), stream).await } else { Ok(stream) }
        };
        timeout(PATIENCE, connected).await?
    }

    async fn through_tor(&self, target: &Target) -> io::Result<BoxStream> {
        let no_tor = |_| io::ErrorKind::NotConnected;
        let mut stream: BoxStream = match &self.port {
            SocksPort::Loopback(address) => {
                Box::new(TcpStream::connect(address).await.map_err(no_tor)?)
            }
            SocksPort::Unix(path) => Box::new(UnixStream::connect(path).await.map_err(no_tor)?),
        };
        let isolation = format!("{} {}", target.purpose(), self.session);
        socks::connect(&mut stream, target.host(), target.port(), &isolation).await?;
        Ok(stream)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::UnixListener,
    };

    use super::*;

    #[test]
    fn socks_port_is_on_this_machine() {
        for good in ["127.0.0.1:9050", "[::1]:9150", "unix:/run/tor/socks"] {
            let port: SocksPort = good.parse().unwrap();
            assert_eq!(port.to_string(), good);
        }
        assert_eq!("localhost:9050".parse::<SocksPort>().unwrap().to_string(), "127.0.0.1:9050");
        for bad in ["", "9050", "127.0.0.1", "127.0.0.1:0", "10.0.0.1:9050", "tor:9050", "unix:x"] {
            assert_eq!(bad.parse::<SocksPort>(), Err(NotASocksPort), "{bad}");
        }
    }

    /// Reads a text with its length before it, after `skip` bytes and before `tail` bytes.
    async fn read_counted(stream: &mut UnixStream, skip: usize, tail: usize) -> String {
        stream.read_exact(&mut vec![0; skip]).await.unwrap();
        let mut text = vec![0; usize::from(stream.read_u8().await.unwrap())];
        stream.read_exact(&mut text).await.unwrap();
        stream.read_exact(&mut vec![0; tail]).await.unwrap();
        String::from_utf8(text).unwrap()
    }

    /// Answers as a tor does, and returns the name and the host it was asked for.
    async fn serve(listener: &UnixListener) -> (String, String) {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut [0; 3]).await.unwrap();
        stream.write_all(&[5, 2]).await.unwrap();
        let name = read_counted(&mut stream, 1, 2).await;
        stream.write_all(&[1, 0]).await.unwrap();
        let host = read_counted(&mut stream, 4, 2).await;
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
        (name, host)
    }

    #[tokio::test]
    async fn far_target_is_reached_through_tor_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socks");
        let listener = UnixListener::bind(&path).unwrap();
        let target = Target::through_tor("escrow-node-1", "rpc.example", 80, false).unwrap();
        let dialer = SocksDialer::new(vec![target], SocksPort::Unix(path), "run 7");
        let (asked, dialled) = tokio::join!(serve(&listener), dialer.dial("escrow-node-1"));
        assert!(dialled.is_ok());
        assert_eq!(asked, ("escrow-node-1 run 7".into(), "rpc.example".into()));
        let other = dialer.dial("another").await.err().unwrap();
        assert_eq!(other.kind(), io::ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn missing_tor_is_an_error_and_nothing_is_dialled() {
        let target = Target::through_tor("escrow-node-1", "rpc.example", 80, false).unwrap();
        let port = SocksPort::Unix("/nonexistent/socks".into());
        let dialer = SocksDialer::new(vec![target], port, "run");
        let error = dialer.dial("escrow-node-1").await.err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::NotConnected);
        assert!(!error.to_string().contains("example"), "{error}");
    }
}
