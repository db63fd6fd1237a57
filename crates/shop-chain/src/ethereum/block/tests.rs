use super::*;
use serde_json::{Value, json};

/// Block 2 of the recording, with these logs on its first transaction, which pays us. The roots
/// do not fit them, so it is put together without the proof.
fn block_with(logs: &[Value]) -> (Block, HashSet<PayTo>) {
    let recorded: Value =
        serde_json::from_str(include_str!("../../../tests/chains/recorded/four-blocks.json"))
            .expect("JSON");
    let answers = &recorded["answers"];
    let block = &answers["eth_getBlockByNumber [\"0x2\",true]"];
    let mut receipts =
        answers[format!("eth_getBlockReceipts [{}]", block["hash"]).as_str()].clone();
    receipts[0]["logs"] = json!(logs);
    let told: ToldBlock = serde_json::from_value(block.clone()).expect("a block");
    let receipts: ToldReceipts = serde_json::from_value(receipts).expect("receipts");
    let at = BlockAt {
        height: Height(2),
        hash: BlockHash([2; 32]),
        time: UnixTime(told.header.timestamp).coarse(),
    };
    let entries = told.transactions.into_iter().zip(receipts).collect();
    let ours = [crate::pay_to(AssetId::Eth, recorded["us"].as_str().expect("text")).expect("ours")];
    (Block { at, parent: BlockHash([1; 32]), entries }, ours.into())
}

const PAID: u64 = 51_990_000_123_456_789;

fn log(to: &str, value: u64) -> Value {
    json!({
        "address": SYSTEM,
        "topics": [TRANSFER, format!("0x{:064x}", 1), format!("0x{:0>64}", &to.trim_start_matches("0x"))],
        "data": format!("0x{value:064x}"),
    })
}

fn found(logs: &[Value]) -> Vec<(bool, u128)> {
    let (block, ours) = block_with(logs);
    let found = block.transfers(&ours);
    found.iter().map(|t| (t.id.0.contains(':'), t.amount.units())).collect()
}

const US: &str = "0x5403000000000000000000000000000000000001";
const OTHER: &str = "0x5403000000000000000000000000000000000003";

#[test]
fn a_plain_payment_that_the_chain_also_logs_is_one_payment() {
    assert_eq!(found(&[]), [(false, u128::from(PAID))]);
    assert_eq!(found(&[log(US, PAID)]), [(false, u128::from(PAID))]);
    assert_eq!(found(&[log(OTHER, 3), log(US, PAID)]), [(false, u128::from(PAID))]);
}

#[test]
fn an_equal_amount_sent_on_by_a_contract_is_a_second_payment() {
    let twice = found(&[log(US, PAID), log(US, PAID)]);
    assert_eq!(twice, [(false, u128::from(PAID)), (true, u128::from(PAID))]);
    assert_eq!(found(&[log(US, PAID), log(US, 9)]), [(false, u128::from(PAID)), (true, 9)]);
}

#[test]
fn two_payments_by_one_transaction_have_two_names() {
    let (block, ours) = block_with(&[log(US, 9), log(US, 9)]);
    let names: HashSet<_> = block.transfers(&ours).into_iter().map(|t| t.id).collect();
    assert_eq!(names.len(), 3);
}

#[test]
fn logs_of_another_form_or_of_nothing_are_no_payment() {
    let mut short = log(US, 9);
    short["data"] = json!("0x09");
    let mut topic = log(US, 9);
    topic["topics"][0] = json!(format!("0x{:064x}", 7));
    let mut few = log(US, 9);
    few["topics"] = json!([TRANSFER]);
    let mut vast = log(US, 9);
    vast["data"] = json!(format!("0x{}", "f".repeat(64)));
    assert_eq!(found(&[short, topic, few, vast, log(US, 0)]), [(false, u128::from(PAID))]);
}
