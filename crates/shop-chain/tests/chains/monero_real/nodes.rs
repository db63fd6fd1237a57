//! Real nodes that lie through a proxy, and nodes that are gone for a while.

use super::{
    bench::{Money, Real, node_at},
    proxy,
};
use crate::{
    monero_lies::{changed, flip},
    monero_node::{Act, Script},
    suite::{Reader, TestChain},
};
use serde_json::json;
use shop_chain::{ChainWatcher, NodeError, WatchError, WatchList, transport::Node};
use shop_core::{
    pay_to::PayTo,
    view::{BlockAt, ChainUpdate},
};
use std::sync::Arc;

/// Streams that a node for everybody allows to one address, as it comes.
const PUBLIC_STREAMS: u32 = 3;

/// A chain whose newest block but one was read, and a payment in the newest.
struct Paid {
    bench: Real,
    to: PayTo,
    known: Vec<BlockAt>,
}

impl Paid {
    async fn new(money: &Arc<Money>) -> Self {
        let mut bench = Real::new(money);
        let to = bench.pay_to();
        let known = Reader::tip_of(&bench.watcher(vec![bench.nodes[0].clone()])).await;
        bench.pay_all(&[(&to, 5)]);
        bench.mine_now(1);
        Self { bench, to, known }
    }

    fn honest(&self) -> Node {
        node_at(self.bench.money.node.port())
    }

    fn lying(&self, script: &Script) -> Node {
        proxy::before(self.bench.money.node.port(), Arc::clone(script))
    }

    async fn read(&self, nodes: Vec<Node>) -> Result<ChainUpdate, WatchError> {
        let list = WatchList { watched: [self.to.clone()].into(), ..WatchList::default() };
        self.bench.watcher(nodes).next_update(&self.known, &list).await
    }
}

/// One field is changed on the way: alone the node is refused, and another's word is taken.
pub(crate) async fn each_lie_is_found_out(money: &Arc<Money>) {
    let paid = Paid::new(money).await;
    let unchanged: Script = Arc::new(|_, _, _| Act::Honest);
    let through = paid.read(vec![paid.lying(&unchanged)]).await.expect("it passes all on");
    assert_eq!(through.mined.len(), 1, "the proxy by itself changes nothing");
    let lies: [(Script, NodeError); 6] = [
        (
            changed("get_info", |answer| answer["result"]["nettype"] = json!("mainnet")),
            NodeError::WrongChain { told: 18, wanted: 1 },
        ),
        (
            changed("get_block", |answer| flip(&mut answer["result"]["blob"], 40)),
            NodeError::InvalidProof("hash"),
        ),
        (
            changed("/get_transactions", |answer| flip(&mut answer["txs"][0]["prunable_hash"], 9)),
            NodeError::InvalidProof("transactions"),
        ),
        (
            // A digit of a commitment to an amount.
            changed("/get_transactions", |answer| {
                let digits = answer["txs"][0]["pruned_as_hex"].as_str().expect("digits").len();
                flip(&mut answer["txs"][0]["pruned_as_hex"], digits - 70);
            }),
            NodeError::InvalidProof("transactions"),
        ),
        (changed("/get_transactions", |answer| answer["txs"] = json!([])), NodeError::Missing),
        (
            changed("get_block_headers_range", |answer| {
                let heads = answer["result"]["headers"].as_array_mut().expect("heads");
                let last = heads.len() - 1;
                flip(&mut heads[last]["hash"], 5);
            }),
            NodeError::InvalidProof("hash"),
        ),
    ];
    for (lie, wanted) in lies {
        match paid.read(vec![paid.lying(&lie)]).await {
            Err(WatchError::Node { number: 1, trouble }) => assert_eq!(trouble, wanted),
            // Its word on the block read before was no better: it tells of another branch.
            other => assert!(other.is_ok_and(|update| update.mined.is_empty()), "{wanted:?}"),
        }
        let nodes = vec![paid.lying(&lie), paid.honest(), paid.honest()];
        let update = paid.read(nodes).await.expect("two are honest");
        assert_eq!(update.mined.len(), 1, "{wanted:?}");
    }
}

/// A transaction that waits has to be the one that was named.
pub(crate) async fn pool_lies_show_nothing(money: &Arc<Money>) {
    let mut paid = Paid::new(money).await;
    let other = paid.bench.pay_to();
    paid.bench.pay_all(&[(&paid.to, 8)]);
    paid.bench.pay_all(&[(&other, 8)]);
    let honest = paid.read(vec![paid.honest()]).await.expect("readable");
    assert_eq!((honest.mined.len(), honest.unmined.len()), (1, 1));
    let change = |of_whom: &'static str| {
        changed("/get_transactions", move |answer| {
            for told in answer["txs"].as_array_mut().expect("a list") {
                if told["in_pool"] == true {
                    let digits = told[of_whom].as_str().expect("digits").len();
                    flip(&mut told[of_whom], digits / 2);
                }
            }
        })
    };
    for field in ["pruned_as_hex", "prunable_hash"] {
        let update = paid.read(vec![paid.lying(&change(field))]).await.expect("blocks are true");
        assert_eq!((update.mined.len(), update.unmined.len()), (1, 0), "{field}");
    }
    paid.bench.mine_now(1);
}

/// One that hangs, one that closes, and one that nobody listens at.
pub(crate) async fn dead_node_stops_nobody_where_two_agree(money: &Arc<Money>) {
    let paid = Paid::new(money).await;
    let closes: Script = Arc::new(|_, _, _| Act::Close);
    let babbles: Script = Arc::new(|_, _, _| Act::Bytes(b"<html>".to_vec()));
    // Port 1 is nobody's.
    let dead = [paid.lying(&closes), paid.lying(&babbles), node_at(1)];
    for node in dead {
        let nodes = vec![node.clone(), paid.honest(), paid.honest()];
        assert_eq!(paid.read(nodes).await.expect("two agree").mined.len(), 1);
        assert!(paid.read(vec![node.clone()]).await.is_err());
        assert!(paid.read(vec![node, paid.honest()]).await.is_err(), "one of two is no majority");
    }
}

/// The node ends, and is there again with the same chain: nothing is lost or counts twice.
/// Then it allows few streams, as nodes for everybody do.
pub(crate) async fn reading_goes_on_once_the_node_is_back(money: Arc<Money>) {
    let mut bench = Real::new(&money);
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    bench.pay_all(&[(&to, 5)]);
    bench.mine_now(2);
    reader.catch_up().await;
    let before = reader.payments(&to);
    assert_eq!(before.len(), 1);
    let watcher = bench.watcher(bench.nodes.clone());
    drop(bench);
    let mut money = Arc::try_unwrap(money).unwrap_or_else(|_| panic!("nobody else has it"));
    money.node.stop();
    let list = WatchList::default();
    let gone = watcher.next_update(&[], &list).await;
    assert!(matches!(gone, Err(WatchError::Node { number: 1, .. })), "{gone:?}");
    money.node = money.node.start_again(PUBLIC_STREAMS);
    let money = Arc::new(money);
    let bench = Real::new(&money);
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), before, "the watcher of before reads on");
    drop(watcher);
    bench.mine_now(8);
    reader.restart(&bench);
    bench.mine_now(4);
    reader.catch_up().await;
    let again = reader.payments(&to);
    assert_eq!((again.len(), again[0].2.0), (1, before[0].2.0 + 12));
}
