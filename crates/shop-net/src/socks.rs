//! Connecting through a SOCKS port of C tor: RFC 1928, with the names of RFC 1929.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::Stream;

/// Password that goes with every name. Tor compares it, and nobody else is asked for it.
const PASSWORD: &[u8] = b"x";

/// Asks the tor behind `stream` to connect to a host, whose name it resolves at the far end.
/// Connections with another `isolation` use another circuit. It is at most 255 bytes, as the host
/// is. Bytes of the target follow in `stream`.
///
/// # Errors
/// Tor is not ready, cannot reach the host, or is no tor. The error does not name the host.
pub async fn connect(
    stream: &mut impl Stream,
    host: &str,
    port: u16,
    isolation: &str,
) -> io::Result<()> {
    // Tor isolates by names and passwords.
    let name = [vec![1], counted(isolation.as_bytes())?, counted(PASSWORD)?].concat();
    let host = counted(host.as_bytes())?;
    stream.write_all(&[5, 1, 2]).await?;
    expect(stream, [5, 2]).await?;
    stream.write_all(&name).await?;
    expect(stream, [1, 0]).await?;
    let request = [&[5, 1, 0, 3], host.as_slice(), &port.to_be_bytes()].concat();
    stream.write_all(&request).await?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).await?;
    // An address and a port of no use follow. Behind a Unix socket tor says IPv6.
    let rest = match answer {
        [5, 0, _, 1] => 4 + 2,
        [5, 0, _, 4] => 16 + 2,
        [5, code, ..] if code != 0 => {
            return Err(io::Error::other(format!("SOCKS answered {code}")));
        }
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    stream.read_exact(&mut vec![0; rest]).await?;
    Ok(())
}

fn counted(text: &[u8]) -> io::Result<Vec<u8>> {
    let length = u8::try_from(text.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    Ok([&[length], text].concat())
}

async fn expect(stream: &mut impl Stream, bytes: [u8; 2]) -> io::Result<()> {
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).await?;
    if answer == bytes { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers a client with these bytes, and returns what became of it.
    async fn met(answers: &[&[u8]]) -> io::Result<()> {
        let (mut near, mut far) = tokio::io::duplex(1024);
        let tor = async {
            for answer in answers {
                let _ = far.read(&mut [0; 512]).await;
                far.write_all(answer).await?;
            }
            drop(far);
            io::Result::Ok(())
        };
        let client = connect(&mut near, "x.example", 80, "purpose");
        tokio::join!(client, tor).0
    }

    #[tokio::test]
    async fn refusals_and_rubbish_are_errors_and_name_no_host() {
        for rest in [&[1, 0, 0, 0, 0, 0, 0][..], &[&[4][..], &[0; 18]].concat()] {
            let open = [&[5, 0, 0], rest].concat();
            assert!(met(&[&[5, 2], &[1, 0], &open]).await.is_ok());
        }
        let refused = met(&[&[5, 2], &[1, 0], &[5, 4, 0, 1]]).await.unwrap_err().to_string();
        assert_eq!(refused, "SOCKS answered 4");
        for rubbish in [&[&[5, 255][..]][..], &[b"HT"], &[&[5, 2], &[1, 1]], &[&[5, 2], &[1, 0]]] {
            let error = met(rubbish).await.unwrap_err();
            assert!(!error.to_string().contains("example"), "{error}");
        }
    }

    #[tokio::test]
    async fn name_longer_than_the_protocol_carries_is_refused() {
        let (mut near, _far) = tokio::io::duplex(1024);
        let error = connect(&mut near, "x", 80, &"n".repeat(256)).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
