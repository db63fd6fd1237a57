//! One node: its streams, and the questions that monerod answers over restricted RPC.

use super::{Settings, hex, limits, network::Network};
use crate::{heads::Head, lines::Lines, transport, watcher::NodeError};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use shop_core::{
    time::UnixTime,
    view::{BlockHash, Height},
};
use shop_http::{Fault, Refusal};
use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering::Relaxed},
};

/// A node and its streams.
pub(super) struct Peer {
    node: transport::Node,
    lines: Lines,
}

/// A node during one call of the watcher.
pub(super) struct Session<'a> {
    peer: &'a Peer,
    pub(super) settings: &'a Settings,
    /// Newest block that it told in this call.
    tip: OnceLock<Height>,
    /// True once it did not give a block in this call: others are asked first.
    failed: AtomicBool,
}

/// State of a node, as it tells it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Info {
    /// Number of its network.
    pub(super) network: u64,
    /// Its newest block.
    pub(super) tip: Height,
}

/// A transaction as a node tells it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ToldTransaction {
    pub(super) tx_hash: String,
    pub(super) as_hex: String,
    pub(super) pruned_as_hex: String,
    pub(super) prunable_hash: String,
    pub(super) block_height: Option<u64>,
    pub(super) in_pool: bool,
}

/// Number of times a question is asked again that came to nothing for a reason that passes.
const TRIES: u32 = 3;
/// Code of monerod for a height that it has not reached.
const TOO_HIGH: i64 = -2;

impl Peer {
    pub(super) fn new(node: transport::Node, settings: &Settings) -> Self {
        Self { node, lines: Lines::new(settings.connections) }
    }
}

impl<'a> Session<'a> {
    pub(super) const fn new(peer: &'a Peer, settings: &'a Settings) -> Self {
        Self { peer, settings, tip: OnceLock::new(), failed: AtomicBool::new(false) }
    }

