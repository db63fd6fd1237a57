//! Chains: the one of each name that is followed, and what is put away with the others.
//!
//! Invariant: an order, a transfer and a block belong to one chain; one chain of a name is followed
//! at most, and nothing that is read of it touches what belongs to another.

use super::{
    codec::{int, read_chain, read_height},
    read::all,
    reservations, statuses,
    tx_context::TxContext,
};
use crate::{
    chain::{self, KnownChain, Networks, Step},
    error::{DbError, FollowError},
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use shop_core::{
    chain::ChainId,
    view::{BlockHash, ChainIdentity, Height},
};

/// The number of a chain's row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ChainNumber(pub(super) i64);

/// Condition on a table with a column `chain`: the row is of a chain that is followed.
pub(super) const IS_FOLLOWED: &str =
    "exists (select 1 from chains where chains.number = chain and followed = 1)";

/// Returns the chain of this name that is followed.
pub(super) fn followed(conn: &Connection, chain: ChainId) -> Result<Option<ChainNumber>, DbError> {
    let number = conn
        .prepare_cached("select number from chains where name = ?1 and followed = 1")?
        .query_row([chain.as_str()], |row| row.get(0))
        .optional()?;
    Ok(number.map(ChainNumber))
}

/// Returns the followed chain of this name, or one of which nothing is known.
/// In a shop that is open there is one: nothing is offered before a chain was read.
pub(super) fn followed_or_unknown(
    conn: &Connection,
    chain: ChainId,
) -> Result<ChainNumber, DbError> {
    if let Some(chain) = followed(conn, chain)? {
        return Ok(chain);
    }
    conn.prepare_cached("insert into chains (name, followed) values (?1, 1)")?
        .execute([chain.as_str()])?;
    Ok(ChainNumber(conn.last_insert_rowid()))
}

/// Returns the chain an order is paid on.
pub(super) fn of_order(conn: &Connection, order: &str) -> Result<ChainNumber, DbError> {
    let sql = "select chain from orders where id = ?1";
    Ok(ChainNumber(conn.prepare_cached(sql)?.query_row([order], |row| row.get(0))?))
}

/// Returns every chain with kept state.
pub(crate) fn known(conn: &Connection) -> Result<Vec<KnownChain>, DbError> {
    let sql = "select number, name, demo, chain_id, genesis, followed,
            (select count(*) from blocks where blocks.chain = number),
            (select count(*) from orders where orders.chain = number)
        from chains order by number";
    all(conn, sql, [], |row| {
        let name: String = row.get(1)?;
        let chain_id: Option<i64> = row.get(3)?;
        let genesis: Option<[u8; 32]> = row.get(4)?;
        let identity = |chain_id: i64, genesis| ChainIdentity {
            chain_id: chain_id.cast_unsigned(),
            genesis: BlockHash(genesis),
        };
        Ok(KnownChain {
            number: row.get(0)?,
            chain: read_chain(&name)?,
            demo: row.get(2)?,
            identity: chain_id.zip(genesis).map(|(id, genesis)| identity(id, genesis)),
            followed: row.get(5)?,
            blocks: count(row, 6)?,
            orders: count(row, 7)?,
        })
    })
}

fn count(row: &Row<'_>, column: usize) -> Result<usize, DbError> {
    let count: i64 = row.get(column)?;
    usize::try_from(count).map_err(|_| DbError::Unreadable)
}

/// Goes on with the chains that fit the settings, and puts the others away.
pub(crate) fn begin(
    conn: &Connection,
    tx: &TxContext,
    networks: &Networks,
) -> Result<(), FollowError> {
    let known = known(conn)?;
    let follow = chain::at_start(&known, networks)?;
    for chain in known.iter().filter(|chain| !follow.contains(&chain.number)) {
        put_away(conn, tx, chain)?;
    }
    follow.into_iter().try_for_each(|number| take_up(conn, number)).map_err(FollowError::from)
}

/// Follows the chain that the nodes have told.
pub(crate) fn follow(
    conn: &Connection,
    tx: &TxContext,
    chain: ChainId,
    told: ChainIdentity,
) -> Result<(), FollowError> {
    let mut known = known(conn)?;
    known.retain(|known| known.chain == chain);
    let number = match chain::step(&known, told)? {
        Step::Stay => return Ok(()),
        Step::Adopt(number) | Step::Return(number) => number,
        Step::Begin => insert(conn, chain)?,
    };
    for chain in known.iter().filter(|chain| chain.number != number) {
        put_away(conn, tx, chain)?;
    }
    name(conn, number, told)?;
    Ok(take_up(conn, number)?)
}

fn insert(conn: &Connection, chain: ChainId) -> Result<i64, DbError> {
    conn.prepare_cached("insert into chains (name, followed) values (?1, 0)")?
        .execute([chain.as_str()])?;
    Ok(conn.last_insert_rowid())
}

fn name(conn: &Connection, number: i64, told: ChainIdentity) -> Result<(), DbError> {
    let demo = told.chain_id == chain::DEMO_CHAIN;
    conn.prepare_cached(
        "update chains set demo = ?2, chain_id = ?3, genesis = ?4 where number = ?1",
    )?
    .execute(params![number, demo, told.chain_id.cast_signed(), told.genesis.0])?;
    Ok(())
}

fn take_up(conn: &Connection, number: i64) -> Result<(), DbError> {
    conn.prepare_cached("update chains set followed = 1 where number = ?1")?.execute([number])?;
    statuses::write_of_demo(conn, number)
}

/// Puts a chain away.
/// Its orders stay as they are until their time is over, and nothing changes them. Goods that
/// simulated payments took from the stock were never sold.
fn put_away(conn: &Connection, tx: &TxContext, chain: &KnownChain) -> Result<(), DbError> {
    if !chain.followed {
        return Ok(());
    }
    let away = "update chains set followed = 0, contested = null where number = ?1";
    conn.prepare_cached(away)?.execute([chain.number])?;
    if chain.demo != Some(true) {
        return Ok(());
    }
    statuses::write_of_demo(conn, chain.number)?;
    let sql =
        "select order_id from reservations join orders on orders.id = order_id where chain = ?1";
    for order in reservations::orders(conn, sql, [chain.number])? {
        reservations::end(conn, tx, order)?;
    }
    Ok(())
}

/// Removes chains that are not followed and that no order is paid on.
pub(super) fn forget(conn: &Connection) -> Result<(), DbError> {
    conn.prepare_cached(
        "delete from chains where followed = 0
             and not exists (select 1 from orders where orders.chain = number)",
    )?
    .execute([])?;
    Ok(())
}

/// Notes from which height up nodes tell another branch.
/// Returns true if that is not so any more of some height.
pub(super) fn contest(
    conn: &Connection,
    chain: ChainNumber,
    from: Option<Height>,
) -> Result<bool, DbError> {
    let before: Option<i64> = conn
        .prepare_cached("select contested from chains where number = ?1")?
        .query_row([chain.0], |row| row.get(0))?;
    let before = before.map(read_height).transpose()?;
    if before == from {
        return Ok(false);
    }
    conn.prepare_cached("update chains set contested = ?2 where number = ?1")?
        .execute(params![chain.0, from.map(|height| int(height.0))])?;
    Ok(before.is_some_and(|before| from.is_none_or(|from| from > before)))
}
