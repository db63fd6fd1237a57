//! State of a chain now, as far as one order is concerned.

use crate::{
    escrow::{Account, Event, EventAt, Hash as EscrowHash},
    money::Amount,
    pay_to::PayTo,
    time::CoarseTime,
};
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
/// It is `txid`, or `txid:index` where one transaction pays several times. On Monero it is the
/// one-time key of the output: two outputs with one key can be spent once. What a proof of a balance
/// showed, and no transfer, is `balance:<pay-to>:<height>`.
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
    /// Amount that arrived. Its asset is that of the pay-to.
    pub amount: Amount,
    /// The block it stands in; none while it only waits to be mined.
    pub block: Option<BlockAt>,
}

/// Name of an order in escrow: its contract, and the hash of its terms there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EscrowKey {
    /// The contract.
    pub contract: Account,
    /// The hash of its terms.
    pub id: EscrowHash,
}

/// An event of the escrow contract, seen on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EscrowSeen {
    /// Order that it is about.
    pub key: EscrowKey,
    /// The block it stands in.
    pub block: BlockAt,
    /// Its place among the logs of the block.
    pub place: u32,
    /// The event.
    pub event: Event,
}

impl EscrowSeen {
    /// Returns its position on the chain.
    #[must_use]
    pub const fn at(&self) -> EventAt {
        EventAt { height: self.block.height.0, index: self.place }
    }
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

/// All that the logs of one block say of the shop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockLogs {
    /// Transfers to pay-tos of the shop.
    pub transfers: Vec<Transfer>,
    /// Events of the escrow contract about orders of the shop.
    pub escrow: Vec<EscrowSeen>,
}

impl From<Vec<Transfer>> for BlockLogs {
    fn from(transfers: Vec<Transfer>) -> Self {
        Self { transfers, escrow: Vec::new() }
    }
}

/// A balance that was proved from the hash of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceAt {
    /// The balance.
    pub amount: Amount,
    /// The block after which it was so.
    pub block: BlockAt,
    /// True if nothing was ever sent from there: the balance is all that came.
    pub is_all_that_came: bool,
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
    /// Events of the escrow contract about orders of the shop that stand in `blocks`.
    pub escrow: Vec<EscrowSeen>,
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
