//! Tests with any bytes as answers: never a panic, and never a payment that was not made.

use crate::mock::{
    Act, RECORDED, Script, first, honest, honestly, recorded_pay_to, txid, us, watch,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use shop_chain::{ChainWatcher, LookUp, WatchList};
use shop_core::view::Transfer;
use std::sync::Arc;

/// Values that other programs have stumbled over.
fn strange() -> impl Strategy<Value = Value> {
    let some = vec![
        Value::Null,
        json!(true),
        json!([]),
        json!({}),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("0x"),
        json!("0x0"),
        json!("0xzz"),
        json!("0xffffffffffffffff"),
        json!(format!("0x{}", "f".repeat(64))),
        json!(format!("0x{}", "f".repeat(65))),
        json!(format!("0x{}", "00".repeat(256))),
    ];
    prop_oneof![
        4 => proptest::sample::select(some),
        1 => "\\PC{0,40}".prop_map(Value::from),
        1 => any::<u64>().prop_map(|n| json!(format!("{n:#x}"))),
    ]
}

/// Replaces the part of `value` that `picks` leads to.
fn replace(value: &mut Value, picks: &[usize], new: Value) {
    let [pick, rest @ ..] = picks else {
        *value = new;
        return;
    };
    let part = match value {
        Value::Array(list) if !list.is_empty() => {
            let place = pick % list.len();
            list.get_mut(place)
        }
        Value::Object(map) if !map.is_empty() => {
            let place = pick % map.len();
            map.values_mut().nth(place)
        }
        _ => None,
    };
    match part {
        Some(part) => replace(part, rest, new),
        None => *value = new,
    }
}

/// Reads everything from such a node.
fn ask(script: Script) -> Vec<Transfer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(async {
        let ours = [us(), recorded_pay_to("broken")].into();
        let watch_list = WatchList { watched: ours, ..WatchList::default() };
        let watch = watch(vec![script]);
        let mut told = Vec::new();
        for name in ["paid", "failed"] {
            if let Ok(LookUp::Found(found)) = watch.look_up(txid(name), &watch_list).await {
                told.extend(found);
            }
        }
        let known = [first()];
        told.extend(
            watch.next_update(&known, &watch_list).await.map_or_else(|_| vec![], |a| a.mined),
        );
        told
    })
}

#[test]
fn an_honest_node_is_heard() {
    assert_eq!(ask(honestly()).len(), 4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_survived(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        honest_for in 0usize..6,
        as_http in any::<bool>(),
    ) {
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let told = ask(Arc::new(move |method, params| {
            if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < honest_for {
                Act::Say(honest(method, params))
            } else if as_http {
                Act::Whole(bytes.clone())
            } else {
                Act::Bytes(bytes.clone())
            }
        }));
        // One that was honest long enough has proved what it said of this one.
        prop_assert!(told.iter().all(|transfer| transfer.id.0 == txid("paid")));
    }

    #[test]
    fn any_part_of_an_answer_may_be_anything(
        picks in proptest::collection::vec(any::<usize>(), 0..5),
        which in any::<usize>(),
        new in strange(),
    ) {
        let answers = RECORDED["answers"].as_object().expect("recorded");
        let key = answers.keys().nth(which % answers.len()).expect("one of them").clone();
        let told = ask(Arc::new(move |method, params| {
            let mut result = honest(method, params);
            if format!("{method} {params}") == key {
                replace(&mut result, &picks, new.clone());
            }
            Act::Say(result)
        }));
        let true_ids = ["paid", "legacy", "listed"].map(txid);
        prop_assert!(told.iter().all(|transfer| true_ids.contains(&transfer.id.0.as_str())));
        let paid = told.iter().filter(|transfer| transfer.id.0 == txid("paid"));
        prop_assert!(paid.into_iter().all(|t| t.amount.units() == 51_990_000_123_456_789));
    }
}
