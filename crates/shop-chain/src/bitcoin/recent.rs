//! Filters of the newest blocks, so that looking back costs no second fetch.

use bitcoin::BlockHash;
use std::{collections::VecDeque, sync::Arc};

/// Most bytes of filters that are remembered: those of about a day.
const MOST_BYTES: usize = 4 << 20;

/// Filters that were agreed on, the oldest first.
#[derive(Default)]
pub(super) struct Recent {
    filters: VecDeque<(BlockHash, Arc<[u8]>)>,
    bytes: usize,
}

impl Recent {
    pub(super) fn find(&self, block: BlockHash) -> Option<Arc<[u8]>> {
        let found = self.filters.iter().rev().find(|(hash, _)| *hash == block)?;
        Some(Arc::clone(&found.1))
    }

    pub(super) fn add(&mut self, block: BlockHash, filter: Arc<[u8]>) {
        if self.find(block).is_some() {
            return;
        }
        self.bytes = self.bytes.saturating_add(filter.len());
        self.filters.push_back((block, filter));
        while self.bytes > MOST_BYTES {
            let Some((_, oldest)) = self.filters.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.len());
        }
    }
}
