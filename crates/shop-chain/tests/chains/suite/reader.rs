//! Shop's side of the suite: applies what a watcher says, as the database does.

use super::{Seen, TestChain};
use shop_chain::{ChainWatcher, LookUp, WatchError, WatchList};
use shop_core::{
    escrow::{Event, EventAt},
    money::AssetId,
    pay_to::PayTo,
    time::CoarseTime,
    view::{BlockAt, ChainIdentity, ChainUpdate, EscrowKey, EscrowSeen, Height, Transfer, View},
};
use std::collections::BTreeMap;

/// Reader of a chain.
/// It remembers what the database would, and checks what every answer must keep.
pub(crate) struct Reader {
    watch: Box<dyn ChainWatcher>,
    watch_list: WatchList,
    most_blocks: u32,
    known: Vec<BlockAt>,
    mined: BTreeMap<String, Transfer>,
    unmined: Vec<Transfer>,
    escrow: BTreeMap<EventAt, EscrowSeen>,
}

impl Reader {
    /// Makes the reader of a shop's first start: nothing is known.
    pub(crate) fn new(bench: &impl TestChain, ours: &[&PayTo]) -> Self {
        let ours = ours.iter().map(|pay_to| (*pay_to).clone());
        Self {
            watch: bench.watch(),
            watch_list: WatchList { watched: ours.collect(), ..WatchList::default() },
            most_blocks: bench.most_blocks(),
            known: Vec::new(),
            mined: BTreeMap::new(),
            unmined: Vec::new(),
            escrow: BTreeMap::new(),
        }
    }

    /// Returns the first blocks that a new shop reads.
    pub(crate) async fn tip_of(watch: &impl ChainWatcher) -> Vec<BlockAt> {
        let update = watch.next_update(&[], &WatchList::default()).await;
        update.expect("the chain can be read").blocks
    }

    /// Has money of these assets told at every pay-to from now on.
    pub(crate) fn know(&mut self, assets: impl IntoIterator<Item = AssetId>) {
        self.watch_list.known.extend(assets);
    }

    /// Has the events of an order in escrow told from now on.
    pub(crate) fn follow_escrow(&mut self, key: EscrowKey) {
        self.watch_list.escrows.insert(key);
    }

    /// Returns the events of escrow that are told, oldest first.
    pub(crate) fn escrow(&self) -> Vec<Event> {
        self.escrow.values().map(|seen| seen.event).collect()
    }

    /// Returns the balance of a pay-to after the newest block read.
    pub(crate) async fn balance(&self, pay_to: &PayTo) -> u128 {
        let newest = self.known.last().expect("blocks were read");
        let found = self.watch.balance(pay_to, *newest).await.expect("it is proved");
        assert_eq!(found.block, *newest);
        found.amount.units()
    }

    /// Restarts: makes a new watcher, and keeps what the database holds.
    pub(crate) fn restart(&mut self, bench: &impl TestChain) {
        self.watch = bench.watch();
    }

    /// Forgets all but the newest blocks, as the database's ring does.
    pub(crate) fn remember_only(&mut self, blocks: usize) {
        let old = self.known.len().saturating_sub(blocks);
        self.known.drain(..old);
    }

    /// Reads until the tip is reached. Returns how many calls that took.
    pub(crate) async fn catch_up(&mut self) -> u32 {
        let mut calls = 0u32;
        loop {
            calls += 1;
            let advance = self.peek().await;
            let behind = advance.blocks_behind;
            self.apply(advance.clone());
            let once = (self.known.clone(), self.mined.clone());
            self.apply(advance);
            assert_eq!(once, (self.known.clone(), self.mined.clone()), "applied twice is once");
            if behind == 0 {
                return calls;
            }
        }
    }

    /// Calls the watcher once, and does not apply what it returns.
    pub(crate) async fn peek(&self) -> ChainUpdate {
        let advance = self.watch.next_update(&self.known, &self.watch_list).await;
        let advance = advance.expect("the chain can be read");
        self.check(&advance);
        advance
    }

    /// Makes a first reading begin at this hour from now on.
    pub(crate) const fn begin_at(&mut self, since: CoarseTime) {
        self.watch_list.since = Some(since);
    }

    /// Returns the chain's identity.
    pub(crate) async fn identity(&self) -> ChainIdentity {
        self.watch.identity().await.expect("the chain can be read")
    }

