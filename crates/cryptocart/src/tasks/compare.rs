//! The task that compares what the seller's own nodes told with what others tell.
//!
//! Own nodes decide alone. A difference is told to the seller, and nothing waits for it.

use super::health::Monitor;
use shop_chain::{ChainWatcher, Held, NodeComparison, NodeError};
use shop_core::{
    chain::ChainId,
    view::{BlockAt, Confirmations, Height},
};
use shop_db::Db;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Interval at which the others are asked.
const PAUSE: Duration = Duration::from_secs(600);
/// Wait before the first time, so that an opening shop reads first.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// Time by which the chain of the others has to be further to be worth a warning.
const FURTHER: Duration = Duration::from_secs(3_600);
/// Blocks by which it has to be further on a chain with rare ones.
const FEW: u64 = 3;

/// Differences that were found last, by chain and number of the node.
#[derive(Debug, Default)]
pub(crate) struct Differences(Mutex<BTreeMap<(ChainId, usize), Difference>>);

/// Difference of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Difference {
    /// Name of the node, without its path.
    name: String,
    /// Words that follow the name.
    said: String,
}

impl Differences {
    /// Returns a sentence for each.
    pub(crate) fn said(&self) -> Vec<String> {
        self.all().iter().map(|((chain, number), it)| sentence(*chain, *number, it)).collect()
    }

    /// Returns what a node tells that the seller's own does not.
    pub(crate) fn of_node(&self, chain: ChainId, number: usize) -> Option<String> {
        self.all().get(&(chain, number)).map(|difference| difference.said.clone())
    }

    /// Takes what is found now about a chain; returns a sentence for what was not there before.
    fn replace(&self, chain: ChainId, found: BTreeMap<usize, Difference>) -> Vec<String> {
        let mut all = self.all();
        let is_new = |(number, it): &(&usize, &Difference)| {
            all.get(&(chain, **number)).is_none_or(|before| before.said != it.said)
        };
        let new = found.iter().filter(is_new);
        let new = new.map(|(number, it)| sentence(chain, *number, it)).collect();
        all.retain(|(of, _), _| *of != chain);
        all.extend(found.into_iter().map(|(number, it)| ((chain, number), it)));
        new
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<(ChainId, usize), Difference>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sentence(chain: ChainId, number: usize, Difference { name, said }: &Difference) -> String {
    let coin = shop_chain::rules(chain).map_or(chain.as_str(), |rules| rules.coin().code());
    format!("{coin}: node {number}, {name}, {said}")
}

/// The task of one chain.
pub(crate) struct CompareTask {
    pub(crate) chain: Arc<dyn ChainWatcher>,
    /// Nodes of the settings that are not the seller's own, by number and name.
    pub(crate) others: Vec<(usize, String)>,
    /// Depth of the block that is compared.
    pub(crate) depth: Confirmations,
    pub(crate) db: Db,
    pub(crate) monitor: Arc<Monitor>,
    pub(crate) differences: Arc<Differences>,
}

impl CompareTask {
    /// Compares until told to stop.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut pause = FIRST_PAUSE;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = PAUSE;
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.compare() => {}
            }
        }
    }

    async fn compare(&self) {
        let chain = self.chain.chain();
        // The database says itself what is wrong with it.
        let Ok(known) = self.db.chain(chain).await else { return };
        let Some(block) = at_depth(&known, self.depth) else { return };
        let newest = known.last().map_or(block.height, |newest| newest.height);
        let is_at_tip = self.monitor.with(|health| health.progress(chain).behind == 0);
        let told = self.chain.compare(block).await;
        let further = is_at_tip.then(|| self.further());
        let found = told.iter().filter_map(|told| {
            let (number, name) = self.others.iter().find(|(number, _)| *number == told.number)?;
            let said = difference(told, block, newest, further)?;
            Some((*number, Difference { name: name.clone(), said }))
        });
        for text in self.differences.replace(chain, found.collect()) {
            tracing::warn!("{text}");
        }
    }

    /// Returns the number of blocks by which the others have to be further.
    fn further(&self) -> u64 {
        let rules = shop_chain::rules(self.chain.chain());
        rules.map_or(FURTHER.as_secs(), |rules| rules.blocks_in(FURTHER)).max(FEW)
    }
}

