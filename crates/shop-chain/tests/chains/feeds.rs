//! Price feeds on a real node, and through nodes that lie.

use crate::{
    anvil::{Anvil, CHAIN_ID},
    mock::{Act, Script, node},
};
use serde_json::{Value, json};
use shop_chain::{
    WatchError,
    ethereum::{Client, Feed, FeedAnswer, FeedError, read_feeds},
};
use std::sync::Arc;

const CONTRACT: &str = "0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419";

/// Functions of a feed, by their selectors.
const DESCRIPTION: [u8; 4] = [0x72, 0x84, 0xe4, 0x16];
const DECIMALS: [u8; 4] = [0x31, 0x3c, 0xe5, 0x67];
const LATEST: [u8; 4] = [0xfe, 0xaf, 0x96, 0x8c];

/// Bytes of the code that answers one selector.
const BRANCH: usize = 16;

fn feed() -> Feed {
    Feed { base: "ETH".into(), quote: "USD".into(), contract: CONTRACT.into(), heartbeat: 3_600 }
}

fn word(number: u64) -> [u8; 32] {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&number.to_be_bytes());
    word
}

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{digits}")
}

/// Returns the code of a contract that answers each selector with fixed bytes.
fn code(answers: &[([u8; 4], Vec<u8>)]) -> String {
    // PUSH1 0, CALLDATALOAD, PUSH1 224, SHR
    let mut code = vec![0x60, 0, 0x35, 0x60, 0xe0, 0x1c];
    let branches = code.len() + answers.len() * 11 + 5;
    let data = branches + answers.len() * BRANCH;
    let short = |number: usize| u16::try_from(number).expect("small").to_be_bytes();
    for (place, (selector, _)) in answers.iter().enumerate() {
        // DUP1, PUSH4 selector, EQ, PUSH2 branch, JUMPI
        code.extend([0x80, 0x63]);
        code.extend(selector);
        code.extend([0x14, 0x61]);
        code.extend(short(branches + place * BRANCH));
        code.push(0x57);
    }
    // PUSH1 0, DUP1, REVERT, and what is never reached
    code.extend([0x60, 0, 0x80, 0xfd, 0]);
    let mut offset = data;
    for (_, answer) in answers {
        // JUMPDEST, PUSH2 length, PUSH2 offset, PUSH1 0, CODECOPY, PUSH2 length, PUSH1 0, RETURN
        code.extend([0x5b, 0x61]);
        code.extend(short(answer.len()));
        code.push(0x61);
        code.extend(short(offset));
        code.extend([0x60, 0, 0x39, 0x61]);
        code.extend(short(answer.len()));
        code.extend([0x60, 0, 0xf3]);
        offset += answer.len();
    }
    let code = answers.iter().fold(code, |mut code, (_, answer)| {
        code.extend(answer);
        code
    });
    hex(&code)
}

/// Puts a feed of Ether at [`CONTRACT`]: its price in 1e-8 dollars, and when it was written.
fn put_feed(anvil: &Anvil, price: u64, updated: u64) {
    let mut text = [0; 32];
    text[..9].copy_from_slice(b"ETH / USD");
    let description = [word(32), word(9), text].concat();
    let round = [word(7), word(price), word(updated), word(updated), word(7)].concat();
    let answers = [(DESCRIPTION, description), (DECIMALS, word(8).to_vec()), (LATEST, round)];
    anvil.ask("anvil_setCode", json!([CONTRACT, code(&answers)]));
    anvil.mine(1);
}

fn newest_time(anvil: &Anvil) -> u64 {
    let block = anvil.ask("eth_getBlockByNumber", json!(["latest", false]));
    let time = block["timestamp"].as_str().expect("text").trim_start_matches("0x");
    u64::from_str_radix(time, 16).expect("digits")
}

/// Returns a node that hands on what the real one says, but for what `lie` changes.
fn teller(anvil: &Arc<Anvil>, lie: fn(&str, &Value, &mut Value)) -> Script {
    let anvil = Arc::clone(anvil);
    Arc::new(move |method, params| {
        let mut told = anvil.ask(method, params.clone());
        lie(method, params, &mut told);
        Act::Say(told)
    })
}

