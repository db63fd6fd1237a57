//! Nodes of the seller's own, which decide alone; the others are only compared with them.

use crate::{
    reports::set_blocks_behind,
    transport::{BoxFuture, Node, join_all},
    watcher::{ChainWatcher, LookUp, NodeComparison, NodeReport, WatchError, WatchList},
};
use shop_core::{
    chain::ChainId,
    escrow::{Account, Hash},
    pay_to::PayTo,
    view::{BalanceAt, BlockAt, BlockLogs, ChainIdentity, ChainUpdate},
};
use std::sync::Arc;

/// Opens a watcher of these nodes. Each comes with true if it is the seller's own.
///
/// If some are, and not all, only those are read. The chain stands still while they do not answer:
/// the others never take their place, and are asked by [`ChainWatcher::probe`] and
/// [`ChainWatcher::compare`] alone.
///
/// # Errors
/// Those of `open`, which makes the watcher of some nodes.
pub fn with_own_nodes(
    nodes: Vec<(Node, bool)>,
    open: impl Fn(Vec<Node>) -> Result<Arc<dyn ChainWatcher>, WatchError>,
) -> Result<Arc<dyn ChainWatcher>, WatchError> {
    let mut own = Vec::new();
    let mut others = Vec::new();
    for (number, (node, is_own)) in (1..).zip(nodes) {
        if is_own { own.push((number, node)) } else { others.push((number, node)) }
    }
    if own.is_empty() || others.is_empty() {
        own.append(&mut others);
        return open(own.into_iter().map(|(_, node)| node).collect());
    }
    let part = |nodes: Vec<(usize, Node)>| {
        let (numbers, nodes) = nodes.into_iter().unzip();
        open(nodes).map(|watcher| Part { watcher, numbers })
    };
    Ok(Arc::new(OwnNodes { own: part(own)?, others: part(others)? }))
}

/// Watcher that reads the seller's own nodes alone.
struct OwnNodes {
    own: Part,
    others: Part,
}

/// Some of the nodes, with their numbers in the settings.
struct Part {
    watcher: Arc<dyn ChainWatcher>,
    numbers: Vec<usize>,
}

impl Part {
    /// Returns the number in the settings of the node that has this one in its part.
    fn number(&self, of_part: usize) -> usize {
        self.numbers.get(of_part.saturating_sub(1)).copied().unwrap_or(of_part)
    }

    /// Names nodes by their numbers in the settings.
    fn named(&self, error: WatchError) -> WatchError {
        match error {
            WatchError::Node { number, trouble } => {
                WatchError::Node { number: self.number(number), trouble }
            }
            WatchError::NoMajority { nodes, agreed, needed, first } => {
                let first = first.map(|(number, trouble)| (self.number(number), trouble));
                WatchError::NoMajority { nodes, agreed, needed, first }
            }
            other => other,
        }
    }

    async fn probe(&self) -> Vec<NodeReport> {
        let reports = self.watcher.probe().await.into_iter();
        reports.map(|it| NodeReport { number: self.number(it.number), ..it }).collect()
    }

    async fn compare(&self, block: BlockAt) -> Vec<NodeComparison> {
        let told = self.watcher.compare(block).await.into_iter();
        told.map(|it| NodeComparison { number: self.number(it.number), ..it }).collect()
    }
}

impl OwnNodes {
    /// Asks the seller's own nodes, and names them by their numbers.
    fn ask_own<'a, T: 'a>(
        &'a self,
        asked: BoxFuture<'a, Result<T, WatchError>>,
    ) -> BoxFuture<'a, Result<T, WatchError>> {
        Box::pin(async move { asked.await.map_err(|error| self.own.named(error)) })
    }
}

impl ChainWatcher for OwnNodes {
    fn chain(&self) -> ChainId {
        self.own.watcher.chain()
    }

    fn next_update<'a>(
        &'a self,
        known: &'a [BlockAt],
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<ChainUpdate, WatchError>> {
        self.ask_own(self.own.watcher.next_update(known, watch_list))
    }

    fn look_up<'a>(
        &'a self,
        txid: &'a str,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<LookUp, WatchError>> {
        self.ask_own(self.own.watcher.look_up(txid, watch_list))
    }

    fn identity(&self) -> BoxFuture<'_, Result<ChainIdentity, WatchError>> {
        self.ask_own(self.own.watcher.identity())
    }

    fn read_logs<'a>(
        &'a self,
        block: BlockAt,
        watch_list: &'a WatchList,
    ) -> BoxFuture<'a, Result<BlockLogs, WatchError>> {
        self.ask_own(self.own.watcher.read_logs(block, watch_list))
    }

    fn code_hash(&self, contract: Account) -> BoxFuture<'_, Result<Hash, WatchError>> {
        self.ask_own(self.own.watcher.code_hash(contract))
    }

    fn balance<'a>(
        &'a self,
        pay_to: &'a PayTo,
        at: BlockAt,
    ) -> BoxFuture<'a, Result<BalanceAt, WatchError>> {
        self.ask_own(self.own.watcher.balance(pay_to, at))
    }

    fn probe(&self) -> BoxFuture<'_, Vec<NodeReport>> {
        Box::pin(async {
            let asked: Vec<BoxFuture<'_, _>> =
                vec![Box::pin(self.own.probe()), Box::pin(self.others.probe())];
            let mut reports = join_all(asked).await.concat();
            set_blocks_behind(&mut reports);
            reports.sort_by_key(|report| report.number);
            reports
        })
    }

    fn compare(&self, block: BlockAt) -> BoxFuture<'_, Vec<NodeComparison>> {
        Box::pin(async move {
            let asked: Vec<BoxFuture<'_, _>> =
                vec![Box::pin(self.own.compare(block)), Box::pin(self.others.compare(block))];
            let mut told = join_all(asked).await.concat();
            told.sort_by_key(|it| it.number);
            told
        })
    }
}
