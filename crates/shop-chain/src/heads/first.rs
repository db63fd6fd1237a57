//! Start of the first reading, while nothing is known.

use super::{Head, Heads};
use crate::watcher::{WatchError, WatchList};
use shop_core::{time::CoarseTime, view::Height};

/// Greatest age in hours of a chain's newest block to begin with the chain.
const OLDEST_TIP: u64 = 24;
/// Number of blocks that the search for an hour goes back first.
const FIRST_JUMP: u64 = 256;
/// Number of blocks at the tip that may be missing on some of the replicas.
const MISSING: u64 = 3;

/// Returns the height to begin at: the first block of the hour asked for, or the tip.
/// There is none if the nodes do not have a block yet that they tell of.
pub(crate) async fn begin(
    quorum: &impl Heads,
    tip: Height,
    watch_list: &WatchList,
) -> Result<Option<Height>, WatchError> {
    let Some(newest) = newest(quorum, tip).await? else { return Ok(None) };
    if let Some(now) = watch_list.now {
        let hours = now.hours().saturating_sub(newest.time.hours());
        if hours > OLDEST_TIP {
            return Err(WatchError::NodesSyncing { hours });
        }
    }
    match watch_list.since {
        Some(since) => first_of(quorum, newest, since).await.map(Some),
        None => Ok(Some(newest.height)),
    }
}

async fn newest(quorum: &impl Heads, tip: Height) -> Result<Option<Head>, WatchError> {
    for below in 0..=MISSING.min(tip.0) {
        let head = quorum.head_at(Height(tip.0.saturating_sub(below))).await?;
        if head.is_some() {
            return Ok(head);
        }
    }
    Ok(None)
}

/// Searches for the first block of `since` or later: in jumps that double, then by halves.
async fn first_of(
    quorum: &impl Heads,
    newest: Head,
    since: CoarseTime,
) -> Result<Height, WatchError> {
    if newest.time < since {
        return Ok(newest.height);
    }
    let mut later = newest.height.0;
    let mut jump = FIRST_JUMP;
    let mut earlier = loop {
        let height = later.saturating_sub(jump);
        if quorum.head_of_past(Height(height)).await?.time < since {
            break height;
        }
        later = height;
        if height == 0 {
            return Ok(Height(0));
        }
        jump = jump.saturating_mul(2);
    };
    while later.saturating_sub(earlier) > 1 {
        let middle = earlier.midpoint(later);
        if quorum.head_of_past(Height(middle)).await?.time < since {
            earlier = middle;
        } else {
            later = middle;
        }
    }
    Ok(Height(later))
}
