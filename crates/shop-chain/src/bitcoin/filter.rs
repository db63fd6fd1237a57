//! Compact filters of blocks (BIP 158): a small set that holds every script of a block.

use crate::watcher::NodeError;
use bitcoin::{Block, BlockHash, ScriptBuf, bip158::BlockFilter, consensus::Decodable};

/// Fewest bits that a script takes in a filter: 19, and one that ends its quotient.
const FEWEST_BITS: u64 = 20;

/// Returns true if a block may pay one of these scripts.
/// One of 784,931 others is taken for one of them.
///
/// # Errors
/// The filter is not of its form.
pub(super) fn may_pay(
    filter: &[u8],
    block: BlockHash,
    scripts: impl Iterator<Item = impl AsRef<[u8]>>,
) -> Result<bool, NodeError> {
    check(filter)?;
    let scripts = scripts.map(Bytes);
    BlockFilter::new(filter).match_any(&block, scripts).map_err(|_| NodeError::Malformed)
}

/// Returns true if a filter holds every script that its block pays.
pub(super) fn is_of(filter: &[u8], block: &Block) -> bool {
    let hash = block.block_hash();
    let outputs = block.txdata.iter().flat_map(|transaction| &transaction.output);
    let scripts = outputs.map(|output| &output.script_pubkey);
    let held: Vec<&ScriptBuf> =
        scripts.filter(|script| !script.is_empty() && !script.is_op_return()).collect();
    if held.is_empty() {
        return true;
    }
    let held = held.into_iter().map(|script| Bytes(script.as_bytes()));
    check(filter).is_ok() && BlockFilter::new(filter).match_all(&hash, held).unwrap_or(false)
}

/// Checks that a filter is long enough for the number of scripts that it says it holds.
fn check(filter: &[u8]) -> Result<(), NodeError> {
    let mut rest = filter;
    let count = bitcoin::VarInt::consensus_decode(&mut rest).map_err(|_| NodeError::Malformed)?;
    let bits = (rest.len() as u64).saturating_mul(8);
    if count.0.saturating_mul(FEWEST_BITS) > bits { Err(NodeError::Malformed) } else { Ok(()) }
}

/// Bytes of a script, as the library borrows them.
struct Bytes<T>(T);

impl<T: AsRef<[u8]>> std::borrow::Borrow<[u8]> for Bytes<T> {
    fn borrow(&self) -> &[u8] {
        self.0.as_ref()
    }
}

#[cfg(test)]
mod tests;
