use super::*;
use alloy_consensus::{Eip658Value, Receipt, ReceiptEnvelope};
use alloy_eips::Encodable2718 as _;
use serde_json::{Value, json};

fn log() -> Vec<u8> {
    let log = json!({
        "address": SYSTEM,
        "topics": [TRANSFER, B256::repeat_byte(1), Address::repeat_byte(2).into_word()],
        "data": B256::repeat_byte(3),
    });
    log.to_string().into_bytes()
}

fn logs(count: usize) -> Logs {
    let mut logs = Logs::default();
    for _ in 0..count {
        logs.log(&log()).expect("a log");
    }
    logs
}

fn receipt(fields: Value) -> ToldReceipt {
    serde_json::from_value(fields).expect("a receipt")
}

fn succeeded() -> ToldReceipt {
    receipt(json!({ "type": "0x2", "status": "0x1", "cumulativeGasUsed": "0x5208" }))
}

fn library(status: Eip658Value, count: usize) -> Receipt {
    let one: alloy_primitives::Log = serde_json::from_slice(&log()).expect("a log");
    Receipt { status, cumulative_gas_used: 0x5208, logs: vec![one; count] }
}

#[test]
fn logs_that_begin_a_second_time_count_once() {
    let mut twice = logs(2);
    twice.begin();
    twice.log(&log()).expect("a log");
    let twice = alone(succeeded(), twice).expect("a receipt");
    assert_eq!(twice, alone(succeeded(), logs(1)).expect("a receipt"));
    assert_eq!(twice.1.moves.len(), 1);
}

#[test]
fn receipt_alone_is_known_by_the_hash_of_its_encoding() {
    let read = alone(succeeded(), logs(3)).expect("a receipt");
    let encoded = ReceiptEnvelope::Eip1559(library(true.into(), 3).with_bloom()).encoded_2718();
    assert_eq!(read.0, keccak256(encoded));
    assert!(read.1.succeeded);
    let places: Vec<_> = read.1.moves.iter().map(|moved| moved.place).collect();
    assert_eq!(places, [0, 1, 2]);
    assert_eq!(read.1.moves[0].to, Address::repeat_byte(2));
    assert_eq!(read.1.moves[0].value, U256::from_be_bytes([3; 32]));
}

/// As chains wrote receipts before 2017: nothing in them says that the transaction succeeded.
#[test]
fn receipt_with_a_state_root_is_encoded_and_tells_no_success() {
    let root = B256::repeat_byte(7);
    let told = receipt(json!({ "root": root, "cumulativeGasUsed": "0x5208" }));
    let read = alone(told, logs(1)).expect("a receipt");
    let status = Eip658Value::PostState(root);
    let encoded = ReceiptEnvelope::Legacy(library(status, 1).with_bloom()).encoded_2718();
    assert_eq!(read.0, keccak256(encoded));
    assert!(!read.1.succeeded);
    let neither = receipt(json!({ "cumulativeGasUsed": "0x5208" }));
    assert_eq!(alone(neither, logs(0)), Err(NodeError::Malformed));
}

/// Returns the movements that one log shows.
fn moves_of(change: impl FnOnce(&mut Value)) -> Vec<Move> {
    let mut told: Value = serde_json::from_slice(&log()).expect("a log");
    change(&mut told);
    let mut logs = Logs::default();
    logs.log(told.to_string().as_bytes()).expect("a log");
    logs.moves
}

/// Tokens are what their contracts log, and contracts log what they like.
#[test]
fn log_of_another_form_moves_no_money() {
    let token = Address::repeat_byte(9);
    let moved = moves_of(|log| log["address"] = json!(token));
    let value = U256::from_be_bytes([3; 32]);
    let to = Address::repeat_byte(2);
    assert_eq!(moved, [Move { place: 0, contract: token, to, value }]);
    let word = |byte| json!(B256::repeat_byte(byte));
    let from = word(1);
    let to = json!(to.into_word());
    for topics in [
        json!([]),
        json!([TRANSFER]),
        json!([TRANSFER, from]),
        // A token that cannot be divided (ERC-721): the fourth is its number.
        json!([TRANSFER, from, to, word(4)]),
        json!([word(7), from, to]),
        // More than an address.
        json!([TRANSFER, from, word(2)]),
        // To itself: nothing came.
        json!([TRANSFER, to, to]),
    ] {
        assert_eq!(moves_of(|log| log["topics"] = topics.clone()), [], "{topics}");
    }
    for data in ["0x", "0x03", &format!("0x{}", "03".repeat(31)), &format!("0x{}", "03".repeat(64))]
    {
        assert_eq!(moves_of(|log| log["data"] = json!(data)), [], "{data}");
    }
}
