//! Root of a list of transactions or receipts, built as they come.

use alloy_primitives::B256;
use alloy_trie::{EMPTY_ROOT_HASH, HashBuilder, Nibbles};

/// Builds the root over `rlp(place) -> item`.
///
/// The tree wants its keys in order, and the key of place 0 (0x80) stands behind that of place
/// 127: only that one item waits.
#[derive(Default)]
pub(super) struct OrderedRoot {
    tree: HashBuilder,
    first: Option<Vec<u8>>,
    count: usize,
}

impl OrderedRoot {
    /// Adds the next item.
    pub(super) fn push(&mut self, item: Vec<u8>) {
        let place = self.count;
        self.count = self.count.saturating_add(1);
        if place == 0 {
            self.first = Some(item);
            return;
        }
        if place > 0x7f {
            self.add_first();
        }
        self.add(place, &item);
    }

    /// Returns the root of all items.
    pub(super) fn finish(mut self) -> B256 {
        if self.count == 0 {
            return EMPTY_ROOT_HASH;
        }
        self.add_first();
        self.tree.root()
    }

    fn add_first(&mut self) {
        if let Some(first) = self.first.take() {
            self.add(0, &first);
        }
    }

    fn add(&mut self, place: usize, item: &[u8]) {
        let key = alloy_rlp::encode_fixed_size(&place);
        self.tree.add_leaf(Nibbles::unpack(&key), item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_consensus::proofs::ordered_trie_root_encoded;

    #[test]
    fn root_is_that_of_the_whole_list_for_every_length() {
        for count in (0..140).chain([255, 256, 257, 300, 1000]) {
            let items: Vec<Vec<u8>> =
                (0..count).map(|n: usize| vec![n as u8; 1 + n % 70]).collect();
            let mut root = OrderedRoot::default();
            items.iter().for_each(|item| root.push(item.clone()));
            assert_eq!(root.finish(), ordered_trie_root_encoded(&items), "{count}");
        }
    }
}
