//! A Bitcoin node that says anything: money that is told stands in a block that was read.

use ::bitcoin::{
    hashes::{Hash, sha256d},
    p2p::Magic,
};
use shop_chain::{
    BoxFuture, ChainWatcher, WatchList,
    bitcoin::{Bitcoin, Network, Node, Settings},
    transport::{Dial, Stream},
};
use shop_core::{
    money::AssetId,
    view::{BlockAt, BlockHash, ChainUpdate, Height},
};
use std::{
    io::{self, Cursor},
    sync::Arc,
};
use tokio::runtime::Builder;

/// Kinds of messages, by their place in an input.
const COMMANDS: [&str; 9] =
    ["version", "verack", "ping", "pong", "headers", "cfheaders", "cfilter", "block", "inv"];
/// All satoshi that there will ever be.
const MOST: u128 = 21_000_000 * 100_000_000;

/// Reads the chain from a node that sends these bytes.
/// They are sent as they are if the first is even, and as messages in frames if it is odd.
pub fn bitcoin_peer(bytes: &[u8]) {
    let Some((how, rest)) = bytes.split_first() else { return };
    let sent = if how % 2 == 0 { rest.to_vec() } else { framed(rest) };
    let dial = Arc::new(Says(sent));
    let node = Node { dial, host: String::new(), path: "/".into() };
    let settings = Settings::new(Network::Regtest);
    let watcher = Bitcoin::new(vec![node], settings).expect("a node");
    let pay_to = shop_chain::pay_to(AssetId::BTC, "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080");
    let watch_list =
        WatchList { watched: [pay_to.expect("an address")].into(), ..WatchList::default() };
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let begin = BlockAt {
            height: Height(0),
            hash: watcher.identity().await.expect("it is known").genesis,
            time: shop_core::time::CoarseTime::from_hours(0),
        };
        let elsewhere = BlockAt { hash: BlockHash([7; 32]), height: Height(2), ..begin };
        for known in [&[][..], &[begin], &[elsewhere]] {
            if let Ok(update) = watcher.next_update(known, &watch_list).await {
                check(&update);
            }
        }
        let _ = watcher.look_up(&"ab".repeat(32), &watch_list).await;
        let _ = watcher.probe().await;
    });
}

fn check(update: &ChainUpdate) {
    assert!(update.unmined.is_empty(), "what waits is never told");
    for transfer in &update.mined {
        let block = transfer.block.expect("it stands in a block");
        assert!(update.blocks.contains(&block), "in one that was just read");
        assert!(transfer.amount.units() <= MOST, "there is no more");
    }
    let is_next = |pair: &[BlockAt]| pair[0].height.0 + 1 == pair[1].height.0;
    assert!(update.blocks.windows(2).all(is_next), "no block is left out");
}

/// Puts messages into frames: a kind, a length in two bytes, and that many bytes each.
fn framed(mut rest: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    while let [kind, low, high, after @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*low, *high])).min(after.len());
        let (payload, left) = after.split_at(length);
        let mut name = COMMANDS[usize::from(*kind) % COMMANDS.len()].as_bytes().to_vec();
        name.resize(12, 0);
        sent.extend(Magic::REGTEST.to_bytes());
        sent.extend(name);
        sent.extend(u32::try_from(length).expect("short").to_le_bytes());
        sent.extend(&sha256d::Hash::hash(payload).to_byte_array()[..4]);
        sent.extend(payload);
        rest = left;
    }
    sent
}

/// Dialer of a node that says this and no more, whatever it is asked.
struct Says(Vec<u8>);

impl Dial for Says {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        let said = Cursor::new(self.0.clone());
        Box::pin(async {
            Ok(Box::new(tokio::io::join(said, tokio::io::sink())) as Box<dyn Stream>)
        })
    }
}
