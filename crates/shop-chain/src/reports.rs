//! Parts of reports about nodes that are the same for every chain.

use crate::watcher::{Held, NodeComparison, NodeError, NodeReport};
use shop_core::view::{BlockAt, BlockHash, Height};

/// Fills in by how many blocks each node is behind the one whose newest block is highest.
pub(crate) fn set_blocks_behind(reports: &mut [NodeReport]) {
    let newest = reports.iter().filter_map(|report| report.tip).max();
    for report in reports {
        let behind = newest.zip(report.tip).map(|(newest, tip)| newest.0.saturating_sub(tip.0));
        report.blocks_behind = behind;
    }
}

/// Compares a node with a block that was read.
/// `held` asks for the hash of the node's block at that height, once `tip` has told its newest one.
pub(crate) async fn compared(
    number: usize,
    block: BlockAt,
    tip: impl Future<Output = Result<Height, NodeError>>,
    held: impl Future<Output = Result<BlockHash, NodeError>>,
) -> NodeComparison {
    let (tip, held) = match tip.await {
        Ok(tip) => (Some(tip), held.await),
        Err(trouble) => (None, Err(trouble)),
    };
    let held = held.map(|hash| if hash == block.hash { Held::Same } else { Held::Other });
    NodeComparison { number, tip, held }
}
