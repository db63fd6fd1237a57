//! Chain of Monero like the main one, with answers as long as those of monerod.

use crate::{
    far::served,
    monero_chain::{self, BEGIN, Choices, Mined, MoneroChain, Pays, Sent, hex},
    monero_node::{head, read_question},
};
use monero_wallet::primitives::keccak256;
use serde_json::{Value, json};
use shop_chain::{
    BoxFuture,
    monero::{Account, Monero, Network, Settings},
    transport::{Dial, Node, Stream},
};
use std::{
    collections::HashMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::io::{AsyncWriteExt, DuplexStream};

/// Transactions in a block: 28,800 a day.
pub(crate) const TRANSACTIONS: u64 = 40;

/// Node that tells the first blocks of a chain; the transactions of the next one wait.
/// Clones are the same node.
#[derive(Clone)]
pub(crate) struct Chain {
    blocks: Arc<Vec<Mined>>,
    /// Answers about transactions, by their ids.
    told: Arc<HashMap<String, Value>>,
    /// Number of the newest block that is there.
    pub(crate) tip: Arc<AtomicUsize>,
}

/// Returns the account that every reader has.
pub(crate) fn account() -> Arc<Account> {
    monero_chain::account(1)
}

/// Returns a watcher with the settings for Tor.
pub(crate) fn watcher(account: Arc<Account>, nodes: Vec<Node>, reads_pool: bool) -> Monero {
    let settings = Settings { reads_pool, ..Settings::new(Network::Main) };
    Monero::new(account, nodes, settings).expect("nodes")
}

impl Chain {
    /// Makes a chain of blocks with this number of transactions, all of them to others.
    pub(crate) fn new(blocks: u64, transactions: u64) -> Self {
        let mut chain = MoneroChain::new(BEGIN);
        let others = monero_chain::account(2).subaddresses(1..3);
        let pays = [Pays { to: &others[0], units: 70 }, Pays { to: &others[1], units: 80 }];
        let choices = Choices { is_usual: true, ..Choices::default() };
        for _ in 0..blocks {
            for _ in 0..transactions {
                chain.send(&pays, choices);
            }
            chain.clock += 119;
            chain.mine(1);
        }
        let heights = (0..).zip(&chain.blocks);
        let one = |height: u64, sent: &Sent| (hex(&sent.txid), told(sent, height));
        let all = heights.flat_map(|(height, mined)| {
            mined.transactions.iter().map(move |sent| one(height, sent))
        });
        let told = Arc::new(all.collect());
        let tip = Arc::new(AtomicUsize::new(chain.blocks.len() - 1));
        Self { blocks: Arc::new(chain.blocks), told, tip }
    }

    /// Returns the ids and the bytes of the transactions of the newest block.
    pub(crate) fn newest(&self) -> Vec<(String, String)> {
        let newest = self.blocks.last().expect("blocks");
        let one = |sent: &Sent| (hex(&sent.txid), hex(&sent.pruned));
        newest.transactions.iter().map(one).collect()
    }

    /// Returns the answer about transactions, as a node gives it.
    pub(crate) fn transactions(&self, question: &Value) -> Value {
        let hashes = question["txs_hashes"].as_array().expect("a list");
        let known = hashes.iter().filter_map(|hash| self.told.get(hash.as_str()?)).cloned();
        let known: Vec<Value> = known.collect();
        let empty = vec![""; known.len()];
        json!({
            "credits": 0, "status": "OK", "top_hash": "", "txs": known, "txs_as_hex": empty,
            "untrusted": false,
        })
    }

    fn answer(&self, path: &str, question: &Value) -> Value {
        let there = self.tip.load(SeqCst);
        let params = &question["params"];
        let number =
            |value: &Value| usize::try_from(value.as_u64().expect("a height")).expect("few");
        let result = match question["method"].as_str().unwrap_or(path) {
            "/get_transactions" => return self.transactions(question),
            "/get_transaction_pool_hashes" => {
                let next = self.blocks.get(there + 1);
                let waiting = next.iter().flat_map(|next| &next.transactions);
                let waiting: Vec<String> = waiting.map(|sent| hex(&sent.txid)).collect();
                return json!({
                    "credits": 0, "status": "OK", "top_hash": "", "tx_hashes": waiting,
                    "untrusted": false,
                });
            }
            "get_info" => info(there + 1),
            "get_block_headers_range" => {
                let from = number(&params["start_height"]);
                let to = number(&params["end_height"]).min(there);
                let heads: Vec<Value> = self.blocks[from..=to].iter().map(long_head).collect();
                json!({
                    "credits": 0, "headers": heads, "status": "OK", "top_hash": "",
                    "untrusted": false,
                })
            }
            _ => block(&self.blocks[number(&params["height"])]),
        };
        json!({ "id": "0", "jsonrpc": "2.0", "result": result })
    }

    async fn run(self, mut stream: DuplexStream) -> io::Result<()> {
        loop {
            let (path, question) = read_question(&mut stream).await?;
            // monerod writes one value a line, and packs nothing.
            let body = serde_json::to_vec_pretty(&self.answer(&path, &question))?;
            let head = format!(
                "HTTP/1.1 200 Ok\r\nServer: Epee-based\r\nContent-Length: {}\r\n\
                 Content-Type: application/json\r\nLast-Modified: Mon, 30 Nov 2026 21:47:43 GMT\r\n\
                 Accept-Ranges: bytes\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
        }
    }
}

impl Dial for Chain {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        let chain = self.clone();
        served(|far| chain.run(far))
    }
}

/// Returns the state of a node, with what monerod 0.18.5 tells and the watcher does not read.
fn info(height: usize) -> Value {
    let mut info = json!({ "height": height, "nettype": "mainnet", "status": "OK" });
    // 42 other values: 1,300 bytes.
    for number in 0..42 {
        info[format!("value_not_read_{number:02}")] = json!(1_000_000_000 + number);
    }
    info
}

/// Returns the head of a block, with all that monerod writes.
fn long_head(mined: &Mined) -> Value {
    let mut long = head(mined);
    let more = json!({
        "block_size": 90_000, "block_weight": 90_000,
        "cumulative_difficulty": 500_000_000_000_000_000u64, "cumulative_difficulty_top64": 0,
        "depth": 10, "difficulty": 500_000_000_000u64, "difficulty_top64": 0,
        "long_term_weight": 176_470, "major_version": 16, "miner_tx_hash": "a".repeat(64),
        "minor_version": 16, "nonce": 3_000_000_000u64, "num_txes": mined.transactions.len(),
        "orphan_status": false, "pow_hash": "", "reward": 610_000_000_000u64,
        "wide_cumulative_difficulty": "0x6f05b59d3b20000", "wide_difficulty": "0x746a528800",
    });
    long.as_object_mut().expect("values").extend(more.as_object().expect("values").clone());
    long
}

fn block(mined: &Mined) -> Value {
    let hashes: Vec<String> = mined.transactions.iter().map(|sent| hex(&sent.txid)).collect();
    // The block once more, as text: a head and a reward of 1,150 bytes, and the hashes.
    let text = format!("{}{}", "x".repeat(1_150), hashes.join("\", \n    \""));
    json!({
        "blob": hex(&mined.block.serialize()), "block_header": long_head(mined), "credits": 0,
        "json": text, "miner_tx_hash": "a".repeat(64), "status": "OK", "top_hash": "",
        "tx_hashes": hashes, "untrusted": false,
    })
}

/// Returns a transaction without its proofs, with all that monerod writes.
fn told(sent: &Sent, height: u64) -> Value {
    json!({
        "as_hex": "", "as_json": "", "block_height": height, "block_timestamp": BEGIN,
        "confirmations": 11, "double_spend_seen": false, "in_pool": false,
        "output_indices": [120_000_001, 120_000_002], "prunable_as_hex": "",
        "prunable_hash": hex(&keccak256(&sent.prunable)), "pruned_as_hex": hex(&sent.pruned),
        "tx_hash": hex(&sent.txid),
    })
}
