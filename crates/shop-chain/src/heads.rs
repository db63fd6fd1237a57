//! Heads of blocks that enough nodes tell, whatever the chain: the fork, and where to begin.

pub(crate) mod first;
pub(crate) mod fork;

use crate::watcher::{NodeError, WatchError};
use shop_core::{
    time::CoarseTime,
    view::{BlockHash, Height},
};

/// The head of a block, as nodes tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) height: Height,
    pub(crate) hash: BlockHash,
    pub(crate) parent: BlockHash,
    pub(crate) time: CoarseTime,
}

/// Nodes that tell heads, as a strict majority of them agrees.
pub(crate) trait Heads: Sync {
    /// Returns the head at `height`.
    /// There is none if enough nodes answer but some of them do not have that block yet.
    fn head_at(
        &self,
        height: Height,
    ) -> impl Future<Output = Result<Option<Head>, WatchError>> + Send;

    /// Returns the head of a block that the chain must have.
    fn head_of_past(&self, height: Height)
    -> impl Future<Output = Result<Head, WatchError>> + Send;
}

/// Returns the head told by most nodes, and the places of those nodes.
pub(crate) fn most_told(told: &[Result<Head, NodeError>]) -> Option<(Head, Vec<usize>)> {
    most_told_by(told, |head| *head).map(|(head, by)| (*head, by))
}

/// Returns the value told by most, as far as `same` distinguishes them, and who told it.
pub(crate) fn most_told_by<T, K: PartialEq>(
    told: &[Result<T, NodeError>],
    same: impl Fn(&T) -> K,
) -> Option<(&T, Vec<usize>)> {
    let mut best: Option<(&T, Vec<usize>)> = None;
    for value in told.iter().flatten() {
        let key = same(value);
        let is_same = |told: &Result<T, NodeError>| told.as_ref().is_ok_and(|t| same(t) == key);
        let by: Vec<usize> =
            told.iter().enumerate().filter(|(_, t)| is_same(t)).map(|(place, _)| place).collect();
        if best.as_ref().is_none_or(|(_, most)| by.len() > most.len()) {
            best = Some((value, by));
        }
    }
    best
}
