//! Fork at which the branch of the nodes leaves the one that was read.

use super::Heads;
use crate::watcher::WatchError;
use shop_core::view::{BlockAt, BlockHash, Height};

/// Depth in blocks below all that is remembered at which another branch is read.
/// The fork is not known then, and a payment may have moved to a block below.
pub(crate) const BELOW: u64 = 64;

/// The branch of the nodes against the blocks that were read.
pub(crate) enum Branch {
    /// The branch has the block that was read.
    Known,
    /// Nothing can be said of the branch.
    /// It is lower than all that is remembered, or its block there is not told yet.
    Unseen,
    /// The branch is another one.
    Other {
        /// Height of its first block that is not the one that was read.
        from: Height,
        /// Hash of the block below.
        /// It is none where all that is remembered is different, and `from` lies [`BELOW`] it.
        parent: Option<BlockHash>,
    },
}

/// Follows the nodes' branch from `height` down to where it meets what was read.
/// Each head names the one below it and is told by a strict majority, so the branch is proved as
/// far as it goes.
pub(crate) async fn branch_at(
    quorum: &impl Heads,
    known: &[BlockAt],
    height: Height,
) -> Result<Branch, WatchError> {
    let read = |height: Height| known.iter().find(|block| block.height == height);
    let Some(same_height) = read(height) else { return Ok(Branch::Unseen) };
    let Some(mut head) = quorum.head_at(height).await? else { return Ok(Branch::Unseen) };
    if head.hash == same_height.hash {
        return Ok(Branch::Known);
    }
    loop {
        let from = head.height;
        let below = Height(from.0.saturating_sub(1));
        let Some(read) = read(below).filter(|_| from.0 > 0) else {
            let from = Height(from.0.saturating_sub(BELOW));
            return Ok(Branch::Other { from, parent: None });
        };
        if head.parent == read.hash {
            return Ok(Branch::Other { from, parent: Some(read.hash) });
        }
        let next = quorum.head_of_past(below).await?;
        if next.hash != head.parent {
            return Err(WatchError::Moved);
        }
        head = next;
    }
}
