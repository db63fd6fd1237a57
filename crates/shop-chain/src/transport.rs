//! Transport to a node: this crate opens no socket.

pub use shop_http::{BoxFuture, Dial, Stream};

use std::{future::poll_fn, pin::Pin, sync::Arc, task::Poll, time::Duration};

/// A node that is asked over HTTP/1.1.
#[derive(Clone)]
pub struct Node {
    /// Dialer of streams to it, TLS included where it is wanted.
    pub dial: Arc<dyn Dial>,
    /// Value of the `Host` header.
    pub host: String,
    /// Path to post to: `/`, or one with the seller's own key.
    pub path: String,
}

/// Runs futures side by side, in this task.
pub(crate) async fn join_all<T>(mut futures: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut all = Poll::Ready(());
        for (future, done) in futures.iter_mut().zip(&mut done) {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *done = Some(value),
                    Poll::Pending => all = Poll::Pending,
                }
            }
        }
        all
    })
    .await;
    done.into_iter().flatten().collect()
}

/// Runs futures side by side in this task.
/// Once `is_enough` says so of what has come, those still running get `grace` to end and are
/// dropped then; `late` is their result.
pub(crate) async fn join_enough<T: Clone>(
    mut futures: Vec<BoxFuture<'_, T>>,
    late: T,
    grace: Duration,
    is_enough: impl Fn(&[T]) -> bool,
) -> Vec<T> {
    let mut results = vec![late; futures.len()];
    let mut is_done = vec![false; futures.len()];
    let mut timer: Option<Pin<Box<tokio::time::Sleep>>> = None;
    poll_fn(|context| {
        let entrants = futures.iter_mut().zip(&mut results).zip(&mut is_done);
        for ((future, result), done) in entrants.filter(|(_, done)| !**done) {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                *result = value;
                *done = true;
            }
        }
        if is_done.iter().all(|done| *done) {
            return Poll::Ready(());
        }
        if timer.is_none() && is_enough(&results) {
            timer = Some(Box::pin(tokio::time::sleep(grace)));
        }
        match &mut timer {
            Some(timer) => timer.as_mut().poll(context),
            None => Poll::Pending,
        }
    })
    .await;
    results
}

/// Runs futures side by side in this task, until one fails.
/// At most `width` of them run at a time, the first ones first. Those before the one that failed
/// are finished, those after it are dropped. No other is begun once `is_over` says so. Returns the
/// results of the first ones, and the failure.
pub(crate) async fn join_prefix<T, E>(
    futures: Vec<BoxFuture<'_, Result<T, E>>>,
    width: usize,
    is_over: impl Fn() -> bool,
) -> (Vec<T>, Option<E>) {
    let mut line: Vec<Entrant<'_, T, E>> = futures.into_iter().map(Entrant::Open).collect();
    let mut begun = 0usize;
    poll_fn(|context| {
        let mut running = 0usize;
        let mut all = Poll::Ready(());
        let mut end = line.len();
        for (place, entrant) in line.iter_mut().enumerate() {
            if place >= begun {
                if running >= width {
                    return Poll::Pending;
                }
                if is_over() {
                    end = place;
                    break;
                }
                begun = place.saturating_add(1);
            }
            if let Entrant::Open(future) = entrant {
                match future.as_mut().poll(context) {
                    Poll::Ready(result) => *entrant = Entrant::Done(result),
                    Poll::Pending => {
                        running = running.saturating_add(1);
                        all = Poll::Pending;
                    }
                }
            }
            if let Entrant::Done(Err(_)) = entrant {
                end = place.saturating_add(1);
                break;
            }
        }
        line.truncate(end);
        all
    })
    .await;
    let mut done = Vec::new();
    for entrant in line {
        match entrant {
            Entrant::Done(Ok(value)) => done.push(value),
            Entrant::Done(Err(error)) => return (done, Some(error)),
            Entrant::Open(_) => break,
        }
    }
    (done, None)
}

/// A future in [`join_prefix`].
enum Entrant<'a, T, E> {
    Open(BoxFuture<'a, Result<T, E>>),
    Done(Result<T, E>),
}
