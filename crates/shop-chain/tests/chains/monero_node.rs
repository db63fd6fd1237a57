//! Node over a [`MoneroChain`]: the answers of monerod's restricted RPC, and false ones.

use super::monero_chain::{Mined, MoneroChain, Sent, hex};
use monero_wallet::primitives::keccak256;
use serde_json::{Value, json};
use shop_chain::{
    BoxFuture,
    transport::{Dial, Node, Stream},
};
use std::{
    io,
    sync::{Arc, Mutex},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// Reaction of the node to a question.
pub(crate) enum Act {
    /// Answers honestly.
    Honest,
    /// Answers with this, instead of what is the case.
    Answer(Value),
    /// Sends these bytes as the body.
    Bytes(Vec<u8>),
    /// Closes the stream.
    Close,
    /// Says nothing more.
    Hang,
}

/// Function from a method, a question and the honest answer to what is done.
pub(crate) type Script = Arc<dyn Fn(&str, &Value, &Value) -> Act + Send + Sync>;

/// A node. Clones are the same one.
#[derive(Clone)]
pub(crate) struct MoneroNode {
    pub(crate) chain: Arc<Mutex<MoneroChain>>,
    script: Script,
    /// Methods that were asked for, with their questions.
    pub(crate) asked: Arc<Mutex<Vec<(String, Value)>>>,
}

impl MoneroNode {
    /// Returns a node that is honest.
    pub(crate) fn honest(chain: Arc<Mutex<MoneroChain>>) -> Self {
        Self::with(chain, Arc::new(|_, _, _| Act::Honest))
    }

    pub(crate) fn with(chain: Arc<Mutex<MoneroChain>>, script: Script) -> Self {
        Self { chain, script, asked: Arc::default() }
    }

    /// Returns this node as the shop's settings would name it.
    pub(crate) fn node(&self) -> Node {
        Node { dial: Arc::new(self.clone()), host: "monerod".into(), path: "/".into() }
    }

    async fn serve(&self, mut stream: DuplexStream) -> io::Result<()> {
        loop {
            let (path, question) = read_question(&mut stream).await?;
            let method = question["method"].as_str().unwrap_or(&path).to_owned();
            let asked = (method.clone(), question.clone());
            self.asked.lock().expect("no panic before").push(asked);
            let honest = {
                let chain = self.chain.lock().expect("no panic before");
                answer(&chain, &method, &question)
            };
            reply(&mut stream, (self.script)(&method, &question, &honest), &honest).await?;
        }
    }
}

impl Dial for MoneroNode {
    #[expect(clippy::disallowed_methods, reason = "a test's node needs no lifecycle")]
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        let node = self.clone();
        Box::pin(async move {
            let (near, far) = tokio::io::duplex(1 << 16);
            // The watcher may go whenever it has heard enough.
            tokio::spawn(async move { drop(node.serve(far).await) });
            Ok(Box::new(near) as Box<dyn Stream>)
        })
    }
}

/// Reacts to a question. An error ends the stream.
pub(crate) async fn reply(stream: &mut DuplexStream, act: Act, honest: &Value) -> io::Result<()> {
    let body = match act {
        Act::Honest => honest.to_string().into_bytes(),
        Act::Answer(answer) => answer.to_string().into_bytes(),
        Act::Bytes(bytes) => bytes,
        Act::Close => return Err(io::ErrorKind::ConnectionReset.into()),
        Act::Hang => return std::future::pending().await,
    };
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await
}

fn answer(chain: &MoneroChain, method: &str, question: &Value) -> Value {
    let params = &question["params"];
    match method {
        "get_info" => {
            result(json!({ "height": chain.blocks.len(), "nettype": "mainnet", "status": "OK" }))
        }
        "get_block_headers_range" => {
            let from = number(&params["start_height"]);
            let to = number(&params["end_height"]);
            match chain.blocks.get(from..=to) {
                Some(blocks) => {
                    let heads: Vec<Value> = blocks.iter().map(head).collect();
                    result(json!({ "headers": heads, "status": "OK" }))
                }
                None => too_high(),
            }
        }
        "get_block" => match chain.blocks.get(number(&params["height"])) {
            Some(mined) => result(json!({ "blob": hex(&mined.block.serialize()), "status": "OK" })),
            None => too_high(),
        },
        "/get_transactions" => {
            let hashes = question["txs_hashes"].as_array().expect("a list");
            let hashes = hashes.iter().map(|hash| hash.as_str().expect("a hash"));
            let found: Vec<Value> = hashes
                .filter_map(|hash| chain.find(hash))
                .map(|(sent, height)| told(sent, height, question["prune"] == true))
                .collect();
            json!({ "txs": found, "status": "OK" })
        }
        // The whole pool at once is given by older nodes alone.
        "/get_transaction_pool_hashes" => {
            let waiting: Vec<String> = chain.waiting.iter().map(|sent| hex(&sent.txid)).collect();
            json!({ "tx_hashes": waiting, "status": "OK" })
        }
        _ => panic!("monerod is not asked for {method}"),
    }
}

fn result(result: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": "0", "result": result })
}

fn too_high() -> Value {
    json!({ "jsonrpc": "2.0", "id": "0", "error": { "code": -2, "message": "too high" } })
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a height")).expect("small")
}

/// Returns the head of a block as monerod tells it.
pub(crate) fn head(mined: &Mined) -> Value {
    json!({
        "hash": hex(&mined.block.hash()),
        "prev_hash": hex(&mined.block.header.previous),
        "height": mined.block.number(),
        "timestamp": mined.block.header.timestamp,
    })
}

fn told(sent: &Sent, height: Option<u64>, pruned: bool) -> Value {
    let whole = [&sent.pruned[..], &sent.prunable].concat();
    json!({
        "tx_hash": hex(&sent.txid),
        "pruned_as_hex": if pruned { hex(&sent.pruned) } else { String::new() },
        "prunable_hash": hex(&keccak256(&sent.prunable)),
        "as_hex": if pruned { String::new() } else { hex(&whole) },
        "block_height": height,
        "in_pool": height.is_none(),
    })
}

/// Reads a question, and the path that it was posted to.
pub(crate) async fn read_question(stream: &mut DuplexStream) -> io::Result<(String, Value)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).expect("a path").to_owned();
    let lower = head.to_ascii_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.expect("a length").parse().expect("a number")];
    stream.read_exact(&mut body).await?;
    Ok((path, serde_json::from_slice(&body)?))
}
