//! One sending of a form at a time.
//!
//! A browser that is clicked twice sends the form twice. The database sees to it that only one of the
//! two places an order; here the second waits for the first, so that it is not sealed, priced and
//! counted against the limits in vain.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::OwnedMutexGuard;

/// The one-way name of a form.
type Name = [u8; 32];
type FormMutex = Arc<tokio::sync::Mutex<()>>;

/// The forms that are being worked on, in memory alone: no more than there are requests.
#[derive(Default)]
pub(crate) struct FormLocks(Mutex<HashMap<Name, FormMutex>>);

/// Lock of a form, or a place among those who wait for it.
/// Dropping it lets the next one go on.
pub(crate) struct FormLock<'a> {
    locks: &'a FormLocks,
    name: Name,
    turn: FormMutex,
    held: Option<OwnedMutexGuard<()>>,
}

impl FormLocks {
    /// Waits until no other sending of this form is being worked on.
    pub(crate) async fn lock(&self, name: Name) -> FormLock<'_> {
        let turn = Arc::clone(self.all().entry(name).or_default());
        // Made before it waits: a request that is dropped meanwhile leaves nothing behind.
        let mut lock = FormLock { locks: self, name, turn, held: None };
        lock.held = Some(Arc::clone(&lock.turn).lock_owned().await);
        lock
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Name, FormMutex>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FormLock<'_> {
    fn drop(&mut self) {
        self.held = None;
        let mut all = self.locks.all();
        // Given up under the map's lock, as it was taken: so the count says who else is at this form.
        drop(std::mem::take(&mut self.turn));
        if all.get(&self.name).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            all.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{pin::pin, task::Poll};

    async fn is_ready<F: Future>(work: &mut std::pin::Pin<&mut F>) -> bool {
        std::future::poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx).is_ready())).await
    }

    #[tokio::test]
    async fn second_sending_waits_for_the_first_and_others_do_not() {
        let locks = FormLocks::default();
        let first = locks.lock([1; 32]).await;
        let mut second = pin!(locks.lock([1; 32]));
        assert!(!is_ready(&mut second).await);
        drop(locks.lock([2; 32]).await);
        drop(first);
        drop(second.await);
        assert!(locks.all().is_empty());
    }

    #[tokio::test]
    async fn dropped_requests_leave_nothing_behind() {
        let locks = FormLocks::default();
        let first = locks.lock([1; 32]).await;
        {
            let mut dropped = pin!(locks.lock([1; 32]));
            assert!(!is_ready(&mut dropped).await);
        }
        let mut last = Box::pin(locks.lock([1; 32]));
        assert!(!is_ready(&mut last.as_mut()).await);
        drop(first);
        drop(last);
        assert!(locks.all().is_empty());
    }
}
