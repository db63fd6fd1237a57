//! One click, one order.
//!
//! A browser that is clicked twice sends the form twice, and drops the answer to the first. Both
//! carry the same form token, so both get the same order number and ticket here: whichever comes
//! second finds the order placed, and its answer opens the same order.
//!
//! The ticket is kept sealed to the form: it opens when the form comes again, and whoever reads this
//! memory later opens no order with it.
//!
//! What places nothing takes no room for long: an attempt that failed is forgotten at once, and one
//! that was dropped half way gives its place up when places are wanted. So nobody can fill this up
//! and keep others from ordering.

use crate::refusal::Refusal;
use shop_core::{entropy::Entropy, kind::Kind, order::OrderId, ticket::Ticket, time::UnixTime};
use shop_seal::FormKeys;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// As long as a form token is good, and a little more.
const KEPT_SECONDS: u64 = 7_300;
/// More forms than any honest rush sends in that time.
const MOST: usize = 10_000;

/// The forms that tried to place an order, in memory alone.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<[u8; 32], Kept>>);

/// What is remembered of a form.
struct Kept {
    order: OrderId,
    ticket: Vec<u8>,
    began: UnixTime,
    placed: bool,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// What a form's order is called, whether or not it gets placed.
pub(crate) struct Attempt {
    /// Its number.
    pub(crate) order: OrderId,
    /// Its ticket.
    pub(crate) ticket: Ticket,
    /// Held by the sending that is at work; the other waits for what comes of it. Handed out under
    /// the lock of [`Attempts`] alone, so its count says whether anybody else is at this attempt.
    pub(crate) turn: Arc<tokio::sync::Mutex<()>>,
    /// Whether this is the first time this form comes.
    pub(crate) first: bool,
}

impl Attempts {
    /// The attempt that belongs to this form: the same for the same form. A new one only where
    /// `may_try` allows one more order.
    pub(crate) fn begin(
        &self,
        form: &FormKeys,
        now: UnixTime,
        entropy: &dyn Entropy,
        may_try: impl FnOnce() -> bool,
    ) -> Result<Attempt, Refusal> {
        let mut all = self.all();
        all.retain(|_, kept| kept.began.plus_seconds(KEPT_SECONDS) > now);
        if let Some(kept) = all.get(&form.id()) {
            let ticket = form.open_ticket(&kept.ticket).ok_or(Kind::Bug)?;
            let turn = Arc::clone(&kept.turn);
            return Ok(Attempt { order: kept.order, ticket, turn, first: false });
        }
        // Before anything is kept: what is refused leaves nothing behind.
        if !may_try() {
            return Err(Refusal::Crowding);
        }
        if all.len() >= MOST && !make_room(&mut all) {
            return Err(Kind::Busy.into());
        }
        let (order, ticket) = (OrderId::random(entropy), Ticket::random(entropy));
        let (sealed, turn) = (form.seal_ticket(&ticket, entropy), Arc::default());
        let kept =
            Kept { order, ticket: sealed, began: now, placed: false, turn: Arc::clone(&turn) };
        all.insert(form.id(), kept);
        Ok(Attempt { order, ticket, turn, first: true })
    }

    /// Another number for an attempt whose number another order has.
    pub(crate) fn renumber(&self, form: &FormKeys, entropy: &dyn Entropy) -> OrderId {
        let order = OrderId::random(entropy);
        if let Some(kept) = self.all().get_mut(&form.id()) {
            kept.order = order;
        }
        order
    }

    /// The attempt's order is on the disk: it is remembered for as long as its form is good.
    pub(crate) fn placed(&self, form: &FormKeys) {
        if let Some(kept) = self.all().get_mut(&form.id()) {
            kept.placed = true;
        }
    }

    /// The attempt placed nothing. It is forgotten, unless another sending of the form is at it:
    /// that one and a third must not get different numbers.
    pub(crate) fn failed(&self, form: &FormKeys, attempt: &Attempt) {
        let mut all = self.all();
        // One is in `all`, one is the caller's.
        let ours = Arc::strong_count(&attempt.turn) <= 2;
        if ours && all.get(&form.id()).is_some_and(|kept| Arc::ptr_eq(&kept.turn, &attempt.turn)) {
            all.remove(&form.id());
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<[u8; 32], Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the oldest attempt that placed nothing, as far as is known, and that nobody is at.
fn make_room(all: &mut HashMap<[u8; 32], Kept>) -> bool {
    let idle = all.iter().filter(|(_, k)| !k.placed && Arc::strong_count(&k.turn) == 1);
    let Some(form) = idle.min_by_key(|(_, k)| k.began).map(|(form, _)| *form) else {
        return false;
    };
    all.remove(&form).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::entropy::Seeded;

    fn form(token: &str) -> FormKeys {
        FormKeys::derive(token)
    }

    fn begin(attempts: &Attempts, token: &str, now: u64) -> Result<Attempt, Refusal> {
        attempts.begin(&form(token), UnixTime(now), &Seeded::new(now + 1), || true)
    }

    #[test]
    fn what_the_limit_refuses_and_what_fails_takes_no_room() {
        let attempts = Attempts::default();
        for n in 0..2 * MOST {
            let refused =
                attempts.begin(&form(&n.to_string()), UnixTime(0), &Seeded::new(1), || false);
            assert!(matches!(refused, Err(Refusal::Crowding)));
        }
        assert!(attempts.all().is_empty());
        for n in 0..10 {
            let attempt = begin(&attempts, &n.to_string(), 0).ok().unwrap();
            attempts.failed(&form(&n.to_string()), &attempt);
        }
        assert!(attempts.all().is_empty());
    }

    #[test]
    fn an_attempt_stays_while_a_second_sending_is_at_it() {
        let attempts = Attempts::default();
        let (one, two) =
            (begin(&attempts, "a", 0).ok().unwrap(), begin(&attempts, "a", 1).ok().unwrap());
        assert_eq!((one.order, one.first, two.first), (two.order, true, false));
        assert!(one.ticket == two.ticket);
        attempts.failed(&form("a"), &one);
        drop(one);
        assert_eq!(begin(&attempts, "a", 2).ok().unwrap().order, two.order);
        attempts.failed(&form("a"), &two);
        drop(two);
        assert!(attempts.all().is_empty());
    }

    #[test]
    fn a_full_house_forgets_what_was_dropped_half_way_and_never_what_was_placed() {
        let attempts = Attempts::default();
        drop(begin(&attempts, "placed", 0).ok().unwrap());
        attempts.placed(&form("placed"));
        for n in 1..MOST as u64 {
            drop(begin(&attempts, &n.to_string(), n.min(9)).ok().unwrap());
        }
        let at_work = begin(&attempts, "1", 10).ok().unwrap();
        for n in 0..100 {
            assert!(begin(&attempts, &format!("new {n}"), 10 + n).is_ok());
        }
        assert_eq!(attempts.all().len(), MOST);
        assert!(!begin(&attempts, "placed", 200).ok().unwrap().first);
        assert!(!begin(&attempts, "1", 200).ok().unwrap().first, "somebody is at it");
        assert!(begin(&attempts, "2", 200).ok().unwrap().first, "the oldest went");
        drop(at_work);
    }
}
