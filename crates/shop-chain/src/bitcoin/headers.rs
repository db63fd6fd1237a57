//! Headers of the chain with most work: each is checked before it is kept.

use super::network::{Anchor, Network};
use crate::watcher::NodeError;
use bitcoin::{
    BlockHash, CompactTarget, Target, Work, block::Header, consensus::Params, hashes::Hash,
};
use shop_core::{
    time::{CoarseTime, UnixTime},
    view::{self, BlockAt, Height},
};

/// Number of blocks between two changes of the difficulty.
const PERIOD: u64 = 2016;
/// Number of blocks whose median time a block must be later than.
const MEDIAN: u64 = 11;
/// Number of blocks at the tip that a node tells each time, though they are known.
/// A node that is no further behind than that tells its newest one.
const TOLD_AGAIN: u64 = 6;

/// One header, as far as it is needed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) hash: BlockHash,
    pub(super) time: u32,
    bits: CompactTarget,
}

/// Headers of the best chain that was told, from the anchor of its network on.
pub(super) struct Headers {
    network: Network,
    params: Params,
    anchor: Anchor,
    /// Headers above the anchor.
    entries: Vec<Entry>,
}

/// A node's chain where it leaves the one that is kept.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    /// Height of the last block that both have.
    fork: u64,
    entries: Vec<Entry>,
}

impl Branch {
    /// Returns the height of its newest block.
    pub(super) fn tip(&self) -> u64 {
        self.fork.saturating_add(self.entries.len() as u64)
    }

    /// Returns the height of the last block that it shares with the chain that is kept.
    pub(super) const fn fork(&self) -> u64 {
        self.fork
    }
}

impl Headers {
    pub(super) fn new(network: Network) -> Self {
        let anchor = network.anchor();
        Self { network, params: network.params(), anchor, entries: Vec::new() }
    }

    /// Returns the height of the newest block.
    pub(super) fn tip(&self) -> u64 {
        self.anchor.height.saturating_add(self.entries.len() as u64)
    }

    /// Returns the height of the first block that can be read.
    pub(super) const fn first(&self) -> u64 {
        self.anchor.height.saturating_add(1)
    }

    /// Returns the block at a height, if it can be read.
    pub(super) fn block_at(&self, height: u64) -> Option<BlockAt> {
        let entry = self.entry(height)?;
        let time = coarse(entry.time);
        Some(BlockAt { height: Height(height), hash: hash_of(entry.hash), time })
    }

    /// Returns the hash of the block at a height.
    pub(super) fn hash_at(&self, height: u64) -> Option<BlockHash> {
        if height == self.anchor.height {
            return Some(self.anchor.hash);
        }
        Some(self.entry(height)?.hash)
    }

    /// Returns the height of the first block of this hour or later.
    pub(super) fn first_since(&self, since: CoarseTime) -> Option<u64> {
        let start = since.start().0;
        let place = self.entries.iter().position(|entry| u64::from(entry.time) >= start)?;
        Some(self.first().saturating_add(place as u64))
    }

    /// Returns hashes by which a node finds where its chain leaves this one.
    /// They begin some blocks below the tip, so that a node tells the tip itself too.
    pub(super) fn locator(&self) -> Vec<BlockHash> {
        let mut height = self.tip().saturating_sub(TOLD_AGAIN).max(self.anchor.height);
        let mut jump = 1u64;
        let mut located = Vec::new();
        while let Some(hash) = self.hash_at(height) {
            located.push(hash);
            if height == self.anchor.height {
                break;
            }
            height = height.saturating_sub(jump).max(self.anchor.height);
            jump = jump.saturating_mul(2);
        }
        located
    }

    /// Returns the branch that begins with these headers of a node.
    ///
    /// # Errors
    /// The headers do not follow from this chain, or lack the work that they must have.
    pub(super) fn branch(&self, headers: &[Header]) -> Result<Branch, NodeError> {
        let Some(first) = headers.first() else { return Err(NodeError::Missing) };
        let parent = self.height_of(first.prev_blockhash).ok_or(NodeError::InvalidProof(PARENT))?;
        let mut branch = Branch { fork: parent, entries: Vec::new() };
        self.extend(&mut branch, headers)?;
        Ok(branch)
    }

    /// Adds headers to a branch.
    ///
    /// # Errors
    /// As [`Headers::branch`].
    pub(super) fn extend(&self, branch: &mut Branch, headers: &[Header]) -> Result<(), NodeError> {
        for header in headers {
            let hash = header.block_hash();
            let height = branch.tip().saturating_add(1);
            if branch.entries.is_empty() && self.hash_at(height) == Some(hash) {
                branch.fork = height;
                continue;
            }
            self.check(branch, height, header, hash)?;
            branch.entries.push(Entry { hash, time: header.time, bits: header.bits });
        }
        Ok(())
    }

