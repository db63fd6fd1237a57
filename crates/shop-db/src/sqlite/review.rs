//! Decisions of the seller about payments that buyers named and digital goods that wait.

use super::{
    claims::{self, Claimant},
    codec::read_claim,
    facts,
    read::all,
    release,
};
use crate::{
    claim::{ClaimRefusal, ClaimState},
    error::{DbError, ReviewError},
    model::Accepted,
};
use rusqlite::{Connection, OptionalExtension};
use shop_core::order::OrderId;

/// Accepts a payment for an order: the one that is named, or the only one that waits. It counts as soon
/// as it is looked up, and releases the order's digital goods then; those of an order that is paid, and
/// waits for a word, are released now.
pub(crate) fn accept(
    conn: &Connection,
    order: OrderId,
    txid: Option<&str>,
) -> Result<Accepted, ReviewError> {
    let claimant = claimant(conn, order)?.ok_or(ReviewError::NoSuchOrder)?;
    if facts::of_order(conn, &claimant.id)?.facts.on_chain.put_away.is_some() {
        return Err(ReviewError::PutAway);
    }
    let waiting = waiting(conn, &claimant)?;
    let txid = match (txid, &waiting[..]) {
        (Some(typed), _) => Some(claims::canonical(typed).ok_or(ReviewError::NotATxid)?),
        (None, []) if awaits_release(conn, &claimant)? => None,
        (None, []) => return Err(ReviewError::NothingWaits),
        (None, [only]) => Some(only.clone()),
        (None, _) => return Err(ReviewError::Several(waiting)),
    };
    if let Some(txid) = &txid {
        match state(conn, &claimant, txid)? {
            Some(ClaimState::Found) => return Err(ReviewError::Counted),
            Some(_) => claims::set(conn, &claimant.id, txid, ClaimState::Accepted)?,
            None => claims::insert(conn, &claimant, txid, ClaimState::Accepted)?,
        }
    }
    if txid.is_none() || awaits_release(conn, &claimant)? {
        release::release(conn, order)?;
    }
    Ok(Accepted { payment: txid })
}

/// Fate of a payment that was named for an order.
pub(crate) fn claim_state(
    conn: &Connection,
    order: OrderId,
    txid: &str,
) -> Result<Option<ClaimState>, DbError> {
    match claimant(conn, order)? {
        Some(claimant) => state(conn, &claimant, txid),
        None => Ok(None),
    }
}

/// Rejects a payment that waits: the one that is named, or all of the order; says how many.
pub(crate) fn reject(
    conn: &Connection,
    order: OrderId,
    txid: Option<&str>,
) -> Result<usize, ReviewError> {
    let claimant = claimant(conn, order)?.ok_or(ReviewError::NoSuchOrder)?;
    let mut waiting = waiting(conn, &claimant)?;
    if let Some(typed) = txid {
        let txid = claims::canonical(typed).ok_or(ReviewError::NotATxid)?;
        waiting.retain(|waiting| *waiting == txid);
    }
    if waiting.is_empty() {
        return Err(ReviewError::NothingWaits);
    }
    let rejected = ClaimState::Refused(ClaimRefusal::Rejected);
    for txid in &waiting {
        claims::set(conn, &claimant.id, txid, rejected)?;
    }
    Ok(waiting.len())
}

fn claimant(conn: &Connection, order: OrderId) -> Result<Option<Claimant>, DbError> {
    let found = conn
        .prepare_cached("select id, asset from orders where id = ?1")?
        .query_row([order.to_string()], |row| Ok(Claimant { id: row.get(0)?, asset: row.get(1)? }))
        .optional()?;
    Ok(found)
}

/// Returns the payments of an order that wait for the seller or for being counted.
fn waiting(conn: &Connection, claimant: &Claimant) -> Result<Vec<String>, DbError> {
    let sql = "select txid from claims where order_id = ?1 and state in ('to review', 'accepted')
        order by rowid";
    all(conn, sql, [&claimant.id], |row| Ok(row.get(0)?))
}

fn state(
    conn: &Connection,
    claimant: &Claimant,
    txid: &str,
) -> Result<Option<ClaimState>, DbError> {
    let word: Option<String> = conn
        .prepare_cached("select state from claims where order_id = ?1 and txid = ?2")?
        .query_row([&claimant.id, txid], |row| row.get(0))
        .optional()?;
    word.map(|word| read_claim(&word)).transpose()
}

/// Returns true if its digital goods wait for the seller.
fn awaits_release(conn: &Connection, claimant: &Claimant) -> Result<bool, DbError> {
    Ok(facts::of_order(conn, &claimant.id)?.first_status().awaits_release)
}
