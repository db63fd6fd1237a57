//! Tests of nodes that lie, break or stall: whatever they do, nothing is paid because of it.

use crate::mock::{
    Act, Script, first, honest, honestly, patient_watch, recorded_pay_to, txid, us, watch,
};
use alloy_consensus::{
    EthereumTxEnvelope, Header, TxEip4844,
    proofs::{calculate_receipt_root, calculate_transaction_root},
};
use serde_json::{Value, json};
use shop_chain::{ChainWatcher, LookUp, WatchList};
use shop_core::view::{ChainUpdate, Height, Transfer};
use std::{sync::Arc, time::Duration};

fn watch_list() -> WatchList {
    WatchList { watched: [us(), recorded_pay_to("broken")].into(), ..WatchList::default() }
}

async fn read(scripts: Vec<Script>) -> Result<ChainUpdate, String> {
    let known = [first()];
    let read = watch(scripts).next_update(&known, &watch_list()).await;
    read.map_err(|error| error.to_string())
}

/// Reads on from what is proved, until nothing more can be read.
/// Returns what was paid up to there, and why it ended.
async fn read_until_error(scripts: Vec<Script>) -> (Vec<Transfer>, String) {
    let watch = watch(scripts);
    let mut known = vec![first()];
    let mut mined = Vec::new();
    loop {
        match watch.next_update(&known, &watch_list()).await {
            Ok(advance) => {
                assert_eq!((advance.reorg_from, advance.blocks_behind > 0), (None, true));
                known.extend(advance.blocks);
                mined.extend(advance.mined);
            }
            Err(error) => return (mined, error.to_string()),
        }
    }
}

fn paid(transfers: &[Transfer]) -> Vec<(&str, u128)> {
    transfers.iter().map(|t| (t.id.0.as_str(), t.amount.units())).collect()
}

/// Returns the only truth there is in the recording.
fn truth() -> Vec<(&'static str, u128)> {
    vec![(txid("paid"), 51_990_000_123_456_789), (txid("legacy"), 7), (txid("listed"), 7)]
}

/// Returns a node that is honest, but for what `lie` does to a result.
fn liar(lie: impl Fn(&str, &Value, &mut Value) + Send + Sync + 'static) -> Script {
    Arc::new(move |method, params| {
        let mut result = honest(method, params);
        lie(method, params, &mut result);
        Act::Say(result)
    })
}

/// Returns a node that is honest until it is asked for `method`.
fn bad_at(method: &'static str, act: impl Fn() -> Act + Send + Sync + 'static) -> Script {
    Arc::new(
        move |asked, params| {
            if asked == method { act() } else { Act::Say(honest(asked, params)) }
        },
    )
}

/// Returns a node that changes the full block 2, in which we are paid.
fn in_block(lie: impl Fn(&mut Value) + Send + Sync + 'static) -> Script {
    liar(move |method, params, result| {
        if method == "eth_getBlockByNumber" && *params == json!(["0x2", true]) {
            lie(result);
        }
    })
}

/// Returns a node that changes all receipts.
fn in_receipts(lie: impl Fn(&mut Vec<Value>) + Send + Sync + 'static) -> Script {
    liar(move |method, _, result| {
        if method == "eth_getBlockReceipts" {
            lie(result.as_array_mut().expect("receipts"));
        }
    })
}

fn http(text: &str) -> Act {
    Act::Bytes(text.as_bytes().to_vec())
}

#[tokio::test]
async fn an_honest_node_shows_what_was_paid_and_not_what_failed() {
    let advance = read(vec![honestly()]).await.expect("honest");
    assert_eq!(paid(&advance.mined), truth());
    assert_eq!((advance.blocks.len(), advance.blocks_behind, advance.reorg_from), (3, 0, None));
}

#[tokio::test]
async fn a_node_that_closes_after_every_answer_is_dialled_again() {
    let closing: Script = Arc::new(|method, params| Act::SayAndClose(honest(method, params)));
    assert_eq!(paid(&read(vec![closing]).await.expect("honest").mined), truth());
}

