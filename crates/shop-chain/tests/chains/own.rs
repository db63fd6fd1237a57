//! Tests of nodes of the seller's own: they decide alone, and the others are compared.

use crate::{
    heavy::{US, amounts, genesis, settings, watch_list},
    monero::Xmr,
    monero_node::{Act as XmrAct, MoneroNode},
    stand::{Act, Script, Stand},
    synthetic::{Made, Synthetic},
};
use shop_chain::{
    ChainWatcher, Held, NodeComparison, NodeError, WatchError, WatchList, ethereum::Ethereum,
    transport::Node, with_own_nodes,
};
use shop_core::view::Height;
use std::sync::Arc;

/// Returns a chain whose blocks after the first pay us 1, 2, 3 units and on.
fn chain_of(blocks: u128) -> Synthetic {
    let mut chain = Synthetic::new(1_000_000);
    for units in 1..=blocks {
        chain.push(&[Made::payment(US, units)]);
    }
    chain
}

fn dead(chain: &Synthetic) -> Stand {
    Stand::with(chain.clone(), Arc::new(|_, _, _| Act::Raw(Vec::new())))
}

/// Returns a watcher of these nodes; those with true are the seller's own.
fn watch(stands: &[(Stand, bool)]) -> Arc<dyn ChainWatcher> {
    let nodes = stands.iter().map(|(stand, own)| (stand.node(), *own)).collect();
    let open = |nodes: Vec<Node>| -> Result<Arc<dyn ChainWatcher>, WatchError> {
        Ok(Arc::new(Ethereum::new(nodes, settings())?))
    };
    with_own_nodes(nodes, open).expect("nodes")
}

fn held(compared: &[NodeComparison]) -> Vec<(usize, Result<Held, NodeError>)> {
    compared.iter().map(|it| (it.number, it.held.clone())).collect()
}

/// A majority of the others would make the payments of their chain up.
#[tokio::test]
async fn own_node_decides_though_all_others_tell_another_chain() {
    let chain = chain_of(5);
    let mut other = chain.fork(3);
    for _ in 3..=6 {
        other.push(&[Made::payment(US, 1_000)]);
    }
    let far = || (Stand::new(other.clone()), false);
    let [one, two, three] = [far(), far(), far()];

    let asked = Arc::clone(&one.0.asked);
    let watch = watch(&[one, two, (Stand::new(chain.clone()), true), three]);
    let read = watch.next_update(&genesis(&chain), &watch_list()).await.expect("own node");
    assert_eq!(amounts(&read), [1, 2, 3, 4, 5]);
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 0, "the others are not read");
    let newest = *read.blocks.last().expect("blocks");
    let compared = watch.compare(newest).await;
    let other = Ok(Held::Other);
    let wanted = [(1, other.clone()), (2, other.clone()), (3, Ok(Held::Same)), (4, other)];
    assert_eq!(held(&compared), wanted);
    assert_eq!(compared[0].tip, Some(Height(6)), "it says that its chain is further");
}

/// Whoever stops the seller's node must not choose who is believed.
#[tokio::test]
async fn dead_own_node_stops_the_chain_and_is_named() {
    let chain = chain_of(5);
    let good = || (Stand::new(chain.clone()), false);
    let watch = watch(&[good(), good(), (dead(&chain), true), good()]);
    let error = watch.next_update(&genesis(&chain), &watch_list()).await.expect_err("no own node");
    assert!(matches!(error, WatchError::Node { number: 3, .. }), "{error}");
    assert!(watch.identity().await.is_err() && watch.look_up("0x", &watch_list()).await.is_ok());
    let reports = watch.probe().await;
    let reached: Vec<_> = reports.iter().map(|it| (it.number, it.is_reached())).collect();
    assert_eq!(reached, [(1, true), (2, true), (3, false), (4, true)]);
}

