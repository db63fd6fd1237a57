//! State of a chain now, as far as one order is concerned.

use crate::{money::Amount, pay_to::PayTo, time::CoarseTime};
use serde::{Deserialize, Serialize};

/// A block's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Height(pub u64);

/// Number of blocks on a transfer, its own included. 0 means: seen, in no block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confirmations(pub u32);

/// The hash of a block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockHash(pub [u8; 32]);

impl std::fmt::Debug for BlockHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BlockHash({:02x}{:02x}..)", self.0[0], self.0[1])
    }
}

/// A block: a place on one branch of a chain, and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockAt {
    /// Its number.
    pub height: Height,
    /// Its hash.
    pub hash: BlockHash,
    /// The hour it was mined in, by its own word.
    pub time: CoarseTime,
}

/// Identifier of a transfer on its chain for ever.
/// It is `txid`, or `txid:index` where one transaction pays several times. Balance evidence uses
/// `balance:<pay-to>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransferId(pub String);

/// Money seen on chain, going to a pay-to of the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its name on the chain.
    pub id: TransferId,
    /// Address that it went to.
    pub pay_to: PayTo,
    /// Amount that arrived.
    pub amount: Amount,
    /// The block it stands in; none while it only waits to be mined.
    pub block: Option<BlockAt>,
}

/// Everything a chain shows for one order.
/// An invoice is judged by this whole, never by the last event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The newest block read.
    pub tip: Height,
    /// The transfers that are this order's, each once.
    pub transfers: Vec<Transfer>,
}

impl View {
    /// Returns the depth of a transfer under the tip.
    #[must_use]
    pub fn confirmations(&self, transfer: &Transfer) -> Confirmations {
        let depth =
            transfer.block.map_or(0, |block| match self.tip.0.checked_sub(block.height.0) {
                Some(above) => above.saturating_add(1),
                None => 0,
            });
        Confirmations(u32::try_from(depth).unwrap_or(u32::MAX))
    }
}

/// The identity of a chain.
/// Two chains with one id and different first blocks are different chains, and nothing read from
/// one holds for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChainIdentity {
    /// EIP-155's chain id; 0 for a demonstration chain.
    pub chain_id: u64,
    /// The hash of block 0.
    pub genesis: BlockHash,
}

/// Changes of a chain since it was last read.
/// Every watcher returns them in this one type, and the database applies them in one transaction.
/// Applying them twice is the same as applying them once. The default value says that nothing
/// happened and that the tip is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainUpdate {
    /// Height from which the chain was reorganised.
    /// Forget blocks, and transfers in blocks, from this height up, before adding `blocks`. A
    /// different branch is proved, and is at least as high as the last block read: a node that is
    /// only behind takes nothing back.
    pub reorg_from: Option<Height>,
    /// New blocks of the chain as it stands, oldest first, without gaps.
    pub blocks: Vec<BlockAt>,
    /// Transfers to pay-tos of the shop that stand in `blocks`.
    pub mined: Vec<Transfer>,
    /// Transfers to the shop's pay-tos that wait to be mined; they replace the list of before.
    pub unmined: Vec<Transfer>,
    /// Number of blocks still to be read.
    /// It is 0 when the tip is reached, and when the nodes are behind what was read.
    pub blocks_behind: u64,
    /// Number of blocks that the nodes are behind what was read, as a majority of them tells it.
    /// It is 0 as a rule. Until it is 0 again nothing new is seen: no offer may end for want of a
    /// payment.
    pub nodes_behind: u64,
    /// Blocks among `blocks` of which no node gave the receipts.
    /// Transfers by logs in them are not known yet, and the status of the transfers in `mined` that
    /// stand in them is the word of a majority of nodes, not proved.
    pub logs_unread: Vec<Height>,
    /// The nodes tell another, still shorter branch from this height up.
    /// Nothing is taken back; payments from this height up are to be shown as being checked.
    pub contested_from: Option<Height>,
    /// True if the nodes do not say whether their branch holds what was read.
    /// Some of them have not the block yet. Blocks that were contested before still are, and
    /// nothing is gone.
    pub branch_unknown: bool,
}
