//! Events the seller adds to an order after it was placed.

use super::{backorders, statuses, tx_context::TxContext};
use crate::{error::EventError, event::OrderEvent, rows::Rows};
use shop_core::{invoice::State, order::OrderId, order_status::EventKind};

/// Greatest number of events of an order: nobody needs more, and a letter has a few KiB.
const MOST_EVENTS: usize = 32;

/// Event that is to be added to an order.
pub(crate) struct NewEvent {
    pub(crate) event: OrderEvent,
    /// True if no money need have been seen.
    pub(crate) force: bool,
}

pub(crate) fn add_event(
    rows: &dyn Rows,
    order: OrderId,
    NewEvent { event, force }: &NewEvent,
) -> Result<(), EventError> {
    let row = rows.find_order(order)?.ok_or(EventError::NoSuchOrder)?;
    // A slip of a number would end a debt, or tell a buyer what is not so.
    let is_back = matches!(event.kind, EventKind::Refunded | EventKind::Difference);
    let gives_other_back = is_back && row.has_other_money;
    let free = *force || event.kind == EventKind::Note || gives_other_back;
    if !free && row.state().is_unseen() {
        return Err(EventError::Unseen);
    }
    let has_difference = matches!(row.state(), State::Overpaid { .. }) || gives_other_back;
    if event.kind == EventKind::Difference && !has_difference {
        return Err(EventError::NothingOver);
    }
    if row.events.len() >= MOST_EVENTS {
        return Err(EventError::TooMany);
    }
    rows.insert_event(order, event)?;
    Ok(statuses::write(rows, order)?)
}

/// Takes back what was said last.
pub(crate) fn undo_event(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
) -> Result<EventKind, EventError> {
    rows.find_order(order)?.ok_or(EventError::NoSuchOrder)?;
    let undone = rows.remove_last_event(order)?.ok_or(EventError::NothingSaid)?;
    statuses::write(rows, order)?;
    // If its money is owed again, goods that came back meanwhile are its own.
    backorders::allocate(rows, tx)?;
    Ok(undone)
}
