//! Changes to an order after it was placed, apart from its payment.

use super::{
    codec::{hours, read_event, write_invoice},
    facts::{self, OrderRow},
    purge, reservations, statuses,
    tx_context::TxContext,
};
use crate::{
    error::{CancelError, DbError, EventError, ForgetError, ReplaceCopyError},
    model::{BuyerCopyUpdate, NewMail},
};
use rusqlite::{Connection, OptionalExtension, params};
use shop_core::{
    invoice::State,
    order::OrderId,
    order_status::{EventKind, derive},
    time::CoarseTime,
};

/// Greatest number of events of an order: nobody needs more, and a letter has a few KiB.
const MOST_EVENTS: i64 = 32;

fn find(conn: &Connection, lookup: &[u8; 32]) -> Result<Option<OrderRow>, DbError> {
    facts::find(conn, "where lookup = ?1", [lookup])
}

pub(crate) fn cancel(
    conn: &Connection,
    tx: &TxContext,
    lookup: &[u8; 32],
    now: CoarseTime,
    mail: &NewMail,
) -> Result<(), CancelError> {
    let OrderRow { order, invoice, facts, .. } =
        find(conn, lookup)?.ok_or(CancelError::NoSuchOrder)?;
    derive(&facts, now).can_cancel?;
    let invoice = invoice.cancel(now).ok_or(CancelError::Ended)?;
    let id = order.to_string();
    let update = "update orders set invoice = ?2, state = ?3, expires = ?4, recheck_each_block = 0,
        cancelled = 1 where id = ?1";
    let expires = hours(invoice.expires());
    let values = params![id, write_invoice(&invoice)?, invoice.state().word(), expires];
    conn.prepare_cached(update)
        .and_then(|mut update| update.execute(values))
        .map_err(DbError::from)?;
    reservations::end(conn, tx, order)?;
    statuses::write(conn, order)?;
    Ok(tx.mail(conn, &id, mail)?)
}

pub(crate) fn forget(
    conn: &Connection,
    tx: &TxContext,
    lookup: &[u8; 32],
    now: CoarseTime,
) -> Result<(), ForgetError> {
    let row = find(conn, lookup)?.ok_or(ForgetError::NoSuchOrder)?;
    derive(&row.facts, now).can_forget?;
    if has(conn, "outbox where order_id = ?1", &row.order.to_string())? {
        return Err(ForgetError::Undelivered);
    }
    Ok(purge::remove(conn, tx, &row, now)?)
}

fn has(conn: &Connection, what: &str, id: &str) -> Result<bool, DbError> {
    Ok(conn.prepare_cached(&format!("select 1 from {what}"))?.exists([id])?)
}

pub(crate) fn replace_buyer_copy(
    conn: &Connection,
    tx: &TxContext,
    lookup: &[u8; 32],
    exchange: &BuyerCopyUpdate,
) -> Result<(), ReplaceCopyError> {
    let row = find(conn, lookup)?.ok_or(ReplaceCopyError::NoSuchOrder)?;
    let id = row.order.to_string();
    let exchanged = || -> Result<bool, DbError> {
        let sql = "update orders set buyer_copy = ?3 where id = ?1 and buyer_copy = ?2";
        let BuyerCopyUpdate { old, new, mail } = exchange;
        let found = conn.prepare_cached(sql)?.execute(params![id, old, new])? > 0;
        if found {
            tx.mail(conn, &id, mail)?;
        }
        Ok(found)
    };
    if exchanged()? { Ok(()) } else { Err(ReplaceCopyError::Changed) }
}

/// Event that is to be added to an order.
pub(crate) struct NewEvent {
    pub(crate) kind: EventKind,
    pub(crate) letter: Option<Vec<u8>>,
    /// True if no money need have been seen.
    pub(crate) force: bool,
}

pub(crate) fn add_event(
    conn: &Connection,
    order: OrderId,
    event: &NewEvent,
) -> Result<(), EventError> {
    let NewEvent { kind, letter, force } = event;
    let id = order.to_string();
    let row = facts::find(conn, "where orders.id = ?1", [&id])?.ok_or(EventError::NoSuchOrder)?;
    let state = row.facts.state;
    // A slip of a number would end a debt, or tell a buyer what is not so.
    let free = *force || *kind == EventKind::Note;
    if !free && state.is_unseen() {
        return Err(EventError::Unseen);
    }
    if *kind == EventKind::Difference && !matches!(state, State::Overpaid { .. }) {
        return Err(EventError::NothingOver);
    }
    let add = || -> Result<bool, DbError> {
        let made: i64 = conn
            .prepare_cached("select count(*) from events where order_id = ?1")?
            .query_row([&id], |row| row.get(0))?;
        if made >= MOST_EVENTS {
            return Ok(false);
        }
        conn.prepare_cached("insert into events (order_id, kind, note) values (?1, ?2, ?3)")?
            .execute(params![id, kind.word(), letter])?;
        statuses::write(conn, order)?;
        Ok(true)
    };
    if add()? { Ok(()) } else { Err(EventError::TooMany) }
}

/// Takes back what was said last.
pub(crate) fn undo_event(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
) -> Result<EventKind, EventError> {
    let id = order.to_string();
    if !has(conn, "orders where id = ?1", &id)? {
        return Err(EventError::NoSuchOrder);
    }
    let undo = || -> Result<Option<EventKind>, DbError> {
        let sql = "select rowid, kind from events where order_id = ?1 order by rowid desc limit 1";
        let last: Option<(i64, String)> = conn
            .prepare_cached(sql)?
            .query_row([&id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((row, kind)) = last else { return Ok(None) };
        conn.prepare_cached("delete from events where rowid = ?1")?.execute([row])?;
        statuses::write(conn, order)?;
        // If its money is owed again, goods that came back meanwhile are its own.
        reservations::allocate_backorders(conn, tx)?;
        read_event(&kind).map(Some)
    };
    undo()?.ok_or(EventError::NothingSaid)
}