/// Returns the block that is so deep below the newest one that was read.
fn at_depth(known: &[BlockAt], depth: Confirmations) -> Option<BlockAt> {
    let depth = usize::try_from(depth.0).unwrap_or(usize::MAX);
    let place = known.len().checked_sub(1)?.saturating_sub(depth);
    known.get(place).copied()
}

/// Returns what another node tells that the seller's own does not.
/// `further`: number of blocks by which its chain has to be further, once all of it was read.
fn difference(
    told: &NodeComparison,
    block: BlockAt,
    newest: Height,
    further: Option<u64>,
) -> Option<String> {
    let ahead = told.tip.map_or(0, |tip| tip.0.saturating_sub(newest.0));
    match told.held {
        Ok(Held::Other) => Some(format!(
            "tells another block {} than your own node, which is believed",
            block.height.0
        )),
        Ok(Held::Same) if further.is_some_and(|further| ahead >= further) => {
            Some(format!("says that the chain is {ahead} blocks further than your own node does"))
        }
        // One whose chain ends below has not got so far yet.
        Err(NodeError::Missing) if told.tip.is_none_or(|tip| tip >= block.height) => {
            Some(format!("does not have the block {} that your own node told", block.height.0))
        }
        // A node that does not answer decides nothing here: `check` says so.
        Ok(Held::Same) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::{money::AssetId, time::CoarseTime, view::BlockHash};

    fn block(height: u64) -> BlockAt {
        let hash = BlockHash([u8::try_from(height).unwrap(); 32]);
        BlockAt { height: Height(height), hash, time: CoarseTime::from_hours(height) }
    }

    fn told(tip: Option<u64>, held: Result<Held, NodeError>) -> NodeComparison {
        NodeComparison { number: 2, tip: tip.map(Height), held }
    }

    #[test]
    fn block_that_is_compared_is_as_deep_as_a_payment_needs() {
        let known: Vec<_> = (1..=20).map(block).collect();
        assert_eq!(at_depth(&known, Confirmations(12)), Some(block(8)));
        assert_eq!(at_depth(&known[..3], Confirmations(12)), Some(block(1)));
        assert_eq!(at_depth(&[], Confirmations(12)), None);
    }

    #[test]
    fn difference_is_another_block_or_a_chain_that_is_further() {
        let said = |told: NodeComparison| difference(&told, block(8), Height(20), Some(10));
        let other = said(told(Some(20), Ok(Held::Other))).unwrap();
        assert!(other.starts_with("tells another block 8 than your own node"), "{other}");
        let ahead = said(told(Some(30), Ok(Held::Same))).unwrap();
        assert!(ahead.contains("10 blocks further"), "{ahead}");
        assert!(said(told(Some(20), Err(NodeError::Missing))).unwrap().contains("does not have"));
        assert!(said(told(None, Err(NodeError::Missing))).is_some(), "its end is not known");
        for fine in [
            told(Some(29), Ok(Held::Same)),
            told(Some(7), Err(NodeError::Missing)),
            told(None, Err(NodeError::Unreachable)),
        ] {
            assert_eq!(said(fine.clone()), None, "{fine:?}");
        }
        let far = told(Some(900), Ok(Held::Same));
        assert_eq!(difference(&far, block(8), Height(20), None), None, "still catching up");
    }

    #[test]
    fn difference_is_told_once_and_goes_when_it_is_gone() {
        let differences = Differences::default();
        let found = |said: &str| {
            BTreeMap::from([(
                2,
                Difference { name: "https://a.example".into(), said: said.into() },
            )])
        };
        let [eth, btc] = [AssetId::ETH.chain(), AssetId::BTC.chain()];
        assert_eq!(differences.replace(eth, found("a")), ["ETH: node 2, https://a.example, a"]);
        assert_eq!(differences.replace(btc, found("b")).len(), 1);
        assert!(differences.replace(eth, found("a")).is_empty(), "it was told");
        assert_eq!(differences.replace(eth, found("c")).len(), 1, "another difference");
        assert_eq!(differences.said().len(), 2);
        assert_eq!(differences.of_node(eth, 2).as_deref(), Some("c"));
        assert!(differences.replace(eth, BTreeMap::new()).is_empty());
        assert_eq!(differences.said(), ["BTC: node 2, https://a.example, b"]);
    }
}
