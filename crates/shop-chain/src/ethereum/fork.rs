//! Where the branch the nodes tell leaves the one that was read.

use super::quorum::Quorum;
use crate::watch::WatchError;
use shop_core::view::{BlockAt, BlockHash, Height};

/// How far below all that is remembered another branch is read: where it leaves the first one is
/// not known then, and a payment may have moved to a block below.
pub(crate) const BELOW: u64 = 64;

/// The branch of the nodes against the blocks that were read.
pub(super) enum Branch {
    /// It has the block that was read.
    Known,
    /// It is lower than all that is remembered, or its block there is not told yet: nothing can be
    /// said.
    Unseen,
    /// It is another one.
    Other {
        /// Its first block that is not the one that was read.
        from: Height,
        /// The block below; none where all that is remembered is different, and `from` lies
        /// [`BELOW`] it.
        parent: Option<BlockHash>,
    },
}

/// Follows the nodes' branch from `height` down to where it meets what was read. Each head names
/// the one below it and is told by a strict majority, so the branch is proved as far as it goes.
pub(super) async fn branch_at(
    quorum: &Quorum<'_>,
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