fn honest(_: &str, _: &Value, _: &mut Value) {}

/// Changes the price in an answer to `latestRoundData`: the end of its second word.
fn change(method: &str, params: &Value, told: &mut Value, new: fn(u64) -> u64) {
    if method == "eth_call" && params[0]["data"] == hex(&LATEST) {
        let text = told.as_str().expect("text");
        let (before, rest) = text.split_at(2 + 112);
        let (price, after) = rest.split_at(16);
        let price = new(u64::from_str_radix(price, 16).expect("digits"));
        *told = json!(format!("{before}{price:016x}{after}"));
    }
}

/// Doubles the price.
fn doubled(method: &str, params: &Value, told: &mut Value) {
    change(method, params, told, |price| price * 2);
}

/// Makes the price three cents, whatever it is.
fn cheap(method: &str, params: &Value, told: &mut Value) {
    change(method, params, told, |_| 3_000_000);
}

async fn read(scripts: Vec<Script>) -> Result<FeedAnswer, FeedError> {
    let nodes = scripts.into_iter().map(node).collect();
    let client = Client::new(nodes, CHAIN_ID).expect("nodes");
    let mut answers = read_feeds(&client, &[feed()]).await?;
    answers.remove(0)
}

fn anvil_with_feed() -> (Arc<Anvil>, u64) {
    let anvil = Arc::new(Anvil::start());
    let updated = newest_time(&anvil);
    put_feed(&anvil, 301_250_000_000, updated);
    (anvil, updated)
}

#[tokio::test]
async fn feed_on_a_real_node_is_read() {
    let (anvil, updated) = anvil_with_feed();
    let client = Client::new(vec![crate::anvil::node(anvil.port())], CHAIN_ID).expect("a node");
    let nowhere = Feed { contract: "0xF4030086522a5bEEa4988F8cA5B36dbC97BeE88c".into(), ..feed() };
    let other = Feed { base: "BTC".into(), ..feed() };
    let answers = read_feeds(&client, &[feed(), nowhere, other]).await.expect("answers");
    let read = answers[0].as_ref().expect("a price");
    assert_eq!((read.answer, read.decimals, read.updated_at.0), (301_250_000_000, 8, updated));
    assert!(matches!(answers[1], Err(FeedError::NotAFeed)), "{:?}", answers[1]);
    assert!(matches!(answers[2], Err(FeedError::OtherPair)), "{:?}", answers[2]);
}

#[tokio::test]
async fn one_node_of_three_that_lies_changes_no_price() {
    let (anvil, _) = anvil_with_feed();
    let scripts = [doubled, honest, honest].map(|lie| teller(&anvil, lie));
    assert_eq!(read(scripts.into()).await.expect("a price").answer, 301_250_000_000);
}

#[tokio::test]
async fn majority_that_lies_alike_is_believed_and_no_other() {
    let (anvil, _) = anvil_with_feed();
    let scripts = [doubled, honest, doubled].map(|lie| teller(&anvil, lie));
    let told = read(scripts.into()).await.expect("the word of a majority, not a proof");
    assert_eq!(told.answer, 602_500_000_000);
    let scripts = [doubled, honest, cheap].map(|lie| teller(&anvil, lie));
    let told = read(scripts.into()).await;
    let is_split = matches!(told, Err(FeedError::Nodes(WatchError::NoMajority { agreed: 1, .. })));
    assert!(is_split, "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn silent_node_does_not_hold_up_the_price_for_long() {
    let (anvil, _) = anvil_with_feed();
    let silent: Script = Arc::new(|_, _| Act::Hang);
    let scripts = vec![silent, teller(&anvil, honest), teller(&anvil, honest)];
    let began = tokio::time::Instant::now();
    assert_eq!(read(scripts).await.expect("a price").answer, 301_250_000_000);
    assert!(began.elapsed() < std::time::Duration::from_secs(60), "{:?}", began.elapsed());
}
