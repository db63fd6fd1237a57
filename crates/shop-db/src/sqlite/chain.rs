//! Rows of chains and blocks.

use super::{
    codec::{hours, int, read_block, read_chain, read_height, read_hours},
    query::{all, execute, first, number, number_if_any},
};
use crate::{
    chain::KnownChain,
    error::DbError,
    rows::{ChainNumber, ChainRow, ChainRows, UnreadBlock},
};
use rusqlite::{Connection, Row, params};
use shop_core::{
    chain::ChainId,
    time::CoarseTime,
    view::{BlockAt, BlockHash, ChainIdentity, Height},
};

impl ChainRows for Connection {
    fn known_chains(&self) -> Result<Vec<KnownChain>, DbError> {
        let sql = "select number, name, demo, chain_id, genesis, followed,
                (select count(*) from blocks where blocks.chain = number),
                (select count(*) from orders where orders.chain = number)
            from chains order by number";
        all(self, sql, [], |row| {
            let name: String = row.get(1)?;
            Ok(KnownChain {
                number: ChainNumber(row.get(0)?),
                chain: read_chain(&name)?,
                demo: row.get(2)?,
                identity: read_identity(row.get(3)?, row.get(4)?),
                followed: row.get(5)?,
                blocks: read_count(row.get(6)?)?,
                orders: read_count(row.get(7)?)?,
            })
        })
    }

    fn chain(&self, number: ChainNumber) -> Result<ChainRow, DbError> {
        let sql = "select number, name, demo, followed, contested from chains where number = ?1";
        first(self, sql, [number.0], |row| read_chain_row(row, 0))?.ok_or(DbError::Unreadable)
    }

    fn followed(&self, name: ChainId) -> Result<Option<ChainNumber>, DbError> {
        let sql = "select number from chains where name = ?1 and followed = 1";
        first(self, sql, [name.as_str()], |row| Ok(ChainNumber(row.get(0)?)))
    }

    fn insert_chain(&self, name: ChainId, followed: bool) -> Result<ChainNumber, DbError> {
        let sql = "insert into chains (name, followed) values (?1, ?2)";
        execute(self, sql, params![name.as_str(), followed])?;
        Ok(ChainNumber(self.last_insert_rowid()))
    }

    fn set_chain_identity(
        &self,
        number: ChainNumber,
        told: ChainIdentity,
        demo: bool,
    ) -> Result<(), DbError> {
        let sql = "update chains set demo = ?2, chain_id = ?3, genesis = ?4 where number = ?1";
        let chain_id = told.chain_id.cast_signed();
        execute(self, sql, params![number.0, demo, chain_id, told.genesis.0]).map(drop)
    }

    fn set_followed(&self, number: ChainNumber, followed: bool) -> Result<(), DbError> {
        let sql = "update chains set followed = ?2 where number = ?1";
        execute(self, sql, params![number.0, followed]).map(drop)
    }

    fn set_contested(&self, number: ChainNumber, from: Option<Height>) -> Result<(), DbError> {
        let sql = "update chains set contested = ?2 where number = ?1";
        execute(self, sql, params![number.0, from.map(|height| int(height.0))]).map(drop)
    }

    fn remove_chain(&self, number: ChainNumber) -> Result<(), DbError> {
        execute(self, "delete from chains where number = ?1", [number.0]).map(drop)
    }

    fn blocks(&self, chain: ChainNumber) -> Result<Vec<BlockAt>, DbError> {
        let sql = "select height, hash, time from blocks where chain = ?1 order by height";
        all(self, sql, [chain.0], read_block_row)
    }

    fn block(&self, chain: ChainNumber, height: Height) -> Result<Option<BlockAt>, DbError> {
        let sql = "select height, hash, time from blocks where chain = ?1 and height = ?2";
        first(self, sql, [chain.0, int(height.0)], read_block_row)
    }

    fn tip(&self, chain: ChainNumber) -> Result<Option<Height>, DbError> {
        let sql = "select max(height) from blocks where chain = ?1";
        number_if_any(self, sql, [chain.0])?.map(read_height).transpose()
    }

