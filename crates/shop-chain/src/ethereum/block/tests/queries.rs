//! Questions that a block answers: its place, its transactions, and which of them pay the
//! shop.

use super::*;

fn unfinished(block: &Value) -> (Unfinished, bool) {
    told_block(block).and_then(|told| told.unfinished()).expect("a block")
}

fn id(name: &str) -> B256 {
    serde_json::from_value(recorded()["transactions"][name].clone()).expect("an id")
}

fn address(text: &str) -> Address {
    text.parse().expect("an address")
}

fn pay_tos(addresses: &[&str]) -> WatchList {
    let pay_to = |text: &&str| crate::pay_to(AssetId::ETH, text).expect("a pay-to");
    watching(addresses.iter().map(pay_to))
}

fn hash(told: &Value) -> BlockHash {
    BlockHash(serde_json::from_value::<B256>(told.clone()).expect("a hash").0)
}

#[test]
fn block_without_bloom_is_proved_only_with_its_receipts() {
    let (block, _) = told();
    assert!(unfinished(&block).1);
    assert!(!unfinished(&without(&block, "logsBloom")).1);
    let mut null = block;
    null["logsBloom"] = Value::Null;
    assert!(!unfinished(&null).1);
}

#[test]
fn unfinished_block_tells_its_place_and_its_transactions() {
    let (told, _) = told();
    let (block, _) = unfinished(&told);
    assert_eq!((block.at().height, block.at().hash), (Height(2), hash(&told["hash"])));
    assert_eq!(block.at().time, UnixTime(0x6b02_d940).coarse());
    assert_eq!(block.parent(), hash(&told["parentHash"]));
    assert_eq!(block.gas_limit(), 30_000_000);
    assert_eq!(block.ids(), [id("paid"), id("elsewhere")]);
    assert!(block.holds(id("paid")) && block.holds(id("elsewhere")));
    assert!(!block.holds(id("failed")));
}

#[test]
fn paying_transactions_are_those_with_value_to_the_shop() {
    let (block, _) = unfinished(&told().0);
    assert_eq!(block.paying(&Matcher::of(&pay_tos(&[US]))), [id("paid")]);
    assert!(block.paying(&Matcher::of(&pay_tos(&[OTHER]))).is_empty());
    assert!(is_ours(address(US), U256::from(1), &Matcher::of(&pay_tos(&[US]))));
    assert!(!is_ours(address(US), U256::ZERO, &Matcher::of(&pay_tos(&[US]))));
    assert!(!is_ours(address(OTHER), U256::from(1), &Matcher::of(&pay_tos(&[US]))));
}

/// Receipts are asked for unless nothing can have made any.
#[test]
fn block_is_empty_without_transactions_and_receipts() {
    assert!(unfinished(&made(|_| ()).0).0.is_empty());
    assert!(!unfinished(&told().0).0.is_empty());
    let odd = made(|header| header.receipts_root = B256::repeat_byte(1)).0;
    assert!(!unfinished(&odd).0.is_empty());
}

#[test]
fn looked_up_transaction_is_found_failed_or_not_ours() {
    let ours = pay_tos(&[US, recorded()["broken"].as_str().expect("an address")]);
    let look_up = |height, name| {
        let (block, receipts) = told_at(height);
        prove(&block, &receipts).expect("a block").look_up(id(name), &Matcher::of(&ours))
    };
    let Some(LookUp::Found(found)) = look_up(2, "paid") else { panic!("it was paid") };
    let found: Vec<_> = found.iter().map(|transfer| transfer.amount.units()).collect();
    assert_eq!(found, [u128::from(PAID)]);
    assert_eq!(look_up(2, "elsewhere"), Some(LookUp::NotOurs));
    assert_eq!(look_up(3, "failed"), Some(LookUp::Failed));
    assert_eq!(look_up(2, "failed"), None);
}

/// Answers of most nodes about single transactions, where no node gave the receipts of the
/// block.
#[test]
fn told_outcomes_count_for_their_transactions_alone() {
    let (told, receipts) = told();
    let ours = pay_tos(&[US, "0x0999000000000000000000000000000000000bee"]);
    let ours = Matcher::of(&ours);
    let proved = prove(&told, &receipts).expect("a block");
    assert!(proved.has_logs());
    assert_eq!(proved.transfers(&ours).len(), 2);
    let outcome = Outcome { succeeded: true, ..Outcome::default() };
    let block = unfinished(&told).0.with_told(HashMap::from([(id("paid"), outcome)]));
    assert!(!block.has_logs());
    let found: Vec<_> = block.transfers(&ours).iter().map(|t| t.amount.units()).collect();
    assert_eq!(found, [u128::from(PAID)]);
    assert_eq!(block.look_up(id("elsewhere"), &ours), None);
}
