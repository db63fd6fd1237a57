mod queries;

use super::*;
use crate::ethereum::{
    answer::Splitter,
    receipts::{Receipts, SYSTEM, TRANSFER},
};
use serde_json::{Value, json};
use shop_core::money::AssetId;

fn recorded() -> Value {
    serde_json::from_str(include_str!("../../../tests/chains/recorded/four-blocks.json"))
        .expect("JSON")
}

/// Returns a watch list of these pay-tos.
fn watching(pay_tos: impl IntoIterator<Item = PayTo>) -> WatchList {
    WatchList { watched: pay_tos.into_iter().collect(), ..WatchList::default() }
}

/// Feeds a result to `parts` as a node's answer. Returns what is left of it.
fn answer(result: &Value, parts: &mut impl Parts) -> Result<Value, NodeError> {
    let mut splitter = Splitter::default();
    splitter.feed(json!({ "result": result }).to_string().as_bytes(), parts)?;
    let left: Value = serde_json::from_slice(&splitter.finish()?).expect("JSON");
    Ok(left["result"].clone())
}

/// A block of the recording and its receipts, as a node may tell them.
fn told_at(height: u64) -> (Value, Value) {
    let answers = &recorded()["answers"];
    let block = answers[format!("eth_getBlockByNumber [\"{height:#x}\",true]").as_str()].clone();
    let receipts = answers[format!("eth_getBlockReceipts [{}]", block["hash"]).as_str()].clone();
    (block, receipts)
}

/// Block 2 of the recording and its receipts.
fn told() -> (Value, Value) {
    told_at(2)
}

fn told_block(block: &Value) -> Result<ToldBlock, NodeError> {
    let mut transactions = Transactions::default();
    let header = answer(block, &mut transactions)?;
    let header: ToldHeader = serde_json::from_value(header).expect("a header");
    Ok(ToldBlock::new(header, transactions))
}

fn prove(block: &Value, receipts: &Value) -> Result<Block, NodeError> {
    let told = told_block(block)?;
    let mut read = Receipts::default();
    answer(receipts, &mut read)?;
    told.unfinished()?;
    told.prove(read.finish())
}

/// Returns block 2 of the recording, with these logs on its first transaction, which pays us.
/// The roots do not fit them, so it is put together without the proof.
fn block_with(logs: &[Value]) -> (Block, WatchList) {
    let (block, mut receipts) = told();
    receipts[0]["logs"] = json!(logs);
    let mut transactions = Transactions::default();
    answer(&block, &mut transactions).expect("transactions");
    let mut read = Receipts::default();
    answer(&receipts, &mut read).expect("receipts");
    let at = BlockAt {
        height: Height(2),
        hash: BlockHash([2; 32]),
        time: shop_core::time::CoarseTime::from_hours(1),
    };
    let ours = recorded()["us"].as_str().map(|us| crate::pay_to(AssetId::ETH, us).expect("ours"));
    let outcomes = Outcomes::Proved(read.finish().outcomes);
    let entries = transactions.entries;
    let seconds = UnixTime(3_600);
    let parent = BlockHash([1; 32]);
    (Block { at, seconds, parent, entries, outcomes }, watching(ours))
}

const PAID: u64 = 51_990_000_123_456_789;

fn log(to: &str, value: u64) -> Value {
    json!({
        "address": SYSTEM,
        "topics": [TRANSFER, format!("0x{:064x}", 1), format!("0x{:0>64}", &to.trim_start_matches("0x"))],
        "data": format!("0x{value:064x}"),
    })
}

const TOKEN: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";

fn usdc() -> AssetId {
    AssetId::token(AssetId::ETH.chain(), TOKEN, "USDC", 6, 6).expect("a token")
}

fn token_log(contract: &str, to: &str, value: u64) -> Value {
    let mut log = log(to, value);
    log["address"] = json!(contract);
    log
}

/// One call of a contract that pays many, and pays one of them twice.
#[test]
fn every_log_of_a_token_that_is_asked_for_is_a_payment() {
    let own = PAID;
    let logs = [
        token_log(TOKEN, OTHER, 3),
        token_log(TOKEN, US, 9),
        token_log(OTHER, US, 11),
        token_log(&TOKEN.to_lowercase(), US, 9),
        token_log(TOKEN, US, 0),
        // As much as the transaction's own Ether, and not that.
        token_log(TOKEN, US, own),
        log(US, own),
    ];
    let (block, mut ours) = block_with(&logs);
    let us = ours.watched.iter().next().expect("ours").clone();
    ours.watched.insert(us.with_asset(usdc()));
    let found = block.transfers(&Matcher::of(&ours));
    let told = |transfer: &Transfer| {
        let place = transfer.id.0.split_once(':').map(|(_, place)| place.to_owned());
        (place, transfer.amount)
    };
    let found: Vec<_> = found.iter().map(told).collect();
    let of = |place: &str, units| (Some(place.to_owned()), Amount::new(usdc(), units));
    let ether = (None, Amount::new(AssetId::ETH, u128::from(PAID)));
    assert_eq!(found, [ether, of("1", 9), of("3", 9), of("5", u128::from(PAID))]);
}