/// Returns each lie, and what it is found out by.
fn lies() -> Vec<(&'static str, Script, &'static str)> {
    let one = "0xde0b6b3a7640000";
    vec![
        (
            "follows another chain",
            liar(|method, _, result| {
                if method == "eth_chainId" {
                    *result = json!("0x1");
                }
            }),
            "node 1: is on chain 1, not 31337",
        ),
        (
            "says a transaction moved more",
            in_block(move |block| block["transactions"][0]["value"] = json!(one)),
            "own transactions",
        ),
        (
            "says a stranger's transaction went to us",
            in_block(|block| block["transactions"][1]["to"] = json!(us().as_str())),
            "own transactions",
        ),
        (
            "says a transaction twice",
            in_block(|block| {
                let again = block["transactions"][0].clone();
                block["transactions"].as_array_mut().expect("a list").push(again);
            }),
            "own transactions",
        ),
        (
            "withholds a transaction",
            in_block(|block| drop(block["transactions"].as_array_mut().map(Vec::pop))),
            "own transactions",
        ),
        (
            "changes the order",
            in_block(|block| block["transactions"].as_array_mut().expect("a list").reverse()),
            "own transactions",
        ),
        (
            "says another time",
            in_block(|block| block["timestamp"] = json!("0x6b02d901")),
            "own hash",
        ),
        (
            "says another hash",
            in_block(|block| block["hash"] = block["parentHash"].clone()),
            "own hash",
        ),
        (
            "says another parent",
            in_block(|block| block["parentHash"] = block["hash"].clone()),
            "own hash",
        ),
        (
            "says that what failed has not",
            in_receipts(|receipts| {
                receipts.iter_mut().for_each(|receipt| receipt["status"] = json!("0x1"));
            }),
            "own receipts",
        ),
        (
            "forges the log of a transfer",
            in_receipts(|receipts| {
                let to = us().as_str().trim_start_matches("0x").to_lowercase();
                let transfer = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
                let log = json!({
                    "address": "0xfffffffffffffffffffffffffffffffffffffffe",
                    "topics": [transfer, format!("0x{:064x}", 1), format!("0x{to:0>64}")],
                    "data": format!("0x{:064x}", 9),
                });
                for receipt in receipts {
                    receipt["logs"] = json!([log]);
                }
            }),
            "own receipts",
        ),
        ("withholds the receipts", in_receipts(Vec::clear), "own receipts"),
        (
            "says there are no receipts",
            bad_at("eth_getBlockReceipts", || Act::Say(Value::Null)),
            "is missing a block",
        ),
        ("refuses", bad_at("eth_blockNumber", refuse), "refused with code -32601"),
        ("answers another question", bad_at("eth_blockNumber", another), "sent an invalid answer"),
        ("says half an answer", bad_at("eth_blockNumber", half), "sent an invalid answer"),
        (
            "says nothing",
            bad_at("eth_blockNumber", || Act::Whole(vec![])),
            "sent an invalid answer",
        ),
        ("nests without end", bad_at("eth_blockNumber", nested), "sent an invalid answer"),
        (
            "says a negative height",
            bad_at("eth_blockNumber", || Act::Say(json!(-1))),
            "sent an invalid answer",
        ),
        ("redirects", bad_at("eth_blockNumber", redirect), "HTTP status 307"),
        ("fails", bad_at("eth_blockNumber", unwell), "HTTP status 500"),
        (
            "does not speak HTTP",
            bad_at("eth_blockNumber", || http("220 smtp\r\n")),
            "closed the connection",
        ),
        ("breaks off", bad_at("eth_blockNumber", cut), "closed the connection"),
        ("announces a huge answer", bad_at("eth_blockNumber", huge), "too large"),
        ("does not stop answering", bad_at("eth_blockNumber", || Act::Flood), "too large"),
    ]
}

fn refuse() -> Act {
    let error = json!({ "code": -32601, "message": "the method does not exist" });
    Act::Whole(json!({ "jsonrpc": "2.0", "id": 1, "error": error }).to_string().into_bytes())
}

