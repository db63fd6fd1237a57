//! The fake source's HTTP server, on streams that are passed in.

use super::{FakeSource, Fault, render};
use std::{io, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// Pause between two bytes of a trickle: shorter than a client's patience.
const PAUSE: Duration = Duration::from_secs(9);
/// Most bytes of a request.
const MOST: usize = 16 << 10;

impl FakeSource {
    /// Answers the one request of a stream, and closes it.
    pub(super) async fn serve(&self, mut stream: DuplexStream) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && head.len() < MOST {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let fault = {
            let mut state = self.state();
            state.requests.push(head);
            state.faults.pop_front()
        };
        let (status, headers, body) = self.answer(&path, fault);
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n");
        match fault {
            Some(Fault::Silent) => return std::future::pending().await,
            Some(Fault::Trickle) => {
                stream.write_all(head.as_bytes()).await?;
                loop {
                    stream.write_all(b" ").await?;
                    tokio::time::sleep(PAUSE).await;
                }
            }
            Some(Fault::CutOff) => {
                let (half, _) = body.split_at_checked(length / 2).unwrap_or_default();
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(half.as_bytes()).await?;
            }
            _ => {
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(body.as_bytes()).await?;
            }
        }
        stream.shutdown().await
    }

    /// Returns status, headers and body.
    fn answer(&self, path: &str, fault: Option<Fault>) -> (&'static str, &'static str, String) {
        const JSON: &str = "Content-Type: application/json\r\n";
        const PAGE: &str = "Content-Type: text/html\r\n";
        let page = || "<!DOCTYPE html><title>Just a moment...</title>".to_owned();
        match fault {
            Some(Fault::Blocked) => ("403 Forbidden", PAGE, page()),
            Some(Fault::Throttled) => ("429 Too Many Requests", "Retry-After: 30\r\n", "{}".into()),
            Some(Fault::Broken) => ("500 Internal Server Error", PAGE, page()),
            Some(Fault::Redirect) => {
                ("302 Found", "Location: https://elsewhere.example/\r\n", String::new())
            }
            Some(Fault::Page) => ("200 OK", PAGE, page()),
            Some(Fault::Huge) => ("200 OK", JSON, format!("[{}0]", "0,".repeat(1 << 19))),
            Some(Fault::Deep) => ("200 OK", JSON, "[".repeat(10_000)),
            Some(Fault::OtherForm) => ("200 OK", JSON, r#"{"prices":[1]}"#.into()),
            Some(Fault::Trickle) => ("200 OK", JSON, " ".repeat(100_000)),
            fault => match render::body(self, path, fault) {
                Some(body) => ("200 OK", JSON, body),
                None => ("404 Not Found", JSON, "{}".into()),
            },
        }
    }
}
