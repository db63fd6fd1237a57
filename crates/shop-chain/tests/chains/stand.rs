//! Node that is far away: a [`Synthetic`] chain behind a delay and a narrow line.

use super::synthetic::Synthetic;
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use shop_chain::{
    BoxFuture,
    ethereum::Node,
    transport::{Dial, Stream},
};
use std::{
    collections::HashMap,
    io::{self, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// Reaction of the node to a question; nothing means that it answers as it should.
pub(crate) enum Act {
    /// Answers honestly.
    Honest,
    /// Sends this result.
    Result(String),
    /// Sends this, whatever it is, and closes.
    Raw(Vec<u8>),
    /// Sends a body in pieces of this, one each pause, without end.
    Endless(Vec<u8>, Duration),
    /// Sends this packed body as gzip.
    Packed(Vec<u8>),
    /// Says nothing more.
    Hang,
}

/// Function from a question to what is done with it. The number counts questions from 1.
pub(crate) type Script = Arc<dyn Fn(usize, &str, &Value) -> Act + Send + Sync>;

/// Packed results by their question.
pub(crate) type Packed = Mutex<HashMap<String, Arc<Vec<u8>>>>;

/// A node and its line.
#[derive(Clone)]
pub(crate) struct Stand {
    pub(crate) chain: Arc<Mutex<Synthetic>>,
    pub(crate) script: Script,
    /// A question's way there and back.
    pub(crate) delay: Duration,
    /// Bytes a second on each stream; 0 for no limit.
    pub(crate) rate: u64,
    /// Packed answers, so that packing is not what is measured; none are kept where the chain
    /// behind the node changes its branch.
    pub(crate) packed: Option<Arc<Packed>>,
    /// Packed bytes sent, heads included.
    pub(crate) sent: Arc<AtomicU64>,
    /// Questions answered.
    pub(crate) asked: Arc<AtomicUsize>,
    /// Streams open now, and the most there ever were.
    pub(crate) open: Arc<AtomicUsize>,
    pub(crate) most_open: Arc<AtomicUsize>,
}

impl Stand {
    /// Returns a node nearby that is honest.
    pub(crate) fn new(chain: Synthetic) -> Self {
        Self::with(chain, Arc::new(|_, _, _| Act::Honest))
    }

    /// Returns a node nearby.
    pub(crate) fn with(chain: Synthetic, script: Script) -> Self {
        Self {
            chain: Arc::new(Mutex::new(chain)),
            script,
            delay: Duration::ZERO,
            rate: 0,
            packed: None,
            sent: Arc::default(),
            asked: Arc::default(),
            open: Arc::default(),
            most_open: Arc::default(),
        }
    }

    /// Returns this node as the shop's settings would name it.
    pub(crate) fn node(&self) -> Node {
        Node { dial: Arc::new(self.clone()), host: "stand".into(), path: "/".into() }
    }
}

impl Dial for Stand {
    #[expect(clippy::disallowed_methods, reason = "a test's node needs no lifecycle")]
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        let stand = self.clone();
        Box::pin(async move {
            tokio::time::sleep(stand.delay).await;
            let (near, far) = tokio::io::duplex(1 << 16);
            let now = stand.open.fetch_add(1, SeqCst) + 1;
            stand.most_open.fetch_max(now, SeqCst);
            tokio::spawn(async move {
                // The watcher may go whenever it has heard enough.
                let _ = stand.serve(far).await;
                stand.open.fetch_sub(1, SeqCst);
            });
            Ok(Box::new(near) as Box<dyn Stream>)
        })
    }
}

impl Stand {
    async fn serve(&self, mut stream: DuplexStream) -> io::Result<()> {
        loop {
            let (question, gzip) = read_question(&mut stream).await?;
            let method = question["method"].as_str().unwrap_or_default();
            let number = self.asked.fetch_add(1, SeqCst) + 1;
            tokio::time::sleep(self.delay).await;
            let act = (self.script)(number, method, &question["params"]);
            let body = match act {
                Act::Honest if gzip && self.packed.is_some() => {
                    let body = self.packed_answer(&question);
                    self.send(&mut stream, head(body.len(), true).as_bytes()).await?;
                    self.send(&mut stream, &body).await?;
                    continue;
                }
                Act::Honest => {
                    let chain = self.chain.lock().expect("no panic before");
                    envelope(&question["id"], &chain.answer(method, &question["params"]))
                }
                Act::Result(result) => envelope(&question["id"], &result),
                Act::Raw(bytes) => return self.send(&mut stream, &bytes).await,
                Act::Packed(packed) => {
                    self.send(&mut stream, head(packed.len(), true).as_bytes()).await?;
                    self.send(&mut stream, &packed).await?;
                    continue;
                }
                Act::Endless(piece, pause) => {
                    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                    stream.write_all(head.as_bytes()).await?;
                    let prefix = br#"{"jsonrpc":"2.0","result":[{"logs":["#;
                    chunk(&mut stream, prefix).await?;
                    loop {
                        chunk(&mut stream, &piece).await?;
                        tokio::time::sleep(pause).await;
                    }
                }
                Act::Hang => return std::future::pending().await,
            };
            let body = if gzip { pack(body.as_bytes()) } else { body.into_bytes() };
            self.send(&mut stream, head(body.len(), gzip).as_bytes()).await?;
            self.send(&mut stream, &body).await?;
        }
    }

    /// Returns the answer in two members of one gzip stream: the question's id, and the rest.
    pub(crate) fn packed_answer(&self, question: &Value) -> Vec<u8> {
        let method = question["method"].as_str().unwrap_or_default();
        let begin = format!(r#"{{"jsonrpc":"2.0","id":{},"result":"#, question["id"]);
        let make = || {
            let chain = self.chain.lock().expect("no panic before");
            let result = chain.answer(method, &question["params"]);
            Arc::new(pack(format!("{result}}}").as_bytes()))
        };
        let key = format!("{method} {}", question["params"]);
        let rest = match &self.packed {
            Some(packed) if method.starts_with("eth_getBlock") => {
                let mut packed = packed.lock().expect("no panic before");
                Arc::clone(packed.entry(key).or_insert_with(make))
            }
            _ => make(),
        };
        [pack(begin.as_bytes()), rest.to_vec()].concat()
    }

    /// Sends at the line's rate.
    async fn send(&self, stream: &mut DuplexStream, bytes: &[u8]) -> io::Result<()> {
        let begin = tokio::time::Instant::now();
        let mut sent = 0u64;
        for piece in bytes.chunks(16 << 10) {
            stream.write_all(piece).await?;
            sent += piece.len() as u64;
            self.sent.fetch_add(piece.len() as u64, SeqCst);
            if let Some(due) = (sent * 1_000_000).checked_div(self.rate) {
                tokio::time::sleep_until(begin + Duration::from_micros(due)).await;
            }
        }
        Ok(())
    }
}

fn envelope(id: &Value, result: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#)
}

fn head(length: usize, gzip: bool) -> String {
    let coding = if gzip { "Content-Encoding: gzip\r\n" } else { "" };
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{coding}Content-Length: {length}\r\n\r\n"
    )
}

async fn chunk(stream: &mut DuplexStream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(format!("{:x}\r\n", bytes.len()).as_bytes()).await?;
    stream.write_all(bytes).await?;
    stream.write_all(b"\r\n").await
}

/// Packs as most servers do.
pub(crate) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).expect("into memory");
    packer.finish().expect("into memory")
}

async fn read_question(stream: &mut DuplexStream) -> io::Result<(Value, bool)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.expect("a length").parse().expect("a number")];
    stream.read_exact(&mut body).await?;
    Ok((serde_json::from_slice(&body)?, head.contains("accept-encoding: gzip")))
}
