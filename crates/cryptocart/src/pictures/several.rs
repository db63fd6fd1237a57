//! Many pictures, several at once.

use super::{
    child::{Child, Failure},
    role::MOST_AT_ONCE,
};
use crate::error::CliError;
use std::{
    num::NonZero,
    panic::resume_unwind,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Number of refusals that are told one by one.
const MOST_NAMED: usize = 20;

/// Outcome for each, with its place in the list.
pub(super) struct Done<R> {
    pub(super) made: Vec<(usize, R)>,
    pub(super) refused: Vec<(usize, CliError)>,
}

/// Does the work for each item, with a child for each thread.
/// One that is refused stops nothing; anything else that fails (the disk, a child that cannot be
/// started) stops all.
pub(super) fn each<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T, &mut Child) -> Result<R, Failure> + Sync,
) -> Result<Done<R>, CliError> {
    let next = AtomicUsize::new(0);
    let some = || -> Result<Done<R>, CliError> {
        let mut done = Done { made: Vec::new(), refused: Vec::new() };
        let mut child = Child::default();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { return Ok(done) };
            match work(item, &mut child) {
                Ok(made) => done.made.push((place, made)),
                Err(Failure::Refused(error)) => done.refused.push((place, error)),
                Err(Failure::Stop(error)) => {
                    // Nobody begins another one.
                    next.store(items.len(), Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let parts: Vec<_> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores.min(MOST_AT_ONCE)).map(|_| scope.spawn(some)).collect();
        let own = some();
        let others =
            others.into_iter().map(|other| other.join().unwrap_or_else(|e| resume_unwind(e)));
        std::iter::once(own).chain(others).collect()
    });
    let mut all = Done { made: Vec::new(), refused: Vec::new() };
    for part in parts {
        let Done { made, refused } = part?;
        all.made.extend(made);
        all.refused.extend(refused);
    }
    all.refused.sort_by_key(|(place, _)| *place);
    Ok(all)
}

/// Returns one error for all that were refused, if any were.
pub(super) fn refuse(refused: Vec<(usize, CliError)>) -> Result<(), CliError> {
    let all = refused.len();
    let mut errors = refused.into_iter().map(|(_, error)| error);
    let Some(first) = errors.next() else { return Ok(()) };
    if all == 1 {
        return Err(first);
    }
    let hint = first.hint_text().unwrap_or_default().to_owned();
    let named = std::iter::once(first).chain(errors).take(MOST_NAMED);
    let mut what = format!("{all} pictures cannot be used");
    for (n, error) in named.enumerate() {
        what.push_str(if n == 0 { ": " } else { "; " });
        what.push_str(error.what());
    }
    if all > MOST_NAMED {
        what.push_str("; and others");
    }
    Err(CliError::misconfigured(what).hint(hint))
}
