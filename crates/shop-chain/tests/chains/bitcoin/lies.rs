//! Nodes that lie, lag, or are gone.

use super::{Simulated, node::Manner, settings};
use crate::suite::{Reader, TestChain};
use shop_chain::{ChainWatcher, NodeError, WatchError, WatchList, bitcoin::Bitcoin};
use shop_core::money::{Amount, AssetId};
use shop_core::view::ChainUpdate;

const AMOUNT: u128 = 51_990_123;

fn amount() -> Amount {
    Amount::new(AssetId::BTC, AMOUNT)
}

/// Returns the number of payments that are seen through these nodes; one was made.
async fn seen_through(nodes: &[Manner]) -> Result<usize, WatchError> {
    let mut bench = Simulated::new(&[Manner::Honest]);
    let to = bench.pay_to();
    bench.mine(3).await;
    let known = Reader::tip_of(&bench.watcher()).await;
    bench.pay(&to, amount()).await;
    bench.mine(2).await;
    bench.nodes = nodes.to_vec();
    let watch_list = WatchList { watched: [to].into(), ..WatchList::default() };
    let read = bench.watcher().next_update(&known, &watch_list).await?;
    assert_eq!(read.blocks.len(), 2);
    Ok(read.mined.len())
}

async fn trouble_of(manner: Manner) -> NodeError {
    match seen_through(&[manner]).await {
        Err(WatchError::Node { number: 1, trouble }) => trouble,
        Err(WatchError::NoMajority { first: Some((1, trouble)), .. }) => trouble,
        other => panic!("{manner:?}: {other:?}"),
    }
}

#[tokio::test]
async fn node_that_cannot_serve_is_an_error_of_that_node() {
    assert_eq!(trouble_of(Manner::Dead).await, NodeError::Unreachable);
    assert_eq!(trouble_of(Manner::WithoutFilters).await, NodeError::NoFilters);
    assert_eq!(trouble_of(Manner::WithholdsFilters).await, NodeError::Missing);
    assert_eq!(trouble_of(Manner::Elsewhere).await, NodeError::Malformed);
    assert_eq!(trouble_of(Manner::CutsBlocks).await, NodeError::InvalidProof("transactions"));
    assert_eq!(trouble_of(Manner::GivesOtherFilters).await, NodeError::InvalidProof("filter"));
}

/// The tree of hashes is the same, and the payment would come twice.
#[tokio::test]
async fn block_with_a_repeated_transaction_is_refused() {
    let refused = trouble_of(Manner::RepeatsTransactions).await;
    assert_eq!(refused, NodeError::InvalidProof("transactions"));
}

#[tokio::test(start_paused = true)]
async fn silent_node_is_given_up_in_time() {
    assert_eq!(trouble_of(Manner::Silent).await, NodeError::Timeout);
}

/// One node alone can hide a payment: this is what a second one is for.
#[tokio::test]
async fn filter_that_hides_a_payment_is_found_by_a_second_node() {
    assert_eq!(seen_through(&[Manner::HidesScripts]).await.expect("it is read"), 0);
    for nodes in [[Manner::HidesScripts, Manner::Honest], [Manner::Honest, Manner::HidesScripts]] {
        assert_eq!(seen_through(&nodes).await.expect("it is read"), 1, "{nodes:?}");
    }
}

#[tokio::test]
async fn node_that_told_a_false_filter_is_not_asked_again() {
    let mut bench = Simulated::new(&[Manner::HidesScripts, Manner::Honest, Manner::Honest]);
    let to = bench.pay_to();
    let watcher = bench.watcher();
    let known = Reader::tip_of(&watcher).await;
    bench.pay(&to, amount()).await;
    bench.mine(1).await;
    let watch_list = WatchList { watched: [to].into(), ..WatchList::default() };
    let read = watcher.next_update(&known, &watch_list).await.expect("two are honest");
    assert_eq!(read.mined.len(), 1);
    let reports = watcher.probe().await;
    let works: Vec<bool> = reports.iter().map(|report| report.trouble.is_none()).collect();
    assert_eq!(works, [false, true, true], "{reports:?}");
    assert_eq!(reports[0].trouble, Some(NodeError::InvalidProof("filter")));
}

#[tokio::test]
async fn false_block_or_filter_is_had_from_another_node() {
    for manner in [Manner::CutsBlocks, Manner::GivesOtherFilters, Manner::RepeatsTransactions] {
        for nodes in [[manner, Manner::Honest], [Manner::Honest, manner]] {
            assert_eq!(seen_through(&nodes).await.expect("it is read"), 1, "{nodes:?}");
        }
    }
}

#[tokio::test]
async fn two_nodes_must_tell_where_two_are_named() {
    let alone = seen_through(&[Manner::Honest, Manner::Dead]).await.expect_err("one alone");
    assert_eq!(alone.to_string(), "1 of 2 nodes agree, 2 needed; node 2 cannot be reached");
    let two = [Manner::Dead, Manner::Honest, Manner::Honest];
    assert_eq!(seen_through(&two).await.expect("two are enough"), 1);
}

#[tokio::test]
async fn node_that_is_behind_delays_nobody() {
    let nodes = [Manner::Behind(1), Manner::Honest, Manner::Honest];
    assert_eq!(seen_through(&nodes).await.expect("two are not behind"), 1);
}

/// Reads through a node of `bench`'s chain, and tells what a second, other chain changes.
async fn read_both(bench: &Simulated, other: &Simulated) -> Result<ChainUpdate, WatchError> {
    let nodes = vec![
        super::node::node(&bench.chain, Manner::Honest),
        super::node::node(&other.chain, Manner::Honest),
    ];
    let known = Reader::tip_of(&bench.watcher()).await;
    let watcher = Bitcoin::new(nodes, settings()).expect("nodes");
    watcher.next_update(&known, &WatchList::default()).await
}

/// Whatever the order, and though both chains are as real.
#[tokio::test]
async fn chain_with_most_work_counts() {
    let mut bench = Simulated::new(&[Manner::Honest]);
    bench.mine(3).await;
    let other = Simulated { chain: bench.chain.copy(), nodes: vec![Manner::Honest] };
    bench.mine(2).await;
    other.chain.mine_empty(1);
    // The filters of the higher branch come from one node alone, which is not enough.
    let shorter = read_both(&bench, &other).await.expect("nothing new has to be read");
    assert_eq!((shorter.reorg_from, shorter.nodes_behind, shorter.blocks.len()), (None, 0, 0));
    other.chain.mine_empty(2);
    let refused = read_both(&bench, &other).await.expect_err("one node has the branch");
    assert!(matches!(refused, WatchError::NoMajority { agreed: 1, .. }), "{refused}");
}

/// A way to make a header wrong.
type HeaderChange = fn(&mut bitcoin::block::Header);

#[tokio::test]
async fn header_without_its_work_or_difficulty_is_refused() {
    let changes: [(&str, HeaderChange); 3] = [
        ("difficulty", |header| header.bits = bitcoin::CompactTarget::from_consensus(0x2010_0000)),
        ("time", |header| header.time = 1),
        ("parent", |header| header.prev_blockhash = header.block_hash()),
    ];
    for (part, change) in changes {
        let bench = Simulated::new(&[Manner::Honest]);
        bench.chain.mine_with(change);
        bench.chain.mine(1);
        let refused = bench.watcher().next_update(&[], &WatchList::default()).await;
        let refused = refused.expect_err(part);
        assert_eq!(refused.trouble(), Some(&NodeError::InvalidProof(part)));
    }
}
