//! Nodes of the seller's own, and others that are compared with them.

use super::{
    chain::Regtest,
    node::{Manner, node},
    settings,
};
use shop_chain::{
    ChainWatcher, Held, NodeError, WatchError, WatchList, bitcoin::Bitcoin, transport::Node,
    with_own_nodes,
};
use shop_core::view::Height;
use std::sync::Arc;

fn watch(nodes: Vec<(Node, bool)>) -> Arc<dyn ChainWatcher> {
    let open = |nodes: Vec<Node>| -> Result<Arc<dyn ChainWatcher>, WatchError> {
        Ok(Arc::new(Bitcoin::new(nodes, settings())?))
    };
    with_own_nodes(nodes, open).expect("nodes")
}

/// More work is told, and not followed.
#[tokio::test]
async fn own_bitcoin_node_decides_and_a_longer_chain_is_told() {
    let mine = Regtest::new();
    mine.mine(5);
    let other = mine.copy();
    other.shrink(2);
    other.mine(6);
    let own = || (node(&mine, Manner::Honest), true);
    let nodes = vec![
        (node(&other, Manner::Honest), false),
        own(),
        (node(&mine, Manner::Dead), false),
        (node(&mine, Manner::Honest), false),
    ];
    let watch = watch(nodes);
    let read = watch.next_update(&[], &WatchList::default()).await.expect("own node");
    let tip = *read.blocks.last().expect("a block");
    assert_eq!(tip.height, Height(u64::from(mine.lock().tip())));
    mine.mine(1);
    let compared = watch.compare(tip).await;
    let held: Vec<_> = compared.iter().map(|it| (it.number, it.held.clone())).collect();
    let wanted = [
        (1, Err(NodeError::Missing)),
        (2, Ok(Held::Same)),
        (3, Err(NodeError::Unreachable)),
        (4, Ok(Held::Same)),
    ];
    assert_eq!(held, wanted);
    assert_eq!(compared[3].tip, Some(Height(tip.height.0 + 1)), "one block has followed");
}

#[tokio::test]
async fn dead_own_bitcoin_node_stops_the_chain() {
    let chain = Regtest::new();
    let far = || (node(&chain, Manner::Honest), false);
    let watch = watch(vec![far(), (node(&chain, Manner::Dead), true), far()]);
    let error = watch.next_update(&[], &WatchList::default()).await.expect_err("no own node");
    let named = |error: &WatchError| match error {
        WatchError::Node { number, .. } => Some(*number),
        WatchError::NoMajority { first, .. } => first.as_ref().map(|(number, _)| *number),
        _ => None,
    };
    assert_eq!(named(&error), Some(2), "{error}");
}
