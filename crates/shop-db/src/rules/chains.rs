//! Chains: the one of each name that is followed, and what is put away with the others.
//!
//! Invariant: an order, a transfer and a block belong to one chain; one chain of a name is followed
//! at most, and nothing that is read of it touches what belongs to another.

use super::{backorders, reservations, statuses, tx_context::TxContext};
use crate::{
    chain::{self, KnownChain, Networks, Step},
    error::{DbError, FollowError},
    rows::{ChainNumber, Rows, Which},
};
use shop_core::{
    chain::ChainId,
    view::{ChainIdentity, Height},
};

/// Returns the followed chain of this name, or a new one about which nothing is known.
/// In a shop that is open there is one: nothing is offered before a chain was read.
pub(super) fn followed_or_new(rows: &dyn Rows, name: ChainId) -> Result<ChainNumber, DbError> {
    match rows.followed(name)? {
        Some(number) => Ok(number),
        None => rows.insert_chain(name, true),
    }
}

/// Goes on with the chains that fit the settings, and puts the others away.
pub(crate) fn begin(
    rows: &dyn Rows,
    tx: &TxContext,
    networks: &Networks,
) -> Result<(), FollowError> {
    let known = rows.known_chains()?;
    let follow = chain::at_start(&known, networks)?;
    for chain in known.iter().filter(|chain| !follow.contains(&chain.number)) {
        put_away(rows, tx, chain)?;
    }
    follow.into_iter().try_for_each(|number| take_up(rows, number)).map_err(FollowError::from)
}

/// Follows the chain that the nodes have told.
pub(crate) fn follow(
    rows: &dyn Rows,
    tx: &TxContext,
    chain: ChainId,
    told: ChainIdentity,
) -> Result<(), FollowError> {
    let mut known = rows.known_chains()?;
    known.retain(|known| known.chain == chain);
    let number = match chain::step(&known, told)? {
        Step::Stay => return Ok(()),
        Step::Adopt(number) | Step::Return(number) => number,
        Step::Begin => rows.insert_chain(chain, false)?,
    };
    for chain in known.iter().filter(|chain| chain.number != number) {
        put_away(rows, tx, chain)?;
    }
    rows.set_chain_identity(number, told, told.chain_id == chain::DEMO_CHAIN)?;
    Ok(take_up(rows, number)?)
}

fn take_up(rows: &dyn Rows, number: ChainNumber) -> Result<(), DbError> {
    rows.set_followed(number, true)?;
    statuses::write_of_demo(rows, number)
}

/// Puts a chain away.
/// Its orders stay as they are until their time is over, and nothing changes them. Goods that
/// simulated payments took from the stock were never sold.
fn put_away(rows: &dyn Rows, tx: &TxContext, chain: &KnownChain) -> Result<(), DbError> {
    if !chain.followed {
        return Ok(());
    }
    rows.set_followed(chain.number, false)?;
    rows.set_contested(chain.number, None)?;
    if chain.demo != Some(true) {
        return Ok(());
    }
    statuses::write_of_demo(rows, chain.number)?;
    let mut freed = false;
    for row in rows.orders(Which::OfChain(chain.number))? {
        freed |= reservations::end(rows, tx, row.order)?;
    }
    backorders::allocate_if(freed, rows, tx)
}

/// Removes chains that are not followed and that no order is paid on.
pub(super) fn forget(rows: &dyn Rows) -> Result<(), DbError> {
    let over = |known: &KnownChain| !known.followed && known.orders == 0;
    let known = rows.known_chains()?;
    known.iter().filter(|known| over(known)).try_for_each(|known| rows.remove_chain(known.number))
}

/// Notes from which height up nodes tell another branch.
/// Returns true if that is not so any more of some height.
pub(super) fn contest(
    rows: &dyn Rows,
    chain: ChainNumber,
    from: Option<Height>,
) -> Result<bool, DbError> {
    let before = rows.chain(chain)?.contested;
    if before == from {
        return Ok(false);
    }
    rows.set_contested(chain, from)?;
    Ok(before.is_some_and(|before| from.is_none_or(|from| from > before)))
}
