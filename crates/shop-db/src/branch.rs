//! Rule for a branch that contradicts the one that was read. No SQL is here.

use shop_core::view::{ChainUpdate, Height};

/// Part of an advance that is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The whole advance; it goes on from what was read.
    Whole,
    /// The whole advance; it replaces what was read from this height up.
    From(Height),
    /// No part: its branch leaves ours at this height and is shorter.
    Refused(Height),
}

/// Decides how much of an advance is applied.
///
/// Only a branch at least as high as the one that was read replaces it. A node that syncs again,
/// or one of several that is behind, reports a shorter one, and would take back what stands.
///
/// `before` is the newest block read, `fork` the height at which the advance leaves it.
pub(crate) fn taken(before: Option<Height>, fork: Option<Height>, advance: &ChainUpdate) -> Taken {
    let Some(fork) = fork else { return Taken::Whole };
    let told =
        advance.blocks.last().map(|last| last.height.0.saturating_add(advance.blocks_behind));
    match before {
        Some(before) if told.is_none_or(|told| told < before.0) => Taken::Refused(fork),
        _ => Taken::From(fork),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::{
        time::CoarseTime,
        view::{BlockAt, BlockHash},
    };

    fn up_to(height: u64, behind: u64) -> ChainUpdate {
        let hash = BlockHash([1; 32]);
        let time = CoarseTime::from_hours(1);
        let blocks = vec![BlockAt { height: Height(height), hash, time }];
        ChainUpdate { blocks, blocks_behind: behind, ..ChainUpdate::default() }
    }

    #[test]
    fn branch_at_least_as_high_replaces_and_shorter_one_does_not() {
        let before = Some(Height(12));
        let fork = Some(Height(10));
        assert_eq!(taken(before, fork, &up_to(12, 0)), Taken::From(Height(10)));
        assert_eq!(taken(before, fork, &up_to(10, 2)), Taken::From(Height(10)));
        assert_eq!(taken(before, fork, &up_to(11, 0)), Taken::Refused(Height(10)));
        assert_eq!(taken(before, fork, &ChainUpdate::default()), Taken::Refused(Height(10)));
        assert_eq!(taken(None, fork, &up_to(3, 0)), Taken::From(Height(10)));
        assert_eq!(taken(before, None, &ChainUpdate::default()), Taken::Whole);
    }
}
