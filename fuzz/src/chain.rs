//! A node of a chain that says anything: nothing is paid that an honest chain does not hold.

use crate::{
    edits::{self, Bytes},
    mock::{Act, RECORDED, Script, first, honest, honestly, recorded_pay_to, txid, us, watch},
};
use serde_json::Value;
use shop_chain::{WatchList, LookUp, ChainWatcher};
use shop_core::view::Transfer;
use std::sync::{
    Arc, LazyLock, Mutex,
    atomic::{AtomicUsize, Ordering},
};
use tokio::runtime::{Builder, Runtime};

/// Transfers an honest node tells of.
static HONEST: LazyLock<Vec<Transfer>> = LazyLock::new(|| {
    let told = ask(vec![honestly()], true);
    assert!(told.len() >= 3, "an honest node is heard");
    told
});

/// Reads everything from such nodes. Time is the runtime's own, which does not wait.
fn ask(scripts: Vec<Script>, and_probe: bool) -> Vec<Transfer> {
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
    }
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let watched = [us(), recorded_pay_to("broken")].into();
            let watch_list = WatchList { watched, ..WatchList::default() };
            let watch = watch(scripts);
            let known = [first()];
            let advance = watch.next_update(&known, &watch_list).await;
            let mut told = advance.map_or_else(|_| Vec::new(), |advance| advance.mined);
            for name in ["paid", "failed"] {
                if let Ok(LookUp::Found(found)) = watch.look_up(txid(name), &watch_list).await {
                    told.extend(found);
                }
            }
            if and_probe {
                let _ = watch.probe().await;
                let _ = watch.identity().await;
            }
            told
        })
    })
}

fn check(told: &[Transfer]) {
    for transfer in told {
        assert!(HONEST.contains(transfer), "the chain does not hold {transfer:?}");
    }
}

/// Answers with bytes, as a body or as all there is of an answer.
/// The first byte says that, and after how many honest answers.
pub fn rpc_answer(bytes: &[u8]) {
    let Some((how, answer)) = bytes.split_first() else { return };
    let honest_for = usize::from(how & 0x1f);
    let is_body = how & 0x20 != 0;
    let answer = answer.to_vec();
    let asked = AtomicUsize::new(0);
    let script: Script = Arc::new(move |method, params| {
        if asked.fetch_add(1, Ordering::SeqCst) < honest_for {
            Act::Say(honest(method, params))
        } else if is_body {
            Act::Whole(answer.clone())
        } else {
            Act::Bytes(answer.clone())
        }
    });
    check(&ask(vec![script], how & 0x40 != 0));
}

/// Changes what an honest node says, here and there: the first byte says whether it is alone.
/// Further bytes are changes, each to the answer that one of them names.
pub fn proofs(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let how = bytes.next();
    let answers = RECORDED["answers"].as_object().expect("recorded");
    let changed: Mutex<Vec<(String, Value)>> = Mutex::default();
    {
        let mut changed = changed.lock().expect("no panic before");
        for _ in 0..16 {
            if bytes.is_empty() {
                break;
            }
            let key = answers.keys().nth(bytes.next_below(answers.len())).expect("one of them");
            let other = answers.values().nth(bytes.next_below(answers.len())).expect("one");
            let place = changed.iter().position(|(changed, _)| changed == key);
            let place = place.unwrap_or_else(|| {
                changed.push((key.clone(), answers[key].clone()));
                changed.len() - 1
            });
            edits::edit(&mut changed[place].1, other, &mut bytes);
        }
    }
    let liar: Script = Arc::new(move |method, params| {
        let changed = changed.lock().expect("no panic before");
        let key = recorded_key(method, params);
        let lie = changed.iter().find(|(changed, _)| *changed == key);
        Act::Say(lie.map_or_else(|| honest(method, params), |(_, lie)| lie.clone()))
    });
    let scripts = match how % 3 {
        0 => vec![liar],
        1 => vec![liar, honestly()],
        _ => vec![honestly(), liar],
    };
    check(&ask(scripts, how & 0x80 != 0));
}

/// Returns the key of a recorded answer. A block's receipts are recorded by its hash.
fn recorded_key(method: &str, params: &Value) -> String {
    if method == "eth_getBlockReceipts" && params[0].as_str().is_some_and(|of| of.len() < 66) {
        let block = honest("eth_getBlockByNumber", &serde_json::json!([params[0], false]));
        return format!("{method} {}", serde_json::json!([block["hash"]]));
    }
    format!("{method} {params}")
}
