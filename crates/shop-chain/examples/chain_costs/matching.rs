//! Cost of looking for many addresses in a large block, compared with parsing the block.

use crate::{
    Reader, behind, bitcoin,
    far::Line,
    monero,
    monero_chain::hex,
    reader::processor_micros,
    say,
    stand::{Packed, Stand},
    synthetic::{Synthetic, like_mainnet},
    tenths,
};
use ::bitcoin::{Block, consensus::deserialize};
use monero_wallet::transaction::{Pruned, Transaction};
use serde_json::{Value, json};
use shop_chain::{pay_to, transport::Dial};
use shop_core::{money::AssetId, pay_to::PayTo};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

/// Transactions in the block.
const TRANSACTIONS: u64 = 2_000;
/// Addresses that are looked for.
const MANY: u32 = 20_000;
/// Times that a cost is taken; the median counts.
const TIMES: usize = 9;

/// Returns addresses of a shop on Ethereum.
pub(crate) fn ethereum_pay_tos(count: u32) -> Vec<PayTo> {
    let one = |number: u32| {
        let text = format!("0x{:040x}", 0xabcd_0000_0000_u64 + u64::from(number));
        pay_to(AssetId::ETH, &text).expect("an address")
    };
    (0..count).map(one).collect()
}

/// Prints the table.
pub(crate) fn print() {
    say(&format!(
        "\n| a block of {TRANSACTIONS} transactions | parsing alone, ms | read whole for 1 address, ms | for {MANY}, ms | the difference to parsing | all to parsing |"
    ));
    say("|---|---|---|---|---|---|");
    let txdata = bitcoin::transactions(TRANSACTIONS);
    let chain = bitcoin::Chain::of_block(txdata);
    let block = chain.whole_bytes();
    let tip = Arc::clone(&chain.tip);
    row("bitcoin", Arc::new(chain), Some(tip), median(|| parse_bitcoin(&block)));
    let chain = monero::Chain::new(1, TRANSACTIONS);
    let texts = monero_answers(&chain);
    let tip = Arc::clone(&chain.tip);
    row("monero", Arc::new(chain), Some(tip), median(|| parse_monero(&texts)));
    let mut chain = Synthetic::new(45_000_000);
    chain.push(&like_mainnet(1, TRANSACTIONS));
    let block = chain.blocks.last().expect("a block");
    let texts = [block.whole.clone(), block.receipts.clone()];
    let parse = || {
        for text in &texts {
            drop(serde_json::from_str::<Value>(text).expect("ours"));
        }
    };
    let parsing = median(parse);
    let stand = Stand { packed: Some(Arc::new(Packed::default())), ..Stand::new(chain) };
    row("ethereum", Arc::new(stand), None, parsing);
}

/// Prints a row. The block is read after the one before it, if the tip can be moved.
fn row(chain: &str, node: Arc<dyn Dial>, tip: Option<Arc<AtomicUsize>>, parsing: u64) {
    let cost = |pay_tos| {
        let one = |_| {
            let (ports, _) = behind(&node, 1, Line::default());
            let mut reader = Reader::start(chain, pay_tos, false, &ports);
            if let Some(tip) = &tip {
                let last = tip.fetch_sub(1, SeqCst);
                reader.read();
                tip.store(last, SeqCst);
            }
            let cost = reader.read();
            assert!(cost.blocks >= 1);
            cost.micros_of_processor
        };
        middle((0..TIMES).map(one).collect())
    };
    let few = cost(1);
    let many = cost(MANY);
    let ratio = |micros: u64| tenths(micros * 10 / parsing.max(1));
    say(&format!(
        "| {chain} | {} | {} | {} | {} | {} |",
        tenths(parsing / 100),
        tenths(few / 100),
        tenths(many / 100),
        ratio(many.saturating_sub(few)),
        ratio(many),
    ));
}

/// Parses a block, with the ids of its transactions.
fn parse_bitcoin(bytes: &[u8]) {
    let block: Block = deserialize(bytes).expect("ours");
    assert!(block.check_merkle_root());
}

/// Returns the answers of a node that hold all transactions of the newest block.
fn monero_answers(chain: &monero::Chain) -> Vec<String> {
    let ids: Vec<String> = chain.newest().into_iter().map(|(id, _)| id).collect();
    let answer = |ids: &[String]| chain.transactions(&json!({ "txs_hashes": ids })).to_string();
    ids.chunks(100).map(answer).collect()
}

/// Parses answers, and the transactions in them, as far as their hashes.
fn parse_monero(texts: &[String]) {
    for text in texts {
        let answer: Value = serde_json::from_str(text).expect("ours");
        for told in answer["txs"].as_array().expect("a list") {
            let bytes = unhex(told["pruned_as_hex"].as_str().expect("digits"));
            let prunable = unhex(told["prunable_hash"].as_str().expect("digits"));
            let read = Transaction::<Pruned>::read(&mut bytes.as_slice()).expect("ours");
            let hash = read.hash_with_prunable_hash(prunable.try_into().expect("32 bytes"));
            assert_eq!(hex(&hash.expect("of version 2")), told["tx_hash"]);
        }
    }
}

fn unhex(digits: &str) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).expect("a digit");
    let byte = |pair: &[u8]| pair.iter().fold(0, |byte, it| byte * 16 + digit(it));
    let bytes = digits.as_bytes().chunks(2).map(byte);
    bytes.map(|byte| u8::try_from(byte).expect("two digits")).collect()
}

fn median(mut work: impl FnMut()) -> u64 {
    let one = |_| {
        let before = processor_micros();
        work();
        processor_micros() - before
    };
    middle((0..TIMES).map(one).collect())
}

fn middle(mut numbers: Vec<u64>) -> u64 {
    numbers.sort_unstable();
    numbers[numbers.len() / 2]
}