    fn newest_hour(&self, chain: ChainNumber) -> Result<Option<CoarseTime>, DbError> {
        let sql = "select max(time) from blocks where chain = ?1";
        number_if_any(self, sql, [chain.0])?.map(read_hours).transpose()
    }

    fn insert_block(&self, chain: ChainNumber, block: BlockAt) -> Result<(), DbError> {
        let sql = "insert into blocks (chain, height, hash, time) values (?1, ?2, ?3, ?4)
            on conflict do nothing";
        let BlockAt { height, hash, time } = block;
        execute(self, sql, params![chain.0, int(height.0), hash.0, hours(time)]).map(drop)
    }

    fn remove_blocks_from(&self, chain: ChainNumber, height: Height) -> Result<(), DbError> {
        let sql = "delete from blocks where chain = ?1 and height >= ?2";
        execute(self, sql, [chain.0, int(height.0)]).map(drop)
    }

    fn remove_blocks_to(&self, chain: ChainNumber, height: Height) -> Result<(), DbError> {
        let sql = "delete from blocks where chain = ?1 and height <= ?2";
        execute(self, sql, [chain.0, int(height.0)]).map(drop)
    }

    fn logs_unread(&self, chain: ChainNumber) -> Result<Vec<UnreadBlock>, DbError> {
        let sql = "select height, hash, time, noted from logs_unread
            where chain = ?1 order by height";
        all(self, sql, [chain.0], |row| {
            Ok(UnreadBlock { block: read_block_row(row)?, noted: row.get(3)? })
        })
    }

    fn insert_logs_unread(&self, chain: ChainNumber, unread: UnreadBlock) -> Result<(), DbError> {
        let sql = "insert into logs_unread (chain, height, hash, time, noted)
            values (?1, ?2, ?3, ?4, ?5)";
        let BlockAt { height, hash, time } = unread.block;
        let values = params![chain.0, int(height.0), hash.0, hours(time), unread.noted];
        execute(self, sql, values).map(drop)
    }

    fn remove_logs_unread(&self, chain: ChainNumber, height: Height) -> Result<(), DbError> {
        let sql = "delete from logs_unread where chain = ?1 and height = ?2";
        execute(self, sql, [chain.0, int(height.0)]).map(drop)
    }

    fn remove_logs_unread_from(&self, chain: ChainNumber, height: Height) -> Result<(), DbError> {
        let sql = "delete from logs_unread where chain = ?1 and height >= ?2";
        execute(self, sql, [chain.0, int(height.0)]).map(drop)
    }

    fn last_noted(&self) -> Result<i64, DbError> {
        let sql = "select max((select coalesce(max(noted), 0) from logs_unread),
            (select coalesce(max(first_unread), 0) from pay_to_used))";
        number(self, sql, [])
    }
}

/// Reads a chain from columns that begin here: `number, name, demo, followed, contested`.
pub(super) fn read_chain_row(row: &Row<'_>, begin: usize) -> Result<ChainRow, DbError> {
    let name: String = row.get(begin + 1)?;
    let contested: Option<i64> = row.get(begin + 4)?;
    Ok(ChainRow {
        number: ChainNumber(row.get(begin)?),
        name: read_chain(&name)?,
        demo: row.get(begin + 2)?,
        followed: row.get(begin + 3)?,
        contested: contested.map(read_height).transpose()?,
    })
}

/// Reads a block from the first columns: `height, hash, time`.
fn read_block_row(row: &Row<'_>) -> Result<BlockAt, DbError> {
    read_block(row.get(0)?, row.get(1)?, row.get(2)?)
}

fn read_identity(chain_id: Option<i64>, genesis: Option<[u8; 32]>) -> Option<ChainIdentity> {
    let chain_id = chain_id?.cast_unsigned();
    Some(ChainIdentity { chain_id, genesis: BlockHash(genesis?) })
}

fn read_count(count: i64) -> Result<usize, DbError> {
    usize::try_from(count).map_err(|_| DbError::Unreadable)
}
