//! One click, one order.
//!
//! A browser that is clicked twice sends the form twice, and drops the answer to the first. Both
//! carry the same form token, so both get the same order number and ticket here: whichever comes
//! second finds the order placed, and its answer opens the same order.

use crate::refusal::Refusal;
use shop_core::{entropy::Entropy, kind::Kind, order::OrderId, ticket::Ticket, time::UnixTime};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// As long as a form token is good, and a little more.
const KEPT_SECONDS: u64 = 7_300;
/// More forms than any honest rush sends in that time.
const MOST: usize = 10_000;

/// The forms that tried to place an order, in memory alone.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<String, Attempt>>);

/// What a form's order is called, whether or not it gets placed.
#[derive(Clone)]
pub(crate) struct Attempt {
    /// Its number.
    pub(crate) order: OrderId,
    /// Its ticket.
    pub(crate) ticket: Ticket,
    began: UnixTime,
    /// Held by the sending that is at work; the other waits for what comes of it.
    pub(crate) turn: Arc<tokio::sync::Mutex<()>>,
    /// Whether this is the first time this form comes.
    pub(crate) first: bool,
}

impl Attempts {
    /// The attempt that belongs to this form token: the same for the same token.
    pub(crate) fn begin(
        &self,
        token: &str,
        now: UnixTime,
        entropy: &dyn Entropy,
    ) -> Result<Attempt, Refusal> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, attempt| attempt.began.plus_seconds(KEPT_SECONDS) > now);
        if let Some(attempt) = all.get(token) {
            return Ok(Attempt { first: false, ..attempt.clone() });
        }
        if all.len() >= MOST {
            return Err(Kind::Busy.into());
        }
        let (order, ticket) = (OrderId::random(entropy), Ticket::random(entropy));
        let attempt = Attempt { order, ticket, began: now, turn: Arc::default(), first: true };
        all.insert(token.to_owned(), attempt.clone());
        Ok(attempt)
    }

    /// Another number for an attempt whose number another order has.
    pub(crate) fn renumber(&self, token: &str, entropy: &dyn Entropy) -> OrderId {
        let order = OrderId::random(entropy);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(attempt) = all.get_mut(token) {
            attempt.order = order;
        }
        order
    }
}
