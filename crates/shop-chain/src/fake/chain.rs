//! Fake chain itself: a value, and what can happen to it.

use super::{DEMO_CHAIN_ID, FakeError};
use crate::{
    heads::fork::BELOW,
    wanted::Wanted,
    watcher::{LookUp, WatchList},
};
use alloy_primitives::{B256, keccak256};
use serde::{Deserialize, Serialize};
use shop_core::{
    chain::ChainId,
    escrow::Event,
    money::Amount,
    pay_to::PayTo,
    time::CoarseTime,
    view::{
        BalanceAt, BlockAt, BlockHash, BlockLogs, ChainIdentity, ChainUpdate, EscrowKey,
        EscrowSeen, Height, Transfer, TransferId,
    },
};
use std::collections::HashSet;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Chain {
    pub(super) chain: ChainId,
    /// Number that makes each block and transaction unlike others, also after a reorganisation.
    salt: u64,
    /// Blocks from number 0 up.
    blocks: Vec<Block>,
    waiting: Vec<Transaction>,
    forgotten: Vec<Transaction>,
}

/// Effect of a transaction.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Deed {
    /// It pays.
    Pays {
        to: PayTo,
        amount: Amount,
        /// True if it leaves no trace but a balance, as a contract's payment does on many chains.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unseen: bool,
    },
    /// It makes the escrow contract tell an event.
    Tells { key: EscrowKey, event: Event },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Block {
    hash: B256,
    time: CoarseTime,
    transactions: Vec<Transaction>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Transaction {
    txid: String,
    #[serde(flatten)]
    deed: Deed,
}

impl Chain {
    pub(super) fn new(chain: ChainId) -> Self {
        let time = CoarseTime::from_hours(0);
        let hash = keccak256(format!("cryptocart demo chain {chain}"));
        let first = Block { hash, time, transactions: Vec::new() };
        Self { chain, salt: 0, blocks: vec![first], waiting: Vec::new(), forgotten: Vec::new() }
    }

    /// Returns true if a chain read from a file can be this one.
    pub(super) fn is_sound(&self, chain: ChainId) -> bool {
        self.chain == chain && !self.blocks.is_empty()
    }

    pub(super) fn tip(&self) -> Height {
        Height((self.blocks.len() as u64).saturating_sub(1))
    }

    pub(super) fn pay(&mut self, to: &PayTo, amount: Amount) -> String {
        self.send(Deed::Pays { to: to.clone(), amount, unseen: false })
    }

    pub(super) fn pay_unseen(&mut self, to: &PayTo, amount: Amount) -> String {
        self.send(Deed::Pays { to: to.clone(), amount, unseen: true })
    }

    pub(super) fn tell(&mut self, key: EscrowKey, event: Event) -> String {
        self.send(Deed::Tells { key, event })
    }

    fn send(&mut self, deed: Deed) -> String {
        let salt = self.salt();
        let txid = keccak256(format!("transaction {} {salt}", self.chain)).to_string();
        self.waiting.push(Transaction { txid: txid.clone(), deed });
        txid
    }

    pub(super) fn mine(&mut self, blocks: u32, now: CoarseTime) {
        if blocks > 0 {
            let transactions = std::mem::take(&mut self.waiting);
            self.push(transactions, now);
            self.mine_empty(blocks.saturating_sub(1), now);
        }
    }

    pub(super) fn mine_empty(&mut self, blocks: u32, now: CoarseTime) {
        for _ in 0..blocks {
            self.push(Vec::new(), now);
        }
    }

    fn push(&mut self, transactions: Vec<Transaction>, now: CoarseTime) {
        let salt = self.salt();
        let parent = self.blocks.last().map_or(B256::ZERO, |block| block.hash);
        let hash = keccak256(format!("block {parent} {salt}"));
        // As on a real chain, no block is older than its parent, whatever the clocks say.
        let time = self.blocks.last().map_or(now, |block| block.time.max(now));
        self.blocks.push(Block { hash, time, transactions });
    }

    fn salt(&mut self) -> u64 {
        self.salt = self.salt.wrapping_add(1);
        self.salt
    }

    pub(super) fn remove(&mut self, depth: u32) -> Result<(), FakeError> {
        let keep = self.blocks.len().checked_sub(depth as usize).filter(|keep| *keep > 0);
        for block in self.blocks.drain(keep.ok_or(FakeError::TooDeep)?..) {
            self.forgotten.extend(block.transactions);
        }
        Ok(())
    }

    pub(super) fn drop_unmined(&mut self, txid: &str) -> Result<(), FakeError> {
        let transaction = take(&mut self.waiting, txid)?;
        self.forgotten.push(transaction);
        Ok(())
    }

    pub(super) fn again(&mut self, txid: &str) -> Result<(), FakeError> {
        let transaction = take(&mut self.forgotten, txid)?;
        self.waiting.push(transaction);
        Ok(())
    }

    pub(super) fn spend_elsewhere(&mut self, txid: &str) -> Result<(), FakeError> {
        take(&mut self.forgotten, txid).map(|_| ())
    }

    pub(super) fn identity(&self) -> ChainIdentity {
        let genesis = self.blocks.first().map_or(B256::ZERO, |block| block.hash);
        ChainIdentity { chain_id: DEMO_CHAIN_ID, genesis: BlockHash(genesis.0) }
    }

    pub(super) fn advance(
        &self,
        known: &[BlockAt],
        watch_list: &WatchList,
        most: u64,
    ) -> ChainUpdate {
        let ours = &Wanted::of(watch_list);
        let tip = self.tip();
        let unmined = transfers(&self.waiting, None, ours).collect();
        if let Some(last) = known.last().filter(|last| last.height > tip) {
            let nodes_behind = last.height.0.saturating_sub(tip.0);
            let contested_from = self.contested_from(known);
            return ChainUpdate { nodes_behind, contested_from, unmined, ..ChainUpdate::default() };
        }
        let standing = known.iter().rfind(|block| self.at(block.height) == Some(**block));
        let dropped_from = match (standing, known.first(), known.last()) {
            (Some(standing), _, Some(last)) if standing == last => None,
            (Some(standing), ..) => Some(Height(standing.height.0.saturating_add(1))),
            (None, first, _) => first.map(|block| Height(block.height.0.saturating_sub(BELOW))),
        };
        let from = match (standing, dropped_from) {
            (Some(standing), _) => standing.height.0.saturating_add(1),
            (None, Some(dropped)) => dropped.0,
            (None, None) => self.first_since(watch_list.since).unwrap_or(tip).0,
        };
        let to = tip.0.min(from.saturating_add(most.saturating_sub(1)));
        let blocks: Vec<_> = (from..=to).filter_map(|height| self.at(Height(height))).collect();
        let mined =
            blocks.iter().flat_map(|block| self.transfers(*block, ours)).collect::<Vec<_>>();
        let escrow =
            blocks.iter().flat_map(|block| self.events(*block, &watch_list.escrows)).collect();
        let behind = tip.0.saturating_sub(to);
        ChainUpdate {
            reorg_from: dropped_from,
            blocks,
            mined,
            escrow,
            unmined,
            blocks_behind: behind,
            ..ChainUpdate::default()
        }
    }

    /// Returns the first block read that is another one here, though the chain is shorter.
    fn contested_from(&self, known: &[BlockAt]) -> Option<Height> {
        let is_other = |block: &&BlockAt| self.at(block.height).is_some_and(|at| at != **block);
        known.iter().find(is_other).map(|block| block.height)
    }

    /// Returns the first block of this hour or later.
    fn first_since(&self, since: Option<CoarseTime>) -> Option<Height> {
        let since = since?;
        let place = self.blocks.iter().position(|block| block.time >= since)?;
        Some(Height(place as u64))
    }

    pub(super) fn read_logs(&self, at: BlockAt, watch_list: &WatchList) -> Option<BlockLogs> {
        (self.at(at.height) == Some(at)).then(|| BlockLogs {
            transfers: self.transfers(at, &Wanted::of(watch_list)),
            escrow: self.events(at, &watch_list.escrows),
        })
    }

    /// Returns what came to a pay-to up to this block; none if that is not on the chain.
    pub(super) fn balance(&self, pay_to: &PayTo, at: BlockAt) -> Option<BalanceAt> {
        if self.at(at.height) != Some(at) {
            return None;
        }
        let count = usize::try_from(at.height.0).ok()?.saturating_add(1);
        let deeds = self.blocks.iter().take(count).flat_map(|block| &block.transactions);
        let came = deeds.filter_map(|transaction| match &transaction.deed {
            Deed::Pays { to, amount, .. } if to == pay_to => Some(amount.units()),
            _ => None,
        });
        let units = came.fold(0u128, u128::saturating_add);
        let amount = Amount::new(pay_to.asset(), units);
        Some(BalanceAt { amount, block: at, is_all_that_came: true })
    }

    fn events(&self, at: BlockAt, ours: &HashSet<EscrowKey>) -> Vec<EscrowSeen> {
        let block = usize::try_from(at.height.0).ok().and_then(|height| self.blocks.get(height));
        let transactions = block.map_or(&[][..], |block| &block.transactions);
        let seen = |(place, transaction): (u32, &Transaction)| match transaction.deed {
            Deed::Tells { key, event } if ours.contains(&key) => {
                Some(EscrowSeen { key, block: at, place, event })
            }
            _ => None,
        };
        (0..).zip(transactions).filter_map(seen).collect()
    }

    pub(super) fn look_up(&self, txid: &str, watch_list: &WatchList) -> LookUp {
        let ours = &Wanted::of(watch_list);
        for (height, block) in self.blocks.iter().enumerate() {
            if let Some(transaction) = block.transactions.iter().find(|t| t.txid == txid) {
                let at = self.at(Height(height as u64));
                let found: Vec<_> =
                    transfers(std::slice::from_ref(transaction), at, ours).collect();
                return if found.is_empty() { LookUp::NotOurs } else { LookUp::Found(found) };
            }
        }
        LookUp::NotFound
    }

    fn at(&self, height: Height) -> Option<BlockAt> {
        let block = self.blocks.get(usize::try_from(height.0).ok()?)?;
        Some(BlockAt { height, hash: BlockHash(block.hash.0), time: block.time })
    }

    fn transfers(&self, at: BlockAt, ours: &Wanted<'_>) -> Vec<Transfer> {
        let block = usize::try_from(at.height.0).ok().and_then(|height| self.blocks.get(height));
        block
            .map_or_else(Vec::new, |block| transfers(&block.transactions, Some(at), ours).collect())
    }
}

fn take(from: &mut Vec<Transaction>, txid: &str) -> Result<Transaction, FakeError> {
    let place = from.iter().position(|transaction| transaction.txid == txid);
    Ok(from.remove(place.ok_or(FakeError::NoSuchTransaction)?))
}

fn transfers<'a>(
    transactions: &'a [Transaction],
    block: Option<BlockAt>,
    ours: &'a Wanted<'_>,
) -> impl Iterator<Item = Transfer> + 'a {
    transactions.iter().filter_map(move |transaction| match &transaction.deed {
        Deed::Pays { to, amount, unseen: false } if !ours.pay_tos(&[to.asset()], to).is_empty() => {
            let id = TransferId(transaction.txid.clone());
            Some(Transfer { id, pay_to: to.clone(), amount: *amount, block })
        }
        _ => None,
    })
}
