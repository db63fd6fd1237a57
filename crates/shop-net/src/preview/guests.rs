//! The connections of the preview, and which of them gives its place to a new one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The connections that are open.
#[derive(Clone, Debug)]
pub(super) struct Guests {
    most: usize,
    open: Arc<Mutex<Vec<Place>>>,
}

#[derive(Clone, Debug)]
struct Place {
    last_moved: Arc<Mutex<Instant>>,
    leave: CancellationToken,
}

/// One connection. Dropping it frees its place.
#[derive(Debug)]
pub(super) struct Guest {
    place: Place,
    guests: Guests,
}

impl Guests {
    /// Makes room for `most` connections, at least one.
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), open: Arc::default() }
    }

    /// Gives a new connection a place: a free one, or that of the connection longest silent.
    pub(super) fn enter(&self) -> Guest {
        let place = Place {
            last_moved: Arc::new(Mutex::new(Instant::now())),
            leave: CancellationToken::new(),
        };
        let mut open = self.open();
        if open.len() >= self.most {
            let silent = open.iter().enumerate().min_by_key(|(_, place)| *lock(&place.last_moved));
            if let Some(silent) = silent.map(|(at, _)| at) {
                open.swap_remove(silent).leave.cancel();
            }
        }
        open.push(place.clone());
        Guest { place, guests: self.clone() }
    }

    fn open(&self) -> MutexGuard<'_, Vec<Place>> {
        lock(&self.open)
    }
}

impl Guest {
    /// Notes that bytes came or went just now.
    pub(super) fn moved(&self) {
        *lock(&self.place.last_moved) = Instant::now();
    }

    /// Waits until the place is given to another.
    pub(super) async fn sent_away(&self) {
        self.place.leave.cancelled().await;
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let own = &self.place.last_moved;
        self.guests.open().retain(|place| !Arc::ptr_eq(&place.last_moved, own));
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guest_longest_silent_gives_its_place() {
        let guests = Guests::new(3);
        let all = [guests.enter(), guests.enter(), guests.enter()];
        all[0].moved();
        let new = guests.enter();
        let left: Vec<bool> = all.iter().map(|guest| guest.place.leave.is_cancelled()).collect();
        assert_eq!(left, [false, true, false]);
        drop(new);
        drop(guests.enter());
        assert!(!all[0].place.leave.is_cancelled() && !all[2].place.leave.is_cancelled());
    }
}
