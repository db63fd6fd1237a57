//! Monero nodes that lie, are dead, or send rubbish: nothing is paid by it.

use crate::{
    monero::{Xmr, settings},
    monero_chain::Choices,
    monero_node::{Act, MoneroNode, Script},
    suite::{Reader, TestChain},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use shop_chain::{
    ChainWatcher, NodeError, WatchError, WatchList,
    monero::{Monero, Network, Settings},
    transport::Node,
};
use shop_core::{
    pay_to::PayTo,
    view::{BlockAt, ChainUpdate},
};
use std::sync::{Arc, Mutex};

/// A chain whose first block was read, and a payment in the next.
struct Paid {
    bench: Xmr,
    to: PayTo,
    known: Vec<BlockAt>,
}

impl Paid {
    async fn new() -> Self {
        let mut bench = Xmr::start();
        let to = bench.pay_to();
        let known = Reader::tip_of(&bench.watch_with(vec![bench.node()])).await;
        bench.send(&to, 5, Choices::default());
        bench.mine(1).await;
        Self { bench, to, known }
    }

    fn lying(&self, script: Script) -> Node {
        MoneroNode::with(Arc::clone(&self.bench.chain), script).node()
    }

    async fn read(&self, nodes: Vec<Node>) -> Result<ChainUpdate, WatchError> {
        let list = WatchList { watched: [self.to.clone()].into(), ..WatchList::default() };
        self.bench.watch_with(nodes).next_update(&self.known, &list).await
    }

    /// Returns the number of payments that these nodes show.
    async fn seen(&self, nodes: Vec<Node>) -> Result<usize, WatchError> {
        Ok(self.read(nodes).await?.mined.len())
    }
}

/// Returns a script that changes the honest answer to this method.
pub(crate) fn changed(
    method: &'static str,
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> Script {
    Arc::new(move |asked, _, honest| {
        if asked != method {
            return Act::Honest;
        }
        let mut answer = honest.clone();
        change(&mut answer);
        Act::Answer(answer)
    })
}

/// Changes one of the digits in a text.
pub(crate) fn flip(text: &mut Value, place: usize) {
    let digits = text.as_str().expect("digits");
    let mut bytes = digits.as_bytes().to_vec();
    bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
    *text = json!(String::from_utf8(bytes).expect("digits"));
}

/// Each lie alone is an error of its node, and stops nobody where another node is honest.
#[tokio::test]
async fn each_lie_about_a_block_is_found_out() {
    let paid = Paid::new().await;
    let lies: [(Script, NodeError); 7] = [
        (
            changed("get_block", |answer| flip(&mut answer["result"]["blob"], 40)),
            NodeError::InvalidProof("hash"),
        ),
        (
            changed("/get_transactions", |answer| flip(&mut answer["txs"][0]["prunable_hash"], 9)),
            NodeError::InvalidProof("transactions"),
        ),
        (
            // A digit of the amount.
            changed("/get_transactions", |answer| {
                let text = answer["txs"][0]["pruned_as_hex"].as_str().expect("digits").len();
                flip(&mut answer["txs"][0]["pruned_as_hex"], text - 70);
            }),
            NodeError::InvalidProof("transactions"),
        ),
        (changed("/get_transactions", |answer| answer["txs"] = json!([])), NodeError::Missing),
        (
            changed("get_block", |answer| {
                answer["result"]["blob"] =
                    json!(format!("{}00", answer["result"]["blob"].as_str().expect("digits")));
            }),
            NodeError::Malformed,
        ),
        (
            changed("get_block", |answer| {
                let text = answer["result"]["blob"].as_str().expect("digits");
                answer["result"]["blob"] = json!(text.replacen("1010", "1111", 1));
            }),
            NodeError::TooNew("a block of a new version"),
        ),
        (
            changed("get_block", |answer| *answer = json!({ "error": { "code": -9 } })),
            NodeError::Refused(-9),
        ),
    ];
    for (lie, wanted) in lies {
        let alone = paid.seen(vec![paid.lying(Arc::clone(&lie))]).await;
        let Err(WatchError::Node { number: 1, trouble }) = alone else { panic!("{alone:?}") };
        assert_eq!(trouble, wanted);
        for honest_first in [true, false] {
            let mut nodes = vec![paid.bench.node(), paid.lying(Arc::clone(&lie))];
            if !honest_first {
                nodes.reverse();
            }
            assert_eq!(paid.seen(nodes).await.expect("one is honest"), 1, "{wanted:?}");
        }
    }
}

/// A made-up branch with a payment convinces nobody while most nodes tell another.
#[tokio::test]
async fn branch_of_a_minority_is_not_read() {
    let paid = Paid::new().await;
    let mut other = paid.bench.chain().clone();
    other.shrink(1);
    for _ in 0..3 {
        other.send(&[crate::monero_chain::Pays { to: &paid.to, units: 9 }], Choices::default());
    }
    other.mine(1);
    let liar = || MoneroNode::honest(Arc::new(Mutex::new(other.clone()))).node();
    let honest = || paid.bench.node();
    assert_eq!(paid.seen(vec![honest(), liar(), honest()]).await.expect("a majority"), 1);
    let two = paid.seen(vec![honest(), liar()]).await;
    assert!(matches!(two, Err(WatchError::NoMajority { agreed: 1, needed: 2, .. })), "{two:?}");
    assert_eq!(paid.seen(vec![liar()]).await.expect("it is alone"), 3, "one node is believed");
}

/// Heads that do not follow from one another, or of other heights, are no branch.
#[tokio::test]
async fn heads_that_do_not_hang_together_are_refused() {
    let paid = Paid::new().await;
    paid.bench.chain().mine(3);
    let lies = [
        changed("get_block_headers_range", |answer| {
            let heads = answer["result"]["headers"].as_array_mut().expect("heads");
            let last = heads.len() - 1;
            flip(&mut heads[last]["prev_hash"], 5);
        }),
        changed("get_block_headers_range", |answer| {
            let heads = answer["result"]["headers"].as_array_mut().expect("heads");
            heads.reverse();
        }),
        changed("get_block_headers_range", |answer| {
            answer["result"]["headers"].as_array_mut().expect("heads").clear();
        }),
    ];
    for (number, lie) in lies.into_iter().enumerate() {
        if let Ok(update) = paid.read(vec![paid.lying(lie)]).await {
            assert!(update.blocks.len() < 4, "lie {number}: the last block is not read");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn dead_node_stops_nobody_where_two_others_agree() {
    let paid = Paid::new().await;
    let dead: [fn() -> Act; 3] = [|| Act::Hang, || Act::Close, || Act::Bytes(b"<html>".to_vec())];
    for act in dead {
        let dead = || paid.lying(Arc::new(move |_, _, _| act()));
        let honest = || paid.bench.node();
        for nodes in [[dead(), honest(), honest()], [honest(), honest(), dead()]] {
            assert_eq!(paid.seen(nodes.into()).await.expect("two agree"), 1);
        }
        assert!(paid.seen(vec![dead()]).await.is_err());
        assert!(paid.seen(vec![dead(), honest()]).await.is_err(), "one of two is no majority");
    }
}

#[tokio::test]
async fn answer_without_end_is_not_read_to_its_end() {
    let paid = Paid::new().await;
    let long = || Act::Bytes(vec![b' '; 5 << 20]);
    let node = paid.lying(Arc::new(move |_, _, _| long()));
    let refused = paid.seen(vec![node]).await;
    let Err(WatchError::Node { trouble, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(trouble, NodeError::TooLarge);
}

#[tokio::test]
async fn node_that_has_no_time_is_left_alone() {
    let paid = Paid::new().await;
    let busy = changed("get_info", |answer| answer["result"]["status"] = json!("BUSY"));
    let refused = paid.seen(vec![paid.lying(busy)]).await;
    let Err(WatchError::Node { trouble, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(trouble, NodeError::Busy { retry_after: None });
}

#[tokio::test]
async fn node_of_another_network_is_refused() {
    let paid = Paid::new().await;
    let test = changed("get_info", |answer| answer["result"]["nettype"] = json!("stagenet"));
    let refused = paid.seen(vec![paid.lying(test)]).await;
    let error = refused.expect_err("the wrong network");
    assert_eq!(error.to_string(), "node 1: is on chain 24, not 18");
    let settings = Settings { network: Network::Stage, ..settings() };
    let account = Arc::clone(&paid.bench.account);
    let watch = Monero::new(account, vec![paid.bench.node()], settings).expect("a node");
    assert!(watch.next_update(&[], &WatchList::default()).await.is_err());
}

/// Its word is shown as a payment that waits, and counts for nothing.
#[tokio::test]
async fn rubbish_among_what_waits_hides_nothing_else() {
    let paid = Paid::new().await;
    let unknown = |digit: &str| digit.repeat(64);
    let script: Script = Arc::new(move |asked, question, honest| {
        let mut answer = honest.clone();
        let mut add = |field: &str, rubbish: Vec<Value>| {
            let list = answer[field].as_array_mut().expect("a list");
            list.splice(0..0, rubbish);
        };
        match asked {
            "/get_transaction_pool_hashes" => {
                let hashes = ["zz".to_owned(), unknown("a"), unknown("b"), unknown("c")];
                add("tx_hashes", hashes.map(Value::from).into());
            }
            "/get_transactions" if question["txs_hashes"][0] == unknown("a") => add(
                "txs",
                vec![
                    json!({ "tx_hash": "zz" }),
                    json!({ "tx_hash": unknown("a"), "pruned_as_hex": "02zz" }),
                    json!({ "tx_hash": unknown("b"), "pruned_as_hex": "0200" }),
                ],
            ),
            _ => return Act::Honest,
        }
        Act::Answer(answer)
    });
    paid.bench.send(&paid.to, 8, Choices::default());
    let settings = Settings { reads_pool: true, ..settings() };
    let account = Arc::clone(&paid.bench.account);
    let watch = Monero::new(account, vec![paid.lying(script)], settings).expect("a node");
    let list = WatchList { watched: [paid.to.clone()].into(), ..WatchList::default() };
    let update = watch.next_update(&paid.known, &list).await.expect("readable");
    assert_eq!((update.mined.len(), update.unmined.len()), (1, 1));
}

/// Reading goes on where the time of a step was over, or a block could not be had.
#[tokio::test]
async fn blocks_before_the_one_that_fails_are_kept() {
    let paid = Paid::new().await;
    paid.bench.chain().mine(3);
    let missing = Arc::new(|method: &str, question: &Value, _: &Value| {
        let is_third = method == "get_block" && question["params"]["height"] == 3;
        if is_third { Act::Answer(json!({ "error": { "code": -5 } })) } else { Act::Honest }
    });
    let watch = paid.bench.watch_with(vec![paid.lying(missing)]);
    let list = WatchList { watched: [paid.to.clone()].into(), ..WatchList::default() };
    let update = watch.next_update(&paid.known, &list).await.expect("the first ones");
    assert_eq!((update.blocks.len(), update.mined.len(), update.blocks_behind), (2, 1, 2));
}

/// Methods whose answers are changed.
const METHODS: [&str; 4] =
    ["get_info", "get_block_headers_range", "get_block", "/get_transactions"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever bytes are changed on the way, no payment is shown but the one there is.
    #[test]
    fn changed_bytes_never_make_a_payment(
        changes in proptest::collection::vec((0..METHODS.len(), any::<usize>(), any::<u8>()), 1..4)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let paid = Paid::new().await;
            let honest = paid.read(vec![paid.bench.node()]).await.expect("readable").mined;
            assert_eq!(honest.len(), 1);
            let script: Script = Arc::new(move |asked, _, honest| {
                let mut body = honest.to_string().into_bytes();
                for (_, place, byte) in changes.iter().filter(|(m, ..)| METHODS[*m] == asked) {
                    let place = place % body.len();
                    body[place] = *byte;
                }
                Act::Bytes(body)
            });
            if let Ok(update) = paid.read(vec![paid.lying(script)]).await {
                assert!(update.mined.iter().all(|one| honest.contains(one)), "{update:?}");
            }
        });
    }
}