    /// Returns true once it did not give a block in this call.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Relaxed)
    }

    /// Notes that it did not give a block.
    pub(super) fn note_failure(&self) {
        self.failed.store(true, Relaxed);
    }

    /// Returns its state, whatever its network is.
    pub(super) async fn told_info(&self) -> Result<Info, NodeError> {
        #[derive(Deserialize)]
        struct Told {
            height: u64,
            nettype: String,
        }
        let told: Told = self.call("get_info", json!({}), limits::SMALL).await?;
        let network = Network::number_told(&told.nettype).ok_or(NodeError::Malformed)?;
        let tip = told.height.checked_sub(1).ok_or(NodeError::Malformed)?;
        Ok(Info { network, tip: Height(tip) })
    }

    /// Returns its newest block, if it follows the network of the settings.
    /// It is asked once in a call.
    pub(super) async fn tip(&self) -> Result<Height, NodeError> {
        if let Some(tip) = self.tip.get() {
            return Ok(*tip);
        }
        let info = self.told_info().await?;
        let wanted = self.settings.network.number();
        if info.network == wanted {
            Ok(*self.tip.get_or_init(|| info.tip))
        } else {
            Err(NodeError::WrongChain { told: info.network, wanted })
        }
    }

    /// Returns the head at this height.
    pub(super) async fn head(&self, height: Height) -> Result<Head, NodeError> {
        let heads = self.heads(height, height).await?;
        heads.first().copied().ok_or(NodeError::Missing)
    }

    /// Returns the heads from one height to another, both included.
    pub(super) async fn heads(&self, from: Height, to: Height) -> Result<Vec<Head>, NodeError> {
        #[derive(Deserialize)]
        struct Told {
            headers: Vec<ToldHead>,
        }
        let params = json!({ "start_height": from.0, "end_height": to.0 });
        let told: Told = self.call("get_block_headers_range", params, limits::SMALL).await?;
        let heights = from.0..=to.0;
        let wanted = heights.clone().count();
        let heads: Option<Vec<Head>> = told.headers.iter().map(ToldHead::head).collect();
        let heads = heads.filter(|heads| heads.len() == wanted).ok_or(NodeError::Malformed)?;
        let in_order = heads.iter().zip(heights).all(|(head, height)| head.height.0 == height);
        if in_order { Ok(heads) } else { Err(NodeError::InvalidProof("height")) }
    }

    /// Returns the bytes of the block at this height: a head, and the hashes of transactions.
    pub(super) async fn block(&self, height: Height) -> Result<Vec<u8>, NodeError> {
        #[derive(Deserialize)]
        struct Told {
            blob: String,
        }
        let params = json!({ "height": height.0 });
        let told: Told = self.call("get_block", params, limits::BLOCK).await?;
        hex::bytes(&told.blob).ok_or(NodeError::Malformed)
    }

    /// Returns transactions by their hashes: without what only proves them, if `pruned`.
    /// All of a block are asked for, all new ones that wait, or the one that a buyer named.
    pub(super) async fn transactions(
        &self,
        hashes: &[[u8; 32]],
        pruned: bool,
    ) -> Result<Vec<ToldTransaction>, NodeError> {
        #[derive(Deserialize)]
        struct Told {
            status: String,
            #[serde(default)]
            txs: Vec<ToldTransaction>,
        }
        let hashes: Vec<String> = hashes.iter().map(|hash| hex::text(hash)).collect();
        let question = json!({ "txs_hashes": hashes, "prune": pruned });
        let told: Told =
            self.post("get_transactions", &question, limits::TRANSACTIONS_ANSWER).await?;
        refuse_busy(&told.status)?;
        Ok(told.txs)
    }

    /// Returns the hashes of all transactions that wait.
    pub(super) async fn waiting(&self) -> Result<Vec<[u8; 32]>, NodeError> {
        #[derive(Deserialize)]
        struct Told {
            status: String,
            // Absent where nothing waits.
            #[serde(default)]
            tx_hashes: Vec<String>,
        }
        let told: Told = self.post("get_transaction_pool_hashes", &json!({}), limits::POOL).await?;
        refuse_busy(&told.status)?;
        Ok(told.tx_hashes.iter().filter_map(|hash| hex::hash(hash)).collect())
    }

    /// Calls a method of JSON-RPC.
    async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
        most: u64,
    ) -> Result<T, NodeError> {
        #[derive(Deserialize)]
        struct Answer {
            result: Option<Value>,
            error: Option<ToldError>,
        }
        #[derive(Deserialize)]
        struct ToldError {
            code: i64,
        }
        let question = json!({ "jsonrpc": "2.0", "id": "0", "method": method, "params": params });
        let answer: Answer = self.post("json_rpc", &question, most).await?;
        if let Some(error) = answer.error {
            let is_missing = error.code == TOO_HIGH;
            return Err(if is_missing {
                NodeError::Missing
            } else {
                NodeError::Refused(error.code)
            });
        }
        let result = answer.result.ok_or(NodeError::Malformed)?;
        refuse_busy(result.get("status").and_then(Value::as_str).unwrap_or("OK"))?;
        T::deserialize(result).map_err(|_| NodeError::Malformed)
    }

    /// Posts a question, again after trouble that passes, and reads the answer.
    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        question: &Value,
        most: u64,
    ) -> Result<T, NodeError> {
        let question = question.to_string();
        let path = format!("{}/{path}", self.peer.node.path.trim_end_matches('/'));
        let mut tries = 0;
        let mut unanswered = 0;
        loop {
            let trouble = match self.exchange(&path, &question, most).await {
                Ok(body) => match serde_json::from_slice(&body) {
                    Ok(answer) => return Ok(answer),
                    Err(_) => NodeError::Malformed,
                },
                // A stream that was closed while it was not in use says nothing of the node.
                Err(Failure::Stale) if unanswered < self.settings.connections => {
                    unanswered += 1;
                    continue;
                }
                Err(Failure::Stale) => NodeError::Disconnected,
                Err(Failure::Lost(trouble)) => return Err(trouble),
                Err(Failure::Trouble(trouble)) => trouble,
            };
            tries += 1;
            if tries >= TRIES || !passes(&trouble) {
                return Err(trouble);
            }
            self.peer.lines.close_idle();
            tokio::time::sleep(self.settings.retry_pause * tries).await;
        }
    }

    async fn exchange(&self, path: &str, question: &str, most: u64) -> Result<Vec<u8>, Failure> {
        let Peer { node, lines } = self.peer;
        let patience = self.settings.patience();
        let mut line = lines.line(node, &patience).await.map_err(Failure::Lost)?;
        let mut body = Vec::new();
        let mut keep = |bytes: &[u8]| {
            body.extend_from_slice(bytes);
            Ok(())
        };
        let question = question.to_owned();
        match line.post(&node.host, path, question, &patience, most, &mut keep).await {
            Ok(()) => {}
            Err(Fault::Unanswered) if line.is_used => return Err(Failure::Stale),
            Err(Fault::Unanswered) => return Err(Failure::Trouble(NodeError::Disconnected)),
            Err(Fault::Refused(refusal)) => return Err(Failure::Trouble(meaning_of(&refusal))),
            Err(Fault::Trouble(trouble)) => return Err(Failure::Trouble(trouble)),
        }
        lines.keep(line);
        Ok(body)
    }
}

/// Reason why one exchange came to nothing.
enum Failure {
    /// Stream used before that had been closed.
    Stale,
    /// Error in opening a stream.
    Lost(NodeError),
    Trouble(NodeError),
}

#[derive(Deserialize)]
struct ToldHead {
    hash: String,
    prev_hash: String,
    height: u64,
    timestamp: u64,
}

impl ToldHead {
    fn head(&self) -> Option<Head> {
        Some(Head {
            height: Height(self.height),
            hash: BlockHash(hex::hash(&self.hash)?),
            parent: BlockHash(hex::hash(&self.prev_hash)?),
            time: UnixTime(self.timestamp).coarse(),
        })
    }
}

/// Returns true if asking again may help at once.
fn passes(trouble: &NodeError) -> bool {
    match trouble {
        NodeError::Disconnected | NodeError::Malformed => true,
        NodeError::Status(status) => *status == 408 || *status >= 500,
        _ => false,
    }
}

/// Refuses an answer of a node that has no time.
/// It comes with HTTP status 200, and says so in the text.
fn refuse_busy(status: &str) -> Result<(), NodeError> {
    match status {
        "OK" => Ok(()),
        "BUSY" => Err(NodeError::Busy { retry_after: None }),
        _ => Err(NodeError::Malformed),
    }
}

/// Returns the meaning of an answer with another status than 200.
fn meaning_of(refusal: &Refusal) -> NodeError {
    let retry_after = refusal.retry_after;
    match refusal.status {
        429 => NodeError::Busy { retry_after },
        503 if retry_after.is_some() => NodeError::Busy { retry_after },
        status => NodeError::Status(status),
    }
}
