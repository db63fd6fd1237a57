//! The engine in memory: maps with the rows of the SQLite engine, gone with the process.
//!
//! It keeps what the schema promises: rows that must be unique are, and what belongs to an order goes
//! with it. Jobs run one after another, each on the thread of its caller, who waits for no other
//! thread: in a test whose time is paused, a loop that only asks must sleep, or time stands still.

mod balance;
mod chain;
mod claim;
mod escrow;
mod index;
mod named;
mod order;
mod outbox;
mod pool;
mod record;
mod reservation;
mod stock;
mod table;
mod tables;
#[cfg(test)]
mod tests;
mod transfer;
mod violation;

pub(crate) use self::tables::Tables;

use self::table::Journal;
use crate::error::DbError;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::task::yield_now;

/// A running engine.
pub(crate) struct Engine {
    /// Nothing is left once it is closed.
    tables: Mutex<Option<Box<Tables>>>,
    commits: AtomicU64,
}

impl Engine {
    pub(crate) fn new() -> Self {
        let tables = Mutex::new(Some(Box::new(Tables::new())));
        Self { tables, commits: AtomicU64::default() }
    }

    /// Runs a change; `undo` is called if nothing of it stays, before anything else is written.
    pub(crate) async fn write_or<T, E>(
        &self,
        job: impl FnOnce(&Tables) -> Result<T, E> + Send + 'static,
        undo: impl FnOnce() + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let result = self.change(job, undo);
        // A caller that goes away here is not told; what was committed stays.
        yield_now().await;
        result
    }

    /// Runs `job` on what is committed. Nothing that it writes stays.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Tables) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let result = self.look(job);
        // Who asks again and again lets others run, as with an engine that is waited for.
        yield_now().await;
        result
    }

    /// Reads as [`Engine::read`] does, which runs on the thread that asks.
    pub(crate) async fn read_here<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Tables) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        self.read(job).await
    }

    /// Returns true: there is no log that holds what was removed.
    pub(crate) async fn empty_log(&self) -> Result<bool, DbError> {
        self.read(|_| Ok(true)).await
    }

    /// Returns 0: no other process has these rows.
    pub(crate) async fn foreign_changes(&self) -> Result<i64, DbError> {
        self.read(|_| Ok(0)).await
    }

    /// Forgets all rows. Later calls fail with [`DbError::Closed`].
    pub(crate) async fn close(&self) {
        let rows = self.tables.lock().ok().and_then(|mut tables| tables.take());
        drop(rows);
        yield_now().await;
    }

    /// Returns the number of changes that were committed.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    fn change<T, E: From<DbError>>(
        &self,
        job: impl FnOnce(&Tables) -> Result<T, E>,
        undo: impl FnOnce(),
    ) -> Result<T, E> {
        let open = self.tables.lock().map_err(|_| DbError::Broken)?;
        let tables = open.as_ref().ok_or(DbError::Closed)?;
        let result = run(tables, job);
        if result.is_ok() {
            tables.commit();
            self.commits.fetch_add(1, Ordering::SeqCst);
        } else {
            tables.roll_back();
            undo();
        }
        result
    }

    fn look<T>(&self, job: impl FnOnce(&Tables) -> Result<T, DbError>) -> Result<T, DbError> {
        let open = self.tables.lock().map_err(|_| DbError::Broken)?;
        let tables = open.as_ref().ok_or(DbError::Closed)?;
        let result = run(tables, job);
        tables.roll_back();
        result
    }
}

/// Runs a job. A panic in it is an error, and leaves the engine to others.
fn run<T, E: From<DbError>>(
    tables: &Tables,
    job: impl FnOnce(&Tables) -> Result<T, E>,
) -> Result<T, E> {
    let done = catch_unwind(AssertUnwindSafe(|| job(tables)));
    done.unwrap_or_else(|_panic| Err(DbError::Broken.into()))
}
