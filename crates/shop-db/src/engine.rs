//! The engines that keep the rows, as one.
//!
//! Another engine is a folder that implements the row operations ([`crate::rows`]) on what one of
//! its transactions sees, and a case here (ADR 0013).

use crate::{error::DbError, memory, rows::Rows, sqlite};

/// An engine with its rows.
pub(crate) enum Engine {
    /// A file of SQLite.
    Sqlite(sqlite::Engine),
    /// Maps, which are gone with the process.
    Memory(memory::Engine),
}

impl Engine {
    /// Runs a change in a transaction of its own, and returns when it is on the disk.
    pub(crate) async fn write<T, E>(
        &self,
        job: impl FnOnce(&dyn Rows) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.write_or(job, || {}).await
    }

    /// Runs a change; `undo` is called if nothing of it stays, before anything else is written.
    pub(crate) async fn write_or<T, E>(
        &self,
        job: impl FnOnce(&dyn Rows) -> Result<T, E> + Send + 'static,
        undo: impl FnOnce() + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        match self {
            Self::Sqlite(engine) => engine.write_or(|rows| job(rows), undo).await,
            Self::Memory(engine) => engine.write_or(|rows| job(rows), undo).await,
        }
    }

    /// Runs a question on one consistent picture of what is committed.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&dyn Rows) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        match self {
            Self::Sqlite(engine) => engine.read(|rows| job(rows)).await,
            Self::Memory(engine) => engine.read(|rows| job(rows)).await,
        }
    }

    /// Answers a question from a few rows an index finds, on the thread that asks.
    pub(crate) async fn read_here<T: Send + 'static>(
        &self,
        job: impl FnOnce(&dyn Rows) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        match self {
            Self::Sqlite(engine) => engine.read_here(|rows| job(rows)).await,
            Self::Memory(engine) => engine.read_here(|rows| job(rows)).await,
        }
    }

    /// Removes what the engine's files still hold of rows that are gone.
    /// Returns false if that has to wait for who reads.
    pub(crate) async fn empty_log(&self) -> Result<bool, DbError> {
        match self {
            Self::Sqlite(engine) => engine.empty_log().await,
            Self::Memory(engine) => engine.empty_log().await,
        }
    }

    /// Returns a number that changes once another process has changed the rows.
    pub(crate) async fn foreign_changes(&self) -> Result<i64, DbError> {
        match self {
            Self::Sqlite(engine) => engine.foreign_changes().await,
            Self::Memory(engine) => engine.foreign_changes().await,
        }
    }

    /// Finishes what is queued, and closes the rows.
    /// Later calls fail with [`DbError::Closed`].
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(engine) => engine.close().await,
            Self::Memory(engine) => engine.close().await,
        }
    }

    /// Returns the number of commits so far.
    pub(crate) fn commits(&self) -> u64 {
        match self {
            Self::Sqlite(engine) => engine.commits(),
            Self::Memory(engine) => engine.commits(),
        }
    }
}