#[test]
fn known_token_is_told_where_ether_is_asked_for() {
    let (block, mut ours) = block_with(&[token_log(TOKEN, US, 9), token_log(OTHER, US, 9)]);
    assert_eq!(block.transfers(&Matcher::of(&ours)).len(), 1, "its Ether alone");
    ours.known = [AssetId::ETH, usdc()].into();
    let found = block.transfers(&Matcher::of(&ours));
    let assets: Vec<_> = found.iter().map(|found| found.amount.asset()).collect();
    assert_eq!(assets, [AssetId::ETH, usdc()]);
    assert!(found.iter().all(|found| found.pay_to.asset() == found.amount.asset()));
}

fn found(logs: &[Value]) -> Vec<(bool, u128)> {
    let (block, ours) = block_with(logs);
    let found = block.transfers(&Matcher::of(&ours));
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
    let names: HashSet<_> =
        block.transfers(&Matcher::of(&ours)).into_iter().map(|t| t.id).collect();
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
    // A token that calls itself Ether.
    let mut token = log(US, 9);
    token["address"] = json!(OTHER);
    let logs = [short, topic, few, vast, token, log(US, 0)];
    assert_eq!(found(&logs), [(false, u128::from(PAID))]);
}

/// The hash decides about what some nodes leave out or name otherwise.
#[test]
fn block_in_other_clients_forms_is_proved_by_its_hash() {
    let (block, receipts) = told();
    assert!(prove(&block, &receipts).is_ok());
    let mut no_bloom = block.clone();
    no_bloom.as_object_mut().expect("fields").remove("logsBloom");
    assert!(prove(&no_bloom, &receipts).is_ok());
    let mut bare = receipts.clone();
    for receipt in bare.as_array_mut().expect("receipts") {
        receipt.as_object_mut().expect("fields").remove("logsBloom");
    }
    assert!(prove(&no_bloom, &bare).is_ok());
    let mut nulls = block;
    nulls["slotNumber"] = Value::Null;
    nulls["transactions"][1]["someday"] = json!({ "logs": [1] });
    assert!(prove(&nulls, &receipts).is_ok());
}

fn made(change: impl FnOnce(&mut Header)) -> (Value, Value) {
    let (mut block, _) = told();
    block["transactions"] = json!([]);
    let mut header: Header = serde_json::from_value(block).expect("a header");
    header.transactions_root = alloy_trie::EMPTY_ROOT_HASH;
    header.receipts_root = alloy_trie::EMPTY_ROOT_HASH;
    change(&mut header);
    let mut block = serde_json::to_value(&header).expect("JSON");
    block["hash"] = json!(header.hash_slow());
    block["transactions"] = json!([]);
    (block, json!([]))
}

fn without(block: &Value, field: &str) -> Value {
    let mut block = block.clone();
    block.as_object_mut().expect("fields").remove(field).expect("it was there");
    block
}

#[test]
fn fields_left_out_are_filled_in() {
    let (block, receipts) = made(|header| {
        header.mix_hash = B256::ZERO;
        header.nonce = alloy_primitives::B64::ZERO;
    });
    for field in ["mixHash", "nonce"] {
        assert!(prove(&without(&block, field), &receipts).is_ok(), "{field}");
    }
    let (block, receipts) = made(|header| header.mix_hash = B256::repeat_byte(1));
    let lacking = prove(&without(&block, "mixHash"), &receipts);
    assert_eq!(lacking.err(), Some(NodeError::InvalidProof("hash")));
}

#[test]
fn slot_is_computed_and_access_list_hash_goes_by_two_names() {
    let (block, receipts) = made(|header| {
        header.block_access_list_hash = Some(B256::repeat_byte(7));
        header.timestamp = 1_606_824_023 + 12 * 5_000_000;
        header.slot_number = Some(5_000_000);
    });
    assert!(prove(&block, &receipts).is_ok());
    let mut other = without(&block, "slotNumber");
    assert!(prove(&other, &receipts).is_ok());
    let hash = other.as_object_mut().expect("fields").remove("blockAccessListHash");
    other["balHash"] = hash.expect("it was there");
    assert!(prove(&other, &receipts).is_ok());
    let mut wrong = block;
    wrong["slotNumber"] = json!("0x1");
    assert_eq!(
        prove(&wrong, &receipts).err(),
        Some(NodeError::InvalidProof("hash")),
        "a slot that is told"
    );
}