#[tokio::test]
async fn own_node_that_lies_alone_is_believed() {
    let chain = chain_of(5);
    let mut lie = chain.fork(5);
    lie.push(&[Made::payment(US, 77)]);
    let good = || (Stand::new(chain.clone()), false);
    let watch = watch(&[(Stand::new(lie), true), good(), good()]);
    let read = watch.next_update(&genesis(&chain), &watch_list()).await.expect("own node");
    assert_eq!(amounts(&read), [1, 2, 3, 4, 77]);
}

#[tokio::test]
async fn several_own_nodes_need_a_strict_majority_of_theirs() {
    let chain = chain_of(2);
    let own = || (Stand::new(chain.clone()), true);
    let far = || (Stand::new(chain.clone()), false);
    let two = watch(&[far(), (dead(&chain), true), own(), own()]);
    let read = two.next_update(&genesis(&chain), &watch_list()).await.expect("two of three");
    assert_eq!(read.blocks.len(), 2);
    let one = watch(&[far(), far(), (dead(&chain), true), own()]);
    let error = one.next_update(&genesis(&chain), &watch_list()).await.expect_err("one of two");
    let wanted = "1 of 2 nodes agree, 2 needed; node 3 ";
    assert!(error.to_string().starts_with(wanted), "{error}");
}

#[tokio::test]
async fn node_behind_lacks_the_block_and_a_dead_one_tells_nothing() {
    let chain = chain_of(5);
    let behind: Script = Arc::new(|_, method, _| match method {
        "eth_blockNumber" => Act::Result("\"0x2\"".into()),
        "eth_getBlockByNumber" => Act::Result("null".into()),
        _ => Act::Honest,
    });
    let behind = Stand::with(chain.clone(), behind);
    let watch = watch(&[(Stand::new(chain.clone()), true), (behind, false), (dead(&chain), false)]);
    let read = watch.next_update(&genesis(&chain), &watch_list()).await.expect("own node");
    let compared = watch.compare(*read.blocks.last().expect("blocks")).await;
    assert_eq!(compared[1].tip, Some(Height(2)));
    assert_eq!(compared[1].held, Err(NodeError::Missing));
    assert!(compared[2].tip.is_none() && compared[2].held.is_err());
    let reports = watch.probe().await;
    assert_eq!(reports[1].blocks_behind, Some(3), "behind the newest of all");
}

/// The rule is the same whatever the chain.
#[tokio::test]
async fn own_monero_node_decides_and_others_are_compared() {
    let xmr = Xmr::start();
    xmr.chain().mine(3);
    let open = |nodes: Vec<Node>| -> Result<Arc<dyn ChainWatcher>, WatchError> {
        Ok(Arc::new(xmr.watch_with(nodes)))
    };
    let lying = MoneroNode::with(
        Arc::clone(&xmr.chain),
        Arc::new(|method, _, honest| match method {
            "get_block_headers_range" => {
                let mut told = honest.clone();
                for head in told["result"]["headers"].as_array_mut().expect("heads") {
                    head["hash"] = "ab".repeat(32).into();
                }
                XmrAct::Answer(told)
            }
            _ => XmrAct::Honest,
        }),
    );
    let liar = || (lying.node(), false);
    let nodes = vec![liar(), (xmr.node(), true), liar()];
    let watch = with_own_nodes(nodes, open).expect("nodes");
    let read = watch.next_update(&[], &WatchList::default()).await.expect("own node");
    let newest = *read.blocks.last().expect("a block");
    let compared = watch.compare(newest).await;
    let other = Ok(Held::Other);
    assert_eq!(held(&compared), [(1, other.clone()), (2, Ok(Held::Same)), (3, other)]);
    let alone = with_own_nodes(vec![(lying.node(), false), (lying.node(), false)], open);
    let alone = alone.expect("nodes").next_update(&[], &WatchList::default()).await;
    assert!(alone.is_err(), "liars alone prove nothing here");
}