    /// Reads the newest block once more.
    pub(crate) async fn read_logs(&self) -> Result<Vec<Transfer>, WatchError> {
        let newest = self.known.last().expect("blocks were read");
        self.watch.read_logs(*newest, &self.watch_list).await.map(|logs| logs.transfers)
    }

    /// Looks a transaction up.
    pub(crate) async fn look_up(&self, txid: &str) -> LookUp {
        self.watch.look_up(txid, &self.watch_list).await.expect("the chain can be read")
    }

    /// Returns the newest block read.
    pub(crate) fn tip(&self) -> Option<Height> {
        self.known.last().map(|block| block.height)
    }

    /// Returns what the shop sees of one pay-to.
    pub(crate) fn view(&self, pay_to: &PayTo) -> View {
        let transfers = self.mined.values().chain(&self.unmined);
        View {
            tip: self.tip().unwrap_or(Height(0)),
            transfers: transfers.filter(|t| t.pay_to == *pay_to).cloned().collect(),
        }
    }

    /// Returns the payments in blocks to one pay-to.
    pub(crate) fn payments(&self, pay_to: &PayTo) -> Vec<Seen> {
        let view = self.view(pay_to);
        let mined = view.transfers.iter().filter(|transfer| transfer.block.is_some());
        mined.map(|t| (t.id.clone(), t.amount, view.confirmations(t))).collect()
    }

    /// Returns the payments to one pay-to that wait to be mined.
    pub(crate) fn waiting(&self, pay_to: &PayTo) -> usize {
        self.unmined.iter().filter(|transfer| transfer.pay_to == *pay_to).count()
    }

    fn apply(&mut self, advance: ChainUpdate) {
        let ChainUpdate { reorg_from: dropped_from, blocks, mined, unmined, escrow, .. } = advance;
        // "Forget from here, then add": adding a block again that is there changes nothing.
        let stands = |at: &BlockAt| dropped_from.is_none_or(|from| at.height < from);
        self.known.retain(stands);
        self.mined.retain(|_, transfer| transfer.block.as_ref().is_some_and(stands));
        self.escrow.retain(|_, seen| stands(&seen.block));
        self.escrow.extend(escrow.into_iter().map(|seen| (seen.at(), seen)));
        let next = self.tip();
        self.known.extend(blocks.iter().filter(|b| next.is_none_or(|tip| b.height > tip)));
        self.mined.extend(mined.into_iter().map(|transfer| (transfer.id.0.clone(), transfer)));
        self.unmined = unmined;
    }

    fn check(&self, advance: &ChainUpdate) {
        let ChainUpdate {
            reorg_from: dropped_from,
            blocks,
            mined,
            unmined,
            escrow,
            blocks_behind: behind,
            ..
        } = advance;
        assert!(
            blocks.len() <= self.most_blocks as usize,
            "a call reads a bounded number of blocks"
        );
        assert!(blocks.is_sorted_by(|a, b| a.height.0 + 1 == b.height.0), "blocks have no gaps");
        if let (Some(last), Some(first)) = (self.known.last(), blocks.first()) {
            let expected = dropped_from.map_or(last.height.0 + 1, |from| from.0);
            assert_eq!(first.height.0, expected, "blocks go on where the chain stood");
        }
        if let (Some(from), Some(last)) = (dropped_from, self.known.last()) {
            assert!(*from <= last.height, "only what is known can be dropped");
        }
        assert!(*behind == 0 || !blocks.is_empty(), "whoever is behind gets on");
        let is_still = blocks.is_empty() && dropped_from.is_none() && *behind == 0;
        assert!(advance.nodes_behind == 0 || is_still, "nodes that are behind change nothing");
        assert!(advance.contested_from.is_none() || advance.nodes_behind > 0);
        for transfer in mined {
            let block = transfer.block.expect("a mined transfer stands in a block");
            assert!(blocks.contains(&block), "and in one of the blocks just read");
        }
        for seen in escrow {
            assert!(blocks.contains(&seen.block), "in one of the blocks just read");
            assert!(self.watch_list.escrows.contains(&seen.key), "only ours are told");
        }
        for transfer in mined.iter().chain(unmined) {
            let is_asked = |asked: &PayTo| asked.as_str() == transfer.pay_to.as_str();
            assert!(self.watch_list.watched.iter().any(is_asked), "only ours are told");
        }
        assert!(unmined.iter().all(|transfer| transfer.block.is_none()));
    }
}