fn another() -> Act {
    Act::Whole(br#"{"jsonrpc":"2.0","id":77,"result":"0x4"}"#.to_vec())
}

fn half() -> Act {
    Act::Whole(br#"{"jsonrpc":"2.0","id":2,"resu"#.to_vec())
}

fn nested() -> Act {
    Act::Whole(vec![b'['; 90_000])
}

fn redirect() -> Act {
    http("HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
}

fn unwell() -> Act {
    http("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
}

fn cut() -> Act {
    http("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"jsonrpc\"")
}

fn huge() -> Act {
    http("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{")
}

#[tokio::test]
async fn one_node_that_lies_is_an_error_and_never_a_payment() {
    for (name, script, expected) in lies() {
        let (mined, error) = read_until_error(vec![script]).await;
        assert!(error.contains(expected), "{name}: {error}");
        assert!(truth().starts_with(&paid(&mined)) && mined.len() < 3, "{name}");
    }
}

/// Lies about later blocks: what was proved before them is kept.
fn late_lies() -> Vec<(&'static str, Script, usize)> {
    vec![
        (
            "claims to be a million blocks further",
            bad_at("eth_blockNumber", || Act::Say(json!("0xf4240"))),
            3,
        ),
        (
            "tells an old block again as the newest",
            liar(|method, params, result| {
                if method == "eth_getBlockByNumber" && params[0] == "0x4" {
                    *result = honest(method, &json!(["0x3", params[1]]));
                }
            }),
            2,
        ),
        (
            "leaves a block out",
            liar(|method, params, result| {
                if method == "eth_getBlockByNumber" && *params == json!(["0x3", true]) {
                    *result = honest(method, &json!(["0x4", true]));
                }
            }),
            1,
        ),
    ]
}

#[tokio::test]
async fn what_is_proved_before_a_lie_is_kept() {
    for (name, script, kept) in late_lies() {
        let advance = read(vec![script]).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(advance.blocks.len(), kept, "{name}");
        assert!(truth().starts_with(&paid(&advance.mined)), "{name}");
        assert!(advance.blocks_behind > 0, "{name}");
    }
}

#[tokio::test]
async fn one_liar_of_three_changes_nothing() {
    let late = || late_lies().into_iter().map(|(name, script, _)| (name, script, ""));
    for place in 0..3 {
        for (name, script, _) in lies().into_iter().chain(late()) {
            let mut scripts = vec![honestly(), honestly()];
            scripts.insert(place, script);
            let advance = read(scripts).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(paid(&advance.mined), truth(), "{name}");
        }
    }
}

#[tokio::test]
async fn a_node_that_stalls_is_not_waited_for_without_end() {
    let stalls = || bad_at("eth_getBlockReceipts", || Act::Hang);
    let ask = async |scripts| {
        let watch = patient_watch(scripts, Duration::from_secs(2));
        watch.next_update(&[first()], &watch_list()).await.map_err(|error| error.to_string())
    };
    assert_eq!(ask(vec![stalls()]).await, Err("node 1: did not answer in time".into()));
    // Whichever is read from first, the honest ones are read from in the end.
    for place in 0..3 {
        let mut scripts = vec![honestly(), honestly()];
        scripts.insert(place, stalls());
        assert_eq!(paid(&ask(scripts).await.expect("two are honest").mined), truth());
    }
}

#[tokio::test]
async fn one_honest_node_of_three_is_not_enough_to_be_believed() {
    let scripts = vec![honestly(), forger(), Arc::new(|_: &str, _: &Value| unwell()) as Script];
    let (mined, error) = read_until_error(scripts).await;
    assert_eq!(paid(&mined), truth(), "they agree up to the forgery");
    assert_eq!(error, "1 of 3 nodes agree, 2 needed; node 3 answered with HTTP status 500");
}

#[tokio::test]
async fn ids_the_node_makes_up_are_not_used() {
    let script = in_block(|block| {
        block["transactions"][0]["hash"] = json!(format!("0x{}", "77".repeat(32)));
        block["transactions"][0]["from"] = json!(us().as_str());
    });
    let advance = read(vec![script]).await.expect("the rest is true");
    assert_eq!(paid(&advance.mined), truth());
}

/// Returns a node that makes up the whole of block 4, with a payment to us.
/// Everything that belongs to the payment is there: only other nodes can give it away.
fn forger() -> Script {
    let mut block = honest("eth_getBlockByNumber", &json!(["0x4", true]));
    let source = honest("eth_getBlockByNumber", &json!(["0x2", true]));
    let receipts = honest("eth_getBlockReceipts", &json!([source["hash"]]));
    block["transactions"] = json!([source["transactions"][0]]);
    block["transactions"][0]["value"] = json!("0xde0b6b3a7640000");
    let receipts = json!([receipts[0]]);
    let transactions: Vec<EthereumTxEnvelope<TxEip4844>> =
        serde_json::from_value(block["transactions"].clone()).expect("transactions");
    let told: Vec<alloy_consensus::ReceiptEnvelope<alloy_primitives::Log>> =
        serde_json::from_value(receipts.clone()).expect("receipts");
    block["transactionsRoot"] = json!(calculate_transaction_root(&transactions));
    block["receiptsRoot"] = json!(calculate_receipt_root(&told));
    let header: Header = serde_json::from_value(block.clone()).expect("a header");
    block["hash"] = json!(header.hash_slow());
    liar(move |method, params, result| match method {
        "eth_getBlockByNumber" if params[0] == "0x4" => *result = block.clone(),
        "eth_getBlockReceipts" if params[0] == "0x4" => *result = receipts.clone(),
        _ => {}
    })
}

#[tokio::test]
async fn a_whole_forged_block_is_outvoted() {
    let alone = read(vec![forger()]).await.expect("nobody else was asked");
    assert_eq!(alone.mined.len(), truth().len() + 1, "the forgery is good enough to be one");
    for place in 0..3 {
        let mut scripts = vec![honestly(), honestly()];
        scripts.insert(place, forger());
        assert_eq!(paid(&read(scripts).await.expect("two agree").mined), truth());
    }
    let (mined, _) = read_until_error(vec![honestly(), forger()]).await;
    assert_eq!(paid(&mined), truth(), "one to one is no majority for block 4");
}

/// It tells true heads, and forges the blocks.
#[tokio::test]
async fn forger_that_votes_honestly_is_detected_when_read_from() {
    let forger = forger();
    let two_faced = || {
        let forger = Arc::clone(&forger);
        Arc::new(move |method: &str, params: &Value| match params[1].as_bool() {
            Some(false) => Act::Say(honest(method, params)),
            _ => forger(method, params),
        })
    };
    for place in 0..3 {
        let mut scripts: Vec<Script> = vec![honestly(), honestly()];
        scripts.insert(place, two_faced());
        assert_eq!(paid(&read(scripts).await.expect("two are honest").mined), truth());
    }
}

#[tokio::test]
async fn an_invented_reorg_without_a_majority_drops_nothing() {
    let mut fork = honest("eth_getBlockByNumber", &json!(["0x1", true]));
    fork["extraData"] = json!("0x77");
    let header: Header = serde_json::from_value(fork.clone()).expect("a header");
    fork["hash"] = json!(header.hash_slow());
    let inventor = liar(move |method, params, result| {
        if method == "eth_blockNumber" {
            *result = json!("0x1");
        } else if method == "eth_getBlockByNumber" && params[0] == "0x1" {
            *result = fork.clone();
        }
    });
    let advance = read(vec![Arc::clone(&inventor), honestly(), honestly()]).await;
    assert_eq!(advance.expect("two agree").reorg_from, None);
    assert!(read(vec![inventor, honestly()]).await.is_err());
}

#[tokio::test]
async fn a_named_transaction_is_proved_like_any_other() {
    let ask = async |script: Script, name| {
        watch(vec![script]).look_up(txid(name), &watch_list()).await.map_err(|e| e.to_string())
    };
    let Ok(LookUp::Found(found)) = ask(honestly(), "legacy").await else { panic!("it pays us") };
    assert_eq!(paid(&found), [(txid("legacy"), 7)]);
    assert_eq!(found[0].block.map(|block| block.height), Some(Height(3)));
    assert_eq!(ask(honestly(), "elsewhere").await, Ok(LookUp::NotOurs));
    assert_eq!(ask(honestly(), "failed").await, Ok(LookUp::Failed));

    let receipt = |lie: fn(&mut Value)| {
        liar(move |method, _, result| {
            if method == "eth_getTransactionReceipt" {
                lie(result);
            }
        })
    };
    let succeeded = receipt(|receipt| receipt["status"] = json!("0x1"));
    assert_eq!(ask(succeeded, "failed").await, Ok(LookUp::Failed));
    let elsewhere = receipt(|receipt| receipt["blockNumber"] = json!("0x4"));
    assert!(ask(elsewhere, "legacy").await.is_err());
    let nowhere = receipt(|receipt| receipt["blockNumber"] = Value::Null);
    assert_eq!(ask(nowhere, "legacy").await, Ok(LookUp::NotFound));
    let more = in_block(|block| block["transactions"][0]["value"] = json!("0xde0b6b3a7640000"));
    assert!(ask(more, "paid").await.is_err());

    // Two of three deny it; what one can prove is still proved.
    let denies = || receipt(|receipt| *receipt = Value::Null);
    let watch = watch(vec![denies(), denies(), honestly()]);
    let found = watch.look_up(txid("paid"), &watch_list()).await;
    assert!(matches!(found, Ok(LookUp::Found(_))));
}
