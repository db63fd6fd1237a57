//! A running engine: one thread writes, a few read-only connections read.

use super::{connection, schema, writer::Writer};
use crate::{
    error::{DbError, OpenError},
    model::StockLine,
    rows::StockRows,
};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Number of connections that may read at once.
const READERS: usize = 4;

/// A running engine.
pub(crate) struct Engine {
    writer: Writer,
    /// Connections that serve reads; none where the writer does, in memory: it is the only one.
    readers: Option<Arc<Pool>>,
}

/// Connections that cannot write.
struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    places: Semaphore,
}

impl Pool {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::default(), places: Semaphore::new(READERS) }
    }

    /// Asks with a connection that nobody else uses at the time.
    fn ask<T>(&self, job: impl FnOnce(&Connection) -> Result<T, DbError>) -> Result<T, DbError> {
        let spare = self.idle.lock().map_err(|_| DbError::Broken)?.pop();
        let conn = spare.map_or_else(|| connection::reader(&self.path), Ok)?;
        let answer = job(&*conn.unchecked_transaction()?);
        self.idle.lock().map_err(|_| DbError::Broken)?.push(conn);
        answer
    }
}

impl Engine {
    /// Opens the file, or makes it. Returns also the stock as it is.
    pub(crate) fn open(path: &Path) -> Result<(Self, Vec<StockLine>), OpenError> {
        Self::open_within(path, connection::MOST_PAGES)
    }

    pub(super) fn open_within(
        path: &Path,
        most_pages: u32,
    ) -> Result<(Self, Vec<StockLine>), OpenError> {
        connection::protect(path)
            .map_err(|source| OpenError::File { path: path.to_owned(), source })?;
        let conn = connection::writer(path, most_pages)?;
        Self::start(conn, Some(Arc::new(Pool::new(path))))
    }

    #[cfg(test)]
    pub(crate) fn in_memory() -> Result<(Self, Vec<StockLine>), OpenError> {
        Self::start(connection::in_memory()?, None)
    }

    fn start(
        conn: Connection,
        readers: Option<Arc<Pool>>,
    ) -> Result<(Self, Vec<StockLine>), OpenError> {
        schema::open(&conn)?;
        let stock = conn.stock()?;
        Ok((Self { writer: Writer::start(conn)?, readers }, stock))
    }

    /// Runs a change in a transaction and returns when it is on the disk.
    /// `undo` is called if nothing of it stays, before anything else is written.
    pub(crate) async fn write_or<T, E>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        undo: impl FnOnce() + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.writer.run_or(job, undo).await
    }

    /// Runs `job` on one consistent picture of what is committed.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let Some((pool, _place)) = self.pool().await? else { return self.writer.run(job).await };
        let pool = Arc::clone(pool);
        let asked = tokio::task::spawn_blocking(move || pool.ask(job));
        asked.await.map_err(|_| DbError::Broken)?
    }

    /// Answers a question from a few rows an index finds, on the thread that asks.
    /// To hand it to another and wait costs four times as much as such an answer.
    pub(crate) async fn read_here<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        match self.pool().await? {
            Some((pool, _place)) => pool.ask(job),
            None => self.writer.run(job).await,
        }
    }

    /// Returns the connections that read, and a place among those who ask.
    async fn pool(&self) -> Result<Option<(&Arc<Pool>, SemaphorePermit<'_>)>, DbError> {
        let Some(pool) = &self.readers else { return Ok(None) };
        let place = pool.places.acquire().await.map_err(|_| DbError::Closed)?;
        if self.writer.is_closed() { Err(DbError::Closed) } else { Ok(Some((pool, place))) }
    }

    /// Returns a number that changes when another process has changed the file.
    pub(crate) async fn foreign_changes(&self) -> Result<i64, DbError> {
        let version = |conn: &Connection| -> Result<i64, DbError> {
            Ok(conn.query_row("pragma data_version", [], |row| row.get(0))?)
        };
        self.writer.run(version).await
    }

    /// Moves the write-ahead log into the file and empties it. False if a reader was in the way.
    pub(crate) async fn empty_log(&self) -> Result<bool, DbError> {
        self.writer.empty_log().await
    }

    /// Finishes what is queued and closes the file.
    pub(crate) async fn close(&self) {
        if let Some(pool) = &self.readers
            && let Ok(mut idle) = pool.idle.lock()
        {
            idle.clear();
        }
        self.writer.stop().await;
    }

    /// Returns the number of commits so far.
    pub(crate) fn commits(&self) -> u64 {
        self.writer.commits()
    }

    /// Runs a change, for tests that use SQL.
    #[cfg(test)]
    pub(crate) async fn write<T, E>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.writer.run(job).await
    }

    /// Returns the number of jobs that wait for the writer.
    #[cfg(test)]
    pub(super) fn queued(&self) -> usize {
        self.writer.queued()
    }
}
