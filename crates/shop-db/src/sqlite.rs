//! The SQLite engine: one thread writes, a few read-only connections read.

mod after;
mod assessor;
mod chains;
mod claims;
mod clock;
mod codec;
mod codes;
mod contents;
mod delivery;
mod downloads;
mod facts;
mod forms;
mod identity;
mod key;
mod logs_unread;
mod named;
mod notices;
mod outbox;
mod place;
mod pool;
mod purge;
mod read;
mod read_alone;
mod release;
mod reservations;
mod review;
mod schema;
mod statuses;
mod stock_levels;
mod transfers;
mod tx_context;
mod underpaid;
mod update;
mod watched;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    after::{NewEvent, add_event, cancel, forget, replace_buyer_copy, undo_event},
    chains::{begin as begin_chains, follow, known as known_chains},
    claims::{claim, judge_claim},
    codes::give_owed,
    contents::contents,
    delivery::outbox,
    downloads::{Begin, begin_download},
    forms::code as form_code,
    identity::{give_up_unused, identify, identity_in},
    key::{is_ours as is_own_key, record as adopt_key},
    logs_unread::{logs_read, logs_unread},
    named::free_name,
    notices::tell_of_chain,
    outbox::{backlog, delivered},
    place::place,
    pool::{given, reusable, standing as pool_standing},
    purge::purge,
    read::{chain, order, orders, pending_claims},
    read_alone::orders_in,
    release::release_by_policy,
    reservations::allocate_backorders,
    review::{accept, claim_state, reject},
    stock_levels::{availabilities, foreign_changes, recount, recount_lists, set_stock, stock},
    tx_context::TxContext,
    update::apply_update,
    watched::watched,
};

use self::writer::Writer;
use crate::{
    error::{DbError, OpenError},
    model::Availabilities,
};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    fs::{DirBuilder, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The largest the database may become: 256 MiB in pages of 4 KiB.
const MOST_PAGES: u32 = 65_536;
/// Number of connections that may read at once.
const READERS: usize = 4;
/// Number of statements a connection keeps prepared: all there are.
const STATEMENTS: usize = 96;
/// Time one connection waits for another, which is never long: writes are short and rare.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running engine.
pub(crate) struct Engine {
    writer: Writer,
    readers: Readers,
    /// Levels buyers might know when it was opened.
    levels: Availabilities,
}

/// Connections that serve reads.
enum Readers {
    /// The writer: a database in memory has one connection.
    Writer,
    /// Connections that cannot write.
    Pool(Arc<Pool>),
}

/// Connections that cannot write.
struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    places: Semaphore,
}

impl Pool {
    /// Asks with a connection that nobody else uses at the time.
    fn ask<T>(&self, job: impl FnOnce(&Connection) -> Result<T, DbError>) -> Result<T, DbError> {
        let spare = self.idle.lock().map_err(|_| DbError::Broken)?.pop();
        let conn = spare.map_or_else(|| reader(&self.path), Ok)?;
        let answer = job(&*conn.unchecked_transaction()?);
        self.idle.lock().map_err(|_| DbError::Broken)?.push(conn);
        answer
    }
}

impl Engine {
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_within(path, MOST_PAGES)
    }

    fn open_within(path: &Path, most_pages: u32) -> Result<Self, OpenError> {
        protect(path).map_err(|source| OpenError::File { path: path.to_owned(), source })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags).map_err(DbError::from)?;
        prepare(&conn, most_pages)?;
        schema::open(&conn)?;
        let idle = Mutex::default();
        let places = Semaphore::new(READERS);
        let readers = Readers::Pool(Arc::new(Pool { path: path.to_owned(), idle, places }));
        let levels = availabilities(&conn)?;
        Ok(Self { writer: Writer::start(conn)?, readers, levels })
    }

    pub(crate) fn in_memory() -> Result<Self, OpenError> {
        let conn = Connection::open_in_memory().map_err(DbError::from)?;
        prepare(&conn, MOST_PAGES)?;
        schema::open(&conn)?;
        let levels = availabilities(&conn)?;
        Ok(Self { writer: Writer::start(conn)?, readers: Readers::Writer, levels })
    }

    /// Runs `job` in a transaction and returns when it is on the disk.
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

    /// Runs a change; `undo` is called if nothing of it stays, before anything else is written.
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
    /// There are none if reads go through the writer.
    async fn pool(&self) -> Result<Option<(&Arc<Pool>, SemaphorePermit<'_>)>, DbError> {
        let Readers::Pool(pool) = &self.readers else { return Ok(None) };
        let place = pool.places.acquire().await.map_err(|_| DbError::Closed)?;
        if self.writer.is_closed() { Err(DbError::Closed) } else { Ok(Some((pool, place))) }
    }

    /// Moves the write-ahead log into the file and empties it. False if a reader was in the way.
    pub(crate) async fn empty_log(&self) -> Result<bool, DbError> {
        self.writer.empty_log().await
    }

    pub(crate) async fn close(&self) {
        if let Readers::Pool(pool) = &self.readers
            && let Ok(mut idle) = pool.idle.lock()
        {
            idle.clear();
        }
        self.writer.stop().await;
    }

    /// Returns the levels buyers might know when this was opened.
    pub(crate) fn first_levels(&self) -> Availabilities {
        Arc::clone(&self.levels)
    }

    /// Returns the number of commits so far.
    pub(crate) fn commits(&self) -> u64 {
        self.writer.commits()
    }

    /// Returns the number of jobs that wait for the writer.
    #[cfg(test)]
    fn queued(&self) -> usize {
        self.writer.queued()
    }
}

/// Makes the file before SQLite does, so that it never exists with wider permissions; the log
/// files take theirs from it.
fn protect(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let file =
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

/// Sets up the connection that writes.
///
/// The log goes into the file every 4,000 pages (16 MB) instead of every 1,000: an order touches
/// pages all over the indexes, and each is then copied once for more orders.
fn prepare(conn: &Connection, most_pages: u32) -> Result<(), DbError> {
    conn.busy_timeout(PATIENCE)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.execute_batch(
        "pragma trusted_schema = off;
         pragma cell_size_check = on;
         pragma temp_store = memory;
         pragma secure_delete = on;
         pragma journal_mode = wal;
         pragma synchronous = full;
         pragma foreign_keys = on;
         pragma wal_autocheckpoint = 4000;",
    )?;
    conn.pragma_update_and_check(None, "max_page_count", most_pages, |_| Ok(()))?;
    Ok(())
}

/// Opens a connection that cannot write.
/// Its cache is stale with the next commit, so it keeps little: throwing a large cache away costs
/// more than reading a few pages again.
fn reader(path: &Path) -> Result<Connection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.execute_batch(
        "pragma trusted_schema = off;
         pragma cell_size_check = on;
         pragma temp_store = memory;
         pragma cache_size = -512;
         pragma query_only = on;",
    )?;
    Ok(conn)
}
