//! Chains and blocks.

use super::{
    tables::{Chain, Tables},
    violation::{self, FOREIGN_KEY, UNIQUE},
};
use crate::{
    chain::KnownChain,
    error::DbError,
    rows::{ChainNumber, ChainRow, ChainRows, TransferRow, UnreadBlock},
};
use shop_core::{
    chain::ChainId,
    time::CoarseTime,
    view::{BlockAt, ChainIdentity, Height},
};

const LOWEST: Height = Height(0);
const FIRST: CoarseTime = CoarseTime::from_hours(0);

impl Tables {
    /// Returns what is read in the blocks of a chain, lowest first.
    fn read_blocks<T>(&self, chain: ChainNumber, read: impl Fn(&BlockAt) -> T) -> Vec<T> {
        let is_of_chain = |key: &(ChainNumber, Height)| key.0 == chain;
        self.blocks.range((chain, LOWEST), is_of_chain, |_, block| read(block))
    }

    /// Returns the number of orders that are paid on a chain.
    fn orders_on(&self, chain: ChainNumber) -> usize {
        self.orders.by.chain.range((chain, FIRST), |(number, _)| *number == chain).len()
    }

    fn know(&self, number: ChainNumber, chain: &Chain) -> KnownChain {
        let ChainRow { name, demo, followed, .. } = chain.row;
        let blocks = self.read_blocks(number, |_| ()).len();
        let orders = self.orders_on(number);
        let identity = chain.identity;
        KnownChain { number, chain: name, demo, identity, followed, blocks, orders }
    }
}

impl ChainRows for Tables {
    fn known_chains(&self) -> Result<Vec<KnownChain>, DbError> {
        Ok(self.chains.filter_map(|number, chain| Some(self.know(*number, chain))))
    }

    fn chain(&self, number: ChainNumber) -> Result<ChainRow, DbError> {
        self.chains.read(&number, |chain| chain.row).ok_or(DbError::Unreadable)
    }

    fn followed(&self, name: ChainId) -> Result<Option<ChainNumber>, DbError> {
        let is_it = |chain: &Chain| chain.row.followed && chain.row.name == name;
        let found = self.chains.filter_map(|number, chain| is_it(chain).then_some(*number));
        Ok(found.first().copied())
    }

    fn insert_chain(&self, name: ChainId, followed: bool) -> Result<ChainNumber, DbError> {
        violation::ensure(!followed || self.followed(name)?.is_none(), UNIQUE)?;
        let last = self.chains.last_key().map_or(0, |last| last.0);
        let number = ChainNumber(last + 1);
        let row = ChainRow { number, name, demo: None, followed, contested: None };
        self.chains.put(number, Chain { row, identity: None });
        Ok(number)
    }

    fn set_chain_identity(
        &self,
        number: ChainNumber,
        told: ChainIdentity,
        demo: bool,
    ) -> Result<(), DbError> {
        self.chains.update(&number, |chain| {
            chain.identity = Some(told);
            chain.row.demo = Some(demo);
        });
        Ok(())
    }

    fn set_followed(&self, number: ChainNumber, followed: bool) -> Result<(), DbError> {
        let Some(row) = self.chains.read(&number, |chain| chain.row) else { return Ok(()) };
        let other = self.followed(row.name)?.is_some_and(|other| other != number);
        violation::ensure(!followed || !other, UNIQUE)?;
        self.chains.update(&number, |chain| chain.row.followed = followed);
        Ok(())
    }

    fn set_contested(&self, number: ChainNumber, from: Option<Height>) -> Result<(), DbError> {
        self.chains.update(&number, |chain| chain.row.contested = from);
        Ok(())
    }

    fn remove_chain(&self, number: ChainNumber) -> Result<(), DbError> {
        let on_chain = |row: &TransferRow| (row.chain == number).then_some(());
        let transfers = self.transfers.rows().filter_map(|_, row| on_chain(row));
        let is_free = self.orders_on(number) == 0 && transfers.is_empty();
        violation::ensure(is_free, FOREIGN_KEY)?;
        self.remove_blocks_from(number, LOWEST)?;
        self.remove_logs_unread_from(number, LOWEST)?;
        self.chains.remove(&number);
        Ok(())
    }

    fn blocks(&self, chain: ChainNumber) -> Result<Vec<BlockAt>, DbError> {
        Ok(self.read_blocks(chain, |block| *block))
    }

    fn block(&self, chain: ChainNumber, height: Height) -> Result<Option<BlockAt>, DbError> {
        Ok(self.blocks.get(&(chain, height)))
    }

    fn tip(&self, chain: ChainNumber) -> Result<Option<Height>, DbError> {
        Ok(self.read_blocks(chain, |block| block.height).last().copied())
    }

    fn newest_hour(&self, chain: ChainNumber) -> Result<Option<CoarseTime>, DbError> {
        Ok(self.read_blocks(chain, |block| block.time).into_iter().max())
    }

    fn insert_block(&self, chain: ChainNumber, block: BlockAt) -> Result<(), DbError> {
        violation::ensure(self.chains.has(&chain), FOREIGN_KEY)?;
        let key = (chain, block.height);
        if !self.blocks.has(&key) {
            self.blocks.put(key, block);
        }
        Ok(())
    }

    fn remove_blocks_from(&self, chain: ChainNumber, height: Height) -> Result<(), DbError> {
        self.blocks.remove_range((chain, height), |(number, _)| *number == chain);
        Ok(())
    }

    fn remove_blocks_to(&self, chain: ChainNumber, height: Height) -> Result<(), DbError> {
        let is_below = |key: &(ChainNumber, Height)| key.0 == chain && key.1 <= height;
        self.blocks.remove_range((chain, LOWEST), is_below);
        Ok(())
    }

    fn logs_unread(&self, chain: ChainNumber) -> Result<Vec<UnreadBlock>, DbError> {
        let is_of_chain = |key: &(ChainNumber, Height)| key.0 == chain;
        Ok(self.logs_unread.range((chain, LOWEST), is_of_chain, |_, unread| *unread))
    }

    fn insert_logs_unread(&self, chain: ChainNumber, unread: UnreadBlock) -> Result<(), DbError> {
        violation::ensure(self.chains.has(&chain), FOREIGN_KEY)?;
        let key = (chain, unread.block.height);
        violation::ensure(!self.logs_unread.has(&key), UNIQUE)?;
        self.logs_unread.put(key, unread);
        Ok(())
    }

    fn remove_logs_unread(&self, chain: ChainNumber, height: Height) -> Result<(), DbError> {
        self.logs_unread.remove(&(chain, height));
        Ok(())
    }

    fn remove_logs_unread_from(&self, chain: ChainNumber, height: Height) -> Result<(), DbError> {
        self.logs_unread.remove_range((chain, height), |(number, _)| *number == chain);
        Ok(())
    }

    fn last_noted(&self) -> Result<i64, DbError> {
        let blocks = self.logs_unread.filter_map(|_, unread| Some(unread.noted));
        let remembered = self.given.rows().filter_map(|_, given| given.row.first_unread);
        Ok(blocks.into_iter().chain(remembered).max().unwrap_or(0))
    }
}