#[test]
fn receipts_that_do_not_fit_the_block_are_a_lie() {
    let (block, receipts) = told();
    let lie = Some(NodeError::InvalidProof("receipts"));
    let mut failed = receipts.clone();
    failed[0]["status"] = json!("0x0");
    assert_eq!(prove(&block, &failed).err(), lie);
    let fewer = json!([receipts[0]]);
    assert_eq!(prove(&block, &fewer).err(), lie);
    // No node could make such a block: the hash is right, and no transaction made the receipts.
    let (more, _) = made(|header| {
        let root = block["receiptsRoot"].clone();
        header.receipts_root = serde_json::from_value(root).expect("a root");
    });
    assert_eq!(prove(&more, &receipts).err(), lie);
}

#[test]
fn answer_that_begins_a_second_time_counts_once() {
    let (block, receipts) = told();
    let mut transactions = Transactions::default();
    answer(&block, &mut transactions).expect("transactions");
    transactions.begin();
    let header = answer(&block, &mut transactions).expect("transactions");
    let mut read = Receipts::default();
    answer(&receipts, &mut read).expect("receipts");
    read.begin();
    answer(&receipts, &mut read).expect("receipts");
    let header = serde_json::from_value(header).expect("a header");
    assert!(ToldBlock::new(header, transactions).prove(read.finish()).is_ok());
}

#[test]
fn ids_in_place_of_transactions_are_passed_over() {
    let mut transactions = Transactions::default();
    answer(&json!({ "transactions": [B256::ZERO] }), &mut transactions).expect("ids");
    assert!(transactions.entries.is_empty());
}

/// A node is not said to lie when it is the program that is too old.
#[test]
fn unknown_fields_and_types_say_the_program_is_too_old() {
    let (block, receipts) = told();
    let mut next_fork = block.clone();
    next_fork["hash"] = json!(B256::repeat_byte(9));
    assert_eq!(prove(&next_fork, &receipts).err(), Some(NodeError::InvalidProof("hash")));
    next_fork["inclusionListRoot"] = json!(B256::repeat_byte(8));
    assert!(matches!(prove(&next_fork, &receipts).err(), Some(NodeError::TooNew(_))));
    let mut next_type = block.clone();
    next_type["transactions"][0]["type"] = json!("0x7e");
    assert!(matches!(prove(&next_type, &receipts).err(), Some(NodeError::TooNew(_))));
    next_type["transactions"][0]["type"] = json!("0x5");
    assert!(matches!(prove(&next_type, &receipts).err(), Some(NodeError::TooNew(_))));
    next_type["transactions"][0]["type"] = json!("0x4");
    assert_eq!(
        prove(&next_type, &receipts).err(),
        Some(NodeError::Malformed),
        "a known one, lacking"
    );
    let mut next_receipt = receipts;
    next_receipt[0]["type"] = json!("0x7e");
    assert!(matches!(prove(&block, &next_receipt).err(), Some(NodeError::TooNew(_))));
}

#[test]
fn contract_creation_is_understood_in_both_forms() {
    let (block, _) = told();
    let mut tx = block["transactions"][0].clone();
    tx["to"] = Value::Null;
    let mut hashed = Transactions::default();
    hashed.item(tx.to_string().as_bytes()).expect("a creation");
    tx["to"] = json!("0x");
    let mut empty = Transactions::default();
    empty.item(tx.to_string().as_bytes()).expect("the same");
    assert_eq!(hashed.entries[0].id, empty.entries[0].id);
    assert!(empty.entries[0].pays.is_none());
}

/// Every receipt is encoded as the library does it.
#[test]
fn receipts_are_encoded_as_the_library_encodes_them() {
    let (_, mut receipts) = told();
    for (kind, count) in [(0, 0), (1, 1), (2, 3), (3, 40), (4, 300)] {
        receipts[0]["type"] = json!(format!("{kind:#x}"));
        let logs: Vec<_> = (0..count).map(|n| log(US, n)).collect();
        receipts[0]["logs"] = json!(logs);
        let library: Vec<alloy_consensus::ReceiptEnvelope<alloy_primitives::Log>> =
            serde_json::from_value(receipts.clone()).expect("receipts");
        let mut read = Receipts::default();
        answer(&receipts, &mut read).expect("receipts");
        let root = alloy_consensus::proofs::calculate_receipt_root(&library);
        assert_eq!(read.finish().root, root, "{kind} {count}");
    }
}
