//! Benchmark of the Ethereum watcher: how fast it catches up, and what it costs its nodes.
//!
//! It reads a synthetic chain like the main one, with true hashes and roots, behind injected delays
//! and narrow lines.
//!
//! `bench/run chain` builds and runs it; it prints tables for `bench/README.md`.

#[path = "../tests/chains/stand.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod stand;
#[path = "../tests/chains/synthetic.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod synthetic;

use serde_json::json;
use shop_chain::{
    ChainWatcher, WatchList,
    ethereum::{Ethereum, Settings},
};
use shop_core::view::{BlockAt, BlockHash, Height};
use stand::{Packed, Stand, pack};
use std::{
    io::Write,
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};
use synthetic::{Synthetic, like_mainnet};
use tokio::time::Instant;

/// Transactions in a block of the main chain.
const TRANSACTIONS: u64 = 332;
const BLOCKS: u64 = 65;
const BLOCKS_A_DAY: u64 = 7_200;

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
    runtime.expect("a runtime").block_on(async {
        let chain = chain();
        sizes(&chain);
        say("\n| nodes | there and back | a stream's bytes/s | blocks/s | a day away | most streams | KB/block, all nodes |");
        say("|---|---|---|---|---|---|---|");
        for (nodes, delay, rate) in [
            (1, 0, 0),
            (1, 200, 0),
            (1, 400, 500_000),
            (1, 600, 0),
            (1, 200, 1_000_000),
            (3, 400, 500_000),
        ] {
            catch_up(&chain, nodes, delay, rate).await;
        }
        say("\n| nodes | of the node that is read, bytes/block | of each other node, bytes/block | GB a day |");
        say("|---|---|---|---|");
        for nodes in [1, 3, 5] {
            at_the_tip(&chain, nodes).await;
        }
    });
}

fn say(line: &str) {
    // Whoever reads it may have heard enough.
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn chain() -> Synthetic {
    let mut chain = Synthetic::new(45_000_000);
    for block in 1..=BLOCKS {
        chain.push(&like_mainnet(block, TRANSACTIONS));
    }
    chain
}

fn sizes(chain: &Synthetic) {
    let block = chain.blocks.last().expect("blocks");
    say("| a block's answer | JSON KB | gzip KB |\n|---|---|---|");
    let parts =
        [("transactions", &block.whole), ("receipts", &block.receipts), ("ids", &block.ids)];
    for (name, text) in parts {
        let packed = pack(text.as_bytes()).len();
        say(&format!("| {name} | {} | {} |", text.len() / 1000, packed / 1000));
    }
}

fn genesis(chain: &Synthetic) -> BlockAt {
    let time = shop_core::time::UnixTime(synthetic::FIRST_TIME).coarse();
    BlockAt { height: Height(0), hash: BlockHash(chain.blocks[0].hash.0), time }
}

fn watch(stands: &[Stand]) -> Ethereum {
    let settings = Settings { chain_id: synthetic::CHAIN_ID, ..Settings::default() };
    Ethereum::new(stands.iter().map(Stand::node).collect(), settings).expect("nodes")
}

fn stands(chain: &Synthetic, nodes: usize, delay: u64, rate: u64) -> Vec<Stand> {
    let packed = Arc::new(Packed::default());
    let stand = || Stand {
        delay: Duration::from_millis(delay),
        rate,
        packed: Some(Arc::clone(&packed)),
        ..Stand::new(chain.clone())
    };
    (0..nodes).map(|_| stand()).collect()
}

async fn catch_up(chain: &Synthetic, nodes: usize, delay: u64, rate: u64) {
    let stands = stands(chain, nodes, delay, rate);
    for height in 0..=BLOCKS {
        warm(&stands[0], height);
    }
    let watch = watch(&stands);
    let mut known = vec![genesis(chain)];
    let began = Instant::now();
    while known.len() as u64 <= BLOCKS {
        let advance = watch.next_update(&known, &WatchList::default()).await.expect("readable");
        assert_eq!(advance.logs_unread, []);
        known.extend(advance.blocks);
    }
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    // Hundredths of a block a second.
    let speed = BLOCKS * 100_000 / millis;
    let day = BLOCKS_A_DAY * millis / BLOCKS / 36_000;
    let sent: u64 = stands.iter().map(|stand| stand.sent.load(SeqCst)).sum();
    let streams = stands.iter().map(|stand| stand.most_open.load(SeqCst)).max();
    say(&format!(
        "| {nodes} | {delay} ms | {} | {} | {} h | {} | {} |",
        if rate == 0 { "-".into() } else { format!("{rate}") },
        hundredths(speed),
        hundredths(day),
        streams.unwrap_or(0),
        sent / BLOCKS / 1_000,
    ));
}

fn hundredths(number: u64) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

/// Packs the answers about one block.
fn warm(stand: &Stand, height: u64) {
    let number = format!("{height:#x}");
    let questions = [
        json!({ "id": 0, "method": "eth_getBlockByNumber", "params": [number, true] }),
        json!({ "id": 0, "method": "eth_getBlockByNumber", "params": [number, false] }),
        json!({ "id": 0, "method": "eth_getBlockReceipts", "params": [number] }),
    ];
    questions.iter().for_each(|question| drop(stand.packed_answer(question)));
}

/// Reads one block at a time, as they come.
async fn at_the_tip(chain: &Synthetic, nodes: usize) {
    let stands = stands(&chain.fork(1), nodes, 0, 0);
    let watch = watch(&stands);
    let mut known = vec![genesis(chain)];
    let mut read = 0;
    let mut others = 0;
    for height in 1..=20 {
        for stand in &stands {
            let mut told = stand.chain.lock().expect("no panic before");
            *told = chain.fork(height + 1);
        }
        let before: Vec<u64> = stands.iter().map(|stand| stand.sent.load(SeqCst)).collect();
        let advance = watch.next_update(&known, &WatchList::default()).await.expect("readable");
        assert_eq!(advance.blocks.len(), 1);
        known.extend(advance.blocks);
        let sent = stands.iter().zip(&before).map(|(stand, was)| stand.sent.load(SeqCst) - was);
        let mut sent: Vec<u64> = sent.collect();
        sent.sort_unstable();
        read += sent.pop().expect("a node");
        others += sent.pop().unwrap_or(0);
    }
    let read = read / 20;
    let other = others / 20;
    let all_others = other * (nodes as u64).saturating_sub(1);
    let day = (read + all_others) * BLOCKS_A_DAY / 10_000_000;
    say(&format!("| {nodes} | {read} | {other} | {} |", hundredths(day)));
}
