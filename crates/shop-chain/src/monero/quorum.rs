//! Answers that enough nodes give.

use super::{Monero, node::Session};
use crate::{
    heads::{Head, Heads, most_told},
    transport::{BoxFuture, join_enough},
    watcher::{NodeError, WatchError},
};
use shop_core::view::Height;
use std::time::Duration;

/// The nodes, for the time of one call.
pub(super) struct Quorum<'a> {
    pub(super) sessions: Vec<Session<'a>>,
    race_after: Duration,
}

/// Heads that a strict majority tells, from the first height that was asked for.
pub(super) struct Agreed {
    /// Heads without gaps; each names the one before as its parent.
    pub(super) heads: Vec<Head>,
    /// Error where the next head is not agreed on; none where some nodes do not have it yet.
    pub(super) error: Option<WatchError>,
}

impl<'a> Quorum<'a> {
    pub(super) fn new(monero: &'a Monero) -> Self {
        let Monero { peers, settings, .. } = monero;
        let session = |peer| Session::new(peer, settings);
        Self { sessions: peers.iter().map(session).collect(), race_after: settings.race_after }
    }

    /// Returns the number of nodes that make a strict majority.
    const fn needed(&self) -> usize {
        self.sessions.len() / 2 + 1
    }

    /// Returns the greatest height that a strict majority has reached.
    pub(super) async fn tip(&self) -> Result<Height, WatchError> {
        let asked = self.sessions.iter().map(|session| boxed(session.tip())).collect();
        let is_enough =
            |told: &[Result<Height, NodeError>]| told.iter().flatten().count() >= self.needed();
        let told = join_enough(asked, Err(NodeError::Timeout), self.race_after, is_enough).await;
        let mut heights: Vec<Height> = told.iter().flatten().copied().collect();
        heights.sort_unstable_by(|a, b| b.cmp(a));
        let tip = heights.get(self.needed().saturating_sub(1));
        tip.copied().ok_or_else(|| self.no_majority(heights.len(), &told))
    }

    /// Returns the heads from one height to another, as far as a strict majority agrees.
    pub(super) async fn heads(&self, from: Height, to: Height) -> Agreed {
        let ask = |session| boxed(heads_of(session, from, to));
        let asked = self.sessions.iter().map(ask).collect();
        let is_enough = |told: &[Result<Vec<Head>, NodeError>]| {
            let whole = told.iter().flatten().filter(|heads| ends_at(heads, to));
            let whole: Vec<_> = whole.map(|heads| heads.last().copied()).collect();
            whole
                .iter()
                .any(|one| whole.iter().filter(|other| *other == one).count() >= self.needed())
        };
        let told = join_enough(asked, Err(NodeError::Timeout), self.race_after, is_enough).await;
        let mut agreed = Agreed { heads: Vec::new(), error: None };
        for (place, _) in (from.0..=to.0).enumerate() {
            let of_height: Vec<Result<Head, NodeError>> =
                told.iter().map(|told| told.clone().and_then(|heads| nth(&heads, place))).collect();
            match self.agree(&of_height) {
                Ok(Some(head)) => {
                    if agreed.heads.last().is_some_and(|last| last.hash != head.parent) {
                        agreed.error = Some(WatchError::Moved);
                        break;
                    }
                    agreed.heads.push(head);
                }
                Ok(None) => break,
                Err(error) => {
                    agreed.error = Some(error);
                    break;
                }
            }
        }
        agreed
    }

    /// Returns the head that a strict majority tells; none where some do not have it yet.
    fn agree(&self, told: &[Result<Head, NodeError>]) -> Result<Option<Head>, WatchError> {
        let best = most_told(told);
        if let Some((head, by)) = &best
            && by.len() >= self.needed()
        {
            return Ok(Some(*head));
        }
        let agreed = best.map_or(0, |(_, by)| by.len());
        let lacking = told.iter().filter(|told| matches!(told, Err(NodeError::Missing))).count();
        if lacking > 0 && agreed.saturating_add(lacking) >= self.needed() {
            return Ok(None);
        }
        Err(self.no_majority(agreed, told))
    }

    pub(super) fn no_majority<T>(
        &self,
        agreed: usize,
        told: &[Result<T, NodeError>],
    ) -> WatchError {
        let mut failed = (1..).zip(told).filter_map(|(number, told)| {
            let trouble = told.as_ref().err()?;
            Some((number, trouble.clone()))
        });
        let first = failed.next();
        match (self.sessions.len(), first) {
            (1, Some((number, trouble))) => WatchError::Node { number, trouble },
            (nodes, first) => {
                WatchError::NoMajority { nodes, agreed, needed: self.needed(), first }
            }
        }
    }
}

impl Heads for Quorum<'_> {
    async fn head_at(&self, height: Height) -> Result<Option<Head>, WatchError> {
        let Agreed { heads, error } = self.heads(height, height).await;
        error.map_or_else(|| Ok(heads.first().copied()), Err)
    }

    async fn head_of_past(&self, height: Height) -> Result<Head, WatchError> {
        let head = self.head_at(height).await?;
        head.ok_or_else(|| self.no_majority::<()>(0, &[Err(NodeError::Missing)]))
    }
}

/// Returns the heads from one height to another, as far as the node has them.
async fn heads_of(session: &Session<'_>, from: Height, to: Height) -> Result<Vec<Head>, NodeError> {
    let to = to.min(session.tip().await?);
    if from > to { Err(NodeError::Missing) } else { session.heads(from, to).await }
}

fn ends_at(heads: &[Head], height: Height) -> bool {
    heads.last().is_some_and(|last| last.height == height)
}

fn nth(heads: &[Head], place: usize) -> Result<Head, NodeError> {
    heads.get(place).copied().ok_or(NodeError::Missing)
}

fn boxed<'a, T>(future: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    Box::pin(future)
}