    /// Returns the work of a branch from a height on that is at most its fork.
    pub(super) fn work_from(&self, branch: &Branch, height: u64) -> Work {
        let place = |height: u64| {
            let above = height.saturating_sub(self.anchor.height);
            usize::try_from(above).unwrap_or(usize::MAX)
        };
        let shared = self.entries.get(place(height)..place(branch.fork)).unwrap_or_default();
        work(shared) + work(&branch.entries)
    }

    /// Makes a branch the chain that is kept.
    pub(super) fn adopt(&mut self, branch: Branch) {
        let keep = branch.fork.saturating_sub(self.anchor.height);
        self.entries.truncate(usize::try_from(keep).unwrap_or(usize::MAX));
        self.entries.extend(branch.entries);
    }

    fn entry(&self, height: u64) -> Option<&Entry> {
        let place = height.checked_sub(self.first())?;
        self.entries.get(usize::try_from(place).ok()?)
    }

    fn height_of(&self, hash: BlockHash) -> Option<u64> {
        if hash == self.anchor.hash {
            return Some(self.anchor.height);
        }
        let place = self.entries.iter().rposition(|entry| entry.hash == hash)?;
        Some(self.first().saturating_add(place as u64))
    }

    /// Returns the entry at a height of a branch.
    fn entry_of<'a>(&'a self, branch: &'a Branch, height: u64) -> Option<&'a Entry> {
        match height.checked_sub(branch.fork.saturating_add(1)) {
            None => self.entry(height),
            Some(place) => branch.entries.get(usize::try_from(place).ok()?),
        }
    }

    fn check(
        &self,
        branch: &Branch,
        height: u64,
        header: &Header,
        hash: BlockHash,
    ) -> Result<(), NodeError> {
        let below = height.saturating_sub(1);
        let parent = match branch.entries.last() {
            Some(entry) => Some(entry.hash),
            None => self.hash_at(below),
        };
        let is_next = parent == Some(header.prev_blockhash);
        let has_bits = self.next_bits(branch, height) == Some(header.bits);
        let refusals = [
            (!is_next, PARENT),
            (!has_bits, "difficulty"),
            (!Target::from_compact(header.bits).is_met_by(hash), "work"),
            (header.time <= self.median_time(branch, height), "time"),
            (!self.network.allows(height, hash), "place on the main chain"),
        ];
        match refusals.into_iter().find(|(is_refused, _)| *is_refused) {
            Some((_, part)) => Err(NodeError::InvalidProof(part)),
            None => Ok(()),
        }
    }

    /// Returns the difficulty that the block at a height of a branch must have.
    fn next_bits(&self, branch: &Branch, height: u64) -> Option<CompactTarget> {
        let below = height.checked_sub(1)?;
        if below == self.anchor.height {
            return Some(self.anchor.next_bits);
        }
        let last = self.entry_of(branch, below)?;
        if !height.is_multiple_of(PERIOD) {
            return Some(last.bits);
        }
        let first = height.saturating_sub(PERIOD);
        let first_time = match self.entry_of(branch, first) {
            Some(entry) => entry.time,
            None if first == self.anchor.height => self.anchor.time,
            None => return None,
        };
        // A period whose clock ran backwards counts as the shortest one.
        let span = last.time.saturating_sub(first_time);
        Some(CompactTarget::from_next_work_required(last.bits, span.into(), &self.params))
    }

    /// Returns the median time of the blocks below a height of a branch.
    /// It is 0 near an anchor whose own past is not known.
    fn median_time(&self, branch: &Branch, height: u64) -> u32 {
        let lowest = height.saturating_sub(MEDIAN);
        if lowest < self.anchor.height {
            return 0;
        }
        let time = |height| match self.entry_of(branch, height) {
            Some(entry) => entry.time,
            None => self.anchor.time,
        };
        let mut times: Vec<u32> = (lowest..height).map(time).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }
}

/// Part of a header that names the block below.
const PARENT: &str = "parent";

/// Returns the hash of a block as records have it.
pub(super) fn hash_of(hash: BlockHash) -> view::BlockHash {
    view::BlockHash(hash.to_byte_array())
}

fn coarse(time: u32) -> CoarseTime {
    UnixTime(u64::from(time)).coarse()
}

fn work(entries: &[Entry]) -> Work {
    let none = Work::from_be_bytes([0; 32]);
    let works = entries.iter().map(|entry| Target::from_compact(entry.bits).to_work());
    works.fold(none, |sum, work| sum + work)
}

#[cfg(test)]
mod tests;
